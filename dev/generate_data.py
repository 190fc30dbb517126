"""Generates the four input tables: the seeds and, larger, the benchmark data.

Every value is drawn from md5 numbers of (seed, purpose, ids).  A customer's rows therefore depend
on the seed, the customer's number and the period, and on nothing else: not on the machine, the
DuckDB version, the number of threads or the way the customers are cut into chunks.  The SQL uses
only + - * / and sqrt on floating-point numbers, which are exact to the last bit everywhere.

Within the SQL a *day* is a whole number: 0 is the first day of the data, ``last_day`` the last.
"""

from __future__ import annotations

import argparse
import re
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import NoReturn

import duckdb

TABLES = ("customers", "subscriptions", "login_events", "support_tickets")
FORMATS = ("csv", "parquet")
MAX_DAYS = 3650  # ten years; a customer's tickets must fit three digits
MAX_CUSTOMERS = 1_000_000  # user numbers (customer * 1000 + user) must fit 32 bits
FIRST_DATE, LAST_DATE = date(1970, 1, 1), date(2200, 12, 31)

MACROS = """
-- a number in [0, 1) from 8 of the 32 hex digits of an md5 text; part is 0, 1, 2 or 3
create macro fraction(digest, part) as
    ('0x' || substr(digest, 8 * part + 1, 8))::ubigint / 4294967296;

create macro digest(purpose, id) as md5(concat_ws('/', getvariable('seed'), purpose, id));

create macro rnd(purpose, id) as fraction(digest(purpose, id), 0);

-- a whole number from 0 to n - 1 (0 when n is smaller)
create macro pick(purpose, id, n) as floor(rnd(purpose, id) * greatest(n, 1))::integer;

-- how much of a customer's change (growth or decline) has happened by a day: 0 to 1
create macro progress(day, turn_from, turn_to) as
    least(1, greatest(0, (day - turn_from) / greatest(turn_to - turn_from, 1)));
"""

