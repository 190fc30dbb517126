{# Runs first. A misspelt var would silently do nothing. Vars of an installing project are its own. #}
{% macro check_settings() %}
    {# refs must be seen while dbt parses; dbt v2 knows no settings then #}
    {% if not execute %}
        {% for table_name in customer_health.input_tables() %}
            {% do customer_health.setting(table_name ~ '_relation') %}
        {% endfor %}
        {{ return('') }}
    {% endif %}
    {% set given = invocation_args_dict.vars if project_name == 'customer_health' else {} %}
    {% set known = customer_health._known_settings() %}
    {% for name in given if name not in known %}
        {{ exceptions.raise_compiler_error("Unknown var '" ~ name ~ "'; the vars are " ~ known | join(', ') ~ ".") }}
    {% endfor %}
    {% for name in known %}
        {% for table_name in (customer_health.input_tables() if known[name].by_table else [none]) %}
            {% do customer_health.setting(name, table_name) %}
        {% endfor %}
    {% endfor %}
    {% do customer_health._check_session() %}
    {% do customer_health._check_customer_attributes() %}
    {% do customer_health._check_column_map() %}
    {% do customer_health._check_inputs_are_named_once() %}
    {% set bands = customer_health.setting('risk_bands') %}
    {% if bands.watch | float > bands.at_risk | float %}
        {{ exceptions.raise_compiler_error(
            "risk_bands: watch is " ~ bands.watch ~ ", more than at_risk, " ~ bands.at_risk
            ~ "; expected the lower score for watch."
        ) }}
    {% endif %}
{% endmacro %}


{% macro _check_inputs_are_named_once() %}
    {% if customer_health.setting('data_dir') and customer_health.setting('source_schema') %}
        {{ exceptions.raise_compiler_error("Set data_dir or source_schema, not both.") }}
    {% elif customer_health.setting('source_database') and not customer_health.setting('source_schema') %}
        {{ exceptions.raise_compiler_error("source_database needs source_schema, the schema of the tables.") }}
    {% elif customer_health.setting('source_tables') != customer_health.default_setting('source_tables')
        and not customer_health.setting('source_schema') %}
        {{ exceptions.raise_compiler_error(
            "source_tables needs source_schema, the schema of the tables; for files, rename the files."
        ) }}
    {% endif %}
    {% for table_name in customer_health.input_tables()
        if customer_health.setting(table_name ~ '_relation') is not none and not customer_health.has_own_data() %}
        {{ exceptions.raise_compiler_error(
            table_name ~ "_relation needs customers_relation, data_dir or source_schema; otherwise the other inputs would be"
            ~ " the seeds."
        ) }}
    {% endfor %}
{% endmacro %}


{# Without these settings, times would silently be others. #}
{% macro _check_session() %}
    {{ return(adapter.dispatch('check_session', 'customer_health')()) }}
{% endmacro %}


{% macro duckdb__check_session() %}
{% endmacro %}


{% macro spark__check_session() %}
    {% set zone, type = run_query("select current_timezone(), typeof(timestamp '2000-01-01 00:00:00')").rows[0].values() %}
    {% if zone not in ['UTC', 'Etc/UTC', 'GMT', 'Z', '+00:00'] or type != 'timestamp_ntz' %}
        {{ exceptions.raise_compiler_error(
            "Spark: spark.sql.session.timeZone is '" ~ zone ~ "' and a timestamp is a " ~ type ~ "; in profiles.yml, set"
            ~ " spark.sql.session.timeZone to UTC and spark.sql.timestampType to TIMESTAMP_NTZ."
        ) }}
    {% endif %}
{% endmacro %}


{% macro _check_customer_attributes() %}
    {% set names = customer_health.customer_attributes() %}
    {% for name in names %}
        {% for model in ['base_customers', 'customers_enriched', 'customer_outlook', 'upcoming_renewals'] %}
            {% set columns = graph.nodes['model.customer_health.' ~ model].columns %}
            {% if name in columns or name in ['raw_record', 'own_rejection_reason', 'rank_among_duplicates'] %}
                {{ exceptions.raise_compiler_error(
                    "customer_attributes: '" ~ name ~ "' is already a column of " ~ model ~ "; rename it and map it in"
                    ~ " column_map: {customers: {customer_" ~ name ~ ": " ~ name ~ "}}."
                ) }}
            {% endif %}
        {% endfor %}
    {% endfor %}
    {% if names and not customer_health.has_own_data() %}
        {{ exceptions.raise_compiler_error(
            "customer_attributes needs inputs of your own; the examples have no further columns."
        ) }}
    {% endif %}
{% endmacro %}


{% macro _check_column_map() %}
    {% set column_map = customer_health.setting('column_map') %}
    {% if column_map is not mapping or column_map.values() | select('mapping') | list | length < column_map | length %}
        {{ exceptions.raise_compiler_error(
            "column_map: expected a mapping such as {login_events: {login_timestamp: created_at}}."
        ) }}
    {% endif %}
    {% do customer_health._check_parts('column_map', 'table', column_map, customer_health.input_tables()) %}
    {% for table_name, columns in column_map.items() %}
        {% set known = customer_health.columns_of(table_name) %}
        {% for column, given in columns.items() %}
            {% if column not in known %}
                {{ exceptions.raise_compiler_error(
                    "column_map: unknown column '" ~ column ~ "' of " ~ table_name ~ "; its columns are "
                    ~ known | join(', ') ~ "."
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
                "column_map: the value of " ~ column ~ " is '" ~ given.value ~ "'; expected a number, a date, null or a"
                ~ " text, in quotation marks if necessary."
            ) }}
        {% endif %}
    {% elif kind == 'expression' %}
        {% if given.expression is not string or not given.expression | trim %}
            {{ exceptions.raise_compiler_error(
                "column_map: the expression of " ~ column ~ " is '" ~ given.expression ~ "'; expected SQL, in quotation"
                ~ " marks."
            ) }}
        {% endif %}
    {% elif given is not string or not given %}
        {{ exceptions.raise_compiler_error(
            "column_map: " ~ column ~ " is '" ~ given ~ "'; expected the name of a column, {value: a constant} or"
            ~ " {expression: SQL over the raw columns}."
        ) }}
    {% endif %}
{% endmacro %}
