"""Times the build against DuckDB writing the finished table, and against the textbook query.

All figures come from one run, on generated inputs in target/bench. `make bench` runs all scales and
writes RESULTS.md and results.svg beside this file; `make bench SCALE=5k` writes into target/bench.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "dev"))
import dbt_v2  # noqa: E402

HERE = ROOT / "dev" / "benchmark"
WORK = ROOT / "target" / "bench"
SCALES = {"1k": 1_000, "5k": 5_000, "20k": 20_000, "50k": 50_000}
LARGE = "50k"
TABLES = ("customers", "subscriptions", "login_events", "support_tickets")
DAYS = 1095
LAST_DAY = date(2025, 12, 31)
DAILY = "customer_daily_metrics"
# The daily table with everything upstream, and what a user runs, on dbt 1 and dbt v2.
COMMANDS = {
    "models": ("run", "--select", f"+{DAILY}", "rejected_records"),
    "build": ("build",),
    "v2": ("build",),
    # the evaluation of the score
    "score": ("run", "--select", "risk_score_outcomes+"),
}
KINDS = {"models": "models", "build": "whole dbt build", "v2": "whole dbt build, dbt v2"}
LATE = (30, 400)
TEXTBOOK_SECONDS = 900
# the largest rounding error of floating point
TOLERANCE = "0.0101"


@dataclass
class Measured:
    """Seconds of the models, seconds and peak bytes of the whole process."""

    models: float
    wall: float
    peak: int


@dataclass
class Results:
    """Measurements by scale and name, one entry per repetition."""

    models: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    wall: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    peak: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[str, int] = field(default_factory=dict)
    inputs: dict[str, dict[str, int]] = field(default_factory=dict)
    file_size: dict[str, int] = field(default_factory=dict)
    failed: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, scale: str, name: str, measured: Measured) -> None:
        """One more repetition."""
        key = scale, name
        self.models[key].append(measured.models)
        self.wall[key].append(measured.wall)
        self.peak[key].append(measured.peak)


def process(command: Sequence[str], timeout: float | None = None, **env: str) -> tuple[float, int]:
    """Runs a command; returns its seconds and its peak bytes.

    Raises RuntimeError with the end of what it printed if it fails or takes too long.
    """
    log = WORK / "log.txt"
    with log.open("w") as output:
        start = time.perf_counter()
        running = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | env, stdout=output, stderr=subprocess.STDOUT
        )
        usage: resource.struct_rusage | None = None
        while usage is None:
            done, status, used = os.wait4(running.pid, os.WNOHANG)
            if done:
                usage = used
            elif timeout and time.perf_counter() - start > timeout:
                running.kill()
                os.wait4(running.pid, 0)
                raise RuntimeError(f"not done after {timeout:.0f} s")
            else:
                time.sleep(0.01)
        seconds = time.perf_counter() - start
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        lines = [line for line in log.read_text().splitlines() if line.strip()]
        raise RuntimeError("\n".join(lines[-5:]) or f"exit status {running.returncode}")
    return seconds, usage.ru_maxrss * 1024


def dbt(db: Path, inputs: Path | None, kind: str, *command: str, **env: str) -> Measured:
    """Runs a dbt command, by default the one of its kind, on the inputs or the seeds."""
    target = WORK / "dbt"
    (target / "run_results.json").unlink(missing_ok=True)
    arguments = [*(command or COMMANDS[kind]), "--quiet", "--target-path", str(target)]
    arguments += ["--log-path", str(target)]
    arguments += ["--vars", json.dumps({"data_dir": str(inputs) if inputs else None})]
    if kind == "v2":
        arguments = dbt_v2.command(arguments)
        env = {**env, **dbt_v2.environment()}
    else:
        arguments = [str(ROOT / ".venv" / "bin" / "dbt"), *arguments]
    wall, peak = process(arguments, DUCKDB_PATH=str(db), **env)
    times: list[datetime] = []
    if (target / "run_results.json").exists():
        for result in json.loads((target / "run_results.json").read_text())["results"]:
            if result["unique_id"].startswith("model."):
                times += [
                    datetime.fromisoformat(timing[end])
                    for timing in result["timing"]
                    for end in ("started_at", "completed_at")
                ]
    models = (max(times) - min(times)).total_seconds() if times else 0.0
    return Measured(models, wall, peak)


def sql(db: Path, statement: str, timeout: float | None = None) -> Measured:
    """Runs one statement in a process of its own, with the settings of profiles.yml."""
    code = (
        "import duckdb, sys, time\n"
        "connection = duckdb.connect(sys.argv[1])\n"
        "connection.execute('set preserve_insertion_order = false')\n"
        "start = time.perf_counter()\n"
        "connection.execute(sys.argv[2])\n"
        "open(sys.argv[3], 'w').write(str(time.perf_counter() - start))\n"
    )
    seconds = WORK / "seconds.txt"
    wall, peak = process(
        [sys.executable, "-c", code, str(db), statement, str(seconds)], timeout=timeout
    )
    return Measured(float(seconds.read_text()), wall, peak)


# --- inputs --------------------------------------------------------------------------------------


def generate(scale: str) -> Path:
    """The folder of a scale, with inputs as of the last day and the day before."""
    folder = WORK / scale
    today, yesterday = folder / "today", folder / "yesterday"
    if not (folder / "complete").exists():
        generator = [sys.executable, str(ROOT / "dev" / "generate_data.py")]
        generator += ["--customers", str(SCALES[scale]), "--days", str(DAYS)]
        generator += ["--end-date", str(LAST_DAY), "--format", "parquet", "--out", str(today)]
        process(generator)
        shutil.rmtree(yesterday, ignore_errors=True)
        yesterday.mkdir()
        last_day = f"date '{LAST_DAY}'"
        still_open = (
            f"status = 'closed' and closed_date >= {last_day} as reopened,"
            " * replace (case when reopened then 'open' else status end as status,"
            " case when reopened then null else closed_date end as closed_date)"
        )
        for table, rows in {
            # all customers: logins before the acquisition change earlier days too
            "customers": "select * from raw",
            "subscriptions": f"select * from raw where start_date < {last_day}",
            "login_events": f"select * from raw where login_timestamp < {last_day}",
            "support_tickets": (
                f"select * exclude (reopened) from (select {still_open} from raw"
                f" where created_date < {last_day})"
            ),
        }.items():
            with duckdb.connect() as connection:
                connection.execute(
                    f"copy (with raw as (from read_parquet({parts(today, table)})) {rows})"
                    f" to '{yesterday}/{table}.parquet'"
                )
        (folder / "complete").touch()
    return folder


def parts(folder: Path, table: str) -> list[str]:
    """The files of a table: one, or those of a folder."""
    return [str(file) for file in sorted(folder.glob(f"{table}*/*.parquet"))] or [
        str(folder / f"{table}.parquet")
    ]


def use(folder: Path, day: str) -> Path:
    """Links a day's inputs into the one folder that dbt reads."""
    inputs = folder / "inputs"
    shutil.rmtree(inputs, ignore_errors=True)
    for table in TABLES:
        (inputs / table).mkdir(parents=True)
        for part in parts(folder / day, table):
            (inputs / table / Path(part).name).symlink_to(part)
    return inputs


