"""Texts, keys, whole records and their fingerprints, as dbt renders them."""

from __future__ import annotations

import ast
import json
import random
import re
from datetime import date
from decimal import Decimal

import oracle
import pytest
import random_inputs
from macro_calls import WHITESPACE, Duck, Render, check, evaluate, fill


def test_clean_text_trims_and_empties_to_null(sql: dict[str, str], duck: Duck) -> None:
    rng = random.Random(1)
    # a no-break space is no whitespace here, and whitespace within a text stays
    alphabet = (*WHITESPACE, *WHITESPACE, "a", "B", "'", '"', "\\", "\u00a0", "é", "漢", "{{", "0")
    rows = [("".join(rng.choices(alphabet, k=rng.randint(0, 6))),) for _ in range(1500)]
    rows += [(None,), ("NULL",), (" null ",)]
    fill(duck, "texts", {"a": "VARCHAR"}, rows)
    expected = [None if text is None else text.strip(WHITESPACE) or None for (text,) in rows]
    check(rows, evaluate(duck, sql["clean_text"], "texts"), expected)


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        ("INTEGER", 7, "7"),
        ("BOOLEAN", True, "true"),
        ("DATE", "2024-02-29", "2024-02-29"),
        ("DECIMAL(9, 2)", "1.50", "1.50"),
        ("INTEGER", None, None),
    ],
)
def test_clean_text_of_another_type(
    sql: dict[str, str], duck: Duck, type_: str, value: object, expected: str | None
) -> None:
    fill(duck, "typed", {"a": type_}, [(value,)])
    assert evaluate(duck, sql["clean_text"], "typed") == [expected]


def test_null_values_are_null(render: Render, sql: dict[str, str], duck: Duck) -> None:
    texts = [None, "", " \t", *random_inputs.NULL_VALUES, "0000-00-00 00:00:00"]
    others = ["x", "--", "n\\a", "0", "2024-01-01", "null null", "\u00a0", "\\n\\n"]
    fill(duck, "texts", {"a": "VARCHAR"}, [(text,) for text in texts + others])
    expected = [False] * len(texts) + [True] * len(others)
    check(texts + others, evaluate(duck, sql["has_value"], "texts"), expected)
    for call in ("parse_timestamp", "parse_integer", "parse_amount"):
        assert evaluate(duck, sql[call], "texts")[: len(texts)] == [None] * len(texts)
    # a setting replaces them, and wins over a readable value
    calls = ("has_value", "parse_date", "parse_integer", "parse_amount")
    chosen = [" Open ", "9999-12-31", "-1", "it's \\", "Ü"]
    for setting in (chosen, {"subscriptions": chosen}):
        has_value, *parsed = render(
            *(f"{call}('a', 'subscriptions')" for call in calls), null_values=setting
        )
        texts = ["OPEN", "9999-12-31 ", "-1", "It's \\", "ü", None]
        others = ["NULL", "9999-12-30", "-2"]
        fill(duck, "texts", {"a": "VARCHAR"}, [(text,) for text in texts + others])
        assert evaluate(duck, has_value, "texts") == [False] * 6 + [True] * 3
        for expression in parsed:
            values = evaluate(duck, expression, "texts")
            assert [value is not None for value in values[:6]] == [False] * 6
            assert sum(value is not None for value in values[6:]) == 1
    fill(duck, "typed", {"a": "DATE"}, [("9999-12-31",), ("9999-12-30",)])
    assert evaluate(duck, parsed[0], "typed") == [None, date(9999, 12, 30)]
    (has_value,) = render("has_value('a', 'subscriptions')", null_values=[])
    fill(duck, "texts", {"a": "VARCHAR"}, [("NULL",), (None,)])
    assert evaluate(duck, has_value, "texts") == [True, False]


def test_text_literal_is_escaped(render: Render, duck: Duck) -> None:
    texts = [
        *random_inputs.AWKWARD_IDS,
        "'",
        "\\",
        "\\'",
        "'; drop table x; --",
        "\\' or 1 = 1; --",
        '"',
    ]
    duckdb_literals, spark_literals = (
        render(
            *(f"{engine}__text_literal(var('closed_statuses')[{n}])" for n in range(len(texts))),
            closed_statuses=texts,
        )
        for engine in ("duckdb", "spark")
    )
    assert [duck.execute(f"select {text}").fetchall()[0][0] for text in duckdb_literals] == texts
    # a backslash escapes in Spark
    assert all(re.fullmatch(r"'([^'\\]|\\.)*'", text) for text in spark_literals)
    assert [re.sub(r"\\(.)", r"\1", text[1:-1]) for text in spark_literals] == texts


def test_is_status_in_compares_in_lower_case(render: Render, duck: Duck) -> None:
    setting = [" Closed", "won't FIX", "ΚΛΕΙΣΤΌΣ"]
    (condition,) = render("is_status_in('closed_statuses', 'a')", closed_statuses=setting)
    rows = [("closed",), ("won't fix",), ("open",), (None,)]
    fill(duck, "t", {"a": "VARCHAR"}, rows)
    assert evaluate(duck, condition, "t") == [True, True, False, None]
    # whatever is lower case to the database
    assert evaluate(duck, condition.replace("a in", "lower('ΚΛΕΙΣΤΌΣ') in"), "t") == [True] * 4
    assert render("is_status_in('closed_statuses', 'a')", closed_statuses=[]) == ["false"]


