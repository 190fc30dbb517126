{# Replaces the days whose watched rows changed since the last build, with the SQL that builds the table from scratch. dbt's own
   `incremental` replaces a table in several statements and stores nothing with it. #}
{% materialization incremental_exact_days, default %}
    {{ return(customer_health._write_table(customer_health._parse_watches())) }}
{% endmaterialization %}


{# Replaces a whole table at once. dbt's own `table` renames twice, and with dbt v2 readers find no table in between. #}
{% materialization atomic_table, default %}
    {{ return(customer_health._write_table(none)) }}
{% endmaterialization %}


{% macro _write_table(given) %}
    {% set target_relation = this.incorporate(type=customer_health._type_of_table()) %}
    {% set existing = load_cached_relation(this) %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {# dbt 1 begins the transaction here or with the first statement #}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% set plan = customer_health._days_to_build(given) %}
    {% do customer_health._build_days(target_relation, plan, has_fingerprints=given is not none) %}
    {% do apply_grants(
        target_relation, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=plan.everything)
    ) %}
    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit() %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation] + ([] if given is none else [customer_health._fingerprint_table(this)])}) }}
{% endmacro %}


{# What readers find under the name of the table. #}
{% macro _type_of_table() %}
    {{ return(adapter.dispatch('type_of_table', 'customer_health')()) }}
{% endmacro %}


{% macro duckdb__type_of_table() %}
    {{ return('table') }}
{% endmacro %}


{% macro _build_days(table, plan, has_fingerprints) %}
    {{ return(adapter.dispatch('build_days', 'customer_health')(table, plan, has_fingerprints)) }}
{% endmacro %}


{# One text, because dbt v2 runs each statement in its own session and transaction. dbt 1 has begun one, and commits it. #}
{% macro duckdb__build_days(table, plan, has_fingerprints) %}
    {% set taken, stored = customer_health._fingerprint_table(table, 'taken'), customer_health._fingerprint_table(table) %}
    {% set first_day_to_build = customer_health._first_day_to_build_view(model.name) %}
    {% set sets_first_day = plan.days and load_cached_relation(first_day_to_build) is not none %}
    {% set is_own_transaction = not dbt_version.startswith('1.') %}
    {% set memory_limit = customer_health._operator_memory_limit() %}
    {% set existing = load_cached_relation(table) %}
    {% if existing is not none and existing.type != table.type %}
        {% do adapter.drop_relation(existing) %}
    {% endif %}
    {% call statement('main') %}
        {%- if memory_limit %}
        set operator_memory_limit = '{{ memory_limit }}';
        {%- endif %}
        {{- 'begin transaction;' if is_own_transaction }}
        {%- if sets_first_day %}
        {{ customer_health._set_first_day_to_build(first_day_to_build, plan.first_day) }};
        {%- endif %}
        {%- if plan.everything %}
        drop table if exists {{ table }};
        {{ create_table_as(False, table, compiled_code) }};
        {%- elif plan.days %}
        {%- set columns = adapter.get_columns_in_relation(table) | map(attribute='quoted') | join(', ') %}
        delete from {{ table }}
        where {{ plan.days }};
        insert into {{ table }} ({{ columns }})
        {{ customer_health._rows_of(plan.days, columns) }};
        {%- endif %}
        {%- if plan.days and has_fingerprints %}
        create or replace table {{ stored }} as
        {{ customer_health._fingerprints_to_store(table, plan) }};
        {%- endif %}
        {%- if sets_first_day %}
        {{ customer_health._set_first_day_to_build(first_day_to_build, none) }};
        {%- endif %}
        {%- if has_fingerprints %}
        drop table {{ taken }};
        {%- endif %}
        {{- 'commit;' if is_own_transaction }}
    {% endcall %}
    {% if plan.everything %}
        {% do create_indexes(table) %}
    {% endif %}
{% endmacro %}


{# An eighth of the memory for each sort or hash table, so that it spills before several of them together take all of it. None if it
   is set already; DuckDB 1 does not know it. #}
{% macro _operator_memory_limit() %}
    {% set found = run_query(
        "select current_setting('memory_limit') from duckdb_settings() where name = 'operator_memory_limit' and value is null"
    ).columns[0].values() | list %}
    {% if found %}
        {% set parts = found[0].split(' ') %}
        {{ return((parts[0] | float / 8) ~ ' ' ~ parts[1]) }}
    {% endif %}
    {{ return(none) }}
{% endmacro %}


{# Only these days are written, whatever the model's SQL returns. #}
{% macro _rows_of(days, columns) %}
        select {{ columns }}
        from (
            {{ compiled_code | replace(customer_health.is_day_to_build(), '(' ~ days ~ ')') }}
        ) as rows_of_model
        where {{ days }}
{%- endmacro %}


{# Replaces a table in a hook, in one step. #}
{% macro replace_table(table, query) %}
    {{ return(adapter.dispatch('replace_table', 'customer_health')(table, query)) }}
{% endmacro %}


{% macro duckdb__replace_table(table, query) %}
    {% do run_query('create or replace table ' ~ table ~ ' as ' ~ query) %}
{% endmacro %}


{# Drops a table so that another one of its name can be created, even if this is killed. #}
{% macro _drop_with_files(table) %}
    {{ return(adapter.dispatch('drop_with_files', 'customer_health')(table)) }}
{% endmacro %}


{% macro duckdb__drop_with_files(table) %}
    {% do adapter.drop_relation(table) %}
{% endmacro %}
