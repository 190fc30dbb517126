{# Replaces the days whose watched rows changed since the last build, by the same SQL that builds the table from scratch. The
   materialization `incremental` would not do: it replaces a table in several statements, and stores nothing with it. #}
{% materialization incremental_exact_days, default %}
    {{ return(customer_health._write_table(customer_health._given_exact_days())) }}
{% endmaterialization %}


{# Replaces a table as a whole, and at once: dbt's own `table` takes two renames, between which dbt 2 shows no table. #}
{% materialization atomic_table, default %}
    {{ return(customer_health._write_table(none)) }}
{% endmaterialization %}


{% macro _write_table(given) %}
    {% set target_relation = this.incorporate(type='table') %}
    {% set existing = load_cached_relation(this) %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {# dbt 1 begins the transaction here or with the first statement that follows #}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% if existing is not none and not existing.is_table %}
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


{# One text, because dbt 2 gives each statement a session and a transaction of its own. dbt 1 has begun one, and ends it. #}
{% macro duckdb__build_days(table, plan, has_fingerprints) %}
    {% set taken, stored = customer_health.fingerprint_table(table, 'taken'), customer_health.fingerprint_table(table) %}
    {% set start_view = customer_health.first_day_view(model.name) %}
    {% set has_start_view = load_cached_relation(start_view) is not none %}
    {% set is_own_transaction = not dbt_version.startswith('1.') %}
    {% call statement('main') %}
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


{# There are no transactions, so that a build that is stopped leaves some days of the old table and some of the new one. So the
   fingerprints stop vouching for the days of a rebuild before it begins, and do so again after it has ended. #}
{% macro spark__build_days(table, plan, has_fingerprints) %}
    {% set taken, stored = customer_health.fingerprint_table(table, 'taken'), customer_health.fingerprint_table(table) %}
    {% set start_view = customer_health.first_day_view(model.name) %}
    {% set has_start_view = load_cached_relation(start_view) is not none %}
    {% if plan.days and has_start_view %}
        {% do run_query(customer_health._set_first_day(start_view, plan.first_day)) %}
    {% endif %}
    {% if plan.everything %}
        {% for relation in ([stored] if has_fingerprints else []) + [table] %}
            {% do adapter.drop_relation(relation) %}
        {% endfor %}
        {% call statement('main') %}
            {{ create_table_as(False, table, compiled_code) }}
        {% endcall %}
        {% do persist_constraints(table, model) %}
    {% elif plan.days %}
        {% do run_query(
            'insert into ' ~ stored ~ " select 'interrupted_build', cast('" ~ plan.first_day ~ "' as date), 1, ''"
        ) %}
        {% set columns = adapter.get_columns_in_relation(table) | map(attribute='quoted') | join(', ') %}
        {% set day = config.get('event_time') %}
        {% set files %}
            select {{ day }}, min(file) as first_file
            from (select {{ day }}, input_file_name() as file from {{ table }} where {{ plan.days }})
            group by {{ day }}
        {% endset %}
        {% set before = run_query(files).rows %}
        {% do run_query('set spark.sql.sources.partitionOverwriteMode = DYNAMIC') %}
        {% call statement('main') %}
            insert overwrite table {{ table }} partition ({{ day }})
            {{ customer_health._rows_of(plan.days, columns) }}
        {% endcall %}
        {# the days that are there now have been replaced; those that are not any more still have their old files #}
        {% set after = run_query(files).rows | map('join', ' ') | list %}
        {% for row in before if row | join(' ') in after %}
            {% do run_query('alter table ' ~ table ~ ' drop if exists partition (' ~ day ~ " = '" ~ row[0] ~ "')") %}
        {% endfor %}
    {% else %}
        {% call statement('main') %}
            select 'nothing changed'
        {% endcall %}
    {% endif %}
    {% if plan.days and has_fingerprints %}
        {% do run_query(
            'create table if not exists ' ~ stored ~ ' (source string, date date, num_rows bigint, fingerprint string)'
        ) %}
        {% do run_query('insert overwrite ' ~ stored ~ ' ' ~ customer_health._fingerprints_to_store(table, plan)) %}
    {% endif %}
    {% if has_fingerprints %}
        {% do adapter.drop_relation(taken) %}
    {% endif %}
    {% if plan.days and has_start_view %}
        {% do run_query(customer_health._set_first_day(start_view, none)) %}
    {% endif %}
{% endmacro %}


{# Whatever the model's SQL gives beside them, only these days are written. #}
{% macro _rows_of(days, columns) %}
        select {{ columns }}
        from (
            {{ compiled_code | replace(customer_health.is_day_to_build(), '(' ~ days ~ ')') }}
        ) as rows_of_model
        where {{ days }}
{%- endmacro %}
