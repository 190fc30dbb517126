{# The pre-hook of customer_daily_metrics, and the first statement of its transaction where there are transactions. #}
{% macro take_fingerprints() %}
    {% set inputs = ref('int_input_fingerprints') %}
    {% if execute and model.compiled_code %}
        {% set definition = customer_health.definition_fingerprint() %}
        {% set reason = customer_health.reason_to_rebuild_everything(definition) %}
        {% if reason is not none %}
            {% do log(this.identifier ~ ': rebuilding every day: ' ~ reason, info=True) %}
        {% endif %}
        {% set fingerprints %}
            select source, date, num_rows, fingerprint
            from {{ inputs }}
            union all
            select
                'definition' as source,
                cast(null as date) as date,
                null as num_rows,
                '{{ definition }}' as fingerprint
            {%- if reason is none %}
            union all
            {{ customer_health.rows_per_day(this) }}
            {%- endif %}
        {% endset %}
        {{ return(adapter.dispatch('begin_rebuild', 'customer_health')(fingerprints, reason is not none)) }}
    {% endif %}
{% endmacro %}


{# The strategy decides where the rebuild starts. Until then it starts after all days: dbt's temporary table only tells it
   the columns, the strategy inserts the rows themselves. #}
{% macro duckdb__begin_rebuild(fingerprints, everything) %}
    {% call statement('take_fingerprints', auto_begin=True) %}
        create or replace temp table current_fingerprints as
        {{ fingerprints }}
    {% endcall %}
    {{ return(customer_health.set_rebuild_start(none if everything else '9999-12-31')) }}
{% endmacro %}


{# Without a transaction, a build that is stopped leaves some days of the old table and some of the new one. So the
   fingerprints stop vouching for the days of a rebuild before it begins, and do so again after it has ended. #}
{% macro spark__begin_rebuild(fingerprints, everything) %}
    {% set stored = customer_health.fingerprint_table(this) %}
    {# a build that failed may have left one, of tables that are gone by now #}
    {% do run_query('drop view if exists current_fingerprints') %}
    {% do run_query('create temporary view current_fingerprints as ' ~ fingerprints) %}
    {% do run_query('cache table current_fingerprints') %}
    {% set start = none %}
    {% if everything %}
        {% do adapter.drop_relation(stored) %}
    {% else %}
        {% set start = customer_health.first_changed_day(this) or '9999-12-31' %}
        {% if start != '9999-12-31' %}
            {% do run_query(
                'insert into ' ~ stored ~ " select 'interrupted_build', cast('" ~ start ~ "' as date), 1, ''"
            ) %}
        {% endif %}
    {% endif %}
    {{ return(customer_health.set_rebuild_start(start)) }}
{% endmacro %}
