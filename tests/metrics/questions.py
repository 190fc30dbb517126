"""Questions for MetricFlow, and the same in SQL."""

from __future__ import annotations

from typing import NamedTuple

MONTH = "metric_time__month"
LAST_DAY = "(select max(date) from customer_daily_metrics)"

# The last day of each month that has days, which is not the end of the month for the last one.
MONTHS = """
    months as (
        select date_trunc('month', date) as month, max(date) as last_day
        from customer_daily_metrics
        group by month
    ),
    month_rows as (
        select months.month, customers.region, customers.industry, days.*
        from months
        inner join customer_daily_metrics as days on days.date = months.last_day
        inner join customers_enriched as customers using (customer_id)
    )
"""

# Each customer's ARR at the end of a month that is over, and at the end of the one before.
RATES = """
    pairs as (
        select
            date_trunc('month', ends.date) as month,
            customers.region,
            coalesce(starts.total_arr, 0) as at_start,
            ends.total_arr as at_end
        from customer_daily_metrics as ends
        inner join customers_enriched as customers using (customer_id)
        left join customer_daily_metrics as starts
            on starts.customer_id = ends.customer_id
            and starts.date = date_trunc('month', ends.date) - interval 1 day
        where ends.date + 1 = date_trunc('month', ends.date + 1)
    )
"""

# The same a year apart, at the end of the last month of each period that is over.
YEARS = """
    ends as (
        select date_trunc('{period}', date) as period, max(date) as last_day
        from customer_daily_metrics
        where date + 1 = date_trunc('month', date + 1)
        group by period
    ),
    pairs as (
        select
            ends.period,
            customers.region,
            coalesce(starts.total_arr, 0) as at_start,
            days.total_arr as at_end
        from ends
        inner join customer_daily_metrics as days on days.date = ends.last_day
        inner join customers_enriched as customers using (customer_id)
        left join customer_daily_metrics as starts
            on starts.customer_id = days.customer_id
            and starts.date = (ends.last_day + 1 - interval 12 months)::date - 1
    )
"""

ANNUAL = "annual_net_revenue_retention,annual_gross_churn,annual_customer_churn"

NET_REVENUE_RETENTION = """
    100 * (sum(case when at_start > 0 then at_end end) / nullif(sum(at_start), 0))::double
"""

GROSS_CHURN = """
    100 * (sum(greatest(at_start - at_end, 0)) / nullif(sum(at_start), 0))::double
"""

CUSTOMER_CHURN = """
    100.0 * count(case when at_start > 0 and at_end = 0 then 1 end)
    / nullif(count(case when at_start > 0 then 1 end), 0)
"""

# Each customer's ARR at a month end, and 90 days later.
OUTCOMES = """
    outcomes as (
        select
            date_trunc('month', ends.date) as month,
            customers.region,
            later.total_arr as arr_after
        from customer_daily_metrics as ends
        inner join customers_enriched as customers using (customer_id)
        inner join customer_daily_metrics as later
            on later.customer_id = ends.customer_id and later.date = ends.date + 90
        where ends.date + 1 = date_trunc('month', ends.date + 1) and ends.total_arr > 0
    )
"""

CHURN_AFTER_MONTH_END = """
    count(*), count(case when arr_after = 0 then 1 end),
    100.0 * count(case when arr_after = 0 then 1 end) / count(*)
"""


class Question(NamedTuple):
    """A query for MetricFlow, and the same in SQL: the groups, then the metrics."""

    metrics: str
    group_by: str
    sql: str
    where: str | None = None

    @property
    def groups(self) -> list[str]:
        """The columns of the groups; none for a question about everything."""
        return self.group_by.split(",") if self.group_by else []


STATES = "customers,paying_customers,arr,mrr,arr_at_risk,active_users,open_tickets,old_tickets"

STATES_IN_SQL = """
    count(*), count(case when total_arr > 0 then 1 end), sum(total_arr), sum(total_mrr),
    coalesce(sum(case when customer_risk_score >= 60 then total_arr end), 0),
    sum(num_unique_users_last_3m), sum(open_tickets), sum(tickets_open_14plus_days),
    avg(customer_risk_score::double)
"""

