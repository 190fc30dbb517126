{# The first day built since all tests of the table last passed, as an SQL date. #}
{% macro first_untested_day(table) %}
    {% set every_day = "cast('0001-01-01' as date)" %}
    {% if not execute or customer_health._tests_all_days() %}
        {{ return(every_day) }}
    {% elif load_cached_relation(customer_health._fingerprint_table(table)) is none %}
        {{ return(every_day) }}
    {% endif %}
    {% set first = run_query(
        'select max(date) from ' ~ customer_health._stored_fingerprints(table) ~ " where source = 'first_untested_day'"
    ).columns[0].values()[0] %}
    {{ return("cast('" ~ (first or '9999-12-31') ~ "' as date)") }}
{% endmacro %}


{# dbt calls this for the rows that a generic test reads. A project's tests of its exact-days models read only untested days. #}
{% macro get_where_subquery(relation) -%}
    {%- for node in customer_health._exact_models()
        if node.unique_id == model.attached_node and node.package_name == model.package_name
    -%}
        {%- set first_day = customer_health.first_untested_day(relation) -%}
        {%- if '0001-01-01' not in first_day -%}
            {%- set conditions = [node.config.event_time ~ ' >= ' ~ first_day, config.get('where')] -%}
            {{ return('(select * from ' ~ relation ~ ' where ' ~ conditions | select | join(' and ') ~ ') dbt_subquery') }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(dbt.get_where_subquery(relation)) }}
{%- endmacro %}


{# Runs at the end of every run: marks all days of an exact-days model as tested if all its project's tests of it passed in this
   run. Tests of other projects read every day and do not count. #}
{% macro mark_days_as_tested() %}
    {% if execute %}
        {% set passed = results | selectattr('status', 'in', ['pass', 'warn']) | map(attribute='node.unique_id') | list %}
        {% for exact in customer_health._exact_models() %}
            {% set tests = [] %}
            {% for node in graph.nodes.values() | selectattr('resource_type', 'equalto', 'test')
                if node.package_name == exact.package_name and exact.unique_id in node.depends_on.nodes %}
                {% do tests.append(node.unique_id) %}
            {% endfor %}
            {% set table = customer_health.node_relation(exact.unique_id) %}
            {% set fingerprints = load_cached_relation(customer_health._fingerprint_table(table)) %}
            {% set is_tested = tests and not tests | reject('in', passed) | list and fingerprints is not none %}
            {% set partition = customer_health._partition_of_fingerprints(table) if is_tested else none %}
            {% if partition is not none and '9999-12-31' not in customer_health.first_untested_day(table) %}
                {% do run_query(
                    'insert into ' ~ fingerprints ~ partition ~ " select 'first_untested_day', cast('9999-12-31' as date), null, ''"
                ) %}
            {% endif %}
        {% endfor %}
    {% endif %}
{% endmacro %}
