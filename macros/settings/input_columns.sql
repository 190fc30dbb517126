{# The inputs' columns in the order of docs/your_data.md: name, kind, and whether one is needed. A column that may be missing
   is null then; one that is used if present changes how rows are told apart. #}
{% macro _columns() %}
    {{ return({
        'customers': [
            ('customer_id', 'id', 'needed'),
            ('acquisition_date', 'date', 'needed'),
            ('region', 'text', 'may be missing'),
            ('industry', 'text', 'may be missing'),
        ],
        'subscriptions': [
            ('customer_id', 'id', 'needed'),
            ('product_id', 'id', 'needed'),
            ('quantity', 'integer', 'may be missing'),
            ('start_date', 'date', 'needed'),
            ('end_date', 'date', 'needed'),
            ('arr', 'amount', 'needed'),
            ('subscription_id', 'id', 'used if present'),
            ('updated_at', 'timestamp', 'used if present'),
        ],
        'login_events': [
            ('user_id', 'id', 'needed'),
            ('customer_id', 'id', 'needed'),
            ('user_type', 'text', 'needed'),
            ('login_timestamp', 'timestamp', 'needed'),
            ('event_id', 'id', 'used if present'),
        ],
        'support_tickets': [
            ('ticket_id', 'id', 'needed'),
            ('customer_id', 'id', 'needed'),
            ('status', 'text', 'needed'),
            ('created_date', 'timestamp', 'needed'),
            ('ticket_category', 'text', 'needed'),
            ('closed_date', 'timestamp', 'needed'),
            ('updated_at', 'timestamp', 'used if present'),
        ],
    }) }}
{% endmacro %}


{% macro input_tables() %}
    {{ return(customer_health._columns().keys() | list) }}
{% endmacro %}


{# The names of an input's columns; only those of some kinds, or needed to some degree, if these are given. The first date is
   when a row began. #}
{% macro columns_of(table_name, kinds=none, presence=none) %}
    {% set names = [] %}
    {% set columns = customer_health._columns()[table_name] %}
    {% if table_name == 'customers' %}
        {% for name in customer_health.customer_attributes() %}
            {% do columns.append((name, 'text', 'needed')) %}
        {% endfor %}
    {% endif %}
    {% for name, kind, degree in columns %}
        {% if (kinds is none or kind in kinds) and (presence is none or degree in presence) %}
            {% do names.append(name) %}
        {% endif %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}


{# Further columns of customers. check_settings compares them with ours, once dbt knows those. #}
{% macro customer_attributes() %}
    {{ return(customer_health.setting('customer_attributes')) }}
{% endmacro %}