def test_constants_are_typed_and_escaped(render: Render, duck: Duck) -> None:
    texts = [
        *random_inputs.AWKWARD_IDS,
        "'",
        "\\",
        "\\'",
        "'; drop table x; --",
        "",
        "1",
        "2024-01-31",
    ]
    values = [*texts, 3, -3, 0.5, 10**17, 1e300, None]
    columns = {table: [*names] for table, names in oracle.INPUT_COLUMNS.items()}
    names = [(table, name) for table, found in columns.items() for name in found]
    found = []
    for start in range(0, len(values), len(names)):
        chosen = dict(zip(names, values[start : start + len(names)], strict=False))
        column_map: dict[str, dict[str, object]] = {}
        for (table, name), value in chosen.items():
            column_map.setdefault(table, {})[name] = {"value": value}
        calls = [f"raw_column('{table}', '{name}')" for table, name in chosen]
        found += render(*calls, column_map=column_map)
    results = [duck.execute(f"select {text}").fetchall()[0][0] for text in found]
    check(values, results, [*texts, 3, -3, Decimal("0.5"), 10**17, "1e+300", None])
    # YAML reads dates
    (text,) = render("_constant(modules.datetime.date(2024, 1, 31))")
    assert duck.execute(f"select {text}").fetchall() == [(date(2024, 1, 31),)]


def test_joined_key_keeps_the_spelling_of_the_source(sql: dict[str, str], duck: Duck) -> None:
    texts = (None, "", " ", " a ", "a|b", "'", "ü b", "\n2024-01-01\t")
    rows = [(a, b, c) for a in texts for b in texts for c in (None, 0, 7)]
    fill(duck, "raw", {"a": "VARCHAR", "b": "VARCHAR", "c": "INTEGER"}, rows)
    parts = [["" if v is None else str(v).strip(WHITESPACE) for v in row] for row in rows]
    check(rows, evaluate(duck, sql["joined_key"], "raw"), ["|".join(row) for row in parts])
    check(rows, evaluate(duck, sql["one_key"], "raw"), [row[0] for row in parts])


def test_record_as_json_keeps_the_whole_row(sql: dict[str, str], duck: Duck) -> None:
    """A raw row comes back whole, with its columns in their order."""
    texts = (
        *random_inputs.AWKWARD_IDS,
        None,
        "",
        " a ",
        "\n\t\r",
        "\u2028",
        '{"a": [1]}',
        "\x1f",
        "🙂",
    )
    names = ("customer_id", "Region", 'odd "name"', "while")
    rows = [tuple(texts[(n + k) % len(texts)] for k in range(4)) for n in range(len(texts))]
    quoted = [name.replace('"', '""') for name in names]
    fill(duck, "raw", dict.fromkeys(quoted, "VARCHAR"), rows)
    kept = f"(SELECT {sql['raw_record']} AS kept FROM raw) AS records"
    found = [text for (text,) in duck.execute(f"SELECT {sql['record']} FROM {kept}").fetchall()]
    assert all(type(text) is str for text in found)
    expected = [list(zip(names, row, strict=True)) for row in rows]
    actual = [json.loads(text, object_pairs_hook=list) for text in found]
    assert sorted(map(repr, actual)) == sorted(map(repr, expected))


def test_record_as_json_keeps_types(sql: dict[str, str], duck: Duck) -> None:
    types = {
        "id": "BIGINT",
        "at": "TIMESTAMP",
        "day": "DATE",
        "arr": "DECIMAL(18, 2)",
        "no": "DATE",
    }
    fill(duck, "raw", types, [(2**40, "2024-01-05 10:00:00.5", "2024-02-29", "1.50", None)])
    kept = f"(SELECT {sql['raw_record']} AS kept FROM raw) AS records"
    ((text,),) = duck.execute(f"SELECT {sql['record']} FROM {kept}").fetchall()
    assert json.loads(text, parse_float=Decimal) == {
        "id": 2**40,
        "at": "2024-01-05 10:00:00.5",
        "day": "2024-02-29",
        "arr": Decimal("1.5"),
        "no": None,
    }


def test_a_fingerprint_sees_what_a_sum_of_values_does_not(sql: dict[str, str], duck: Duck) -> None:
    """Values that change places between rows or columns, nulls, and rows that cancel out."""
    tables: list[list[tuple[object, object]]] = [
        [],
        [(None, None)],
        [(0, 0)],
        [(0, 0), (0, 0)],
        [(1, 1), (2, 2)],
        [(1, 2), (2, 1)],
        [(1, 2), (1, 2)],
        [(2, 1), (2, 1)],
        [(0, 3)],
        [(3, 0)],
        [(None, 3)],
        [(3, None)],
    ]
    sums = []
    for rows in tables:
        duck.execute("CREATE OR REPLACE TEMP TABLE pairs (a BIGINT, b BIGINT)")
        for row in rows:
            duck.execute("INSERT INTO pairs VALUES (?, ?)", row)
        query = f"SELECT count(*), sum(h) FROM (SELECT {sql['row_hash']} AS h FROM pairs)"
        sums += duck.execute(query).fetchall()
    assert len(set(sums)) == len(tables)


def test_spark_hashes_the_fields_of_a_record_one_by_one(render: Render) -> None:
    """As its hash skips nulls; what is not certain to be a flat record goes through JSON."""
    flat = ("struct<a:string,b c:decimal(18,2)>", "struct<a:int>")
    nested = ("struct<a:array<string>>", "array<string>", "struct<a:b:string>", "map<string,int>")
    cut_off = ("struct<a:string,... 3 more fields>",)
    kinds = ("string", *flat, *nested, *cut_off)
    text, *found = render(*(f"spark__values_to_hash('r', '{kind}')" for kind in kinds))
    assert text == "['r']"
    expected = [["isnull(r)", 'r."a"', 'r."b c"'], ["isnull(r)", 'r."a"']]
    assert [ast.literal_eval(values) for values in found[: len(flat)]] == expected
    assert all(values.startswith('["to_json(r,') for values in found[len(flat) :])
