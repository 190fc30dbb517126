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


{# Whether a var names the relation of an input, without reading the var: then dbt has neither its seed nor its source. Never in a
   unit test. #}
{% macro has_relation(table_name) %}
    {% set without_source = graph.nodes and 'source.customer_health.customer_health.' ~ table_name not in graph.sources %}
    {{ return(true if without_source and 'seed.customer_health.' ~ table_name not in graph.nodes else false) }}
{% endmacro %}


{# Database, schema and name of an input's table; none for files and seeds. Spark has no databases. #}
{% macro _input_path(table_name) %}
    {% set named = customer_health.named_relation(table_name) %}
    {% if named is not none %}
        {{ return(([target.database] | select | list + [target.schema])[:3 - named | length] + named) }}
    {% elif customer_health.setting('source_schema') %}
        {% set database = customer_health.setting('source_database') or target.database %}
        {% set names = [customer_health.setting('source_schema'), customer_health.setting('source_tables')[table_name]] %}
        {{ return([database] | select | list + names) }}
    {% endif %}
    {{ return(none) }}
{% endmacro %}


{# Whether the table or view of an input exists. #}
{% macro _has_table(table_name) %}
    {{ return(adapter.dispatch('has_table', 'customer_health')(*customer_health._input_path(table_name))) }}
{% endmacro %}


{# The adapter would not quote the names. #}
{% macro duckdb__has_table(database, schema, table_name) %}
    {% set databases = run_query('select database_name from duckdb_databases() where not internal order by all').columns[0].values() %}
    {% if database == customer_health.setting('source_database') and database | lower not in databases | map('lower') | list %}
        {{ exceptions.raise_compiler_error(
            "source_database: there is no database " ~ database ~ "; it may be " ~ customer_health._listed(databases | list) ~ "."
        ) }}
    {% endif %}
    {% set conditions = [] %}
    {% for column, name in [('table_catalog', database), ('table_schema', schema), ('table_name', table_name)] %}
        {% do conditions.append("lower(" ~ column ~ ") = lower(" ~ customer_health.text_literal(name) ~ ")") %}
    {% endfor %}
    {{ return(run_query('select 1 from information_schema.tables where ' ~ conditions | join(' and ')).rows | length > 0) }}
{% endmacro %}


{# Spark has schemas, but no databases. #}
{% macro spark__has_table(schema, table_name) %}
    {{ return(adapter.get_relation(database=none, schema=schema, identifier=table_name) is not none) }}
{% endmacro %}


{# Inputs that are models or seeds of the installing project and that this run builds first: they can be checked only then. #}
{% macro inputs_to_build() %}
    {% set tables = [] %}
    {% for table_name in customer_health.input_tables() if execute and graph.nodes and customer_health.has_relation(table_name) %}
        {% for id in graph.nodes['model.customer_health.base_' ~ table_name].depends_on.nodes
            if id.split('.')[1] != 'customer_health' and id in selected_resources %}
            {% do tables.append(table_name) %}
        {% endfor %}
    {% endfor %}
    {{ return(tables | unique | list) }}
{% endmacro %}
