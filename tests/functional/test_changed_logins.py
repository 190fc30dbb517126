"""Which days of logins are cleaned again."""

from __future__ import annotations

import duckdb
import pytest
from warehouse import LOGINS, Warehouse, add_late_login, customer, middle_day

pytestmark = pytest.mark.long


pytestmark = pytest.mark.long


def test_only_the_days_of_changed_logins_are_cleaned(warehouse: Warehouse) -> None:
    assert warehouse.run("run") == "nothing changed"
    assert warehouse.cleaned == ["nothing changed"]
    add_late_login(warehouse)
    warehouse.add_login("2024-01-32", customer(warehouse))
    warehouse.run("run")
    assert warehouse.cleaned == ["rebuilding 2 days: 2 days changed (login_events)"]
    warehouse.assert_equals_full_refresh()
    # other logins of its days are unchanged
    for row in warehouse.world["login_events"][-2:]:
        row["customer_id"] = "nobody"
    warehouse.write_inputs()
    warehouse.run("run")
    assert warehouse.cleaned == ["rebuilding 2 days: 2 days changed (login_events)"]
    warehouse.assert_equals_full_refresh()


def test_logins_deleted_by_hand_come_back(warehouse: Warehouse) -> None:
    day = middle_day(warehouse)
    table = f"main_staging.{LOGINS}"
    first = f"select min(login_timestamp::date) from {table} where login_timestamp >= date '{day}'"
    warehouse.query(f"delete from {table} where login_timestamp::date = ({first})")
    assert warehouse.run("run") == "nothing changed"
    assert warehouse.cleaned == ["rebuilding 1 day: 1 day changed (base_login_events)"]
    warehouse.assert_equals_full_refresh()


def test_a_new_file_of_logins_brings_its_own_days_only(warehouse: Warehouse) -> None:
    folder = warehouse.inputs / LOGINS.removeprefix("base_")
    folder.mkdir()
    (warehouse.inputs / f"{folder.name}.csv").rename(folder / "1.csv")
    warehouse.run("run")
    assert warehouse.cleaned == ["nothing changed"]
    header, *_ = (folder / "1.csv").read_text(encoding="utf-8").splitlines()
    assert header == "user_id,customer_id,user_type,login_timestamp"
    day = middle_day(warehouse)
    (folder / "2.csv").write_text(f"{header}\nu,{customer(warehouse)},admin,{day}\n")
    warehouse.run("run")
    assert warehouse.cleaned == ["rebuilding 1 day: 1 day changed (login_events)"]
    warehouse.assert_equals_full_refresh()


def test_where_events_have_ids_a_change_cleans_every_day(warehouse: Warehouse) -> None:
    """The same event may be on any of them, but counts once."""
    logins = warehouse.world["login_events"]
    for number, row in enumerate(logins):
        row["event_id"] = str(number)
    warehouse.write_inputs()
    warehouse.run("run")
    assert warehouse.cleaned == ["rebuilding every day: a setting or the logic changed"]
    assert warehouse.run("run") == "nothing changed"
    assert warehouse.cleaned == ["nothing changed"]
    logins.append(logins[0] | {"login_timestamp": "2023-12-01"})
    warehouse.write_inputs()
    assert warehouse.run("run") != "nothing changed"
    assert warehouse.cleaned == ["rebuilding every day: 1 day changed (login_events)"]
    warehouse.assert_equals_full_refresh()


def test_the_type_of_a_column_counts(warehouse: Warehouse) -> None:
    """The same number of microseconds is another time of the day with a zone than without."""
    file = warehouse.inputs / f"{LOGINS.removeprefix('base_')}.csv"
    parquet = file.with_suffix(".parquet")
    text = file.rename(warehouse.inputs.parent / "logins_as_text.csv")
    for kind in ("timestamp", "timestamptz"):
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(
                "copy (select * replace (try_cast(login_timestamp as timestamp)::"
                f"{kind} as login_timestamp) from read_csv('{text}', all_varchar = true))"
                f" to '{parquet}'"
            )
        zone = {"reporting_timezone": "Asia/Kathmandu"}
        warehouse.run("run", **zone)
        assert warehouse.cleaned == ["rebuilding every day: a setting or the logic changed"]
        warehouse.assert_equals_full_refresh(**zone)
