{# The pre-hook of a table of cleaned events, and the first statement of its transaction. #}
{% macro forget_changed_days(timestamp) %}
    {% if execute and model.compiled_code %}
        {{ return(adapter.dispatch('forget_changed_days', 'customer_health')(timestamp)) }}
    {% endif %}
{% endmacro %}


{# How an event is judged follows from its raw row, from the others of the same day, and from whether its customer is known;
   where there are event_ids, from the others of all days. #}
{% macro duckdb__forget_changed_days(timestamp) %}
    {% set definition = customer_health.definition_fingerprint() %}
    {% set table_name = model.name.removeprefix('base_') %}
    {# expressions of column_map may look further than the record #}
    {% set computed, hashed = [], ['records.record', 'customers.customer_id is not null'] %}
    {% for column in customer_health.input_columns()[table_name] + customer_health.optional_columns()[table_name] %}
        {% set given = customer_health.column_mapping(table_name, column) %}
        {% if given is mapping and 'expression' in given %}
            {% do computed.append(customer_health.mapped_expression(table_name, column)) %}
            {% do hashed.append('records.computed_' ~ computed | length) %}
        {% endif %}
    {% endfor %}
    {% call statement('take_raw_fingerprints', auto_begin=True) %}
        create or replace temp table raw_fingerprints as
        with raw as (

            select * from {{ customer_health.raw_table(table_name) }}

        ),

        customers as (

            select customer_id from {{ ref('stg_customers') }}

        ),

        records as (

            select
                {{ customer_health.parse_timestamp(customer_health.raw_column(table_name, timestamp), table_name) }} as moment,
                {{ customer_health.clean_text(customer_health.raw_column(table_name, 'customer_id')) }} as customer_id,
                {%- for expression in computed %}
                {{ expression }} as computed_{{ loop.index }},
                {%- endfor %}
                {{ customer_health.raw_record('raw', table_name) }} as record
            from raw

        )

        select
            '{{ table_name }}' as source,
            {{ customer_health.day_or_first_day('records.moment') }} as date,
            count(*) as num_rows,
            cast(sum({{ customer_health.row_hash(hashed) }}) as varchar) as fingerprint
        from records
        left join customers on records.customer_id = customers.customer_id
        group by date
        union all
        select 'definition', null, null, '{{ definition }}'
    {% endcall %}
    {% set reason = customer_health.reason_to_rebuild_everything(definition) %}
    {% if reason is not none %}
        {% do log(this.identifier ~ ': cleaning every day: ' ~ reason, info=True) %}
        {{ return('set variable customer_health_days_to_clean = null') }}
    {% endif %}
    {# rows that somebody deleted by hand are a change too #}
    {% set changed_days %}
        with given as (

            select date, num_rows, fingerprint
            from raw_fingerprints
            where source = '{{ table_name }}'

        ),

        given_to_last_build as (

            select date, num_rows, fingerprint
            from {{ customer_health.fingerprint_table(this) }}
            where source = '{{ table_name }}'

        ),

        cleaned_by_last_build as (

            select {{ customer_health.day_or_first_day(timestamp) }} as date, count(*) as num_rows
            from {{ this }}
            group by date

        ),

        unchanged_days as (

            select given.date
            from given
            inner join given_to_last_build using (date, num_rows, fingerprint)
            inner join cleaned_by_last_build using (date, num_rows)

        ),

        all_days as (

            select date from given
            union
            select date from cleaned_by_last_build

        )

        select coalesce(list(date), [])
        from all_days
        where date not in (select date from unchanged_days)
    {% endset %}
    {% do run_query('set variable customer_health_days_to_clean = (' ~ changed_days ~ ')') %}
    {% set num_days = run_query(
        "select len(getvariable('customer_health_days_to_clean'))"
    ).columns[0].values()[0] | int %}
    {# the same event_id may be on any other day, and is accepted once #}
    {% if num_days and customer_health.has_column(table_name, 'event_id') %}
        {% do run_query('set variable customer_health_days_to_clean = null') %}
        {% set what = 'cleaning every day: any of them may have an event_id of a day that changed' %}
    {% else %}
        {% set what = 'cleaning ' ~ num_days ~ (' day' if num_days == 1 else ' days') if num_days else 'nothing changed' %}
    {% endif %}
    {% do log(this.identifier ~ ': ' ~ what, info=True) %}
    delete from {{ this }}
    where {{ customer_health.is_day_to_clean(timestamp) }}
{% endmacro %}


{% macro spark__forget_changed_days(timestamp) %}
{% endmacro %}