def late_login(folder: Path, days: int) -> Path:
    """Adds a file with one login that arrives some days late."""
    file = folder / "inputs" / "login_events" / "late.parquet"
    file.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select 'late' as user_id, customer_id, 'admin' as user_type,"
            f" timestamp '{LAST_DAY - timedelta(days)} 12:00:00' as login_timestamp"
            f" from '{folder}/inputs/customers/*.parquet' order by acquisition_date, customer_id"
            f" limit 1) to '{file}'"
        )
    return file


# --- measurements --------------------------------------------------------------------------------


def full(results: Results, scale: str, folder: Path, db: Path) -> None:
    """The full build and the floor."""
    inputs = use(folder, "today")
    db.unlink(missing_ok=True)
    results.add(scale, "full, models", dbt(db, inputs, "models"))
    results.file_size[scale] = db.stat().st_size
    results.add(scale, "floor", sql(db, f"create table copy as from {DAILY}"))
    with duckdb.connect(str(db)) as connection:
        connection.execute("drop table copy")
        results.rows[scale] = connection.sql(f"select count(*) from {DAILY}").fetchall()[0][0]
        for table in TABLES:
            (count,) = connection.sql(f"select count(*) from main_staging.base_{table}").fetchall()
            results.inputs.setdefault(scale, {})[table] = count[0]
    for kind in ("v2", "build"):
        db.unlink()
        results.add(scale, f"full, {kind}", dbt(db, inputs, kind))
    results.add(scale, "score", dbt(db, inputs, "score"))


