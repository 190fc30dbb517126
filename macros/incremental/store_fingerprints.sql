{# The post-hook of customer_daily_metrics, and the last statement of its transaction: what was built from, together with
   what was built, or neither. #}
{% macro store_fingerprints() %}
    {% if execute and model.compiled_code %}
        {% set start = run_query('select ' ~ customer_health.rebuild_start()).columns[0].values()[0] %}
        {% if start | string != '9999-12-31' %}
            {% set fingerprints = customer_health.fingerprint_table(this) %}
            {% set existing = load_cached_relation(fingerprints) %}
            {% do adapter.cache_added(fingerprints) %}
            create or replace table {{ fingerprints }} as
            select source, date, num_rows, fingerprint
            from current_fingerprints
            where source <> '{{ this.identifier }}'
            union all
            {{ customer_health.rows_per_day(this) }}
            union all
            select
                'definition' as source,
                cast(null as date) as date,
                null as num_rows,
                '{{ customer_health.definition_fingerprint() }}' as fingerprint
            union all
            select
                'first_untested_day' as source,
                min(date) as date,
                null as num_rows,
                '' as fingerprint
            from (
                select cast('{{ start or "0001-01-01" }}' as date) as date
                {%- if existing is not none %}
                union all
                select date
                from {{ fingerprints }}
                where source = 'first_untested_day'
                {%- endif %}
            ) as untested
        {% endif %}
    {% endif %}
{% endmacro %}
