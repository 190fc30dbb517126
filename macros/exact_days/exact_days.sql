{# Goes at the top of a model, around its calls of watch. Writes comments, because the compiled SQL is all that a model can pass to
   its materialization on every engine. In a unit test there is nothing to watch. #}
{% macro exact_days(replace='following') -%}
    {%- if replace not in ['changed', 'following', 'all'] -%}
        {{ exceptions.raise_compiler_error(
            model.name ~ ": replace is '" ~ replace ~ "'; expected changed, following or all."
        ) }}
    {%- endif -%}
    {%- if model.resource_type != 'unit_test' -%}
        -- exact days: {{ tojson({'replace': replace}) }}
        {%- for line in caller().splitlines() if line | trim %}
{{ line | trim }}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}


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


{# A condition that skips rows of days that are not built. The materialization replaces it; by itself it is true. #}
{% macro is_day_to_build() -%}
    true /* is_day_to_build */
{%- endmacro %}


{# What exact_days and watch wrote into the model's SQL. #}
{% macro _parse_watches() %}
    {% set given = {'watch': [], 'last_day': none, 'location': ''} %}
    {% for line in model.compiled_code.splitlines() if line.startswith('-- exact days: ') %}
        {% set said = fromjson(line.removeprefix('-- exact days: ')) %}
        {% if 'replace' in said or 'last_day' in said %}
            {% do given.update(said) %}
        {% else %}
            {% do given.watch.append(said) %}
            {% do given.update({'location': said.location or given.location}) %}
        {% endif %}
    {% endfor %}
    {% if not given.watch or not given.replace or not config.get('event_time') %}
        {{ exceptions.raise_compiler_error(
            model.name ~ ' is incremental_exact_days, which needs the config event_time, the column that is its day, and '
            ~ 'exact_days() with at least one watch() in its SQL.'
        ) }}
    {% endif %}
    {{ return(given) }}
{% endmacro %}
