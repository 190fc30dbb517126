{# The post-hook of the intermediate models, for those that are views. The SQL of a view as the database tells it would not
   do: DuckDB writes it differently once it has been read back from the file. A clone has no SQL of its own, and stays
   unsigned. #}
{% macro sign_view() %}
    {% if execute and model.compiled_code and config.get('materialized') == 'view' %}
        {{ return(adapter.dispatch('sign_view', 'customer_health')(local_md5(model.compiled_code))) }}
    {% endif %}
{% endmacro %}


{% macro duckdb__sign_view(signature) %}
    comment on view {{ this }} is 'made of {{ signature }}'
{% endmacro %}


{% macro spark__sign_view(signature) %}
    alter view {{ this }} set tblproperties ('made_of' = '{{ signature }}')
{% endmacro %}
