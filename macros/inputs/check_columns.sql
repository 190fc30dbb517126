{# Collects problems with the columns of an input, and remarks about missing optional ones. #}
{% macro check_columns(table_name, origins, problems, remarks) %}
    {% set optional = customer_health.optional_columns()[table_name] %}
    {% set dispensable = customer_health.dispensable_columns()[table_name] %}
    {% set having, lacking = {}, {} %}
    {# a JSON file without records has no columns, and needs none #}
    {% for origin, found in origins.items() if found.columns or found.kind != 'json' %}
        {% set missing, errors = [], [] %}
        {% for column in customer_health.input_columns()[table_name] + optional %}
            {% set given = customer_health.column_mapping(table_name, column) %}
            {% set name = customer_health._column_name(table_name, column) | lower %}
            {% if given is mapping %}
                {% if 'expression' in given and found.columns %}
                    {% set expression = customer_health.expression_problems(
                        table_name, column, customer_health.read_files([origin], table_name) if found.is_file else origin
                    ) %}
                    {% if expression.lacking %}
                        {% do missing.append(expression.lacking) %}
                    {% elif expression.error %}
                        {% do errors.append(
                            "column_map: the expression of " ~ table_name ~ "." ~ column ~ " cannot be computed from " ~ origin ~ ": "
                            ~ expression.error ~ "."
                            ~ (" " ~ customer_health._conversion(table_name, column, found.columns) if 'VARCHAR' in expression.error)
                        ) %}
                    {% endif %}
                {% endif %}
            {% elif name not in found.columns %}
                {% do lacking.setdefault(column, origin) %}
                {# a mapped column has to exist #}
                {% if column not in optional + dispensable or name != column %}
                    {% do missing.append(name) %}
                {% endif %}
            {% else %}
                {% do having.setdefault(column, origin) %}
                {% if found.columns | select('equalto', name) | list | length > 1 %}
                    {% do errors.append(origin ~ " has the column " ~ name ~ " more than once; rename one of them.") %}
                {% endif %}
            {% endif %}
        {% endfor %}
        {% if not found.columns %}
            {% do problems.append(origin ~ " is empty; it needs a header with the column names.") %}
        {% elif missing %}
            {% do problems.append(
                origin ~ " has no column " ~ customer_health._listed(missing | unique | list) ~ "; it has " ~ found.columns | join(', ') ~ "."
                ~ customer_health.reason_for_no_column(found.kind, found.columns, table_name)
            ) %}
        {% endif %}
        {% do problems.extend(errors | unique) %}
    {% endfor %}
    {% for column in optional + dispensable if column in having and column in lacking %}
        {% do problems.append(
            lacking[column] ~ " has no column " ~ customer_health._column_name(table_name, column) | lower ~ ", but "
            ~ having[column] ~ " has; all files of a table must have it, or none."
        ) %}
    {% endfor %}
    {% set absent = dispensable | select('in', lacking) | list %}
    {% if absent %}
        {% set many = absent | length > 1 %}
        {% do remarks.append(
            table_name ~ ": " ~ customer_health._listed(absent, 'and') ~ (" are" if many else " is") ~ " null in every row, as "
            ~ origins | first ~ (" and the files beside it have" if origins | length > 1 else " has") ~ " no such column"
            ~ ("s; if they are called something else, map them" if many else "; if it is called something else, map it") ~ " in column_map."
        ) %}
    {% endif %}
{% endmacro %}


{# joins names as "a, b or c" #}
{% macro _listed(names, word='or') %}
    {{ return(names[:-1] | join(', ') ~ (' ' ~ word ~ ' ' if names | length > 1 else '') ~ names | last) }}
{% endmacro %}
