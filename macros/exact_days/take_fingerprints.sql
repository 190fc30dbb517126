{% macro take_fingerprints(query) %}
    {{ return(adapter.dispatch('take_fingerprints', 'customer_health')(query)) }}
{% endmacro %}


{% macro duckdb__take_fingerprints(query) %}
    {% set taken = customer_health.fingerprint_table(this, 'taken') %}
    {% do adapter.drop_relation(taken) %}
    {% call statement('take_fingerprints') %}
        create table {{ taken }} as
        {{ query }}
    {% endcall %}
{% endmacro %}


{# Creates the tables once: a killed create or drop could leave a folder that blocks the next one. #}
{% macro spark__take_fingerprints(query) %}
    {% set taken, stored = customer_health.fingerprint_table(this, 'taken'), customer_health.fingerprint_table(this) %}
    {% set columns = 'source string, date date, num_rows bigint, fingerprint string' %}
    {% set existing = load_cached_relation(this) %}
    {% if (existing is none or existing.is_table) and load_cached_relation(stored) is not none
        and 'table_version' not in adapter.get_columns_in_relation(stored) | map(attribute='name') %}
        {# from before there were versions #}
        {% do customer_health._drop(stored) %}
    {% endif %}
    {% for relation, version in [(taken, ''), (stored, ', table_version bigint')] if load_cached_relation(relation) is none %}
        {% do run_query(
            'create table if not exists ' ~ relation ~ ' (' ~ columns ~ version ~ ') using parquet'
            ~ (' partitioned by (table_version)' if version else '')
        ) %}
    {% endfor %}
    {% do customer_health._remove_other_versions(this) %}
    {% call statement('take_fingerprints') %}
        insert overwrite table {{ taken }}
        {{ query }}
    {% endcall %}
{% endmacro %}
