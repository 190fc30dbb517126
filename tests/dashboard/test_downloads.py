"""Lists as spreadsheets."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from io import BytesIO

import downloads
import duckdb


def test_a_list_is_the_spreadsheet_that_make_answer_writes() -> None:
    query = """
        select * from (values
            ('A', 1.5::double, date '2024-02-29', 7::bigint),
            ('=1+1', null, null, null),
        ) as list (customer_id, arr, left_after, tickets)
    """
    file = downloads._spreadsheet(duckdb.sql(query).df())
    with zipfile.ZipFile(BytesIO(file)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    texts = ["customer_id", "arr", "left_after", "tickets", "A", "=1+1"]
    assert re.findall(r"<t>(.*?)</t>", strings) == texts
    assert "<f>" not in sheet
    assert "autoFilter" in sheet
    cells = dict(re.findall(r'<c r="([B-D]\d)"[^>]*><v>([\d.]+)</v>', sheet.partition('r="2"')[2]))
    day = (date(2024, 2, 29) - date(1899, 12, 30)).days
    assert {place: float(value) for place, value in cells.items()} == {
        "B2": 1.5,
        "C2": day,
        "D2": 7,
    }
    assert "yyyy-mm-dd" in styles
    assert "hh:mm" not in styles
