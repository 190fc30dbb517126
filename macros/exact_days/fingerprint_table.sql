{# `stored` holds the fingerprints of the last build, `taken` those of the current one. #}
{% macro fingerprint_table(table, kind='stored') %}
    {{ return(api.Relation.create(
        database=table.database,
        schema=table.schema,
        identifier=table.identifier ~ ('_fingerprints' if kind == 'stored' else '__dbt_fingerprints'),
        type='table',
    )) }}
{% endmacro %}


{# Row count and sum of hashes per source and day; the order of rows does not matter. Every watched column counts unless it is left
   out by name. #}
{% macro _fingerprints(given, definition, with_table) %}
        {%- for watched in given.watch %}
        {%- set columns = [] %}
        {%- for column in customer_health._watched_columns(watched) if column[0] not in [watched.day] + watched.without %}
            {%- do columns.extend(customer_health.values_to_hash(adapter.quote(column[0]), column[1])) %}
        {%- endfor %}
        select
            '{{ watched.name }}' as source,
            {{ customer_health._day(watched.day) }} as date,
            count(*) as num_rows,
            {{ customer_health.sum_of_hashes(columns or [watched.day]) }} as fingerprint
        from {{ watched.rows }}
        {%- if given.last_day %}
        where cast({{ watched.day }} as date) <= {{ given.last_day.sql }}
        {%- endif %}
        group by {{ customer_health._day(watched.day) }}
        union all
        {%- endfor %}
        {%- if given.last_day %}
        {# when the end moves, the days between the old and the new end change -#}
        select '{{ given.last_day.name }}', {{ customer_health.add_days('ends.last_day', 1) }}, 1, '0'
        from (select {{ given.last_day.sql }} as last_day) as ends
        where ends.last_day is not null
        union all
        {%- endif %}
        {%- if with_table %}
        {{ customer_health._rows_per_day(this) }}
        union all
        {%- endif %}
        select 'definition', cast(null as date), null, '{{ definition }}'
{%- endmacro %}


{# Finds rows that somebody deleted from the table by hand. #}
{% macro _rows_per_day(table) -%}
        {%- set day = customer_health._day(config.get('event_time')) -%}
        select '{{ this.identifier }}' as source, {{ day }} as date, count(*) as num_rows, '' as fingerprint
        from {{ table }}
        group by {{ day }}
{%- endmacro %}


{% macro _fingerprints_to_store(table, plan) -%}
        select source, date, num_rows, fingerprint
        from {{ customer_health.fingerprint_table(this, 'taken') }}
        where source <> '{{ this.identifier }}'
        union all
        {{ customer_health._rows_per_day(table) }}
        union all
        select 'first_untested_day', cast('{{ plan.first_untested_day }}' as date), null, ''
{%- endmacro %}


{# Rows without a day belong to the first possible day. #}
{% macro _day(column) -%}
    coalesce(cast({{ column }} as date), cast('0001-01-01' as date))
{%- endmacro %}