# One row per customer of the chunk, with the hidden traits that steer the other tables.
ACCOUNTS = """
create or replace temp table accounts as

with

-- the story a customer lives through, with its share in percent.  Activity goes from level_before
-- to level_after between turn_from and turn_to (set below)
profiles (profile, share_from, share_to, level_before, level_after, leave_share) as (
    values
        ('surging', 0, 7, 0.4, 1.0, 0.0),  -- much more of everything in the last months
        ('shrinking', 7, 24, 1.0, 0.3, 0.5),
        -- those who leave do so for a reason, which has levels of its own
        ('churned', 24, 41, 1.0, null, null),  -- gone for a while
        ('lost', 41, 47, 1.0, null, null),  -- gone within the last 80 days
        ('leaving', 47, 56, 1.0, null, null),  -- goes within the next 55 days
        -- so far a customer needs a past (a newcomer becomes one of the next two instead)
        ('steady', 56, 80, 1.0, 1.0, 0.2),
        ('growing', 80, 94, 0.5, 1.0, 0.1),
        ('silent', 94, 97, 1.0, 1.0, 0.0),  -- pays, but nobody ever logs in
        ('prospect', 97, 100, 1.0, 1.0, 0.2)  -- logs in, but has not bought yet
),

-- why a customer leaves, so that what shows beforehand tells a part of it only
reasons (reason, reason_from, reason_to, reason_level, reason_leave_share) as (
    values
        ('falls silent', 0, 45, 0.05, 0.9),
        ('incidents', 45, 75, 0.5, 0.4),
        ('just leaves', 75, 100, 1.0, 0.2)
),

numbers as (
    select
        unnest(range(getvariable('first_no')::integer, getvariable('next_no')::integer))
            as customer_no,
        getvariable('days')::integer - 1 as last_day
),

signed_up as (
    select
        *,
        -- the root makes the sign-ups of a day grow threefold over the period
        floor((last_day + 1) * (sqrt(1 + 8 * rnd('sign-up', customer_no)) - 1) / 2)::integer
            as acquired_day,
        -- 37 and 100 share no factor: any hundred neighbours draw every share once
        (customer_no * 37 + pick('mix', 0, 100)) % 100 as share,
        case when share < 56 and last_day - acquired_day < 240 then 56 + share % 38 else share end
            as story
    from numbers
),

profiled as (
    select
        signed_up.customer_no,
        signed_up.last_day,
        signed_up.acquired_day,
        profiles.profile,
        profiles.level_before,
        coalesce(profiles.level_after, reasons.reason_level) as level_after,
        coalesce(profiles.leave_share, reasons.reason_leave_share) as leave_share,
        case when profiles.level_after is null then reasons.reason end as reason
    from signed_up
    inner join profiles
        on profiles.share_from <= signed_up.story and signed_up.story < profiles.share_to
    inner join reasons
        on
            reasons.reason_from <= 100 * rnd('reason', customer_no)
            and 100 * rnd('reason', customer_no) < reasons.reason_to
),

-- ends_day: the last day with any subscription, for those who leave
ended as (
    select
        *,
        case
            when profile in ('churned', 'lost', 'leaving') then greatest(
                acquired_day,
                case profile
                    when 'churned' then acquired_day + 150
                        + pick('end', customer_no, last_day - acquired_day - 240)
                    when 'lost' then last_day - pick('end', customer_no, 80)
                    else last_day + 5 + pick('end', customer_no, 50)
                end
            )
        end as ends_day
    from profiled
),

turned as (
    select
        *,
        case profile
            when 'growing' then acquired_day
            when 'surging' then last_day - 150
            when 'shrinking' then last_day - 60 - pick('turn', customer_no, 120)
            else coalesce(ends_day - 120, last_day)
        end as turn_from,
        case profile
            when 'shrinking' then turn_from + 100
            else coalesce(ends_day - 30, last_day)
        end as turn_to,
        -- and some who stay have a bad quarter: nobody logs in, or much breaks
        case
            when profile in ('steady', 'growing') and rnd('bad quarter', customer_no) < 0.4
                then acquired_day + 120
                    + pick('bad from', customer_no, last_day - acquired_day - 120)
        end as bad_from,
        rnd('bad quarter', customer_no) < 0.2 as is_quiet_when_bad
    from ended
)

select
    *,
    format('C{:04d}', customer_no) as customer_id,
    ['EMEA', 'EMEA', 'EMEA', 'AMER', 'AMER', 'AMER', 'AMER', 'APAC', 'APAC', 'LATAM'][
        1 + pick('region', customer_no, 10)
    ] as region,
    [
        'Software', 'Retail', 'Manufacturing', 'Finance', 'Healthcare', 'Education', 'Logistics',
        'Media', 'Energy'
    ][1 + pick('industry', customer_no, 9)] as industry,
    -- most customers try the product for one to four weeks before they sign
    case
        when rnd('has trial', customer_no) < 0.65
            then greatest(0, acquired_day - 7 - pick('trial', customer_no, 22))
        else acquired_day
    end as first_day,
    -- many small accounts, few large ones
    case profile
        when 'silent' then 0
        when 'surging' then 6 + pick('users', customer_no, 8)
        else 2 + floor(14 * rnd('users', customer_no) * rnd('users', customer_no))::integer
    end as user_count,
    -- some steady customers never need help
    profile = 'steady' and rnd('self-reliant', customer_no) < 0.18 as has_no_tickets
from turned
"""

CUSTOMERS = """
select
    customer_id,
    getvariable('start_date')::date + acquired_day as acquisition_date,
    region,
    industry
from accounts
order by customer_no
"""

