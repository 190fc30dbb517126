{# Collects problems with the columns of an input, and remarks about missing ones that no metric needs. #}
{% macro check_columns(table_name, origins, problems, remarks) %}
    {% set optional = customer_health.columns_of(table_name, presence=['used if present']) %}
    {% set dispensable = customer_health.columns_of(table_name, presence=['may be missing']) %}
    {% set having, lacking = {}, {} %}
    {# a JSON file without records has no columns, and needs none #}
    {% for origin, found in origins.items() if found.columns or found.kind != 'json' %}
        {% set missing, errors = [], [] %}
        {% for column in customer_health.columns_of(table_name) %}
            {% set given = customer_health.column_mapping(table_name, column) %}
            {% set name = customer_health._raw_name(table_name, column) | lower %}
            {% if given is mapping %}
                {% if 'expression' in given and found.columns %}
                    {% do customer_health._check_expression(table_name, column, origin, found, missing, errors) %}
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
                origin ~ " has no column " ~ customer_health._listed(missing | unique | list)
                ~ "; it has " ~ found.columns | join(', ') ~ "." ~ customer_health._reason_for_no_column(table_name, found)
            ) %}
        {% endif %}
        {% do problems.extend(errors | unique) %}
    {% endfor %}
    {% for column in optional + dispensable if column in having and column in lacking %}
        {% do problems.append(
            lacking[column] ~ " has no column " ~ customer_health._raw_name(table_name, column) | lower ~ ", but "
            ~ having[column] ~ " has; all files of a table must have it, or none."
        ) %}
    {% endfor %}
    {% set absent = dispensable | select('in', lacking) | list %}
    {% if absent %}
        {% set many = absent | length > 1 %}
        {% do remarks.append(
            table_name ~ ": " ~ customer_health._listed(absent, 'and') ~ (" are" if many else " is") ~ " null in every row, as "
            ~ origins | first ~ (" and the files beside it have" if origins | length > 1 else " has") ~ " no such column"
            ~ ("s; if they are called something else, map them" if many else "; if it is called something else, map it")
            ~ " in column_map."
        ) %}
    {% endif %}
{% endmacro %}


{# A likely reason, judging by the file. #}
{% macro _reason_for_no_column(table_name, found) %}
    {% if found.kind == 'json' and not found.columns | select('in', customer_health._needed_names(table_name)) | list %}
        {{ return(" A list within a record is not read; save the list alone.") }}
    {% elif found.columns | length == 1 and found.kind == 'csv' %}
        {{ return(" Put commas, semicolons, tabs or | between the values.") }}
    {% endif %}
    {{ return(" Map other column names with column_map.") }}
{% endmacro %}


{# joins names as "a, b or c" #}
{% macro _listed(names, word='or') %}
    {{ return(names[:-1] | join(', ') ~ (' ' ~ word ~ ' ' if names | length > 1 else '') ~ names | last) }}
{% endmacro %}
