{# dbt asks this for the rows that a generic test looks at. Those of customer_daily_metrics look at the untested days. #}
{% macro default__get_where_subquery(relation) -%}
    {%- if relation.identifier != 'customer_daily_metrics' -%}
        {{ return(dbt.default__get_where_subquery(relation)) }}
    {%- endif -%}
    {%- set conditions = ['date >= ' ~ customer_health.first_untested_day(relation), config.get('where')] -%}
    {{ return('(select * from ' ~ relation ~ ' where ' ~ conditions | select | join(' and ') ~ ') dbt_subquery') }}
{%- endmacro %}
