"""The generator of the seeds: repeatable to the byte, and bounded in memory."""

from __future__ import annotations

from pathlib import Path

import duckdb
import generate_data
import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.long

SEEDS = ROOT / "seeds"


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file below a folder, by relative path."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def rows(folder: Path, table: str) -> list[tuple]:
    """Return one table's rows in the order of its file or its files."""
    part = f"{table}/*" if (folder / table).is_dir() else table
    (ending,) = {path.suffix for path in folder.glob(f"{part}.*")} & {".csv", ".parquet"}
    with duckdb.connect() as con:
        return con.execute(f"select * from '{folder}/{part}{ending}'").fetchall()


def test_the_defaults_make_the_committed_seeds(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert generate_data.main([]) == 0
    made = contents(tmp_path)
    assert sorted(made) == sorted(f"seeds/{table}.csv" for table in generate_data.TABLES)
    for name, data in made.items():
        assert data == (ROOT / name).read_bytes(), f"{name} is not what the generator makes"
    assert "customers: 100 rows" in capsys.readouterr().out


def test_the_number_of_threads_changes_nothing(tmp_path):
    for threads in (1, 4):
        generate_data.generate(tmp_path / str(threads), customers=300, threads=threads)
    assert contents(tmp_path / "1") == contents(tmp_path / "4")


def test_another_seed_makes_other_data(tmp_path):
    generate_data.generate(tmp_path, seed=8)
    for table in generate_data.TABLES:
        assert (tmp_path / f"{table}.csv").read_bytes() != (SEEDS / f"{table}.csv").read_bytes()


def test_chunks_hold_the_rows_of_the_whole(tmp_path):
    generate_data.generate(tmp_path / "chunks", chunk_size=30)
    parts = [f"{table}/part-{part:05d}.csv" for table in generate_data.TABLES for part in range(4)]
    assert sorted(contents(tmp_path / "chunks")) == sorted(parts)
    for table in generate_data.TABLES:
        assert rows(tmp_path / "chunks", table) == rows(SEEDS, table)


def test_a_customer_is_the_same_among_more_customers(tmp_path):
    generate_data.generate(tmp_path, customers=120)
    for table in generate_data.TABLES:
        few, many = rows(SEEDS, table), rows(tmp_path, table)
        assert many[: len(few)] == few
        assert len(many) > len(few)


def test_parquet_holds_the_rows_of_csv_with_the_types_of_the_diagram(tmp_path):
    generate_data.generate(tmp_path, file_format="parquet")
    types = {}
    for table in generate_data.TABLES:
        assert rows(tmp_path, table) == rows(SEEDS, table)
        with duckdb.connect() as con:
            described = con.execute(f"describe from '{tmp_path}/{table}.parquet'").fetchall()
        types[table] = {name: kind for name, kind, *_ in described}
    assert types == {
        "customers": {
            "customer_id": "VARCHAR",
            "acquisition_date": "DATE",
            "region": "VARCHAR",
            "industry": "VARCHAR",
        },
        "subscriptions": {
            "customer_id": "VARCHAR",
            "product_id": "VARCHAR",
            "quantity": "INTEGER",
            "start_date": "DATE",
            "end_date": "DATE",
            "arr": "INTEGER",
        },
        "login_events": {
            "user_id": "VARCHAR",
            "customer_id": "VARCHAR",
            "user_type": "VARCHAR",
            "login_timestamp": "TIMESTAMP",
        },
        "support_tickets": {
            "ticket_id": "VARCHAR",
            "customer_id": "VARCHAR",
            "status": "VARCHAR",
            "created_date": "TIMESTAMP",
            "ticket_category": "VARCHAR",
            "closed_date": "TIMESTAMP",
        },
    }


def test_csv_is_plain():
    tickets = (SEEDS / "support_tickets.csv").read_bytes()
    assert b"\r" not in tickets
    header, *lines = tickets.decode().removesuffix("\n").split("\n")
    assert header == "ticket_id,customer_id,status,created_date,ticket_category,closed_date"
    assert any(line.endswith(",") for line in lines), "no empty field for null"
    assert not any('"' in line for line in lines)
    assert len(lines[0].split(",")[3]) == len("2025-12-31 23:59:59")


def test_the_seeds_are_small():
    assert sum((SEEDS / f"{table}.csv").stat().st_size for table in generate_data.TABLES) < 2e6


def test_the_memory_does_not_grow_with_the_customers(tmp_path):
    """Ten chunks fit the memory that one needs; all customers in one chunk do not."""
    options = {"customers": 2000, "days": 1095, "file_format": "parquet", "threads": 2}
    made = generate_data.generate(
        tmp_path / "chunks", chunk_size=200, memory_limit="48MB", **options
    )
    assert made["login_events"] > 500_000
    with pytest.raises(duckdb.OutOfMemoryException):
        generate_data.generate(tmp_path / "one", chunk_size=2000, memory_limit="48MB", **options)


def test_stale_output_goes_and_other_files_stay(tmp_path):
    (tmp_path / "notes.csv").write_text("mine")
    generate_data.generate(tmp_path, customers=6, chunk_size=2, days=60)
    generate_data.generate(tmp_path, customers=4, chunk_size=2, days=60, file_format="parquet")
    assert len(contents(tmp_path)) == 1 + 4 * 2
    generate_data.generate(tmp_path, customers=4, days=60)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["notes.csv", *(f"{table}.csv" for table in generate_data.TABLES)]
    )


def test_a_foreign_file_in_a_table_folder_stops_before_anything_is_removed(tmp_path):
    generate_data.generate(tmp_path, customers=4, chunk_size=2, days=60)
    (tmp_path / "support_tickets" / "mine.txt").write_text("mine")
    before = contents(tmp_path)
    with pytest.raises(generate_data.GeneratorError, match=r"mine\.txt is in the way"):
        generate_data.generate(tmp_path, customers=4, days=60)
    assert contents(tmp_path) == before


def test_no_customers_make_empty_tables_with_their_columns(tmp_path):
    made = generate_data.generate(tmp_path, customers=0)
    assert made == dict.fromkeys(generate_data.TABLES, 0)
    for table in generate_data.TABLES:
        header = (SEEDS / f"{table}.csv").read_bytes().split(b"\n")[0] + b"\n"
        assert (tmp_path / f"{table}.csv").read_bytes() == header


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--customers", "-1"], "customers must be 0 to 1000000, not -1"),
        (["--days", "0"], "days must be 1 to 3650, not 0"),
        (["--days", "many"], "argument --days: invalid int value: 'many'"),
        (["--end-date", "2025-02-30"], "not a date like 2025-12-31: '2025-02-30'"),
        (["--end-date", "1950-01-01"], "end-date must be 1979-12-30 to 2200-12-31"),
        (["--format", "xml"], "invalid choice: 'xml'"),
        (["--out", "{file}"], "cannot use the folder"),
        (["--out", "{file}/below"], "cannot use the folder"),
    ],
)
def test_a_bad_argument_gives_one_line(tmp_path, monkeypatch, capsys, arguments, complaint):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit) as stopped:
        generate_data.main([text.format(file=tmp_path / "file") for text in arguments])
    said = capsys.readouterr()
    assert stopped.value.code == 2
    assert complaint in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["file"], "something was written"
