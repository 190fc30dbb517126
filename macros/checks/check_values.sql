{# Only warns about values that may mean something else, as they may well be right. #}
{% macro check_values(subscriptions, support_tickets, source_days) %}
    {% if execute and model.compiled_code and customer_health.has_own_data() %}
        {% set findings = customer_health._unknown_values(support_tickets, source_days) %}
        {% do findings.extend(customer_health._touching_periods(subscriptions)) %}
        {% do findings.extend(customer_health._early_logins(source_days)) %}
        {% for finding in findings if customer_health.setting('source_check_severity') != 'off' %}
            {% do exceptions.warn(finding) %}
        {% endfor %}
    {% endif %}
{% endmacro %}


{# A sentence per column with unknown values. apps/build_project.py finds them in the log. #}
{% macro _unknown_values(support_tickets, source_days) %}
    {% set is_closed = customer_health.is_status_in('closed_statuses', 'status') %}
    {% set is_known = "status in ('open', 'on-hold') or " ~ is_closed %}
    {% set tickets = 'select *, 1 as num_rows from ' ~ support_tickets %}
    {% set logins = 'select * from ' ~ source_days ~ " where source_table = 'login_events'" %}
    {% set columns = [
        ('support_tickets', tickets, 'status', 'status is null or not (' ~ is_known ~ ')',
            'open, on-hold nor closed', 'tickets count as open'),
        ('support_tickets', tickets, 'ticket_category',
            "ticket_category not in ('bug', 'incident', 'question', 'feature request')",
            'bug, incident, question nor feature request', 'tickets count in the totals only'),
        ('login_events', logins, 'user_type', "user_type not in ('admin', 'advanced', 'standard')",
            'admin, advanced nor standard', 'logins count in the totals only'),
    ] %}
    {% set findings = [] %}
    {% for table_name, rows, column, is_unknown, known, consequence in columns %}
        {% set values = [] %}
        {% for value, count in run_query(
            'select ' ~ column ~ ', sum(num_rows) as total from (' ~ rows ~ ') as counted where ' ~ is_unknown
            ~ ' group by ' ~ column ~ ' order by total desc, ' ~ column
        ).rows %}
            {% set num_rows = (count | int | string) ~ (' row' if count == 1 else ' rows') %}
            {% if value is none %}
                {% do log('unknown values: ' ~ table_name ~ '.' ~ column ~ ' missing (' ~ num_rows ~ ')') %}
                {% do findings.append(
                    table_name ~ ': ' ~ column ~ ' is missing in ' ~ num_rows ~ ', so these ' ~ consequence ~ '.'
                ) %}
            {% else %}
                {% do values.append("'" ~ value ~ "' (" ~ num_rows ~ ')') %}
            {% endif %}
        {% endfor %}
        {% if values %}
            {% set many = values | length > 1 %}
            {% set rest = ' and ' ~ (values | length - 3) ~ ' more' if values | length > 3 else '' %}
            {% set shown = values[:3] | join(', ') ~ rest %}
            {% do log('unknown values: ' ~ table_name ~ '.' ~ column ~ ' ' ~ shown) %}
            {% do findings.append(
                table_name ~ ': ' ~ column ~ ' ' ~ shown ~ (' are' if many else ' is') ~ ' neither ' ~ known ~ ', so these '
                ~ consequence ~ ('; name ' ~ ('them' if many else 'it') ~ ' in closed_statuses or ignored_ticket_statuses.'
                if column == 'status' else '.')
            ) %}
        {% endif %}
    {% endfor %}
    {{ return(findings) }}
{% endmacro %}


{# Does the next period of a product begin on the end_date of the one before, or on the day after? That tells whether end
   dates are inclusive. One in ten may be an exception. #}
{% macro _touching_periods(subscriptions) %}
    {% set counts = run_query("
        with periods as (

            select
                end_date,
                lead(start_date) over (
                    partition by customer_id, product_id order by start_date, end_date nulls last
                ) as next_start_date
            from " ~ subscriptions ~ "

        )

        select
            count(case when next_start_date = end_date then 1 end) as num_touching,
            count(case when next_start_date = " ~ customer_health.add_days('end_date', 1) ~ " then 1 end) as num_a_day_later
        from periods
    ").rows[0] %}
    {% set touching, a_day_later = counts[0] | int, counts[1] | int %}
    {% set inclusive = customer_health.setting('subscription_end_date_is_inclusive') %}
    {% set fitting = 'false' if touching > a_day_later else 'true' %}
    {% set share = 'half' if touching == a_day_later else 'most' %}
    {% set unfitting = 10 * touching > touching + a_day_later if inclusive else a_day_later > touching %}
    {% if unfitting %}
        {{ return([
            'subscriptions: ' ~ touching ~ (' pair of periods touches' if touching == 1 else ' pairs of periods touch')
            ~ ' (one starts on the end_date of the one before) and ' ~ a_day_later
            ~ (' starts' if a_day_later == 1 else ' start') ~ ' the day after, so that '
            ~ ('the former count twice on that day' if inclusive else 'the latter do not count on it')
            ~ '; subscription_end_date_is_inclusive: ' ~ fitting ~ ' fits ' ~ share ~ ' of them.'
        ]) }}
    {% endif %}
    {{ return([]) }}
{% endmacro %}


{# Logins before their customer's acquisition, if more than a tenth: they count in windows, but on no day. #}
{% macro _early_logins(source_days) %}
    {% set counts = run_query(
        'select coalesce(sum(num_rows), 0), coalesce(sum(num_before_acquisition), 0) from ' ~ source_days
        ~ " where source_table = 'login_events'"
    ).rows[0] %}
    {% set all, early = counts[0] | int, counts[1] | int %}
    {% if 10 * early > all %}
        {{ return([
            'login_events: ' ~ (100 * early / all) | round | int ~ ' % of the logins (' ~ early ~ ' of ' ~ all
            ~ ') are before the acquisition_date of their customer; they count in the 90-day windows, but on no day.'
            ~ ' If these customers are older, correct acquisition_date.'
        ]) }}
    {% endif %}
    {{ return([]) }}
{% endmacro %}