SUBSCRIPTIONS = """
with

catalogue (product_no, product_id, unit_price) as (
    values
        (0, 'crm', 540),
        (1, 'billing', 420),
        (2, 'helpdesk', 300),
        (3, 'analytics', 660),
        (4, 'campaigns', 240),
        (5, 'payroll', 180)
),

-- a line is a product that a customer pays for, with a change of the quantity now and then.
-- Line 0 is the main product; the add-on is a second line of it that runs alongside
line_numbers as (
    select
        *,
        rnd('lines', customer_no) as lines_draw,
        1 + (lines_draw > 0.62)::integer + (lines_draw > 0.85)::integer
            + (lines_draw > 0.95)::integer
            -- those who are to drop a product or to take one more need a second line
            + (profile in ('surging', 'lost', 'leaving') and lines_draw <= 0.62)::integer
            as product_count,
        rnd('add-on', customer_no) < 0.08 as has_add_on,
        unnest(range(product_count + has_add_on::integer))::integer as line_no,
        line_no = product_count as is_add_on,
        concat_ws('/', customer_no, line_no) as line_key,
        -- one year at a time, or until cancelled
        rnd('evergreen', line_key) < 0.3 or is_add_on as is_evergreen
    from accounts
    where profile <> 'prospect'
),

line_starts as (
    select
        *,
        -- products follow each other in the catalogue from the main one on, so none comes twice
        (pick('product', customer_no, 6) + case when is_add_on then 0 else line_no end) % 6
            as product_no,
        coalesce(ends_day, last_day) - acquired_day as active_days,
        case
            when line_no = 0 then acquired_day + pick('line start', line_key, 10)
            when is_add_on
                then acquired_day + 40 + pick('line start', line_key, active_days // 2)
            when profile = 'surging' and line_no = product_count - 1
                then greatest(acquired_day, last_day - 5 - pick('line start', line_key, 75))
            else acquired_day + pick('line start', line_key, active_days * 6 // 10)
        end as line_start
    from line_numbers
),

line_ends as (
    select
        *,
        case
            -- the side products go first, some before the 90 days that the metrics look back
            when ends_day is not null and line_no > 0 and reason <> 'just leaves'
                then ends_day - 15 - pick('line end', line_key, 75)
            when ends_day is not null then ends_day
            when line_no = 0 then null
            when profile = 'shrinking' and rnd('dropped', line_key) < 0.7
                then turn_from + 20 + pick('line end', line_key, 80)
            when is_add_on and rnd('dropped', line_key) < 0.5
                then line_start + 90 + pick('line end', line_key, 200)
            when profile = 'steady' and rnd('dropped', line_key) < 0.12
                then line_start + 200 + pick('line end', line_key, 300)
        end as line_end
    from line_starts
    where line_start <= last_day
),

lines as (
    select * from line_ends where line_end is null or line_end >= line_start
),

-- a new subscription begins at the start of the line, at each yearly renewal, and when an account
-- that grows or shrinks changes its quantity
segment_starts as (
    select line_key, line_start as segment_start from lines

    union

    select line_key, unnest(generate_series(line_start + 365, last_day, 365)) from lines
    where not is_evergreen

    union

    select
        line_key,
        unnest(
            case profile
                when 'growing' then generate_series(
                    acquired_day + 120 + pick('review', customer_no, 40), last_day, 200
                )
                when 'surging' then generate_series(
                    last_day - 120 + pick('review', customer_no, 30), last_day, 50
                )
                when 'shrinking' then generate_series(
                    turn_from + 30 + pick('review', customer_no, 30), last_day, 90
                )
            end
        )
    from lines
    where not is_add_on
),

segments as (
    select
        lines.*,
        segment_starts.segment_start,
        lead(segment_starts.segment_start) over (
            partition by line_key order by segment_starts.segment_start
        ) as next_start
    from segment_starts
    inner join lines using (line_key)
    where
        segment_starts.segment_start = lines.line_start
        or (
            segment_starts.segment_start between lines.line_start + 30 and lines.last_day
            -- who is about to leave signs nothing new
            and segment_starts.segment_start <= coalesce(lines.line_end - 120, lines.last_day)
        )
),

priced as (
    select
        segments.*,
        catalogue.*,
        -- the contract in force on the last day runs to the end of its year, or without end
        coalesce(
            next_start - 1,
            line_end,
            case
                when not is_evergreen
                    then line_start + 365 * ((last_day - line_start) // 365 + 1) - 1
            end
        ) as segment_end,
        greatest(
            1,
            round(
                (3 + 5 * greatest(user_count, 2) * (0.5 + rnd('seats', line_key)))
                * (
                    level_before
                    + (level_after - level_before) * progress(segment_start, turn_from, turn_to)
                )
                * (0.94 + 0.16 * rnd('seats', line_key || '/' || segment_start))
                * case when is_add_on then 0.25 else 1 end
            )
        )::integer as quantity
    from segments
    inner join catalogue using (product_no)
)

select
    customer_id,
    product_id,
    quantity,
    getvariable('start_date')::date + segment_start::integer as start_date,
    getvariable('start_date')::date + segment_end::integer as end_date,
    -- list prices rise by 4 % a year
    round(quantity * unit_price * (1 + 0.04 * (segment_start // 365)))::integer as arr
from priced
order by customer_no, segment_start, line_no
"""

