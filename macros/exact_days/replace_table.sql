{# Writes a whole table on Spark beside the shown one, then switches the view. #}
{% macro replace_table(table, query) %}
    {% set version = customer_health._new_version() %}
    {% set store = customer_health._stores(table)[customer_health.shown_version(table).other] %}
    {% set columns = customer_health.describe_query(query) %}
    {% do customer_health._make_room(store, columns) %}
    {% call statement('main') %}
        insert overwrite table {{ store }}
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
    {% set file_format = config.get('file_format') or 'parquet' %}
    {% if file_format != 'parquet' %}
        {{ exceptions.raise_compiler_error(
            store.identifier ~ ": file_format is '" ~ file_format ~ "'; expected parquet; no other format is tested."
        ) }}
    {% endif %}
    {# a server may be configured to overwrite single partitions #}
    {% do run_query('set spark.sql.sources.partitionOverwriteMode = STATIC') %}
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
        {% do customer_health._empty(store) %}
        {% do adapter.drop_relation(store) %}
    {% endif %}
    {% set location = config.get('location_root') %}
    {% do run_query(
        'create table if not exists ' ~ store ~ ' (' ~ wanted | join(', ') ~ ') '
        ~ 'using parquet' ~ options_clause() ~ tblproperties_clause()
        ~ ' partitioned by (table_version)' ~ (" location '" ~ location ~ '/' ~ store.identifier ~ "'" if location else '')
    ) %}
{% endmacro %}


{# Overwrites with no rows, which also deletes unfinished and unlisted files. A killed drop of a table with rows would leave a folder
   that blocks the next table of its name. #}
{% macro _empty(store, partition='') %}
    {% set nulls = [] %}
    {% for column in adapter.get_columns_in_relation(store) if not partition or column.name != 'table_version' %}
        {% do nulls.append('cast(null as ' ~ column.dtype ~ ')') %}
    {% endfor %}
    {% do run_query('set spark.sql.sources.partitionOverwriteMode = STATIC') %}
    {% do run_query('insert overwrite table ' ~ store ~ ' ' ~ partition ~ ' select ' ~ nulls | join(', ') ~ ' where false') %}
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
        {% do adapter.drop_relation(existing) %}
        {% set existing = none %}
    {% endif %}
    {% if existing is none %}
        {% do run_query('create view ' ~ table ~ ' ' ~ comment_clause() ~ ' as ' ~ query) %}
    {% else %}
        {% do run_query('alter view ' ~ table ~ ' as ' ~ query) %}
    {% endif %}
{% endmacro %}
