{# A sentence per column with unknown values. scripts/build_project.py finds them in the log. #}
{% macro unknown_values(logins_by_type, support_tickets) %}
    {% set known_statuses = "status in ('open', 'on-hold') or " ~ customer_health.is_status_in('closed_statuses', 'status') %}
    {% set columns = [
        ('support_tickets', 'status', 'status is null or not (' ~ known_statuses ~ ')',
            'open, on-hold nor closed', 'tickets count as open'),
        ('support_tickets', 'ticket_category', "ticket_category not in ('bug', 'incident', 'question', 'feature request')",
            'bug, incident, question nor feature request', 'tickets count in the totals only'),
        ('login_events', 'user_type', none, 'admin, advanced nor standard', 'logins count in the totals only'),
    ] %}
    {% set findings = [] %}
    {% for table_name, column, is_unknown, known, consequence in columns %}
        {% set counts, values = [], [] %}
        {% if is_unknown is none %}
            {% for login in logins_by_type if login.user_type not in [none, 'admin', 'advanced', 'standard'] %}
                {% do counts.append((login.user_type, login.num_rows)) %}
            {% endfor %}
        {% else %}
            {% do counts.extend(run_query(
                'select ' ~ column ~ ', count(*) as num_rows from ' ~ support_tickets ~ ' where ' ~ is_unknown
                ~ ' group by ' ~ column ~ ' order by count(*) desc, ' ~ column
            ).rows) %}
        {% endif %}
        {% for value, count in counts %}
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
