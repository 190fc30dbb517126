{# Replaces the days whose watched rows changed since the last build, with the SQL that builds the table from scratch. dbt's own
   `incremental` replaces a table in several statements and stores nothing with it. #}
{% materialization incremental_exact_days, default %}
    {{ return(customer_health._write_table(customer_health._given_exact_days())) }}
{% endmaterialization %}


{# Replaces a whole table at once. dbt's own `table` renames twice, and with dbt v2 readers find no table in between. #}
{% materialization atomic_table, default %}
    {{ return(customer_health._write_table(none)) }}
{% endmaterialization %}


{% macro _write_table(given) %}
    {# on Spark, a view shows the newest version of the rows #}
    {% set target_relation = this.incorporate(type='table' if target.type == 'duckdb' else 'view') %}
    {% set existing = load_cached_relation(this) %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {# dbt 1 begins the transaction here or with the first statement #}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {# on Spark, the old table goes when the view comes #}
    {% if target.type == 'duckdb' and existing is not none and existing.type != target_relation.type %}
        {% do adapter.drop_relation(existing) %}
        {% set existing = none %}
    {% endif %}
    {% set relations = [target_relation] %}
    {% if given is none %}
        {% set plan = {'everything': true, 'days': 'true', 'first_day': none} %}
    {% else %}
        {% set plan = customer_health.days_to_build(given) %}
        {% do relations.append(customer_health.fingerprint_table(this)) %}
    {% endif %}
    {% do adapter.dispatch('build_days', 'customer_health')(target_relation, plan, given is not none) %}
    {% do apply_grants(
        target_relation, config.get('grants'), should_revoke=should_revoke(existing, full_refresh_mode=plan.everything)
    ) %}
    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit() %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': relations}) }}
{% endmacro %}


{# One text, because dbt v2 runs each statement in its own session and transaction. dbt 1 has begun one, and commits it. #}
{% macro duckdb__build_days(table, plan, has_fingerprints) %}
    {% set taken, stored = customer_health.fingerprint_table(table, 'taken'), customer_health.fingerprint_table(table) %}
    {% set start_view = customer_health.first_day_view(model.name) %}
    {% set has_start_view = load_cached_relation(start_view) is not none %}
    {% set is_own_transaction = not dbt_version.startswith('1.') %}
    {% set memory_limit = customer_health._operator_memory_limit() %}
    {% call statement('main') %}
        {%- if memory_limit %}
        set operator_memory_limit = '{{ memory_limit }}';
        {%- endif %}
        {{- 'begin transaction;' if is_own_transaction }}
        {%- if plan.days and has_start_view %}
        {{ customer_health._set_first_day(start_view, plan.first_day) }};
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
        {%- if plan.days and has_start_view %}
        {{ customer_health._set_first_day(start_view, none) }};
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


{# Rows and fingerprints become visible together, when the view is altered at the end. #}
{% macro spark__build_days(table, plan, has_fingerprints) %}
    {% set file_format = config.get('file_format') or 'parquet' %}
    {% if file_format != 'parquet' %}
        {{ exceptions.raise_compiler_error(
            model.name ~ ": file_format is '" ~ file_format ~ "'; on Spark, only parquet is supported."
        ) }}
    {% endif %}
    {% set start_view = customer_health.first_day_view(model.name) %}
    {% set has_start_view = load_cached_relation(start_view) is not none %}
    {% if plan.days and has_start_view %}
        {% do run_query(customer_health._set_first_day(start_view, plan.first_day, 'alter')) %}
    {% endif %}
    {% if not plan.days %}
        {% call statement('main') %}
            select 'nothing changed'
        {% endcall %}
    {% elif has_fingerprints %}
        {% do customer_health._write_version(table, plan) %}
    {% else %}
        {% do customer_health.replace_table(table, customer_health._checked_code()) %}
    {% endif %}
    {% if plan.days and has_start_view %}
        {% do run_query(customer_health._set_first_day(start_view, none, 'alter')) %}
    {% endif %}
{% endmacro %}


{% macro _checked_code() %}
    {% if config.get('contract').enforced %}
        {% do get_assert_columns_equivalent(compiled_code) %}
        {{ return(get_select_subquery(compiled_code)) }}
    {% endif %}
    {{ return(compiled_code) }}
{% endmacro %}


{# Only these days are written, whatever the model's SQL returns. #}
{% macro _rows_of(days, columns) %}
        select {{ columns }}
        from (
            {{ compiled_code | replace(customer_health.is_day_to_build(), '(' ~ days ~ ')') }}
        ) as rows_of_model
        where {{ days }}
{%- endmacro %}
