{# dbt resolves a package's refs in the installing project first: a stg_customers there would silently replace ours. #}
{% macro check_references() %}
    {% if execute and customer_health.is_selected() %}
        {% set nodes = graph.nodes.values() | selectattr('package_name', 'equalto', 'customer_health') | list %}
        {% set names = nodes | map(attribute='name') | list %}
        {% for node in nodes %}
            {% for id in node.depends_on.nodes if id.split('.')[1] != 'customer_health' and id.split('.')[2] in names %}
                {{ exceptions.raise_compiler_error(
                    "ref('" ~ id.split('.')[2] ~ "') resolves to " ~ id ~ ". Set the flag"
                    ~ " require_ref_searches_node_package_before_root: true in your dbt_project.yml."
                ) }}
            {% endfor %}
        {% endfor %}
    {% endif %}
{% endmacro %}
