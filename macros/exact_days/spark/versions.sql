{# What the view of a table shows on Spark, read from its SQL: the view is the only record, because it is what readers see. #}
{% macro spark__shown_version(table) %}
    {% set found = {'store': none, 'other': 'a', 'rows': '', 'versions': []} %}
    {% set existing = load_cached_relation(table) %}
    {% if existing is not none and existing.is_view %}
        {% for property in run_query('describe extended ' ~ table).rows if property[0] == 'View Text' %}
            {% set parts = modules.re.search('__rows_([ab])\\s+where (.*)$', property[1].strip(), modules.re.DOTALL) %}
            {% if parts %}
                {% do found.update({'store': parts[1], 'other': 'b' if parts[1] == 'a' else 'a', 'rows': parts[2]}) %}
                {% do found.update({'versions': modules.re.findall('table_version = (\\d+)', parts[2])}) %}
            {% endif %}
        {% endfor %}
    {% endif %}
    {{ return(found) }}
{% endmacro %}


{# The start of the run. Not the last version plus one: a statement of a killed build may still be writing that on its server. #}
{% macro spark__new_version(table, shown) %}
    {% set version = run_started_at.strftime('%Y%m%d%H%M%S') %}
    {% if version in shown.versions %}
        {{ exceptions.raise_compiler_error(
            table.identifier ~ ': version ' ~ version ~ ', the start of this run, exists already. Build again, and check the clocks.'
        ) }}
    {% endif %}
    {{ return(version) }}
{% endmacro %}


{# Another build takes this one for a killed one, and removes its rows and fingerprints. #}
{% macro spark__check_alone(table, shown, version) %}
    {% set begun = run_query('show partitions ' ~ customer_health._fingerprint_table(table)).columns[0].values() %}
    {% if 'table_version=' ~ version not in begun or customer_health.spark__shown_version(table) != shown %}
        {{ exceptions.raise_compiler_error(
            table.identifier ~ ': another build has begun meanwhile, so this one shows nothing. Run one build at a time.'
        ) }}
    {% endif %}
{% endmacro %}


{# `alter view` is one step in the catalogue; `create or replace view` is a drop and a create. #}
{% macro spark__show(table, store, columns, rows) %}
    {% set query %}
        select
            {%- for column in columns %}
            {{ adapter.quote(column[0]) }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ store }}
        where {{ rows }}
    {% endset %}
    {% set existing = load_cached_relation(table) %}
    {% if existing is not none and existing.is_table %}
        {% do customer_health._drop_with_files(existing) %}
        {% set existing = none %}
    {% endif %}
    {% if existing is none %}
        {% do run_query('create view ' ~ table ~ ' ' ~ comment_clause() ~ ' as ' ~ query) %}
    {% else %}
        {% do run_query('alter view ' ~ table ~ ' as ' ~ query) %}
    {% endif %}
{% endmacro %}


{# Removes replaced versions and those of killed builds. The fingerprints go last: they say that there is something to remove. #}
{% macro spark__remove_other_versions(table) %}
    {% set stored = customer_health._fingerprint_table(table) %}
    {% set shown = customer_health.spark__shown_version(table) %}
    {% set others = customer_health.spark__other_partitions(stored, shown) %}
    {% if others %}
        {% for name, store in customer_health.spark__stores(table).items() if load_cached_relation(store) is not none %}
            {% if name == shown.store %}
                {% do customer_health.spark__drop_other_versions(store, shown) %}
            {% else %}
                {% do customer_health.spark__empty(store) %}
            {% endif %}
        {% endfor %}
        {% do customer_health.spark__drop_other_versions(stored, shown) %}
    {% endif %}
{% endmacro %}


{% macro spark__drop_other_versions(store, shown) %}
    {# finds folders that the catalogue does not list #}
    {% do run_query('msck repair table ' ~ store) %}
    {% set partitions = customer_health.spark__other_partitions(store, shown) %}
    {% for partition in partitions %}
        {# with location_root, a dropped partition keeps its files #}
        {% do customer_health.spark__empty(store, partition) %}
    {% endfor %}
    {% do run_query('alter table ' ~ store ~ ' drop if exists ' ~ partitions | join(', ')) if partitions %}
{% endmacro %}


{# As clauses of `alter table … drop`. #}
{% macro spark__other_partitions(store, shown) %}
    {% set found = [] %}
    {% for row in run_query('show partitions ' ~ store).rows if row[0].split('=')[1] not in shown.versions %}
        {% do found.append('partition (table_version = ' ~ row[0].split('=')[1] ~ ')') %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}


{% macro spark__stored_fingerprints(table) %}
    {{ return(
        '(select source, date, num_rows, fingerprint from ' ~ customer_health._fingerprint_table(table)
        ~ ' where table_version = ' ~ (customer_health.spark__shown_version(table).versions | first | default(0)) ~ ')'
    ) }}
{% endmacro %}


{% macro spark__partition_of_fingerprints(table) %}
    {% set versions = customer_health.spark__shown_version(table).versions %}
    {{ return(' partition (table_version = ' ~ versions[0] ~ ')' if versions else none) }}
{% endmacro %}


{# Creates the tables once: a killed create or drop could leave a folder that blocks the next one. #}
{% macro spark__take_fingerprints(query) %}
    {% set taken, stored = customer_health._fingerprint_table(this, 'taken'), customer_health._fingerprint_table(this) %}
    {% set columns = 'source string, date date, num_rows bigint, fingerprint string' %}
    {% set existing = load_cached_relation(this) %}
    {% if (existing is none or existing.is_table) and load_cached_relation(stored) is not none
        and 'table_version' not in adapter.get_columns_in_relation(stored) | map(attribute='name') %}
        {# from before there were versions #}
        {% do customer_health._drop_with_files(stored) %}
    {% endif %}
    {% for relation, version in [(taken, ''), (stored, ', table_version bigint')] if load_cached_relation(relation) is none %}
        {% do run_query(
            'create table if not exists ' ~ relation ~ ' (' ~ columns ~ version ~ ') using parquet'
            ~ (' partitioned by (table_version)' if version else '')
        ) %}
    {% endfor %}
    {% do customer_health.spark__remove_other_versions(this) %}
    {% call statement('take_fingerprints') %}
        insert overwrite table {{ taken }}
        {{ query }}
    {% endcall %}
{% endmacro %}
