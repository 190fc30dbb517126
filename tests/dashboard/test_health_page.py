"""What the page of the data says of the last build."""

from __future__ import annotations

from pathlib import Path

from conftest import OpenApp
from shown import (
    AT_RISK,
    HEALTH,
    Change,
    customers,
    figures,
    said,
    tables,
)


# data health
def with_results(changed: Change, database: Path, statuses: dict[str, str]) -> Path:
    """The database with these results, by node, in place of those it has."""
    rows = [
        f"('{node}', '{node.split('.')[0]}', '{node.split('.')[-1]}', '{status}', 'about {node}', "
        f"{7 if status == 'fail' else 'null'}, 0.5, '2025-01-02 03:04:05', 'build', 'x')"
        for node, status in statuses.items()
    ]
    insert = [f"insert into build_results values {', '.join(rows)}"] if rows else []
    return changed(database, "delete from build_results", *insert)


def test_what_was_built(open_app: OpenApp, handmade: Path) -> None:
    shown = figures(open_app(handmade, HEALTH))
    assert shown["Last day built"] == "2024-04-01"
    assert shown["Customers"] == "4"
    assert shown["That is"].endswith(" days ago")


def test_a_build_that_stopped_half_way(open_app: OpenApp, handmade: Path, changed: Change) -> None:
    half = changed(
        handmade,
        "insert into customer_daily_metrics select * replace (date + 1 as date) "
        "from customer_daily_metrics where date = '2024-04-01' and customer_id = 'A'",
    )
    app = open_app(half, HEALTH)
    assert "customers_enriched is of 2024-04-01: the last build did not finish." in said(app)
    # the other pages show the day that all of it knows
    assert open_app(half).caption[0].value == "2024-04-01, changes since 2024-03-25"
    assert len(customers(open_app(half, AT_RISK))) == 2


def test_rejected_rows(open_app: OpenApp, handmade: Path) -> None:
    app = open_app(handmade, HEALTH)
    [cells] = tables(app)
    assert cells.rows[1] == ["duplicate_keycustomers", "1", "another row has the same id", "A"]
    assert len(cells.rows) == 1 + 7
    assert all(meaning for _, _, meaning, _ in cells.rows[1:])
    assert app.caption[0].value.startswith("7 rows were rejected.")
    assert "No row was rejected." not in said(app)


def test_no_rejected_rows(open_app: OpenApp, single: Path) -> None:
    assert "No row was rejected." in said(open_app(single, HEALTH))


def test_reasons_are_all_explained() -> None:
    # as the models name them, and not one more
    folder = Path(__file__).parents[2] / "models" / "staging" / "base"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.sql"))
    page = (Path(__file__).parents[2] / "apps" / "dashboard" / HEALTH).read_text(encoding="utf-8")
    named = page.split("REASONS = {")[1].split("}")[0]
    reasons = {line.split('"')[1] for line in named.strip().splitlines()}
    assert reasons == {reason for reason in reasons if f"'{reason}'" in text}
    assert len(reasons) == 11


def test_tests_that_passed(open_app: OpenApp, single: Path, changed: Change) -> None:
    statuses = {"model.p.m": "success", "test.p.a": "pass", "unit_test.p.m.b": "pass"}
    app = open_app(with_results(changed, single, statuses), HEALTH)
    assert (figures(app)["Passed"], figures(app)["Failed"]) == ("2", "0")
    assert "Every test passed." in said(app)
    assert any("`dbt build`, 2025-01-0" in caption.value for caption in app.caption)


def test_tests_that_failed(open_app: OpenApp, single: Path, changed: Change) -> None:
    statuses = {"test.p.a": "pass", "test.p.b": "fail", "test.p.c": "warn", "test.p.d": "error"}
    statuses |= {"test.p.e": "skipped", "model.p.f": "error", "model.p.g": "success"}
    app = open_app(with_results(changed, single, statuses), HEALTH)
    names = ("Passed", "Failed", "Warned", "Broken", "Skipped")
    assert [figures(app)[name] for name in names] == ["1"] * 5
    problems = app.dataframe[0].value
    assert list(problems["name"]) == ["d", "f", "b", "c", "e"]
    assert problems["message"].iloc[2] == "about test.p.b"
    assert "Every test passed." not in said(app)


def test_a_model_that_failed(open_app: OpenApp, single: Path, changed: Change) -> None:
    statuses = {"model.p.m": "error", "test.p.a": "pass"}
    app = open_app(with_results(changed, single, statuses), HEALTH)
    assert list(app.dataframe[0].value["name"]) == ["m"]
    assert "Every test passed." not in said(app)


def test_runs_without_tests(open_app: OpenApp, single: Path) -> None:
    # it was made by `dbt run`
    assert any("No test has run" in text for text in said(open_app(single, HEALTH)))


def test_a_database_of_an_older_release(open_app: OpenApp, single: Path, changed: Change) -> None:
    old = changed(single, "drop table build_results")
    assert any("No run has stored" in text for text in said(open_app(old, HEALTH)))


def test_results_are_those_of_this_database(
    open_app: OpenApp, single: Path, changed: Change, tmp_path: Path
) -> None:
    """What dbt has done in this folder since then is of no interest."""
    database = with_results(changed, single, {"test.p.a": "pass"})
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "run_results.json").write_text("{}", encoding="utf-8")
    assert figures(open_app(database, HEALTH))["Passed"] == "1"
