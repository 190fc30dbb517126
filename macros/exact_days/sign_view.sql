{# The post-hook of intermediate models, for those that are views. The database's own text of a view would not do: DuckDB rewrites
   it when the file is opened again. A clone has no SQL and stays unsigned. #}
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


{# The signatures that sign_view left; none for what is missing, unsigned or not a view. #}
{% macro view_signatures(relations) %}
    {{ return(adapter.dispatch('view_signatures', 'customer_health')(relations)) }}
{% endmacro %}


{% macro duckdb__view_signatures(relations) %}
    {% set found = {} %}
    {% for view in run_query(
        'select database_name, schema_name, view_name, comment from duckdb_views() where comment is not null'
    ).rows %}
        {% do found.update({(view[0], view[1], view[2]): view[3]}) %}
    {% endfor %}
    {% set signatures = [] %}
    {% for relation in relations %}
        {% do signatures.append(found.get((relation.database, relation.schema, relation.identifier))) %}
    {% endfor %}
    {{ return(signatures) }}
{% endmacro %}


{% macro spark__view_signatures(relations) %}
    {% set signatures = [] %}
    {% for relation in relations %}
        {% set found = [none] %}
        {% if load_cached_relation(relation) is not none %}
            {% for property in run_query('show tblproperties ' ~ relation).rows if property[0] == 'made_of' %}
                {% do found.append(property[1]) %}
            {% endfor %}
        {% endif %}
        {% do signatures.append(found | last) %}
    {% endfor %}
    {{ return(signatures) }}
{% endmacro %}
