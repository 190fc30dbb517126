{# The post-hook of customer_daily_metrics, and the last statement of its transaction: what was built from, together with
   what was built, or neither. Where there are no transactions, it comes after the table. #}
{% macro store_fingerprints() %}
    {% if execute and model.compiled_code %}
        {% set start = run_query('select ' ~ customer_health.rebuild_start()).columns[0].values()[0] %}
        {% if start | string == '9999-12-31' %}
            {{ return(adapter.dispatch('end_rebuild', 'customer_health')(none, start)) }}
        {% endif %}
        {% set stored = load_cached_relation(customer_health.fingerprint_table(this)) %}
        {% set first_untested_day = start or '0001-01-01' %}
        {% if stored is not none %}
            {% set first_untested_day = run_query(
                "select least(max(date), cast('" ~ first_untested_day ~ "' as date)) from " ~ stored
                ~ " where source = 'first_untested_day'"
            ).columns[0].values()[0] %}
        {% endif %}
        {% set fingerprints %}
            select source, date, num_rows, fingerprint
            from current_fingerprints
            where source <> '{{ this.identifier }}'
            union all
            {{ customer_health.rows_per_day(this) }}
            union all
            select
                'first_untested_day' as source,
                cast('{{ first_untested_day }}' as date) as date,
                null as num_rows,
                '' as fingerprint
        {% endset %}
        {{ return(adapter.dispatch('end_rebuild', 'customer_health')(fingerprints, start)) }}
    {% endif %}
{% endmacro %}


{% macro duckdb__end_rebuild(fingerprints, start) %}
    {% if fingerprints is not none %}
        {% set stored = customer_health.fingerprint_table(this) %}
        {% do adapter.cache_added(stored) %}
        create or replace table {{ stored }} as
        {{ fingerprints }}
    {% endif %}
{% endmacro %}


{# insert overwrite has replaced the days that are there now; those that are not any more are dropped. #}
{% macro spark__end_rebuild(fingerprints, start) %}
    {% if fingerprints is not none %}
        {% if start is not none %}
            {% set vanished = run_query(
                "select distinct days.date from " ~ this ~ " as days cross join ("
                ~ "select min(case when source = 'customers' then date end) as first_day,"
                ~ " max(case when source = 'as_of_date' then date end) as first_day_not_built from current_fingerprints"
                ~ ") as span where days.date >= '" ~ start ~ "' and not coalesce("
                ~ "days.date >= span.first_day and days.date < span.first_day_not_built, false)"
            ).columns[0].values() %}
            {% if vanished %}
                {% do run_query(
                    'alter table ' ~ this ~ " drop if exists partition (date = '"
                    ~ vanished | join("'), partition (date = '") ~ "')"
                ) %}
            {% endif %}
        {% endif %}
        {% set stored = customer_health.fingerprint_table(this) %}
        {% do run_query(
            'create table if not exists ' ~ stored
            ~ ' (source string, date date, num_rows bigint, fingerprint string)'
        ) %}
        {% do adapter.cache_added(stored) %}
        {% do run_query('insert overwrite ' ~ stored ~ fingerprints) %}
    {% endif %}
    {% do run_query('drop view if exists current_fingerprints') %}
    {{ return(customer_health.set_rebuild_start(none)) }}
{% endmacro %}
