{% macro check_column_map() %}
    {% set column_map = customer_health.setting('column_map') %}
    {% set tables = {} %}
    {% for table_name, columns in customer_health.input_columns().items() %}
        {% do tables.update({table_name: columns + customer_health.optional_columns()[table_name]}) %}
    {% endfor %}
    {% if column_map is not mapping or column_map.values() | select('mapping') | list | length < column_map | length %}
        {{ exceptions.raise_compiler_error(
            "column_map: expected a mapping such as {login_events: {login_timestamp: created_at}}."
        ) }}
    {% endif %}
    {% for table_name, columns in column_map.items() %}
        {% if table_name not in tables %}
            {{ exceptions.raise_compiler_error(
                "column_map: unknown table '" ~ table_name ~ "'; the tables are " ~ tables | join(', ') ~ "."
            ) }}
        {% endif %}
        {% for column, given in columns.items() %}
            {% if column not in tables[table_name] %}
                {{ exceptions.raise_compiler_error(
                    "column_map: unknown column '" ~ column ~ "' of " ~ table_name ~ "; its columns are "
                    ~ tables[table_name] | join(', ') ~ "."
                ) }}
            {% endif %}
            {% do customer_health._check_mapping(table_name ~ '.' ~ column, given) %}
        {% endfor %}
    {% endfor %}
    {% if column_map and not customer_health.has_own_data() %}
        {{ exceptions.raise_compiler_error("column_map needs inputs of your own; the seeds have the expected names.") }}
    {% endif %}
{% endmacro %}


{% macro _check_mapping(column, given) %}
    {% set kind = (given | list)[0] if given is mapping and given | length == 1 else none %}
    {% if kind == 'value' %}
        {# YAML reads NO and yes as booleans #}
        {% if given.value is boolean or given.value is iterable and given.value is not string %}
            {{ exceptions.raise_compiler_error(
                "column_map: the value of " ~ column ~ " is '" ~ given.value ~ "'; expected a number, a date, null or a text, in"
                ~ " quotation marks if necessary."
            ) }}
        {% endif %}
    {% elif kind == 'expression' %}
        {% if given.expression is not string or not given.expression | trim %}
            {{ exceptions.raise_compiler_error(
                "column_map: the expression of " ~ column ~ " is '" ~ given.expression ~ "'; expected SQL, in quotation marks."
            ) }}
        {% endif %}
    {% elif given is not string or not given %}
        {{ exceptions.raise_compiler_error(
            "column_map: " ~ column ~ " is '" ~ given ~ "'; expected the name of a column, {value: a constant} or"
            ~ " {expression: SQL over the raw columns}."
        ) }}
    {% endif %}
{% endmacro %}
