"""Times the build against DuckDB writing the finished table, and against the textbook query.

All figures come from one run, on generated inputs in target/bench. `make bench` runs the usual
scales and writes RESULTS.md and results.svg beside this file; `make bench SCALE=5k` writes into
target/bench. How far DuckDB scales on one machine, with all memory and with 4 GB, is another run,
which prints a table and draws docs/one_machine.svg:

    .venv/bin/python dev/benchmark/bench.py --one-machine 20k 50k 100k
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
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from importlib.metadata import version
from itertools import product
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "dev"))
import dbt_v2  # noqa: E402
from generate_data import TABLES  # noqa: E402

HERE = ROOT / "dev" / "benchmark"
WORK = ROOT / "target" / "bench"
SCALES = {name: 1000 * int(name[:-1]) for name in ("1k", "5k", "20k", "50k", "100k", "200k")}
USUAL, ON_ONE_MACHINE = ("1k", "5k", "20k", "50k"), ("20k", "50k", "100k")
# of these and larger ones, only the full build is compared
LARGE = SCALES["50k"]
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
# How far it scales: builds one after the other, each with the inputs of a day, and their memory.
BUILDS = {"full": "yesterday", "new day": "today", "nothing changed": "today"}
LIMITS: Mapping[str, Mapping[str, str]] = {"all": {}, "4 GB": {"DUCKDB_MEMORY_LIMIT": "4GB"}}
TEXTBOOK_SECONDS = 900
# the largest rounding error of floating point
TOLERANCE = "0.0101"

# scale and name
Key = tuple[str, str]


@dataclass
class Measured:
    """Seconds of the models and of the whole process; bytes of its memory, spill and file."""

    models: float
    wall: float
    peak: int
    spilt: int
    file: int


@dataclass
class Results:
    """Measurements by scale and name, one entry per repetition; customer-days by scale."""

    measured: dict[Key, list[Measured]] = field(default_factory=lambda: defaultdict(list))
    failed: dict[Key, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    inputs: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, scale: str, name: str, measured: Measured) -> None:
        """One more repetition."""
        self.measured[scale, name].append(measured)

    def attempt(self, scale: str, name: str, measure: Callable[[], Measured]) -> bool:
        """One more repetition, or why there is none; returns whether there is one."""
        try:
            self.add(scale, name, measure())
        except RuntimeError as error:
            self.failed[scale, name] = str(error).splitlines()[-1][:120]
            return False
        return True

    def values(self, scale: str, name: str, of: str = "models") -> list[float]:
        """What Measured calls ``of``, of each repetition."""
        return [getattr(found, of) for found in self.measured.get((scale, name), ())]

    def median(self, scale: str, name: str, of: str = "models") -> float | None:
        """The median of the same; None if there is no repetition."""
        values = self.values(scale, name, of)
        return statistics.median(values) if values else None

    def each(self, scale: str, name: str) -> float | None:
        """Microseconds of the models for a customer-day; None if there is no repetition."""
        seconds = self.median(scale, name)
        return None if seconds is None else 1e6 * seconds / self.rows[scale]


def process(
    command: Sequence[str], db: Path | None = None, timeout: float | None = None, **env: str
) -> Measured:
    """Runs a command, on a DuckDB file if there is one; models is left at 0.

    Raises RuntimeError with the end of what it printed if it fails or takes too long.
    """
    log, spill = WORK / "log.txt", WORK / "spill"
    shutil.rmtree(spill, ignore_errors=True)  # what a killed process has left
    spilt = 0
    with log.open("w") as output:
        start = time.perf_counter()
        running = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "DUCKDB_TEMP_DIRECTORY": str(spill), **env},
            stdout=output,
            stderr=subprocess.STDOUT,
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
                spilt = max(spilt, _allocated(spill))
                time.sleep(0.01)
        seconds = time.perf_counter() - start
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        lines = [line for line in log.read_text().splitlines() if line.strip()]
        raise RuntimeError("\n".join(lines[-5:]) or f"exit status {running.returncode}")
    size = db.stat().st_size if db is not None and db.exists() else 0
    return Measured(0.0, seconds, usage.ru_maxrss * 1024, spilt, size)


def _allocated(folder: Path) -> int:
    """The bytes that the files of a folder take, of which DuckDB removes some meanwhile."""
    found = 0
    for file in folder.glob("*"):
        with suppress(FileNotFoundError):
            # not their size, as they are sparse
            found += 512 * file.stat().st_blocks
    return found


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
    measured = process(arguments, db, DUCKDB_PATH=str(db), **env)
    measured.models, _ = model_seconds(target)
    return measured


def model_seconds(target: Path) -> tuple[float, dict[str, float]]:
    """Seconds of all models of a dbt command, from the first start to the last end, and of each."""
    file = target / "run_results.json"
    results = json.loads(file.read_text())["results"] if file.exists() else []
    models = [result for result in results if result["unique_id"].startswith("model.")]
    times = [
        datetime.fromisoformat(timing[end])
        for result in models
        for timing in result["timing"]
        for end in ("started_at", "completed_at")
    ]
    each = {result["unique_id"].split(".")[-1]: result["execution_time"] for result in models}
    return (max(times) - min(times)).total_seconds() if times else 0.0, each


def sql(db: Path, statement: str, timeout: float | None = None) -> Measured:
    """Runs one statement in a process of its own, with the settings of profiles.yml."""
    code = (
        "import duckdb, os, sys, time\n"
        "connection = duckdb.connect(sys.argv[1])\n"
        "connection.execute('set preserve_insertion_order = false')\n"
        "connection.execute('set temp_directory = ?', [os.environ['DUCKDB_TEMP_DIRECTORY']])\n"
        "start = time.perf_counter()\n"
        "connection.execute(sys.argv[2])\n"
        "open(sys.argv[3], 'w').write(str(time.perf_counter() - start))\n"
    )
    seconds = WORK / "seconds.txt"
    command = [sys.executable, "-c", code, str(db), statement, str(seconds)]
    measured = process(command, db, timeout)
    measured.models = float(seconds.read_text())
    return measured


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
    results.add(scale, "floor", sql(db, f"create table copy as from {DAILY}"))
    with duckdb.connect(str(db)) as connection:
        connection.execute("drop table copy")
        results.rows[scale] = customer_days(connection)
        for table in TABLES:
            (count,) = connection.sql(f"select count(*) from main_staging.base_{table}").fetchall()
            results.inputs.setdefault(scale, {})[table] = count[0]
    for kind in ("v2", "build"):
        db.unlink()
        results.add(scale, f"full, {kind}", dbt(db, inputs, kind))
    results.add(scale, "score", dbt(db, inputs, "score"))


def customer_days(connection: duckdb.DuckDBPyConnection) -> int:
    """The rows of customer_daily_metrics."""
    return connection.sql(f"select count(*) from {DAILY}").fetchall()[0][0]


def textbook(results: Results, scale: str, folder: Path, db: Path) -> None:
    """The textbook query on the cleaned inputs; checks that its results are ours."""
    del folder
    query = (HERE / "textbook.sql").read_text()
    statement = f"create table textbook as {query}"
    if not results.attempt(scale, "textbook", lambda: sql(db, statement, TEXTBOOK_SECONDS)):
        return
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
    results.attempt(scale, "2 GB", lambda: dbt(db, inputs, "models", DUCKDB_MEMORY_LIMIT="2GB"))


def on_one_machine(results: Results, scale: str, folder: Path, db: Path) -> None:
    """A full build, a new day and nothing changed, with all memory and with less."""
    for limit, env in LIMITS.items():
        db.unlink(missing_ok=True)
        for build, day in BUILDS.items():
            build_it = partial(dbt, db, use(folder, day), "models", **env)
            if not results.attempt(scale, f"{build}, {limit}", build_it):
                break
            with duckdb.connect(str(db), read_only=True) as connection:
                results.rows[scale] = customer_days(connection)


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
    if SCALES[scale] >= LARGE:
        return [("full", full), ("textbook", textbook)]
    repeated: list[Step] = [("full", full), ("increments", increments)]
    found = repeated * repeat
    # it reads a full build
    found.insert(1, ("textbook", textbook))
    return found + ([("2 GB", limited)] if scale == "20k" else [])


# --- the report ----------------------------------------------------------------------------------

# marker and colour of what is drawn
STYLES = {
    "textbook": ("s", "#d55e00"),
    "full, models": ("o", "#0072b2"),
    "floor": ("^", "#555555"),
}
BUILD_STYLES = {
    f"{build}, {limit}": (marker, color)
    for limit, color in zip(LIMITS, ("#0072b2", "#d55e00"), strict=True)
    for build, marker in zip(BUILDS, "os^", strict=True)
}
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


def _gigabytes(size: float) -> str:
    return f"{size / 2**30:.1f}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _ratios(results: Results) -> list[tuple[str, str]]:
    """The ratios with a target, as far as they were measured."""
    median = results.median
    pairs: list[tuple[str, float | None, float | None]] = []
    for scale in SCALES:
        ours, build = median(scale, "full, models"), median(scale, "full, build", "wall")
        pairs += [
            (f"full ÷ floor, {scale}", ours, median(scale, "floor")),
            (f"score ÷ full, {scale}, whole dbt build", median(scale, "score"), build),
            (f"textbook ÷ full, {scale}", median(scale, "textbook"), ours),
        ]
    for name in ("new day", "nothing changed", *(f"{days} days late" for days in LATE)):
        for kind, text in KINDS.items():
            of = "models" if kind == "models" else "wall"
            above, below = (median("20k", f"{what}, {kind}", of) for what in (name, "full"))
            pairs.append((f"{name} ÷ full, 20k, {text}", above, below))
    large, small = (results.each(scale, "full, models") for scale in ("50k", "1k"))
    parse, build, v2 = (
        median("seeds", name, "wall") for name in ("parse, build", "full, build", "full, v2")
    )
    pairs += [
        ("time per customer-day, 50k ÷ 1k", large, small),
        ("dbt build on the seeds ÷ dbt parse, wall", build, parse),
        ("dbt build on the seeds, dbt v2 ÷ dbt 1, wall", v2, build),
    ]
    return [
        (what, f"{above / below:.3g}")
        for what, above, below in pairs
        if above is not None and below
    ]


def report(results: Results, command: str) -> str:
    """RESULTS.md."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "dbt-core", "dbt-duckdb"))
    versions += f", dbt v2 {dbt_v2.version()}"
    inputs = [
        [
            scale,
            *(f"{count:,}" for count in [*counts.values(), results.rows[scale]]),
            f"{results.measured[scale, 'full, models'][-1].file / 2**20:,.0f}",
        ]
        for scale, counts in results.inputs.items()
    ]
    measured = []
    for scale, name in results.measured:
        models, wall, peak = (results.values(scale, name, of) for of in ("models", "wall", "peak"))
        seconds = _spread(models) if any(models) else ""
        measured.append([scale, name, seconds, _spread(wall), _gigabytes(max(peak))])
    for (scale, name), why in results.failed.items():
        measured.append([scale, name, f"failed: {why}", "", ""])
    growth = [[scale, f"{results.each(scale, 'full, models'):.2f}"] for scale in results.rows]
    return REPORT.format(
        day=date.today(),
        machine=_machine(),
        versions=versions,
        command=command,
        ratios=table(("what", "ratio"), _ratios(results)),
        growth=table(("scale", "µs per customer-day"), growth),
        seconds=table(("scale", "what", "models", "wall", "peak"), measured),
        sizes=table(SIZES, inputs),
    )


