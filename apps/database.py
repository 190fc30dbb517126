"""The database of the last build: opens it, asks it, prints tables and writes files."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import duckdb

Connection = duckdb.DuckDBPyConnection
Row = dict[str, Any]
SEPARATOR = "  "
# Longer words are broken.
LONGEST_WORD = 24
# Rows of a sheet, without the header.
MOST_ROWS = 2**20 - 1


def path_from_environment() -> Path:
    """The DuckDB file that a build writes."""
    return Path(os.environ.get("DUCKDB_PATH", "customer_health.duckdb"))


def connect(path: Path, table: str) -> Connection:
    """The database of the last build, read-only.  Exits with one line if the table is missing."""
    if not path.is_file():
        sys.exit(f"There is no database {path}; run make build first, or set DUCKDB_PATH.")
    try:
        connection = duckdb.connect(str(path), read_only=True)
        connection.execute(f"select 1 from {table} limit 0")
    except duckdb.CatalogException:
        sys.exit(f"{path} has no table {table}; run make build first.")
    except duckdb.Error as error:
        sys.exit(f"{path} cannot be read: {str(error).splitlines()[0]}")
    return connection


def ask(
    connection: Connection, query: str, parameters: Sequence[object] = ()
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The names of the columns of a query, and its rows.  Raises duckdb.Error."""
    cursor = connection.execute(query, parameters)
    return [column[0] for column in cursor.description], cursor.fetchall()


def records(connection: Connection, query: str, parameters: Sequence[object] = ()) -> list[Row]:
    """The rows of a query by the names of its columns.  Raises duckdb.Error."""
    header, rows = ask(connection, query, parameters)
    return [dict(zip(header, row, strict=True)) for row in rows]


# --- files ---------------------------------------------------------------------------------------


def _copy(options: str) -> Callable[[Connection, str, Path], int]:
    def write(connection: Connection, query: str, out: Path) -> int:
        target = str(out).replace("'", "''")
        (rows,) = connection.execute(f"copy ({query}) to '{target}' (format {options})").fetchall()
        return int(rows[0])

    return write


def _write_xlsx(connection: Connection, query: str, out: Path) -> int:
    header, rows = ask(connection, query)
    spreadsheet(header, rows, out)
    return len(rows)


def spreadsheet(
    header: Sequence[str], rows: Sequence[Sequence[object]], out: Path | BinaryIO
) -> None:
    """Writes rows as .xlsx; raises OSError if there are too many for a sheet."""
    # imported here, because only spreadsheets need it
    import xlsxwriter

    if len(rows) > MOST_ROWS:
        most = f"a spreadsheet has room for {MOST_ROWS:,} rows, not for {len(rows):,}"
        raise OSError(f"{most}; write .csv or .parquet")
    with xlsxwriter.Workbook(
        out,
        {
            "default_date_format": "yyyy-mm-dd",
            # a text that looks like a formula or an address stays a text
            "strings_to_formulas": False,
            "strings_to_urls": False,
        },
    ) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, header, book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(header) - 1)
        sheet.autofit()


WRITERS: Mapping[str, Callable[[Connection, str, Path], int]] = {
    ".csv": _copy("csv, header"),
    ".xlsx": _write_xlsx,
    ".parquet": _copy("parquet"),
    ".json": _copy("json, array true"),
}


def write(connection: Connection, query: str, out: Path) -> int:
    """Writes the rows of a query to a file in the format of its ending; returns how many.

    Exits with one line if the ending is unknown or the file cannot be written.
    """
    writer = WRITERS.get(out.suffix.lower())
    if writer is None:
        endings = ", ".join(WRITERS)
        sys.exit(f"OUT: {out} has an unknown ending; expected one of {endings}.")
    try:
        # some writers fail only once they have rows to write
        out.open("ab").close()
        return writer(connection, query, out)
    except (OSError, duckdb.Error) as error:
        sys.exit(f"OUT: {out} cannot be written: {str(error).splitlines()[0]}")


# --- tables --------------------------------------------------------------------------------------


def table(header: Sequence[str], rows: Sequence[Sequence[object]], width: int | None = None) -> str:
    """An aligned table, indented by two; numbers and percentages to the right, None as ``-``.

    With a ``width``, texts and column names are wrapped to fit it; if that is not enough, the
    remaining columns follow below, beside the first one.
    """
    columns = [
        _Column(name, ["-" if row[number] is None else str(row[number]) for row in rows],
                all(_is_number(row[number]) for row in rows))
        for number, name in enumerate(header)
    ]  # fmt: skip
    if width is None:
        return _block(columns)
    return "\n\n".join(_block(group) for group in _groups(columns, width))


class _Column:
    """A column of texts and its width.

    ``of_cells`` is the least width without wrapping a cell, ``least`` with wrapping.
    """

    def __init__(self, name: str, cells: Sequence[str], is_numeric: bool) -> None:
        self.name, self.cells, self.is_numeric = name, cells, is_numeric
        widest = max(map(len, cells), default=0)
        words = [name] if is_numeric else [name, *cells]
        self.least = max((len(word) for text in words for word in _words(text)), default=0)
        if is_numeric:
            self.least = max(self.least, widest)
        self.of_cells = max(self.least, widest)
        self.width = max(len(name), widest)


def _is_number(value: object) -> bool:
    return not isinstance(value, str) or value.endswith(("%", "-"))


def _words(text: str) -> Iterator[str]:
    for word in re.findall(r"[^ _]+[_ ]?|[_ ]", text):
        yield from (
            word[start : start + LONGEST_WORD] for start in range(0, len(word), LONGEST_WORD)
        )


def _lines(text: str, width: int) -> list[str]:
    lines = [""]
    for word in _words(text) if len(text) > width else [text]:
        if lines[-1] and len((lines[-1] + word).rstrip()) > width:
            lines.append("")
        lines[-1] += word
    return [line.rstrip() for line in lines]


def _groups(columns: Sequence[_Column], width: int) -> Iterator[list[_Column]]:
    """The columns in groups that fit the width, narrowed if necessary."""

    def room(group: Sequence[_Column], of: str) -> int:
        return sum(len(SEPARATOR) + getattr(column, of) for column in group)

    first, *rest = columns
    while True:
        group = [first]
        while rest and (len(group) == 1 or room([*group, rest[0]], "least") <= width):
            group.append(rest.pop(0))
        # column names are wrapped before cells
        for least in ("of_cells", "least"):
            while room(group, "width") > max(width, room(group, least)):
                max(group, key=lambda column: column.width - getattr(column, least)).width -= 1
        yield group
        if not rest:
            return


def _block(columns: Sequence[_Column]) -> str:
    lines = []
    for texts in zip(*([column.name, *column.cells] for column in columns), strict=True):
        cells = [_lines(text, column.width) for text, column in zip(texts, columns, strict=True)]
        for number in range(max(map(len, cells))):
            parts = [
                (cell[number] if number < len(cell) else "").rjust(column.width)
                if column.is_numeric
                else (cell[number] if number < len(cell) else "").ljust(column.width)
                for cell, column in zip(cells, columns, strict=True)
            ]
            lines.append((SEPARATOR + SEPARATOR.join(parts)).rstrip())
    return "\n".join(lines)