# One row per user of the chunk's customers.
USERS = """
create or replace temp table users as

with

numbered as (
    select
        *,
        unnest(range(1, user_count + 1))::integer as user_no,
        concat_ws('/', customer_no, user_no) as user_key
    from accounts
),

joined as (
    select
        *,
        coalesce(least(ends_day, last_day), last_day) as end_day,
        case
            when user_no = 1 then first_day
            -- the team that tries the product out
            when user_no <= 3
                then least(first_day + pick('join', user_key, 25), end_day)
            when profile = 'growing'
                then acquired_day + pick('join', user_key, end_day - acquired_day)
            when profile = 'surging' and user_no % 2 = 0
                then greatest(acquired_day, last_day - 5 - pick('join', user_key, 110))
            else acquired_day + pick('join', user_key, (end_day - acquired_day) * 4 // 10)
        end as joined_day
    from numbered
)

select
    customer_no,
    customer_id,
    region,
    acquired_day,
    level_before,
    level_after,
    turn_from,
    turn_to,
    case when is_quiet_when_bad then bad_from end as quiet_from,
    user_key,
    format('U{:06d}', customer_no * 1000 + user_no) as user_id,
    -- each account has an admin; who joins later is mostly a standard user
    case
        when user_no = 1 or rnd('type', user_key) < 0.07 then 'admin'
        when rnd('type', user_key) < 0.6 / sqrt(user_no) then 'advanced'
        else 'standard'
    end as first_type,
    joined_day,
    case
        when user_no = 1 or rnd('leaves', user_key) >= leave_share then end_day
        -- in an account that declines people leave one after the other, else at any time
        when level_after < level_before
            then least(turn_from + pick('left', user_key, turn_to - turn_from), end_day)
        else joined_day + pick('left', user_key, end_day - joined_day)
    end as left_day,
    case
        when first_type = 'standard' and rnd('promoted', user_key) < 0.08
            then joined_day + 30 + pick('promotion', user_key, 300)
    end as promoted_day,
    -- logins on a workday of full activity
    (0.3 + rnd('habit', user_key))
    * case first_type when 'admin' then 0.42 when 'advanced' then 0.34 else 0.25 end
        as logins_per_day
from joined
where joined_day <= left_day
"""

