{% macro raw_record(relation_alias, table_name) -%}
    {{ return(adapter.dispatch('raw_record', 'customer_health')(relation_alias, table_name)) }}
{%- endmacro %}


{# The alias would be the whole row too, but for a column of the same name. #}
{% macro duckdb__raw_record(relation_alias, table_name) -%}
    struct_pack(*columns({{ relation_alias }}.*))
{%- endmacro %}


{# Spark writes a time into JSON in another way than into text, so that the text is kept. #}
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


{# Of a seed nothing is known before it has been loaded, nor in a unit test. #}
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
