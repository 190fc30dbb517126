{# A query to watch. The verdict on an event depends on its raw row, the others of its day, and whether its customer is known.
   Expressions of column_map may read other rows. #}
{% macro raw_events(table_name, timestamp, customers) -%}
    (
        select
            records.*,
            customers.customer_id is not null as is_customer_known
        from (
            select
                {{ customer_health.parse_timestamp(customer_health.raw_column(table_name, timestamp), table_name) }} as moment,
                {{ customer_health.clean_text(customer_health.raw_column(table_name, 'customer_id')) }} as customer_id,
                {%- for expression in customer_health.mapped_expressions(table_name) %}
                {{ expression }} as expression_{{ loop.index }},
                {%- endfor %}
                {{ customer_health.raw_row('raw') }} as record
            from (select * from {{ customer_health.raw_table(table_name) }}) as raw
        ) as records
        left join (select * from {{ customers }}) as customers on records.customer_id = customers.customer_id
    )
{%- endmacro %}
