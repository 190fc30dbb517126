{# Beside the table that it describes, so that each target has its own: what the last build was made of, or what this one has
   taken to compare with it. #}
{% macro fingerprint_table(table, kind='stored') %}
    {{ return(api.Relation.create(
        database=table.database,
        schema=table.schema,
        identifier=table.identifier ~ ('_fingerprints' if kind == 'stored' else '__dbt_fingerprints'),
        type='table',
    )) }}
{% endmacro %}


{# Per source and day, how many rows there are and the sum of their hashes, to which their order does not matter. Every column
   of what is watched counts that is not left out by name. #}
{% macro _fingerprints(given, definition, with_table) %}
        {%- for watched in given.watch %}
        {%- set columns = [] %}
        {%- for column in customer_health._watched_columns(watched) if column[0] not in [watched.day] + watched.without %}
            {%- do columns.append(adapter.quote(column[0])) %}
        {%- endfor %}
        select
            '{{ watched.name }}' as source,
            {{ customer_health._day(watched.day) }} as date,
            count(*) as num_rows,
            cast(sum({{ customer_health.row_hash(columns or [watched.day]) }}) as {{ dbt.type_string() }}) as fingerprint
        from {{ watched.rows }}
        {%- if given.last_day %}
        where cast({{ watched.day }} as date) <= {{ given.last_day.sql }}
        {%- endif %}
        group by {{ customer_health._day(watched.day) }}
        union all
        {%- endfor %}
        {%- if given.last_day %}
        {# when the end moves, the days between the old one and the new one are what changes -#}
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


{# Rows that somebody deleted by hand are a change too. #}
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


{# Rows without a day belong to the first that there is. #}
{% macro _day(column) -%}
    coalesce(cast({{ column }} as date), cast('0001-01-01' as date))
{%- endmacro %}