def textbook(results: Results, scale: str, folder: Path, db: Path) -> None:
    """The textbook query on the cleaned inputs; checks that its results are ours."""
    del folder
    query = (HERE / "textbook.sql").read_text()
    try:
        measured = sql(db, f"create table textbook as {query}", timeout=TEXTBOOK_SECONDS)
    except RuntimeError as error:
        results.failed[scale, "textbook"] = str(error).splitlines()[-1][:120]
        for leftover in db.parent.glob(f"{db.name}.tmp/*"):
            leftover.unlink()
        return
    results.add(scale, "textbook", measured)
    # a process of its own, so that its memory does not count as the peak of later ones
    code = (
        "import bench, duckdb, sys\n"
        "with duckdb.connect(sys.argv[1]) as connection:\n"
        "    count = bench.num_differences(connection)\n"
        "    connection.execute('drop table textbook')\n"
        "sys.exit(f'{count} rows of the textbook are not ours' if count else 0)\n"
    )
    process([sys.executable, "-c", code, str(db)], PYTHONPATH=str(HERE))


def num_differences(connection: duckdb.DuckDBPyConnection) -> int:
    """How many rows differ between customer_daily_metrics and textbook."""
    differences = " or ".join(
        f"coalesce(abs(ours.{name} - theirs.{name}) > {TOLERANCE},"
        f" (ours.{name} is null) <> (theirs.{name} is null))"
        if kind.startswith("DECIMAL")
        else f"ours.{name} is distinct from theirs.{name}"
        for name, kind, *_ in connection.sql(f"describe {DAILY}").fetchall()
    )
    (count,) = connection.sql(
        f"select count(*) from {DAILY} as ours"
        f" full join textbook as theirs using (customer_id, date) where {differences}"
    ).fetchall()
    return count[0]


def increments(results: Results, scale: str, folder: Path, db: Path) -> None:
    """Builds after little or nothing has changed, models alone and with tests."""
    yesterday, today = db.with_suffix(".yesterday"), db.with_suffix(".today")
    for kinds in (("models", "build"), ("v2",)):
        db.unlink(missing_ok=True)
        dbt(db, use(folder, "yesterday"), kinds[-1])
        shutil.copy(db, yesterday)
        inputs = use(folder, "today")
        for kind in kinds:
            shutil.copy(yesterday, db)
            results.add(scale, f"new day, {kind}", dbt(db, inputs, kind))
        # built and tested
        shutil.copy(db, today)
        for kind in kinds:
            shutil.copy(today, db)
            results.add(scale, f"nothing changed, {kind}", dbt(db, inputs, kind))
            for days in LATE:
                shutil.copy(today, db)
                file = late_login(folder, days)
                results.add(scale, f"{days} days late, {kind}", dbt(db, inputs, kind))
                file.unlink()
        yesterday.unlink()
        today.unlink()


def limited(results: Results, scale: str, folder: Path, db: Path) -> None:
    """The full build with a memory limit."""
    db.unlink(missing_ok=True)
    inputs = use(folder, "today")
    try:
        measured = dbt(db, inputs, "models", DUCKDB_MEMORY_LIMIT="2GB")
    except RuntimeError as error:
        results.failed[scale, "2 GB"] = str(error).splitlines()[-1][:120]
    else:
        results.add(scale, "2 GB", measured)


def seeds(results: Results, scale: str, folder: Path, db: Path) -> None:
    """The first build of the seeds, and how long dbt takes to parse."""
    del scale, folder
    for kind in ("build", "v2"):
        shutil.rmtree(WORK / "dbt", ignore_errors=True)
        results.add("seeds", f"parse, {kind}", dbt(db, None, kind, "parse", "--no-partial-parse"))
        shutil.rmtree(WORK / "dbt")
        db.unlink(missing_ok=True)
        results.add("seeds", f"full, {kind}", dbt(db, None, kind))


