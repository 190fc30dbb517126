{# A sentence per column with unknown values. apps/build_project.py finds them in the log. #}
{% macro unknown_values(support_tickets, source_days) %}
    {% set known_statuses = "status in ('open', 'on-hold') or " ~ customer_health.is_status_in('closed_statuses', 'status') %}
    {% set tickets = 'select *, 1 as num_rows from ' ~ support_tickets %}
    {% set logins = 'select * from ' ~ source_days ~ " where source_table = 'login_events'" %}
    {% set columns = [
        ('support_tickets', tickets, 'status', 'status is null or not (' ~ known_statuses ~ ')',
            'open, on-hold nor closed', 'tickets count as open'),
        ('support_tickets', tickets, 'ticket_category', "ticket_category not in ('bug', 'incident', 'question', 'feature request')",
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
