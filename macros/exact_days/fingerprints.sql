{# `stored` holds the fingerprints of the last build, `taken` those of the current one. #}
{% macro _fingerprint_table(table, kind='stored') %}
    {{ return(api.Relation.create(
        database=table.database,
        schema=table.schema,
        identifier=table.identifier ~ ('_fingerprints' if kind == 'stored' else '__dbt_fingerprints'),
        type='table',
    )) }}
{% endmacro %}


{# What the table that readers see was built from. #}
{% macro _stored_fingerprints(table) %}
    {{ return(adapter.dispatch('stored_fingerprints', 'customer_health')(table)) }}
{% endmacro %}


{% macro duckdb__stored_fingerprints(table) %}
    {{ return(customer_health._fingerprint_table(table)) }}
{% endmacro %}


{% macro _take_fingerprints(query) %}
    {{ return(adapter.dispatch('take_fingerprints', 'customer_health')(query)) }}
{% endmacro %}


{% macro duckdb__take_fingerprints(query) %}
    {% set taken = customer_health._fingerprint_table(this, 'taken') %}
    {% do adapter.drop_relation(taken) %}
    {% call statement('take_fingerprints') %}
        create table {{ taken }} as
        {{ query }}
    {% endcall %}
{% endmacro %}


{# The clause to insert into the stored fingerprints; none if there is no table that readers see. #}
{% macro _partition_of_fingerprints(table) %}
    {{ return(adapter.dispatch('partition_of_fingerprints', 'customer_health')(table)) }}
{% endmacro %}


{% macro duckdb__partition_of_fingerprints(table) %}
    {{ return('') }}
{% endmacro %}


{# Row count and sum of hashes per source and day; the order of rows does not matter. Every watched column counts unless it is left
   out by name. #}
{% macro _fingerprints(given, definition, with_table) %}
        {%- for watched in given.watch %}
        {%- set columns = [] %}
        {%- for column in watched.columns if column[0] not in [watched.day] + watched.without %}
            {%- do columns.extend(customer_health._values_to_hash(adapter.quote(column[0]), column[1])) %}
        {%- endfor %}
        select
            '{{ watched.name }}' as source,
            {{ customer_health._day(watched.day) }} as date,
            count(*) as num_rows,
            {{ customer_health._sum_of_hashes(columns or [watched.day]) }} as fingerprint
        from {{ watched.rows }}
        {%- if given.last_day %}
        where cast({{ watched.day }} as date) <= {{ given.last_day.sql }}
        {%- endif %}
        group by {{ customer_health._day(watched.day) }}
        union all
        {%- endfor %}
        {%- if given.last_day %}
        {# when the end moves, the days between the old and the new end change -#}
        select '{{ given.last_day.name }}', cast(ends.last_day + interval '1' day as date), 1, '0'
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
        from {{ customer_health._fingerprint_table(this, 'taken') }}
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