def one_machine(results: Results) -> str:
    """The table of docs/scale.md."""
    rows = []
    for scale, limit, build in product(SCALES, LIMITS, BUILDS):
        head, name = [f"{SCALES[scale]:,}", limit, build], f"{build}, {limit}"
        if (scale, name) in results.failed:
            rows.append([*head, f"failed: {results.failed[scale, name]}", *[""] * 4])
        elif results.values(scale, name):
            seconds = [f"{results.median(scale, name):.1f}", f"{results.each(scale, name):.2f}"]
            sizes = (max(results.values(scale, name, of)) for of in ("peak", "spilt", "file"))
            rows.append([*head, *seconds, *map(_gigabytes, sizes)])
    header = ("customers", "memory", "build", "seconds", "µs per customer-day")
    return table((*header, "peak, GB", "spill, GB", "file, GB"), rows)


def plot(results: Results, styles: Mapping[str, tuple[str, str]], path: Path) -> None:
    """Seconds of the models against customer-days, by name, on logarithmic scales."""
    # missing in other environments that import this file
    import matplotlib
    from matplotlib import pyplot

    matplotlib.rcParams["svg.hashsalt"] = "customer_health"
    figure, axes = pyplot.subplots(figsize=(7, 4.5), layout="constrained")
    for name, (marker, color) in styles.items():
        points = [
            (rows, seconds)
            for scale, rows in results.rows.items()
            if (seconds := results.median(scale, name)) is not None
        ]
        if points:
            axes.plot(*zip(*points, strict=True), marker=marker, color=color, label=name)
    axes.set(xscale="log", yscale="log", xlabel="customer-days", ylabel="seconds")
    axes.grid(color="#dddddd", which="major")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize="small")
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """The command line."""
    # missing in other environments that import this file
    from tqdm import tqdm

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    usual = f"default {' '.join(USUAL)}; with --one-machine, {' '.join(ON_ONE_MACHINE)}"
    parser.add_argument("scales", nargs="*", metavar="SCALE", help=f"{', '.join(SCALES)} ({usual})")
    parser.add_argument("--one-machine", action="store_true", help="with all memory and with 4 GB")
    parser.add_argument("--repeat", type=int, help="how many times (default 3, and 1)")
    arguments = parser.parse_args()
    unknown = sorted({*arguments.scales} - {*SCALES})
    if unknown:
        parser.error(f"no scale {', '.join(unknown)}; the scales are {', '.join(SCALES)}")
    chosen = arguments.scales or (ON_ONE_MACHINE if arguments.one_machine else USUAL)
    scales = [scale for scale in SCALES if scale in chosen]
    if arguments.one_machine:
        todo = [(scale, ("builds", on_one_machine)) for scale in scales] * (arguments.repeat or 1)
    else:
        repeat = arguments.repeat or 3
        todo = [("seeds", ("seeds", seeds))] * repeat
        todo += [(scale, step) for scale in scales for step in steps(scale, repeat)]
    WORK.mkdir(parents=True, exist_ok=True)
    results = Results()
    with tqdm(todo, unit="step") as progress:
        for scale, (name, measure) in progress:
            progress.set_description(f"{scale}: {name}")
            folder = WORK if scale == "seeds" else generate(scale)
            measure(results, scale, folder, folder / "bench.duckdb")
    for scale in scales:
        (WORK / scale / "bench.duckdb").unlink(missing_ok=True)
    if arguments.one_machine:
        plot(results, BUILD_STYLES, ROOT / "docs" / "one_machine.svg")
        print(one_machine(results))
        return
    out = WORK if arguments.scales else HERE
    command = "make bench"
    if arguments.scales:
        command += f" SCALE='{' '.join(scales)}'"
    if arguments.repeat:
        command += f" REPEAT={arguments.repeat}"
    (out / "RESULTS.md").write_text(report(results, command), encoding="utf-8")
    plot(results, STYLES, out / "results.svg")
    print((out / "RESULTS.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
