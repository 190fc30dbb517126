{# Pre-hook of int_as_of_date. Skip the seeds; their dates never move. #}
{% macro check_sources() %}
    {% set source_days = ref('int_source_days') %}
    {% set volumes = customer_health.input_volumes() %}
    {% set severity = customer_health.setting('source_check_severity') %}
    {% if execute and model.compiled_code and severity != 'off' and customer_health.has_own_data() %}
        {% set queries = [
            customer_health.stale_sources(source_days),
            customer_health.unusual_volumes(source_days),
        ] %}
        {% set last_build = load_cached_relation(customer_health.node_relation('model.customer_health.int_input_volumes')) %}
        {% if last_build is not none and not flags.EMPTY %}
            {% do queries.append(customer_health.shrunken_inputs(volumes, last_build)) %}
        {% endif %}
        {% set findings = run_query(
            '(' ~ queries | join(') union all (') ~ ') order by finding'
        ).columns['finding'].values() | list %}
        {% if findings and severity == 'error' %}
            {{ exceptions.raise_compiler_error(findings | join(' ')) }}
        {% endif %}
        {% for finding in findings %}
            {% do exceptions.warn(finding) %}
        {% endfor %}
    {% endif %}
{% endmacro %}
