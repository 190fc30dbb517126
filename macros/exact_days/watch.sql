{# Within exact_days: a table, view or query in parentheses, and its column with the day on which a row begins to matter. Every
   other column counts, but for those that are left out by name. Or, with is_last_day, the one row that says where the table ends. #}
{% macro watch(name, rows, day, without=[], location='', is_last_day=false) -%}
    {%- if is_last_day -%}
        -- exact days: {{ tojson({'last_day': {'name': name, 'sql': '(select ' ~ day ~ ' from ' ~ rows ~ ')'}}) }}
    {%- else -%}
        -- exact days: {{ tojson(
            {'name': name, 'rows': rows | string | trim, 'day': day, 'without': without, 'location': location | string}
        ) }}
    {%- endif -%}
{%- endmacro %}