LOGIN_EVENTS = """
with

-- rejection sampling: as many tries as a user would log in at full activity every day, ...
tries as (
    select
        *,
        digest(
            'login',
            concat_ws(
                '/',
                user_key,
                unnest(
                    range(
                        floor(
                            (left_day - joined_day + 1) * logins_per_day + rnd('extra', user_key)
                        )::integer
                    )
                )
            )
        ) as try_digest
    from users
),

placed as (
    select
        *,
        joined_day + floor(fraction(try_digest, 0) * (left_day - joined_day + 1))::integer as day,
        getvariable('start_date')::date + day as login_date
    from tries
),

-- ... of which few remain at weekends, in the first weeks and in an account that fades
kept as (
    select * from placed
    where
        fraction(try_digest, 1)
        < case isodow(login_date) when 5 then 0.8 when 6 then 0.12 when 7 then 0.08 else 1.0 end
        * (0.4 + 0.6 * progress(day, acquired_day, acquired_day + 45))
        * (level_before + (level_after - level_before) * progress(day, turn_from, turn_to))
        * case when day between quiet_from and quiet_from + 89 then 0.15 else 1.0 end
),

timed as (
    select
        *,
        fraction(try_digest, 2) as draw,
        -- the start of the office day in UTC; the sum of two draws gives a peak around noon
        case region when 'APAC' then 0 when 'EMEA' then 6 when 'LATAM' then 11 else 12 end
            as opens_at,
        case
            when draw < 0.05 then floor(86400 * fraction(try_digest, 3))
            else floor(3600 * (opens_at + 11.5 * (draw + fraction(try_digest, 3)) / 2))
        end::bigint as second_of_day
    from kept
)

-- distinct: no user logs in twice within one second
select distinct
    user_id,
    customer_id,
    case when day >= promoted_day then 'advanced' else first_type end as user_type,
    login_date::timestamp + to_seconds(second_of_day) as login_timestamp
from timed
-- the ids start with the number of the customer; a longer number is a later one
order by length(customer_id), customer_id, login_timestamp, user_id
"""

SUPPORT_TICKETS = """
with

-- rejection sampling again: tries for an account in full trouble, a sixth remains for a calm one
tries as (
    select
        *,
        coalesce(least(ends_day, last_day), last_day) as end_day,
        (0.5 + rnd('talkative', customer_no)) * (0.1 + 0.02 * user_count) as tries_per_day,
        unnest(
            range(
                ceil((end_day - acquired_day + 1) * tries_per_day)::integer
            )
        ) as try_no,
        concat_ws('/', customer_no, try_no) as try_key,
        digest('ticket', try_key) as try_digest
    from accounts
    where not has_no_tickets
),

placed as (
    select
        *,
        acquired_day + floor(fraction(try_digest, 0) * (end_day - acquired_day + 1))::integer
            as day,
        case
            when profile = 'shrinking' or reason = 'incidents'
                then progress(day, turn_from, turn_to)
            when not is_quiet_when_bad and day between bad_from and bad_from + 89 then 0.8
            else 0
        end as trouble,
        -- most of a weekend's tickets are never written
        case when isodow(getvariable('start_date')::date + day) >= 6 then 0.3 else 1.0 end
            as weekday_factor
    from tries
),

described as (
    select
        *,
        getvariable('start_date')::date::timestamp
        + to_seconds(
            86400::bigint * day
            + floor(3600 * (7 + 5.5 * (fraction(try_digest, 2) + fraction(try_digest, 3))))::bigint
        ) as created_date,
        rnd('category', try_key) as category_draw,
        -- a calm customer asks and wishes, a troubled one reports what is broken
        case
            when category_draw < 0.2 + 0.28 * trouble then 'bug'
            when category_draw < 0.32 + 0.48 * trouble then 'incident'
            when category_draw < 0.74 + 0.2 * trouble then 'question'
            else 'feature request'
        end as ticket_category
    from placed
    where fraction(try_digest, 1) < weekday_factor * (1 + 5 * trouble) / 6
),

worked_on as (
    select
        *,
        rnd('speed', try_key) as speed_draw,
        rnd('duration', try_key) as duration_draw,
        -- days until the ticket is resolved: from the same day to months
        (
            case
                when speed_draw < 0.3 then 0.01 + 0.3 * duration_draw
                when speed_draw < 0.75 then 0.5 + 5 * duration_draw
                when speed_draw < 0.94 then 5 + 25 * duration_draw
                else 30 + 90 * duration_draw
            end
        )
        * (1 + 2 * trouble)
        * case when ticket_category = 'feature request' then 2 else 1 end as duration,
        created_date + to_seconds(floor(86400 * duration)::bigint) as resolved_date,
        getvariable('start_date')::date + last_day + 1 as the_day_after,
        row_number() over (partition by customer_no order by created_date, try_no) as ticket_no
    from described
),

closed as (
    select
        *,
        case when resolved_date < the_day_after then resolved_date end as closed_date,
        -- the fix did not help: open again, while the old closing date stays
        closed_date is not null and day > last_day - 200 and rnd('reopened', try_key) < 0.08
            as is_reopened
    from worked_on
)

select
    format('T{:06d}', customer_no * 1000 + ticket_no) as ticket_id,
    customer_id,
    case
        when closed_date is not null and not is_reopened then 'closed'
        when rnd('on hold', try_key) < case ticket_category when 'feature request' then 0.5 else 0.2
        end then 'on-hold'
        else 'open'
    end as status,
    created_date,
    ticket_category,
    closed_date
from closed
order by customer_no, ticket_no
"""

