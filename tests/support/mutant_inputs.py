"""Rows and settings under which each of the mutants changes a result."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import oracle

TODAY = datetime.now(UTC).date()

SETTINGS = {
    "defaults": oracle.Settings(run_day=TODAY),
    "changed": oracle.Settings(
        run_day=TODAY,
        # no month ends with it
        as_of_date=date(2024, 7, 30),
        reporting_timezone="America/New_York",
        subscription_end_date_is_inclusive=False,
        closed_statuses=("CLOSED", "Solved"),
        high_aging_ticket_threshold=1,
        # unique_users is missing and so counts as 1
        risk_weights={
            "products": Decimal(2),
            "arr": Decimal("0.5"),
            "logins": Decimal("0.25"),
            "critical_tickets": Decimal(3),
        },
    ),
    # with optional columns
    "with ids": oracle.Settings(run_day=TODAY),
    # with formatted dates and numbers
    "in forms": oracle.Settings(
        run_day=TODAY,
        date_format={"subscriptions": "%d/%m/%Y"},
        decimal_separator={"subscriptions": ","},
        null_values={"subscriptions": ("open", "20/2/2024")},
    ),
    # with COLUMN_MAP
    "mapped": oracle.Settings(run_day=TODAY),
    # with enough customers for churn rates
    "judged": oracle.Settings(run_day=TODAY, as_of_date=date(2024, 8, 15), outcome_days=30),
    # with subscriptions that end
    "renewed": oracle.Settings(run_day=TODAY, as_of_date=date(2024, 7, 31)),
    # with customers at the limits of each list; somebody is at 0 and somebody at 100
    "listed": oracle.Settings(
        run_day=TODAY,
        as_of_date=date(2024, 7, 15),
        risk_bands={"watch": Decimal(0), "at_risk": Decimal(100)},
    ),
}

COLUMN_MAP = {
    "customers": {"industry": {"value": "Retail"}},
    "subscriptions": {"arr": {"expression": "try_cast(thousands as decimal(18, 6)) * 1000"}},
    "login_events": {"user_id": {"expression": "concat(who, '') -- the user"}},
}

# B logs in ahead of its time: a day that has not come yet must not stretch the table.
AHEAD = (TODAY + timedelta(days=40)).isoformat()

# In the order of oracle.INPUT_COLUMNS.  The newest day is the closed date of T10, and the one on
# which a login of B leaves the last 90 days.
WORLD = {
    "customers": [
        ("A", "2024-02-01", "APAC", "Retail"),
        ("A", "2024-01-10", "EMEA", "Software"),
        ("B", "2024-03-01", None, None),
        ("C", "2024-07-30", "AMER", "Retail"),
        ("D", "2024-07-31", "AMER", "Retail"),
    ],
    "subscriptions": [
        ("A", "P1", "2", "2024-01-10", "2024-03-31", "1200"),
        ("A", "P1", "1", "2024-02-01", "2024-02-10", "50"),
        ("A", "P1", "1", "2024-03-15", "2024-05-31", "700.50"),
        ("A", "P2", "1", "2024-04-05", "2024-04-05", "10"),
        ("A", "P3", "1", "2024-02-01", "sometime", "10"),
        ("A", "P3", "0", "2024-02-01", None, "10"),
        ("A", "P4", None, "2024-02-01", "2024-02-29", "20"),
        ("A", "P5", "two", "2024-02-01", "2024-02-29", "20"),
        # a duplicate, and another quantity
        ("A", "P6", "1", "2024-02-01", "2024-02-29", "30"),
        ("A", "P6", "1.0", "2024-02-01 00:00", "2024-02-29", "30.00"),
        ("A", "P6", "2", "2024-02-01", "2024-02-29", "30"),
        # 12.06 / 12 and the step from 200.00 to 202.01 end in 5 thousandths
        ("B", "P2", "1", "2023-06-01", None, "12.06"),
        # equal, and their end changes the last day
        ("B", "P4", "1", "2024-05-01", "2024-08-30", "500"),
        ("B", "P5", "1", "2024-05-01", "2024-08-30", "500"),
        ("C", "P1", "1", "2024-01-01", "2024-08-09", "200"),
        ("C", "P2", "1", "2024-08-10", None, "202.01"),
    ],
    "login_events": [
        ("u1", "A", "admin", "2023-12-20 09:00:00"),
        ("u1", "A", "admin", "2024-01-15 08:00:00"),
        ("u1", "A", " ADMIN ", "2024-01-15T08:00"),
        ("u1", "A", "admin", "2024-01-15 10:00:00"),
        ("u1", "A", "standard", "2024-01-15 10:00:00"),
        ("u2", "A", "robot", "2024-01-15 10:00:00"),
        ("u2", "A", "Standard", "2024-02-01 10:00:00"),
        ("u3", "A", "advanced", "2024-04-02T02:30:00Z"),
        ("u2", "A", "standard", "2024-06-20 10:00:00"),
        ("u1", "B", "admin", "2024-03-05 10:00:00"),
        ("u1", "B", "admin", "2024-03-06 10:00:00"),
        ("u6", "B", "admin", "2024-03-05 10:00:00"),
        ("u5", "B", "admin", "2024-06-02 10:00:00"),
        ("u5", "B", "admin", AHEAD),
        ("u1", "nobody", "admin", "2024-03-01 10:00:00"),
        ("u1", "nobody", "admin", "2024-03-01 10:00:00"),
    ],
    "support_tickets": [
        ("T1", "A", "open", "2024-02-01 09:00:00", "bug", None),
        ("T2", "A", "closed", "2024-02-05 09:00:00", "incident", "2024-02-19 10:00:00"),
        ("T3", "A", "closed", "2024-03-01 09:00:00", "question", "2024-03-12 09:00:00"),
        ("T3", "A", "closed", "2024-03-01 09:00:00", "question", "2024-03-11 09:00:00"),
        ("T3", "A", "open", "2024-03-01 09:00:00", "question", None),
        ("T4", "A", "open", "2024-03-02 09:00:00", "feature request", "2024-03-09 09:00:00"),
        ("T5", "A", "open", "2024-04-01 09:00:00", "bug", None),
        ("T5", "A", "open", "2024-03-31 09:00:00", "bug", None),
        ("T5", "nobody", "closed", "2024-04-01 09:00:00", "bug", "2024-04-20 09:00:00"),
        ("T6", "B", "on-hold", "2024-02-20 09:00:00", "billing", None),
        *((f"T{n}", "B", "open", "2024-05-01 09:00:00", "incident", None) for n in (7, 8)),
        ("T9", "B", "open", "2024-05-20 09:00:00", "bug", None),
        ("T10", "B", "open", "2024-07-01 09:00:00", "incident", "2024-08-31 09:00:00"),
        ("T11", "B", "closed", "2024-07-02 09:00:00", "question", "2024-08-31 09:00:00"),
        ("T12", "C", "Solved", "2024-07-01 09:00:00", "question", "2024-07-30 09:00:00"),
        ("T13", "C", "solved", "2024-07-02 09:00:00", "question", "2024-07-30 09:00:00"),
        ("T13", "C", "on-hold", "2024-07-02 09:00:00", "question", "2024-07-30 09:00:00"),
        ("T14", "D", "deleted", "2024-07-03 09:00:00", "question", None),
        # opened and then deleted, deleted and then opened
        ("T15", "D", "open", "2024-07-03 09:00:00", "question", None),
        ("T15", "D", "deleted", "2024-07-04 09:00:00", "question", None),
        ("T16", "D", "deleted", "2024-07-03 09:00:00", "question", None),
        ("T16", "D", "open", "2024-07-04 09:00:00", "question", None),
    ],
}

# Each with its optional columns in front.
WORLD_WITH_IDS = {
    "customers": [
        ("A", "2024-01-10", "EMEA", "Software"),
        ("B", "2024-02-01", "APAC", "Retail"),
    ],
    "subscriptions": [
        ("S1", "2024-03-01", "A", "P1", "1", "2024-01-10", "2024-12-31", "100"),
        ("S1", "2024-04-01", "A", "P1", "1", "2024-01-10", "2024-05-31", "200"),
        ("S2", None, "A", "P2", "1", "2024-01-10", None, "300"),
        ("S2", None, "A", "P2", "1", "2024-01-10", "2024-06-30", "300"),
        ("S3", None, "A", "P3", "1", "2024-01-10", "2024-06-30", "400"),
        ("S3", None, "A", "P3", "1", "2024-02-20", "2024-06-30", "400"),
        ("S4", None, "A", "P4", "1", "2024-01-10", "2024-06-30", "10"),
        ("S4", None, "A", "P4", "1", "2024-01-10", "2024-06-30", "20"),
        # equal, but two
        ("S5", None, "B", "P1", "1", "2024-02-10", None, "500"),
        ("S6", None, "B", "P1", "1", "2024-02-10", None, "500"),
        (None, None, "B", "P2", "1", "2024-02-10", None, "600"),
        ("S7", "soon", "B", "P3", "1", "2024-02-10", None, "700"),
    ],
    "login_events": [
        ("E1", "u1", "A", "admin", "2024-02-01"),
        ("E2", "u1", "A", "admin", "2024-02-01"),
        ("E3", "u2", "A", "standard", "2024-02-20 10:00:00"),
        ("E3", "u2", "A", "standard", "2024-02-10 10:00:00"),
        (None, "u3", "A", "standard", "2024-02-11 10:00:00"),
        ("E4", "u1", "B", "admin", "2024-07-15 10:00:00"),
    ],
    "support_tickets": [
        ("2024-03-05", "T1", "A", "closed", "2024-03-01", "bug", "2024-03-05"),
        ("2024-03-06", "T1", "A", "open", "2024-03-01", "bug", None),
        ("soon", "T2", "B", "closed", "2024-03-01", "bug", "2024-03-05"),
        ("2024-03-01", "T2", "B", "open", "2024-03-01", "bug", None),
    ],
}

WORLD_IN_FORMS = {
    "customers": [
        ("A", "20240110", "EMEA", "NA"),
        ("B", "2024/02/01", "-", None),
    ],
    "subscriptions": [
        ("A", "P1", "1.000", "1/2/2024", " Open", "1.234,50 €"),
        ("A", "P2", "1", "01/02/2024", "20/2/2024", "2,5"),
        ("B", "P1", "1", "5/2/2024", "6/3/2024", "100"),
        ("B", "P2", "1", "13/13/2024", None, "1"),
        ("B", "P3", "1", "5/2/24", None, "1"),
        ("B", "P4", "1", "5/2/2024", "NULL", "1"),
        ("B", "P5", "1", "5/2/2024", None, "1,234.5"),
        ("B", "P6", "1", "5/2/2024", None, "1.2"),
    ],
    "login_events": [
        ("u1", "A", "admin", "1707988500"),
        ("u1", "A", "admin", "2024-02-20 9:05 UTC"),
        ("u2", "B", "admin", "20240302"),
        ("u2", "B", "standard", "2024/03/04 10:00"),
    ],
    "support_tickets": [
        ("T1", "A", "closed", "2024/03/01 9:00", "bug", "-"),
        ("T2", "A", "closed", "1709230500250", "bug", "20240304"),
        ("T3", "B", "open", "2024-03-01 10:00", "bug", "N/A"),
        ("T4", "B", "open", "01/03/2024", "bug", None),
    ],
}

WORLD_OF_LEAVERS: dict[str, list[tuple[str | None, ...]]] = {
    "customers": [(f"K{n:02}", "2024-01-05", "EMEA", "Retail") for n in range(1, 13)],
    # a second product for every third that ends sooner, and two customers that take one more
    "subscriptions": [
        *(
            (f"K{n:02}", "P1", "1", "2024-01-05", f"2024-{n:02}-20" if n > 2 else None, f"{n}00")
            for n in range(1, 13)
        ),
        *(
            (f"K{n:02}", "P2", "1", "2023-06-05", f"2024-0{n // 2}-10", f"{n}7.77")
            for n in range(3, 13, 3)
        ),
        *((f"K{n:02}", "P3", "1", "2024-03-10", None, "50") for n in (1, 12)),
    ],
    # K05 and K11 never log in, the others stop sooner or later
    "login_events": [
        (f"u{n}", f"K{n:02}", "admin", f"2024-0{month}-{n + 10}")
        for n in range(1, 13)
        if n not in (5, 11)
        for month in range(1, 1 + (7 * n) % 8)
    ],
    "support_tickets": [
        *(
            (f"T{n}", f"K{n:02}", "open", f"2024-0{1 + n % 6}-03", "bug", None)
            for n in (1, 4, 6, 10)
        ),
        ("T20", "K04", "open", "2024-03-03", "question", None),
    ],
}

# fmt: on

# Subscriptions that end, and what may renew them.
WORLD_OF_RENEWALS = {
    "customers": [("A", "2023-06-01", "EMEA", "Software")],
    "subscriptions": [
        # a year before one month end, and not before the next
        ("A", "a year ago", "1", "2023-06-01", "2023-07-15", "70"),
        ("A", "ends today", "1", "2024-01-01", "2024-07-31", "100"),
        ("A", "begins later", "1", "2024-01-01", "2024-08-30", "500"),
        ("A", "begins later", "1", "2024-08-20", "2024-08-30", "5"),
        ("A", "gap", "1", "2024-01-01", "2024-08-08", "200"),
        ("A", "gap", "1", "2024-08-10", None, "200"),
        ("A", "beside", "1", "2024-01-01", "2024-08-30", "300"),
        ("A", "beside", "1", "2024-06-01", "2024-12-31", "300"),
        ("A", "renewed", "1", "2024-01-01", "2024-08-09", "400"),
        ("A", "renewed", "1", "2024-08-10", None, "400"),
    ],
    "login_events": [("u1", "A", "admin", "2024-03-01 09:00:00")],
    "support_tickets": [("T1", "A", "open", "2024-02-01 09:00:00", "bug", None)],
}

# 90 days before the last day is 2024-04-16, a week before it 2024-07-08.
WORLD_OF_LISTS: dict[str, list[tuple[str | None, ...]]] = {
    "customers": [
        *((name, "2023-05-10", "EMEA", "Retail") for name in ("falls", "left", "long gone")),
        ("shrank", "2023-05-10", "EMEA", "Retail"),
        *((name, "2023-05-10", None, "Media") for name in ("30", "29", "90")),
        *((name, "2023-05-10", "APAC", None) for name in ("grew once", "fell once", "is back")),
        *((name, "2023-05-10", "APAC", "Media") for name in ("opens", "closes", "shrinks")),
        ("never", "2024-06-15", "EMEA", "Media"),
        ("not yet silent", "2024-06-16", "EMEA", "Media"),
        ("not yet here", "2024-07-16", "EMEA", "Media"),
        ("too young", "2024-01-19", "EMEA", "Media"),
        ("never paid", "2023-05-10", "EMEA", "Media"),
    ],
    "subscriptions": [
        ("falls", "P1", "1", "2023-05-10", None, "1000.01"),
        ("falls", "P2", "1", "2023-05-10", "2024-07-10", "900"),
        ("left", "P1", "1", "2023-05-10", "2024-04-16", "70"),
        ("left", "P2", "1", "2023-05-10", "2024-04-14", "10"),
        ("long gone", "P1", "1", "2023-05-10", "2024-04-15", "60"),
        ("shrank", "P1", "1", "2023-05-10", "2024-06-01", "30"),
        ("shrank", "P2", "1", "2023-05-10", "2024-05-20", "5"),
        *((name, "P1", "1", "2023-05-10", None, "50") for name in ("30", "29", "90", "is back")),
        ("grew once", "P1", "1", "2023-05-10", None, "100"),
        ("grew once", "P1", "1", "2024-04-13", None, "50"),
        ("fell once", "P1", "1", "2023-05-10", None, "100"),
        ("fell once", "P1", "1", "2023-05-10", "2024-04-12", "50"),
        *((name, "P1", "1", "2023-05-10", None, "40") for name in ("opens", "closes")),
        ("shrinks", "P1", "1", "2023-05-10", None, "30"),
        ("shrinks", "P1", "1", "2023-05-10", "2024-01-31", "5"),
        ("never", "P1", "1", "2024-06-15", None, "20"),
        ("not yet silent", "P1", "1", "2024-06-16", None, "20"),
        ("not yet here", "P1", "1", "2024-07-16", None, "20"),
        ("too young", "P1", "1", "2024-01-19", None, "20"),
    ],
    "login_events": [
        ("u1", "30", "admin", "2024-06-15 10:00:00"),
        ("u1", "29", "admin", "2024-06-16 10:00:00"),
        ("u1", "29", "admin", "2024-06-16 11:00:00"),
        ("u1", "90", "admin", "2024-04-16 10:00:00"),
        ("u1", "is back", "admin", "2024-03-01 10:00:00"),
        ("u1", "is back", "admin", "2024-03-02 10:00:00"),
        ("u1", "is back", "admin", "2024-07-12 10:00:00"),
        ("u1", "too young", "admin", "2024-01-20 10:00:00"),
        ("u1", "left", "admin", "2023-10-20 10:00:00"),
        ("u1", "left", "admin", "2023-10-19 10:00:00"),
        *(
            ("u1", name, "admin", "2024-07-01 10:00:00")
            for name in ("grew once", "fell once", "opens", "closes", "shrinks")
        ),
        # fewer than before, and more than a week ago, while products and ARR fall
        *(
            ("u1", "falls", "admin", f"2024-{day} 10:00:00")
            for day in ("03-01", "03-02", "03-03", "03-04", "07-01", "07-02", "07-15")
        ),
    ],
    "support_tickets": [
        ("T1", "opens", "open", "2024-07-10 09:00:00", "bug", None),
        ("T2", "closes", "closed", "2024-07-01 09:00:00", "bug", "2024-07-11 09:00:00"),
        ("T5", "is back", "open", "2024-07-10 09:00:00", "bug", None),
        ("T3", "29", "open", "2024-07-08 09:00:00", "question", None),
        ("T4", "29", "open", "2024-06-15 09:00:00", "question", None),
    ],
}
WORLDS = {
    "with ids": WORLD_WITH_IDS,
    "in forms": WORLD_IN_FORMS,
    "judged": WORLD_OF_LEAVERS,
    "renewed": WORLD_OF_RENEWALS,
    "listed": WORLD_OF_LISTS,
}
