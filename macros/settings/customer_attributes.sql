{# As columns, in lower case. check_settings compares them with our columns, once dbt knows those. #}
{% macro customer_attributes() %}
    {% set names = customer_health.list_setting('customer_attributes') | map('lower') | list %}
    {% for name in names if not modules.re.fullmatch('[a-z_][a-z0-9_]{0,62}', name) %}
        {{ exceptions.raise_compiler_error(
            "customer_attributes: '" ~ name ~ "' cannot be a column; expected letters, digits and underscores, such as owner. Map a"
            ~ " column that is called something else in column_map: {customers: {owner: " ~ name ~ "}}."
        ) }}
    {% endfor %}
    {% if names | unique | list | length < names | length %}
        {{ exceptions.raise_compiler_error("customer_attributes: " ~ names | join(', ') ~ " names a column more than once.") }}
    {% endif %}
    {{ return(names) }}
{% endmacro %}


{% macro _check_customer_attributes() %}
    {% set names = customer_health.customer_attributes() %}
    {% for name in names %}
        {% for model in ['base_customers', 'customers_enriched', 'customer_outlook', 'upcoming_renewals'] %}
            {% if name in graph.nodes['model.customer_health.' ~ model].columns or name in ['raw_record', 'fault', 'rank_among_duplicates'] %}
                {{ exceptions.raise_compiler_error(
                    "customer_attributes: '" ~ name ~ "' is already a column of " ~ model ~ "; rename it and map it in column_map"
                    ~ ": {customers: {customer_" ~ name ~ ": " ~ name ~ "}}."
                ) }}
            {% endif %}
        {% endfor %}
    {% endfor %}
    {% if names and not customer_health.has_own_data() %}
        {{ exceptions.raise_compiler_error("customer_attributes needs inputs of your own; the examples have no further columns.") }}
    {% endif %}
{% endmacro %}
