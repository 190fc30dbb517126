{# The first day built since all tests of the table last passed, as an SQL date. #}
{% macro first_untested_day(table) %}
    {% set fingerprints = customer_health.fingerprint_table(table) %}
    {% if execute and not customer_health.boolean_setting('test_all_days') and load_cached_relation(fingerprints) is not none %}
        {% set first = run_query(
            'select max(date) from ' ~ customer_health.stored_fingerprints(table) ~ " where source = 'first_untested_day'"
        ).columns[0].values()[0] %}
        {{ return("cast('" ~ (first or '9999-12-31') ~ "' as date)") }}
    {% endif %}
    {{ return("cast('0001-01-01' as date)") }}
{% endmacro %}
