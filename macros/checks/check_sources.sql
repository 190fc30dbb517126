{# Not of the seeds, whose dates never move. `judged` has the base model of each input. #}
{% macro check_sources(source_days, judged) %}
    {% set severity = customer_health.setting('source_check_severity') %}
    {% if execute and model.compiled_code and severity != 'off' and customer_health.has_own_data() %}
        {% set queries = [
            customer_health._stale_sources(source_days),
            customer_health._unusual_volumes(source_days),
        ] %}
        {# no ref: that model is built after this one #}
        {% set stored = customer_health.node_relation('model.customer_health.int_input_volumes') %}
        {% set last_build = load_cached_relation(stored) %}
        {% if last_build is not none and not flags.EMPTY %}
            {% do queries.append(customer_health._shrunken_inputs(customer_health.input_volumes(judged), last_build)) %}
        {% endif %}
        {% set findings = run_query(
            '(' ~ queries | join(') union all (') ~ ') order by finding'
        ).columns['finding'].values() | list %}
        {% if findings and severity == 'error' %}
            {{ exceptions.raise_compiler_error(findings | join(' ')) }}
        {% endif %}
        {% for finding in findings %}
            {% do exceptions.warn(finding) %}
        {% endfor %}
    {% endif %}
{% endmacro %}


{# Inputs whose newest row is older than max_age_days on the day of the run, or on as_of_date. #}
{% macro _stale_sources(source_days) -%}
    {%- set max_age = customer_health.setting('max_age_days') -%}
    {%- set as_of_date = customer_health.date_setting('as_of_date') -%}
    {%- set expected_day = 'coalesce(' ~ as_of_date ~ ', ' ~ customer_health.run_day() ~ ')' -%}
    with newest_rows as (

        select
            source_table,
            max(date) as newest_day,
            {{ customer_health.days_between('max(date)', expected_day) }} as age
        from {{ source_days }}
        where date_column <> 'closed_date' and date <= {{ expected_day }}
        group by source_table

    ),

    limits as (

        {% for table_name, days in max_age.items() -%}
        select '{{ table_name }}' as source_table, cast({{ 'null' if days is none else days }} as int) as max_age
        {{- ' union all' if not loop.last }}
        {% endfor %}

    )

    select
        concat(
            newest_rows.source_table, ': the newest row is of ',
            cast(newest_rows.newest_day as {{ dbt.type_string() }}), ', ',
            cast(newest_rows.age as {{ dbt.type_string() }}), ' days old (max_age_days: ',
            cast(limits.max_age as {{ dbt.type_string() }}), ').'
        ) as finding
    from newest_rows
    inner join limits on newest_rows.source_table = limits.source_table
    where newest_rows.age > limits.max_age
{%- endmacro %}
