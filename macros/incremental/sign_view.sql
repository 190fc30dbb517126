{# The post-hook of the intermediate views. The SQL of a view as the database tells it would not do: DuckDB writes it
   differently once it has been read back from the file. A clone has no SQL of its own, and stays unsigned. #}
{% macro sign_view() %}
    {% if execute and model.compiled_code %}
        comment on view {{ this }} is 'made of {{ local_md5(model.compiled_code) }}'
    {% endif %}
{% endmacro %}
