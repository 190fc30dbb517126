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
