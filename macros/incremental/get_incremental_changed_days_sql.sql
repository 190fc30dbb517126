{# The incremental strategy `changed_days`: every day from the first one that changed on is deleted and inserted again, by
   the same SQL that builds the table from scratch, and from the inputs alone. dbt has begun the transaction and ends it. #}
{% macro get_incremental_changed_days_sql(arg_dict) %}
    {% set target_table = arg_dict['target_relation'] %}
    {% set start = customer_health.first_changed_day(target_table) %}
    {% if start is none %}
        {{ return("select 'nothing changed'") }}
    {% endif %}
    {% set sql %}
        {{ customer_health.set_rebuild_start(start) }};

        delete from {{ target_table }}
        where date >= {{ customer_health.rebuild_start() }};

        insert into {{ target_table }} ({{ get_quoted_csv(model.columns) }})
        {{ model.compiled_code }}
    {% endset %}
    {{ return(sql) }}
{% endmacro %}