Step = tuple[str, Callable[[Results, str, Path, Path], None]]


def steps(scale: str, repeat: int) -> list[Step]:
    """What is measured at a scale; compared builds alternate."""
    if scale == LARGE:
        return [("full", full), ("textbook", textbook)]
    repeated: list[Step] = [("full", full), ("increments", increments)]
    found = repeated * repeat
    # it reads a full build
    found.insert(1, ("textbook", textbook))
    return found + ([("2 GB", limited)] if scale == "20k" else [])


# --- the report ----------------------------------------------------------------------------------

SIZES = ("scale", "customers", "subscriptions", "logins", "tickets", "customer-days", "file, MB")
REPORT = """\
# Results of the benchmark

{day}; {machine}; {versions}. Made by `{command}`.

Seconds are medians, with minimum and maximum in parentheses. *Models* is the time from the start of
the first model to the end of the last one, as dbt reports it, or that of the one statement; *wall*
is the whole process. *Peak* is the memory of the process, in GB.

* **floor**: `create table copy as from customer_daily_metrics`, in the same file.
* **full, models**: customer_daily_metrics and rejected_records with everything upstream, from
  Parquet. **full, build**: `dbt build` into a new file, tests included; **v2**: the same on
  dbt v2.
* **textbook**: [textbook.sql](textbook.sql), from the cleaned inputs on. It gives the same values,
  up to floating-point rounding.
* **new day**, **nothing changed**, **n days late** (one login): the same commands after an earlier
  build.
* **score**: risk_score_outcomes and its three views, after a full build.
* **2 GB**: full, models, with `DUCKDB_MEMORY_LIMIT=2GB`.

## Ratios

{ratios}

![Seconds against customer-days](results.svg)

## Growth

{growth}

## Seconds

{seconds}

## Sizes

{sizes}
"""


def _machine() -> str:
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(": ")[2]
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GB of memory"


def _spread(values: Sequence[float]) -> str:
    """The median, with minimum and maximum."""
    text = f"{statistics.median(values):.2f}"
    if len(values) > 1:
        text += f" ({min(values):.2f} … {max(values):.2f})"
    return text


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _ratios(results: Results) -> list[tuple[str, str]]:
    """The ratios with a target, as far as they were measured."""

    def median(values: dict[tuple[str, str], list[float]], *key: str) -> float | None:
        found = values.get((key[0], key[1]))
        return statistics.median(found) if found else None

    def ratio(above: float | None, below: float | None) -> str | None:
        return f"{above / below:.3g}" if above is not None and below else None

    models, wall = results.models, results.wall
    found: list[tuple[str, str | None]] = []
    for scale in SCALES:
        ours = median(models, scale, "full, models")
        found.append((f"full ÷ floor, {scale}", ratio(ours, median(models, scale, "floor"))))
        score, build = median(models, scale, "score"), median(wall, scale, "full, build")
        found.append((f"score ÷ full, {scale}, whole dbt build", ratio(score, build)))
        theirs = median(models, scale, "textbook")
        found.append((f"textbook ÷ full, {scale}", ratio(theirs, ours)))
    for name in ("new day", "nothing changed", *(f"{days} days late" for days in LATE)):
        for kind, values in (("models", models), ("build", wall), ("v2", wall)):
            text = f"{name} ÷ full, 20k, {KINDS[kind]}"
            below = median(values, "20k", f"full, {kind}")
            found.append((text, ratio(median(values, "20k", f"{name}, {kind}"), below)))
    each = {
        scale: ours / results.rows[scale]
        for scale in SCALES
        if (ours := median(models, scale, "full, models")) is not None
    }
    found.append(("time per customer-day, 50k ÷ 1k", ratio(each.get("50k"), each.get("1k"))))
    build = median(wall, "seeds", "full, build")
    parse = median(wall, "seeds", "parse, build")
    found.append(("dbt build on the seeds ÷ dbt parse, wall", ratio(build, parse)))
    on_v2 = median(wall, "seeds", "full, v2")
    found.append(("dbt build on the seeds, dbt v2 ÷ dbt 1, wall", ratio(on_v2, build)))
    return [(name, value) for name, value in found if value is not None]


