{# A sentence per column with unknown values. scripts/build_project.py finds them in the log. #}
{% macro unknown_values(login_events, support_tickets) %}
    {% set known_statuses = "status in ('open', 'on-hold') or " ~ customer_health.is_status_in('closed_statuses', 'status') %}
    {% set columns = [
        ('support_tickets', 'status', support_tickets, 'status is null or not (' ~ known_statuses ~ ')',
            'open, on-hold nor closed', 'tickets count as open'),
        ('support_tickets', 'ticket_category', support_tickets,
            "ticket_category not in ('bug', 'incident', 'question', 'feature request')",
            'bug, incident, question nor feature request', 'tickets count in the totals only'),
        ('login_events', 'user_type', login_events, "user_type not in ('admin', 'advanced', 'standard')",
            'admin, advanced nor standard', 'logins count in the totals only'),
    ] %}
    {% set findings = [] %}
    {% for table_name, column, relation, is_unknown, known, consequence in columns %}
        {% set values = [] %}
        {% for value, count in run_query(
            'select ' ~ column ~ ', count(*) as num_rows from ' ~ relation ~ ' where ' ~ is_unknown
            ~ ' group by ' ~ column ~ ' order by count(*) desc, ' ~ column
        ).rows %}
            {% set rows = count | string ~ (' row' if count == 1 else ' rows') %}
            {% if value is none %}
                {% do log('unknown values: ' ~ table_name ~ '.' ~ column ~ ' missing (' ~ rows ~ ')') %}
                {% do findings.append(
                    table_name ~ ': ' ~ column ~ ' is missing in ' ~ rows ~ ', so these ' ~ consequence ~ '.'
                ) %}
            {% else %}
                {% do values.append("'" ~ value ~ "' (" ~ rows ~ ')') %}
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
