{% macro raw_record(relation_alias, table_name) -%}
    {{ return(adapter.dispatch('raw_record', 'customer_health')(relation_alias, table_name)) }}
{%- endmacro %}


{# The alias alone would be the whole row too, unless a column has the same name. #}
{% macro duckdb__raw_record(relation_alias, table_name) -%}
    struct_pack(*columns({{ relation_alias }}.*))
{%- endmacro %}


{# Spark writes times into JSON in another format than into text, so the text is kept. #}
{% macro spark__raw_record(relation_alias, table_name) -%}
    {%- set fields = [] -%}
    {%- for name, type in customer_health._raw_columns(table_name).items() -%}
        {%- set column = relation_alias ~ '.' ~ customer_health.quoted_name(name) -%}
        {%- if type == 'timestamp' -%}
            {%- do fields.append("concat(cast(" ~ column ~ " as string), '+00') as " ~ customer_health.quoted_name(name)) -%}
        {%- elif type == 'timestamp_ntz' -%}
            {%- do fields.append("cast(" ~ column ~ " as string) as " ~ customer_health.quoted_name(name)) -%}
        {%- else -%}
            {%- do fields.append(column) -%}
        {%- endif -%}
    {%- endfor -%}
    struct({{ fields | join(', ') or relation_alias ~ '.*' }})
{%- endmacro %}


{# A seed's columns are unknown before it is loaded, and in a unit test. #}
{% macro _raw_columns(table_name) %}
    {% set columns = {} %}
    {% if not execute %}
    {% elif customer_health.has_own_data() %}
        {% for column in customer_health.describe_query('select * from ' ~ customer_health.raw_table(table_name)) %}
            {% do columns.update({column[0]: column[1]}) %}
        {% endfor %}
    {% elif graph.nodes %}
        {% set relation = load_cached_relation(customer_health.node_relation('seed.customer_health.' ~ table_name)) %}
        {% for column in adapter.get_columns_in_relation(relation) if relation is not none %}
            {% do columns.update({column.name: column.dtype}) %}
        {% endfor %}
    {% endif %}
    {{ return(columns) }}
{% endmacro %}
