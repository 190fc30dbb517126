{# Writes a whole table on Spark beside the shown one, then switches the view. #}
{% macro replace_table(table, query) %}
    {% set shown = customer_health.shown_version(table) %}
    {% set version = customer_health._new_version(table, shown) %}
    {% set store = customer_health._stores(table)[shown.other] %}
    {% set columns = customer_health.describe_query(query) %}
    {% do customer_health._make_room(store, columns) %}
    {% call statement('main') %}
        insert overwrite table {{ store }} with ('partitionOverwriteMode' = 'static')
        select
            *,
            {{ version }} as table_version
        from (
            {{ query }}
        ) as rows_of_version
    {% endcall %}
    {% do customer_health._show(table, store, columns, 'table_version = ' ~ version) %}
{% endmacro %}


{% macro _stores(table) %}
    {% set stores = {} %}
    {% for name in ['a', 'b'] %}
        {% do stores.update({name: api.Relation.create(
            database=table.database, schema=table.schema, identifier=table.identifier ~ '__rows_' ~ name, type='table'
        )}) %}
    {% endfor %}
    {{ return(stores) }}
{% endmacro %}


{# Each version has its own folder, because other sessions cache the list of files in one. #}
{% macro _make_room(store, columns) %}
    {% set wanted = [] %}
    {% for column in columns %}
        {% do wanted.append(adapter.quote(column[0]) ~ ' ' ~ column[1]) %}
    {% endfor %}
    {% do wanted.append('`table_version` bigint') %}
    {% if load_cached_relation(store) is not none %}
        {% set found = [] %}
        {% for column in adapter.get_columns_in_relation(store) %}
            {% do found.append(column.quoted ~ ' ' ~ column.dtype) %}
        {% endfor %}
        {% if found == wanted %}
            {{ return('') }}
        {% endif %}
        {% do customer_health._drop(store) %}
    {% endif %}
    {% set location = config.get('location_root') %}
    {% do run_query(
        'create table if not exists ' ~ store ~ ' (' ~ wanted | join(', ') ~ ') '
        ~ 'using parquet' ~ options_clause() ~ tblproperties_clause()
        ~ ' partitioned by (table_version)' ~ (" location '" ~ location ~ '/' ~ store.identifier ~ "'" if location else '')
    ) %}
{% endmacro %}


{# Overwrites with no rows, which also deletes unfinished and unlisted files, and leaves no `_SUCCESS` behind. #}
{% macro _empty(store, partition='') %}
    {% set nulls = [] %}
    {% for column in adapter.get_columns_in_relation(store) if not partition or column.name != 'table_version' %}
        {% do nulls.append('cast(null as ' ~ column.dtype ~ ')') %}
    {% endfor %}
    {% do run_query(
        'insert overwrite table ' ~ store
        ~ " with ('partitionOverwriteMode' = 'static', 'mapreduce.fileoutputcommitter.marksuccessfuljobs' = 'false') "
        ~ partition ~ ' select ' ~ nulls | join(', ') ~ ' where false'
    ) %}
{% endmacro %}


{# A drop that is killed may leave the folder. If files are in it, Spark refuses to create a table of that name. #}
{% macro _drop(table) %}
    {% do customer_health._empty(table) if target.type != 'duckdb' %}
    {% do adapter.drop_relation(table) %}
{% endmacro %}


{# `alter view` is one step in the catalogue; `create or replace view` is a drop and a create. #}
{% macro _show(table, store, columns, rows) %}
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
        {% do customer_health._drop(existing) %}
        {% set existing = none %}
    {% endif %}
    {% if existing is none %}
        {% do run_query('create view ' ~ table ~ ' ' ~ comment_clause() ~ ' as ' ~ query) %}
    {% else %}
        {% do run_query('alter view ' ~ table ~ ' as ' ~ query) %}
    {% endif %}
{% endmacro %}
