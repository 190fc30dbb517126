"""Raw tables from files of any kind in `data_dir`."""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import duckdb
import harness
import input_files
import oracle
import pytest
import random_inputs
from checked_builds import (
    TABLES,
    Tables,
    settings,
)
from harness import Dbt
from input_files import KINDS, write_table

# Over the four cases, each table has each format once.
FOLDERS = [
    ("it's a folder", False),
    ("[a-z]*? {a,b}/**", True),
    ("Zoë 漢字 #1 %20 $HOME", True),
    ("{% raw %}{{ x }} {# y #}{% endraw %}", True),
]


@pytest.mark.parametrize(
    ("number", "name", "twisted"),
    [
        pytest.param(number, *folder, marks=pytest.mark.long if number else ())
        for number, folder in enumerate(FOLDERS)
    ],
)
def test_files_of_every_kind_in_folders_of_every_name(
    handmade_built: tuple[Path, Tables],
    dbt: Dbt,
    db: Path,
    tmp_path: Path,
    number: int,
    name: str,
    twisted: bool,
) -> None:
    input_files.write_parquet(input_files.read_csv(harness.HANDMADE), tmp_path / "typed")
    # dbt renders a var that is a text, so that braces have to be marked as meant
    folder = tmp_path / name.removeprefix("{% raw %}").removesuffix("{% endraw %}")
    for position, table in enumerate(TABLES):
        kind = KINDS[(number + position) % len(KINDS)]
        write_table(table, kind, folder, tmp_path / "typed", twisted=twisted)
    dbt("run", db=db, data_dir=f"{tmp_path}/{name}" + "/" * (number % 3))
    handmade_built[1].assert_in(db)


@pytest.mark.long
def test_a_folder_name_is_no_column(
    handmade_built: tuple[Path, Tables],
    dbt: Dbt,
    db: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Folders called `column=value` are partitions to many tools; here they are only folders.

    A relative path, because that is the other way to name a folder.
    """
    monkeypatch.chdir(tmp_path)
    shutil.copytree(harness.HANDMADE, tmp_path / "region=Mars" / "arr=1")
    dbt("run", db=db, data_dir="region=Mars/arr=1")
    handmade_built[1].assert_in(db)


@pytest.mark.long
def test_links_are_followed(
    handmade_built: tuple[Path, Tables], dbt: Dbt, db: Path, inputs: Path, tmp_path: Path
) -> None:
    """A linked file, a linked file in a folder, and a linked folder."""
    linked = tmp_path / "linked"
    (linked / "customers").mkdir(parents=True)
    (linked / "customers" / "1.csv").symlink_to(inputs / "customers.csv")
    (linked / "subscriptions.csv").symlink_to(inputs / "subscriptions.csv")
    for table in ("login_events", "support_tickets"):
        (tmp_path / table).mkdir()
        shutil.move(inputs / f"{table}.csv", tmp_path / table / "1.csv")
        (linked / table).symlink_to(tmp_path / table, target_is_directory=True)
    dbt("run", db=db, data_dir=str(linked))
    handmade_built[1].assert_in(db)


AWKWARD_TEXTS = (
    *random_inputs.AWKWARD_IDS,
    *(
        "",
        " ",
        "#1",
        "# a",
        "a # b",
        "a\nb",
        "a\r\nb",
        "a\rb",
        '"',
        '""',
        ',"',
        "a,,b",
        "\\",
        '\\"',
    ),
    *("'; drop table customers; --", '"; drop table customers; --', "{{ 1 / 0 }}", "{% do x %}"),
    *("../../etc/passwd", "$(id)", "${HOME}", "`id`", "%(a)s", "{}", "\x1b[31m", "=1+1"),
    *("'", "''", "\t", "NA", "nan", "true", "2024-01-01", "1,5", "customer_id", "\ufeff", "\u2028"),
)


def read_raw_table(dbt: Dbt, db: Path, table: str, data_dir: Path) -> str:
    """The SQL that reads a raw table."""
    call = "{{ customer_health.raw_table('" + table + "') }}"
    result = dbt("compile", "--inline", call, db=db, data_dir=str(data_dir))
    return f"SELECT * FROM {result.nodes[0].node.compiled_code}"


def write_csv(
    path: Path,
    rows: Iterable[Iterable[object]],
    quoting: Literal[0, 1] = csv.QUOTE_ALL,
    newline: str = "\n",
    encoding: str = "utf-8",
) -> None:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, quoting=quoting, lineterminator=newline).writerows(rows)


def test_every_text_survives_in_a_csv_file(dbt: Dbt, db: Path, inputs: Path) -> None:
    """However the file is written."""
    query = read_raw_table(dbt, db, "customers", inputs)
    rng = random.Random(1)
    columns = oracle.INPUT_COLUMNS["customers"]
    duck = duckdb.connect(":memory:", config={"enable_external_file_cache": False})
    for trial in range(400):
        count = rng.choice((1, 2, 3, 8, 40))
        rows = [tuple(rng.choices(AWKWARD_TEXTS, k=len(columns))) for _ in range(count)]
        # a bare carriage return is only correct if everything is quoted
        quoting = csv.QUOTE_ALL if trial % 2 else csv.QUOTE_MINIMAL
        if quoting == csv.QUOTE_MINIMAL:
            rows = [tuple(text.replace("\r", "") for text in row) for row in rows]
        newline, encoding = rng.choice(("\n", "\r\n")), rng.choice(("utf-8", "utf-8-sig"))
        write_csv(inputs / "customers.csv", [columns, *rows], quoting, newline, encoding)
        found = duck.execute(query).fetchall()
        # an empty field is an empty text or null, which cleaning treats the same
        read = [tuple(text or "" for text in row) for row in found]
        assert read == rows, (inputs / "customers.csv").read_bytes()


def test_awkward_texts_reach_the_final_tables(dbt: Dbt, db: Path, inputs: Path) -> None:
    world = input_files.read_csv(harness.HANDMADE)
    texts = sorted({text.strip() for text in AWKWARD_TEXTS if text.strip(" \t\n\r\v\f")})
    world["customers"] = [
        {
            "customer_id": text,
            "acquisition_date": "2024-03-30",
            "region": text[::-1],
            "industry": "a,b\n",
        }
        for text in texts
    ]
    world["login_events"] += [
        {"user_id": text, "customer_id": text, "user_type": text, "login_timestamp": day}
        for text in texts
        for day in ("2024-03-31", f"not, a \n date: {text}")
    ]
    for table, columns in oracle.INPUT_COLUMNS.items():
        write_csv(inputs / f"{table}.csv", [columns, *(row.values() for row in world[table])])
    dbt("run", db=db, data_dir=str(inputs))
    harness.assert_records_are_rows(harness.read_table(db, "rejected_records"), world)
    harness.assert_matches_oracle(db, oracle.compute(world, settings()))
