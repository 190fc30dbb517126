{# Goes within exact_days: a relation or subquery, and its column with the day from which on a row matters. Or, with is_last_day, the
   one row that says where the table ends. #}
{% macro watch(name, rows, day, without=[], location='', is_last_day=false) -%}
    {%- if is_last_day -%}
        -- exact days: {{ tojson({'last_day': {'name': name, 'sql': '(select ' ~ day ~ ' from ' ~ rows ~ ')'}}) }}
    {%- else -%}
        -- exact days: {{ tojson(
            {'name': name, 'rows': rows | string | trim, 'day': day, 'without': without, 'location': location | string}
        ) }}
    {%- endif -%}
{%- endmacro %}