def report(results: Results, command: str) -> str:
    """RESULTS.md."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "dbt-core", "dbt-duckdb"))
    versions += f", dbt v2 {dbt_v2.version()}"
    inputs = [
        [
            scale,
            *(f"{count:,}" for count in [*counts.values(), results.rows[scale]]),
            f"{results.file_size[scale] / 2**20:,.0f}",
        ]
        for scale, counts in results.inputs.items()
    ]
    measured = [
        [
            *(scale, name, _spread(models) if any(models) else ""),
            *(_spread(results.wall[scale, name]), f"{max(results.peak[scale, name]) / 2**30:.1f}"),
        ]
        for (scale, name), models in results.models.items()
    ]
    for (scale, name), why in results.failed.items():
        measured.append([scale, name, f"failed: {why}", "", ""])
    growth = [
        [scale, f"{1e6 * statistics.median(results.models[scale, 'full, models']) / rows:.2f}"]
        for scale, rows in results.rows.items()
    ]
    return REPORT.format(
        day=date.today(),
        machine=_machine(),
        versions=versions,
        command=command,
        ratios=_table(("what", "ratio"), _ratios(results)),
        growth=_table(("scale", "µs per customer-day"), growth),
        seconds=_table(("scale", "what", "models", "wall", "peak"), measured),
        sizes=_table(SIZES, inputs),
    )


def plot(results: Results, path: Path) -> None:
    """Seconds against customer-days, on logarithmic scales."""
    # missing in the test environment, which imports this file
    import matplotlib
    from matplotlib import pyplot

    matplotlib.rcParams["svg.hashsalt"] = "customer_health"
    figure, axes = pyplot.subplots(figsize=(7, 4.5), layout="constrained")
    styles = {
        "textbook": ("s", "#d55e00"),
        "full, models": ("o", "#0072b2"),
        "floor": ("^", "#555555"),
    }
    for name, (marker, color) in styles.items():
        points = [
            (rows, results.models[scale, name])
            for scale, rows in results.rows.items()
            if (scale, name) in results.models
        ]
        if points:
            days = [rows for rows, _ in points]
            medians = [statistics.median(seconds) for _, seconds in points]
            axes.plot(days, medians, marker=marker, color=color)
            axes.annotate(
                {"full, models": "ours"}.get(name, name),
                (days[-1], medians[-1]),
                color=color,
                xytext=(8, -3),
                textcoords="offset points",
            )
    axes.set(xscale="log", yscale="log", xlabel="customer-days", ylabel="seconds")
    axes.margins(x=0.15)
    axes.grid(color="#dddddd", which="major")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """The command line."""
    # missing in other environments that import this file
    from tqdm import tqdm

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "scales", nargs="*", metavar="SCALE", help=", ".join(SCALES) + " (default all)"
    )
    parser.add_argument("--repeat", type=int, default=3, help="how many times (default 3)")
    arguments = parser.parse_args()
    unknown = sorted({*arguments.scales} - {*SCALES})
    if unknown:
        parser.error(f"no scale {', '.join(unknown)}; the scales are {', '.join(SCALES)}")
    scales = [scale for scale in SCALES if scale in (arguments.scales or SCALES)]
    WORK.mkdir(parents=True, exist_ok=True)
    results = Results()
    todo: list[tuple[str, Step]] = [("seeds", ("seeds", seeds))] * arguments.repeat
    todo += [(scale, step) for scale in scales for step in steps(scale, arguments.repeat)]
    with tqdm(todo, unit="step") as progress:
        for scale, (name, measure) in progress:
            progress.set_description(f"{scale}: {name}")
            folder = WORK if scale == "seeds" else generate(scale)
            measure(results, scale, folder, folder / "bench.duckdb")
    for scale in scales:
        (WORK / scale / "bench.duckdb").unlink()
    out = WORK if arguments.scales else HERE
    command = "make bench"
    if arguments.scales:
        command += f" SCALE='{' '.join(scales)}'"
    if arguments.repeat != parser.get_default("repeat"):
        command += f" REPEAT={arguments.repeat}"
    (out / "RESULTS.md").write_text(report(results, command), encoding="utf-8")
    plot(results, out / "results.svg")
    print((out / "RESULTS.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