QUERIES = {
    "customers": CUSTOMERS,
    "subscriptions": SUBSCRIPTIONS,
    "login_events": LOGIN_EVENTS,
    "support_tickets": SUPPORT_TICKETS,
}


class GeneratorError(ValueError):
    """An unusable argument; the text is one line for the user."""


def generate(
    out: Path,
    *,
    customers: int = 100,
    days: int = 730,
    seed: int = 7,
    end_date: date = date(2025, 12, 31),
    file_format: str = "csv",
    chunk_size: int = 1000,
    threads: int | None = None,
    memory_limit: str = "512MB",
) -> dict[str, int]:
    """Write the four tables to the folder ``out`` and return their numbers of rows.

    One chunk of customers becomes ``out/<table>.<format>``, several become the folders
    ``out/<table>`` with ``part-00000.<format>`` and so on.  Earlier output is removed first.

    Args:
        out: folder, made when it is missing.
        customers: number of customers, 0 to 1,000,000.
        days: length of the data in days, 1 to 3650; the last one is ``end_date``.
        seed: any whole number; another one gives other data.
        end_date: last day with a login, a ticket or a sign-up (contracts may end later).
        file_format: ``csv`` (ISO dates, empty field for null, LF) or ``parquet`` (typed).
        chunk_size: customers per file, at least 1; the memory needed grows with it, and with
            ``days``, but not with ``customers``.
        threads: DuckDB's threads; None means one per core.
        memory_limit: DuckDB's memory limit, such as ``512MB``; nothing is spilled to disk.

    Raises:
        GeneratorError: an argument is out of its range, or ``out`` cannot be used.
        duckdb.OutOfMemoryException: a chunk does not fit ``memory_limit``.

    """
    start_date = _check(customers, days, end_date, file_format, chunk_size)
    _clear(out)
    # without a folder to spill to, the memory limit is strict
    con = duckdb.connect(config={"memory_limit": memory_limit, "temp_directory": ""})
    try:
        if threads is not None:
            con.execute(f"set threads = {int(threads)}")
        con.execute(MACROS)
        con.execute("set variable seed = ?", [str(seed)])
        con.execute("set variable days = ?", [days])
        con.execute("set variable start_date = ?", [start_date])
        rows = dict.fromkeys(TABLES, 0)
        firsts = range(1, customers + 1, chunk_size) or range(1, 2)
        for part, first in enumerate(firsts):
            con.execute("set variable first_no = ?", [first])
            con.execute("set variable next_no = ?", [min(first + chunk_size, customers + 1)])
            con.execute(ACCOUNTS)
            con.execute(USERS)
            for table in TABLES:
                name = f"{table}/part-{part:05d}" if len(firsts) > 1 else table
                rows[table] += _write(con, QUERIES[table], out / f"{name}.{file_format}")
        return rows
    finally:
        con.close()