QUESTIONS = {
    "states at the end of each month": Question(
        f"{STATES},average_risk",
        MONTH,
        f"with {MONTHS} select month, {STATES_IN_SQL} from month_rows group by month",
    ),
    "states of each day": Question(
        f"{STATES},average_risk",
        "metric_time__day",
        f"select date, {STATES_IN_SQL} from customer_daily_metrics group by date",
    ),
    # customers_enriched is the last day
    "states without a period are those of the last day": Question(
        f"{STATES},average_risk",
        "",
        f"select {STATES_IN_SQL} from customers_enriched where last_metrics_date = {LAST_DAY}",
    ),
    "states by region and year": Question(
        STATES,
        "metric_time__year,customer__region",
        f"""
        with {MONTHS}
        select date_trunc('year', month), region,
            count(*), count(case when total_arr > 0 then 1 end), sum(total_arr), sum(total_mrr),
            sum(case when customer_risk_score >= 60 then total_arr else 0 end),
            sum(num_unique_users_last_3m), sum(open_tickets), sum(tickets_open_14plus_days)
        from month_rows where month(date) = 12 group by all
        """,
    ),
    "a filter moves no last day": Question(
        "arr,customers",
        MONTH,
        f"""
        with {MONTHS}
        select month, sum(total_arr), count(*) from month_rows
        where customer_id in (select customer_id from customers_enriched where is_logins_declining)
        group by month
        """,
        where="{{ Dimension('customer__is_logins_declining') }} = true",
    ),
    "events of each month": Question(
        "logins,new_customers",
        MONTH,
        """
        with acquired as (
            select date_trunc('month', acquisition_date) as month, count(*) as num
            from customers_enriched group by month
        )
        select date_trunc('month', date) as month, sum(num_logins), any_value(acquired.num)
        from customer_daily_metrics
        left join acquired on acquired.month = date_trunc('month', date)
        group by all
        """,
    ),
    "changes of ARR in each month": Question(
        "arr_at_start,new_arr,expansion_arr,contraction_arr,lost_arr,customers_at_start,lost_customers",
        MONTH,
        f"""
        with {RATES}
        select month,
            sum(at_start),
            sum(case when at_start = 0 then at_end else 0 end),
            sum(case when at_start > 0 and at_end > at_start then at_end - at_start else 0 end),
            sum(case when at_end > 0 and at_end < at_start then at_start - at_end else 0 end),
            sum(case when at_end = 0 then at_start else 0 end),
            count(case when at_start > 0 then 1 end),
            count(case when at_start > 0 and at_end = 0 then 1 end)
        from pairs group by month
        """,
    ),
    "rates of each month": Question(
        "monthly_net_revenue_retention,monthly_gross_churn,monthly_customer_churn",
        MONTH,
        f"""
        with {RATES}
        select month, {NET_REVENUE_RETENTION}, {GROSS_CHURN}, {CUSTOMER_CHURN}
        from pairs group by month
        """,
    ),
    "rates of twelve months up to each month end": Question(
        ANNUAL,
        MONTH,
        f"""
        with {YEARS.format(period="month")}
        select period, {NET_REVENUE_RETENTION}, {GROSS_CHURN}, {CUSTOMER_CHURN}
        from pairs group by period
        """,
    ),
    "what the rates of twelve months are made of": Question(
        "arr_a_year_before,retained_arr,arr_lost_in_a_year,customers_a_year_before,"
        "customers_lost_in_a_year",
        MONTH,
        f"""
        with {YEARS.format(period="month")}
        select period, sum(at_start)::double,
            sum(case when at_start > 0 then at_end else 0 end)::double,
            sum(greatest(at_start - at_end, 0))::double, count(case when at_start > 0 then 1 end),
            count(case when at_start > 0 and at_end = 0 then 1 end)
        from pairs group by period
        """,
    ),
    "rates of twelve months by quarter and region are those up to its end": Question(
        ANNUAL,
        "metric_time__quarter,customer__region",
        f"""
        with {YEARS.format(period="quarter")}
        select period, region, {NET_REVENUE_RETENTION}, {GROSS_CHURN}, {CUSTOMER_CHURN}
        from pairs group by all
        """,
    ),
    "what became of the customers of each month end": Question(
        "outcomes,churned_outcomes,churn_after_month_end",
        MONTH,
        f"""
        with {OUTCOMES}
        select month, {CHURN_AFTER_MONTH_END} from outcomes group by month
        """,
    ),
    "what became of the customers of each region": Question(
        "outcomes,churned_outcomes,churn_after_month_end",
        "customer__region",
        f"""
        with {OUTCOMES}
        select region, {CHURN_AFTER_MONTH_END} from outcomes group by region
        """,
    ),
    "rates of each quarter and region are those of the mean month": Question(
        "monthly_net_revenue_retention,monthly_gross_churn,monthly_customer_churn",
        "metric_time__quarter,customer__region",
        f"""
        with {RATES}
        select date_trunc('quarter', month), region,
            {NET_REVENUE_RETENTION}, {GROSS_CHURN}, {CUSTOMER_CHURN}
        from pairs group by all
        """,
    ),
}
