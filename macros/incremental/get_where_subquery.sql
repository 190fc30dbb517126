{# dbt asks this for the rows that a generic test looks at, be it of this project or of one that this one is installed in. Our
   tests of customer_daily_metrics look at its untested days. #}
{% macro get_where_subquery(relation) -%}
    {%- if model.package_name != 'customer_health' or model.attached_node != 'model.customer_health.customer_daily_metrics' -%}
        {{ return(dbt.get_where_subquery(relation)) }}
    {%- endif -%}
    {%- set conditions = ['date >= ' ~ customer_health.first_untested_day(relation), config.get('where')] -%}
    {{ return('(select * from ' ~ relation ~ ' where ' ~ conditions | select | join(' and ') ~ ') dbt_subquery') }}
{%- endmacro %}
