{# Whether an extension of DuckDB can be used: loaded if installed, never downloaded. #}
{% macro _load_extension(name) %}
    {% set state = run_query("select installed, loaded from duckdb_extensions() where extension_name = '" ~ name ~ "'").rows %}
    {% if not state or not (state[0][0] or state[0][1]) %}
        {{ return(false) }}
    {% elif not state[0][1] %}
        {% do run_query('load ' ~ name) %}
    {% endif %}
    {{ return(true) }}
{% endmacro %}