def _check(customers: int, days: int, end_date: date, file_format: str, chunk_size: int) -> date:
    """Return the first day of the data, or raise GeneratorError for the first bad argument."""
    if not 0 <= customers <= MAX_CUSTOMERS:
        raise GeneratorError(f"customers must be 0 to {MAX_CUSTOMERS}, not {customers}")
    if not 1 <= days <= MAX_DAYS:
        raise GeneratorError(f"days must be 1 to {MAX_DAYS}, not {days}")
    if chunk_size < 1:
        raise GeneratorError(f"chunk_size must be at least 1, not {chunk_size}")
    if file_format not in FORMATS:
        raise GeneratorError(f"format must be one of {', '.join(FORMATS)}, not {file_format}")
    if not FIRST_DATE + timedelta(MAX_DAYS) <= end_date <= LAST_DATE:
        raise GeneratorError(
            f"end-date must be {FIRST_DATE + timedelta(MAX_DAYS)} to {LAST_DATE}, not {end_date}"
        )
    return end_date - timedelta(days - 1)


def _clear(out: Path) -> None:
    """Create ``out`` and remove earlier output from it, but no other file."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        stale = [out / f"{table}.{ending}" for table in TABLES for ending in FORMATS]
        folders = [out / table for table in TABLES if (out / table).exists()]
        for folder in folders:
            if folder.is_symlink() or not folder.is_dir():
                raise GeneratorError(f"{folder} is in the way: it is not a folder of ours")
            for path in sorted(folder.iterdir()):
                if not re.fullmatch(r"part-\d+\.(csv|parquet)", path.name):
                    raise GeneratorError(f"{path} is in the way: it is not a file of ours")
                stale.append(path)
        for path in stale:
            path.unlink(missing_ok=True)
        for folder in folders:
            folder.rmdir()
    except OSError as error:
        raise GeneratorError(f"cannot use the folder {out}: {error.strerror}") from error


def _write(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    """Write the rows of a query to one file, in the query's order, and return their number."""
    target = str(path).replace("'", "''")
    options = "format csv, header" if path.suffix == ".csv" else "format parquet, compression zstd"
    try:
        path.parent.mkdir(exist_ok=True)
        con.execute(f"copy ({query}) to '{target}' ({options})")
    except (OSError, duckdb.IOException) as error:
        raise GeneratorError(f"cannot write {path}: {str(error).splitlines()[0]}") from error
    return con.fetchall()[0][0]


def _iso_date(text: str) -> date:
    """Return the date that ``text`` (YYYY-MM-DD) names."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a date like 2025-12-31: {text!r}") from None


class _Parser(argparse.ArgumentParser):
    """An argument parser with one-line errors."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(argv: list[str] | None = None) -> int:
    """Run the command line; returns the exit status: 0, or 2 for an unusable argument."""
    parser = _Parser(description="Make up the input tables: customers with a history.")
    parser.add_argument("--customers", type=int, default=100, help="how many (default 100)")
    parser.add_argument("--days", type=int, default=730, help="length of the data (default 730)")
    parser.add_argument("--seed", type=int, default=7, help="another seed, other data (default 7)")
    parser.add_argument("--format", choices=FORMATS, default="csv", help="(default csv)")
    parser.add_argument("--out", type=Path, default=Path("seeds"), help="folder (default seeds)")
    parser.add_argument(
        "--end-date",
        type=_iso_date,
        default=date(2025, 12, 31),
        metavar="YYYY-MM-DD",
        help="last day of the data (default 2025-12-31)",
    )
    args = parser.parse_args(argv)
    try:
        rows = generate(
            args.out,
            customers=args.customers,
            days=args.days,
            seed=args.seed,
            end_date=args.end_date,
            file_format=args.format,
        )
    except GeneratorError as error:
        parser.error(str(error))
    for table, count in rows.items():
        print(f"{table}: {count:,} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
