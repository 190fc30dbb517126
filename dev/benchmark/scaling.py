"""How far DuckDB scales on one machine, with all memory and with 4 GB.

Builds the daily table with everything upstream, as bench.py does, and prints for each scale, limit
and kind of build: seconds of the models, microseconds per customer-day, peak memory, spill and file
size. Draws docs/one_machine.svg. Needs the environment of `make bench`:

    .venv/bin/python dev/benchmark/scaling.py 20k 50k 100k
"""

from __future__ import annotations

import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import bench
import duckdb

# Larger than in make bench.
bench.SCALES |= {"100k": 100_000, "200k": 200_000}
LIMITS = {"no limit": {}, "4 GB": {"DUCKDB_MEMORY_LIMIT": "4GB"}}
PICTURE = bench.ROOT / "docs" / "one_machine.svg"
COLORS = {"no limit": "#0072b2", "4 GB": "#d55e00"}
MARKERS = {"full": "o", "new day": "s", "nothing changed": "^"}

# Customer-days and seconds of each build, by limit and kind.
Points = dict[tuple[str, str], list[tuple[int, float]]]


@contextmanager
def largest(folder: Path) -> Iterator[list[int]]:
    """The largest size of a folder in the meantime, in bytes, as a list of one."""
    found, ended = [0], Event()

    def look() -> None:
        while not ended.wait(0.2):
            sizes = []
            for file in folder.glob("**/*"):
                try:
                    # allocated blocks, as the files are sparse
                    sizes.append(512 * file.stat().st_blocks)
                except FileNotFoundError:
                    continue
            found[0] = max(found[0], sum(sizes))

    looking = Thread(target=look)
    looking.start()
    try:
        yield found
    finally:
        ended.set()
        looking.join()


def measure(scale: str, limit: str, points: Points) -> None:
    """A full build, a new day and nothing changed, for one scale and limit."""
    folder = bench.generate(scale)
    db, spill = folder / "scaling.duckdb", folder / "spill"
    db.unlink(missing_ok=True)
    for kind, day in (("full", "yesterday"), ("new day", "today"), ("nothing changed", "today")):
        shutil.rmtree(spill, ignore_errors=True)
        spill.mkdir()
        inputs = bench.use(folder, day)
        env = {"DUCKDB_TEMP_DIRECTORY": str(spill), **LIMITS[limit]}
        with largest(spill) as spilt:
            try:
                measured = bench.dbt(db, inputs, "models", **env)
            except RuntimeError as error:
                why = str(error).splitlines()[-1][:120]
                print(f"| {scale} | {limit} | {kind} | failed: {why} | | | | |", flush=True)
                break
        with duckdb.connect(str(db), read_only=True) as connection:
            rows = connection.sql(f"select count(*) from {bench.DAILY}").fetchall()[0][0]
        points[limit, kind].append((rows, measured.models))
        cells = [
            *(scale, limit, kind, f"{measured.models:.1f}"),
            f"{1e6 * measured.models / rows:.2f}",
            *(f"{size / 2**30:.1f}" for size in (measured.peak, spilt[0], db.stat().st_size)),
        ]
        print(f"| {' | '.join(cells)} |", flush=True)
    db.unlink(missing_ok=True)
    shutil.rmtree(spill, ignore_errors=True)


def plot(points: Points) -> None:
    """Seconds against customer-days, on logarithmic scales."""
    import matplotlib
    from matplotlib import pyplot

    matplotlib.rcParams["svg.hashsalt"] = "customer_health"
    figure, axes = pyplot.subplots(figsize=(7, 4.5), layout="constrained")
    for (limit, kind), found in points.items():
        days, seconds = zip(*found, strict=True)
        axes.plot(
            days, seconds, marker=MARKERS[kind], color=COLORS[limit], label=f"{kind}, {limit}"
        )
    axes.set(xscale="log", yscale="log", xlabel="customer-days", ylabel="seconds")
    axes.grid(color="#dddddd", which="major")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize="small")
    figure.savefig(PICTURE, metadata={"Date": None})


def main(scales: list[str]) -> None:
    """The command line."""
    bench.WORK.mkdir(parents=True, exist_ok=True)
    points: Points = defaultdict(list)
    columns = ("customers", "memory", "build", "seconds", "µs per customer-day")
    print(f"| {' | '.join(columns)} | peak, GB | spill, GB | file, GB |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for scale in scales:
        for limit in LIMITS:
            measure(scale, limit, points)
    plot(points)


if __name__ == "__main__":
    main(sys.argv[1:] or ["20k", "50k", "100k"])
