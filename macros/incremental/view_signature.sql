{% macro view_signature(relation) %}
    {{ return(adapter.dispatch('view_signature', 'customer_health')(relation)) }}
{% endmacro %}


{% macro duckdb__view_signature(relation) %}
    {% set found = run_query(
        "select comment from duckdb_views() where database_name = '" ~ relation.database ~ "' and schema_name = '"
        ~ relation.schema ~ "' and view_name = '" ~ relation.identifier ~ "'"
    ).columns[0].values() %}
    {{ return(found[0] if found else none) }}
{% endmacro %}


{% macro spark__view_signature(relation) %}
    {% if load_cached_relation(relation) is none %}
        {{ return(none) }}
    {% endif %}
    {% set properties = run_query('show tblproperties ' ~ relation) %}
    {% for property in properties.rows if property[0] == 'made_of' %}
        {{ return(property[1]) }}
    {% endfor %}
{% endmacro %}
