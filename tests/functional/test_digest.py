"""`apps/digest.py`, which `make digest` runs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import answer
import database
import digest
import duckdb
import pytest

ANALYSES = ("left_recently", "customers_at_risk", "silent_payers")
HOSTILE = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>",
    "[click](javascript:alert(1)) | `x` **b** {{ 7 * 7 }}\n# heading",
    "=cmd|'/c calc'!A1 &lt; http://evil.example ~~x~~",
)


class Tags(HTMLParser):
    """Every tag with its attributes, and the texts of the cells of tables by row."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] in ("td", "th"):
            self.rows[-1][-1] += data


@pytest.fixture(scope="module")
def queries(seeds_built_once: Path) -> dict[str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DUCKDB_PATH", str(seeds_built_once))
        folder = str(seeds_built_once.parent / "digest")
        found = answer.compiled(ANALYSES, ["--target-path", folder, "--log-path", folder])
    return dict(found)


@pytest.fixture
def owned(seeds_db: Path) -> Path:
    """The seeds, with hostile names, and an owner for every second customer."""
    with duckdb.connect(str(seeds_db)) as connection:
        connection.execute(
            f"""
            create or replace view customer_attributes as
            select
                customer_id,
                ([{", ".join("'" + name.replace("'", "''") + "'" for name in HOSTILE)}])[
                    1 + right(customer_id, 3)::int % 3
                ] as name,
                if(right(customer_id, 1)::int % 2 = 0, 'Ann <b>', null) as owner
            from customers_enriched
            """
        )
    return seeds_db


@pytest.fixture
def opened(owned: Path) -> Iterator[database.Connection]:
    with duckdb.connect(str(owned), read_only=True) as connection:
        yield connection


def of(connection: database.Connection, owner: str | None = None) -> str:
    return digest.render("digest.html", digest.Digest(connection, owner), date.today())


def test_texts_of_the_data_are_texts_in_html(opened: database.Connection) -> None:
    page = of(opened, "Ann <b>")
    parsed = Tags(page)
    assert {tag for tag, _ in parsed.tags} <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "div", "table"),
        *("thead", "tbody", "tr", "th", "td", "ul", "li"),
    }
    # nothing is loaded or executed
    names = {name for _, attributes in parsed.tags for name in attributes}
    assert names <= {*("lang", "charset", "name", "content", "http-equiv", "scope"),
                     *("tabindex", "role", "aria-label", "data-label")}  # fmt: skip
    assert "url(" not in page
    assert "@import" not in page
    shown = {row[0] for row in parsed.rows}
    assert all(any(name in cell for cell in shown) for name in HOSTILE)


def test_texts_of_the_data_are_texts_in_markdown(opened: database.Connection) -> None:
    text = digest.render("digest.md", digest.Digest(opened, None), date.today())
    plain = re.sub(r"\\(.)", "", text)
    assert not re.search(r"[<>`*_\[\](){}]", plain.replace("](", "").replace("* ", ""))
    tables = [line for line in plain.splitlines() if line.startswith("|")]
    # a name cannot break a row
    assert {line.count("|") for line in tables} <= {4, 5, 7}
    assert len([line for line in text.splitlines() if line.startswith("#")]) == 7


def test_the_lists_are_those_of_the_analyses(
    opened: database.Connection, queries: dict[str, str]
) -> None:
    made = digest.Digest(opened, None)
    left, to_call, _, silent, renewals = made.sections()
    for section, name in ((left, "left_recently"), (to_call, "customers_at_risk"),
                          (silent, "silent_payers")):  # fmt: skip
        ids = [row[0] for row in opened.execute(queries[name]).fetchall()]
        assert [row[0].rpartition("(")[2][:-1] for row in section.rows] == ids[: len(section.rows)]
        assert len(section.rows) == min(len(ids), digest.LONGEST_LIST)
    assert all(why for *_, why in to_call.rows)
    last = made.day + timedelta(days=digest.RENEWAL_DAYS)
    assert renewals.rows
    assert all(str(made.day) <= ends <= str(last) for *_, ends, _ in renewals.rows)


def test_an_owner_sees_only_those_of_hers(opened: database.Connection) -> None:
    for section in digest.Digest(opened, "Ann <b>").sections():
        ids = [row[0].rpartition("(")[2][:-1] for row in section.rows]
        assert all(int(customer_id[-1]) % 2 == 0 for customer_id in ids)
    with pytest.raises(SystemExit, match=r"OWNER: unknown owner 'Bo'; the owners are Ann <b>"):
        digest.Digest(opened, "Bo")


def test_oddities_are_listed(owned: Path) -> None:
    with duckdb.connect(str(owned)) as connection:
        made = digest.Digest(connection, None)
        assert made.oddities(made.day) == []
        assert made.oddities(made.day + timedelta(days=9)) == ["The last day built is 9 days ago."]
        connection.execute("insert into rejected_records values ('customers', 'x_y', 'C1', '{}')")
        connection.execute(
            "update build_results set status = 'fail' where name = 'assert_no_raw_row_is_lost'"
        )
        assert made.oddities(made.day) == [
            "customers: 1 rejected (x_y)",
            "test assert_no_raw_row_is_lost: fail",
        ]


def test_both_files_are_written(
    seeds_built_once: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DUCKDB_PATH", str(shutil.copy(seeds_built_once, tmp_path)))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path / "logs"))
    out = tmp_path / "new" / "week.html"
    digest.main(["--out", str(out)])
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert out.with_suffix(".md").read_text(encoding="utf-8").startswith("# Customers this week")
    with pytest.raises(SystemExit, match=r"has to end in [.]html"):
        digest.main(["--out", str(tmp_path / "week.txt")])
    with pytest.raises(SystemExit, match="OWNER needs customers with the attribute owner"):
        digest.main(["--out", str(out), "--owner", "Ann"])
