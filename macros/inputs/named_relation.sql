{# The relation in the var of an input: a model, seed or source of the installing project, or any table; none if it is not set. dbt 1
   renders ref and source in braces, this macro without. The text is parsed, so that it cannot be anything but names. #}
{% macro named_relation(table_name) %}
    {% set setting = table_name ~ '_relation' %}
    {% set given = customer_health.setting(setting) %}
    {% if given is none %}
        {{ return(none) }}
    {% endif %}
    {% set given = given | string | trim %}
    {% set name = '\\s*(?:"[^"]+"|\'[^\']+\')\\s*' %}
    {% if modules.re.fullmatch('(?:ref[(]' ~ name ~ '|(?:ref|source)[(]' ~ name ~ ',' ~ name ~ ')[)]', given) %}
        {% set names = modules.re.findall('["\']([^"\']+)["\']', given) %}
        {% if given.startswith('source') %}
            {% set given = source(names[0], names[1]) %}
        {% else %}
            {% set given = ref(names[0], names[1]) if names | length == 2 else ref(names[0]) %}
        {% endif %}
    {% endif %}
    {% set part = '(?:"(?:[^"]|"")+"|`(?:[^`]|``)+`|[^."`]+)' %}
    {% set path = part ~ '(?:[.]' ~ part ~ '){0,2}' %}
    {% set text = given | string | trim %}
    {% if flags.EMPTY %}
        {% set text = modules.re.sub('(?s)^[(]select [*] from (' ~ path ~ ') where false limit 0[)].*$', '\\1', text) %}
    {% endif %}
    {% if not modules.re.fullmatch(path, text) %}
        {{ exceptions.raise_compiler_error(
            setting ~ ": '" ~ text ~ "' is not a table; expected a ref, a source or the name of a table."
        ) }}
    {% elif '__dbt__cte__' in text %}
        {{ exceptions.raise_compiler_error(
            setting ~ ": " ~ text.split('__dbt__cte__') | last ~ " is ephemeral and cannot be checked; make it a view or a table."
        ) }}
    {% endif %}
    {% set names = [] %}
    {% for name in modules.re.findall(part, text) %}
        {% set mark = name[0] if name[0] in '"`' else '' %}
        {% do names.append(name[1:-1] | replace(mark * 2, mark) if mark else name) %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}
