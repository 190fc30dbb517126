{# Runs before anything is written, because a build on half of the inputs would look like success. Names all that is missing at
   once. #}
{% macro check_inputs() %}
    {# refs must be seen while dbt parses #}
    {% for table_name in customer_health.input_tables() %}
        {% do customer_health.named_relation(table_name) %}
    {% endfor %}
    {% if execute and customer_health.is_selected() and customer_health.has_own_data() %}
        {% do customer_health._check_inputs(
            customer_health.input_tables() | reject('in', customer_health.inputs_to_build()) | list
        ) %}
    {% endif %}
{% endmacro %}


{# Pre-hook of the base models: checks an input that this run has built. #}
{% macro check_built_input() %}
    {% set table_name = model.name.removeprefix('base_') %}
    {% if execute and model.compiled_code and table_name in customer_health.inputs_to_build() %}
        {% do customer_health._check_inputs([table_name]) %}
    {% endif %}
{% endmacro %}


{% macro _check_inputs(tables) %}
    {% set problems, remarks, inputs, absent = [], [], {}, {} %}
    {% for table_name in tables %}
        {% set reasons = [] %}
        {% do inputs.update({table_name: customer_health.input_origins(table_name, reasons)}) %}
        {% if reasons %}
            {% do absent.update({table_name: reasons}) %}
        {% endif %}
    {% endfor %}
    {# if none exists, the folder or schema is wrong #}
    {% set some_exist = absent | length < customer_health.input_tables() | length %}
    {% for table_name, reasons in absent.items() %}
        {% if table_name != 'customers' and table_name in customer_health.setting('empty_inputs') and some_exist %}
            {% do log(table_name ~ ': missing, as empty_inputs allows.', info=True) %}
        {% else %}
            {% do problems.extend(reasons) %}
        {% endif %}
    {% endfor %}
    {% for table_name, origins in inputs.items() %}
        {% do customer_health.check_columns(table_name, origins, problems, remarks) %}
    {% endfor %}
    {% set never_had = absent | reject('in', customer_health.setting('empty_inputs')) | reject('equalto', 'customers') | list %}
    {% if never_had and some_exist %}
        {% do problems.append("If your company has no such table, set empty_inputs: [" ~ never_had | join(', ') ~ "].") %}
    {% endif %}
    {% if problems %}
        {{ exceptions.raise_compiler_error(problems | unique | join(' ')) }}
    {% endif %}
    {% for table_name, origins in inputs.items() %}
        {% do customer_health.check_rows(table_name, origins) %}
    {% endfor %}
    {% if inputs.get('subscriptions') %}
        {% do customer_health._check_currency() %}
    {% endif %}
    {% for remark in remarks if customer_health.setting('source_check_severity') != 'off' %}
        {% do exceptions.warn(remark) %}
    {% endfor %}
{% endmacro %}
