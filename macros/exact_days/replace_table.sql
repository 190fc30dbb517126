{# Replaces a table on Spark as a whole, and at once. #}
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


{# The two tables that have the rows of one by turns. #}
{% macro _stores(table) %}
    {% set stores = {} %}
    {% for name in ['a', 'b'] %}
        {% do stores.update({name: api.Relation.create(
            database=table.database, schema=table.schema, identifier=table.identifier ~ '__rows_' ~ name, type='table'
        )}) %}
    {% endfor %}
    {{ return(stores) }}
{% endmacro %}


{# A table for rows with these columns; what is in it is overwritten as a whole. Each version has a folder of its own, because other
   sessions remember for long which files are in one. #}
{% macro _make_room(store, columns) %}
    {% set file_format = config.get('file_format') or 'parquet' %}
    {% if file_format != 'parquet' %}
        {{ exceptions.raise_compiler_error(
            store.identifier ~ ": file_format is '" ~ file_format ~ "'; expected parquet, because nothing else has been tried here."
        ) }}
    {% endif %}
    {# otherwise a server could be set to overwrite parts of a table only #}
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


{# Overwritten by nothing, so that files go of which the catalogue does not know, and unfinished ones. A table that is not empty could
   be left half dropped: a folder in the way of the next table of its name. #}
{% macro _empty(store, partition='') %}
    {% set nulls = [] %}
    {% for column in adapter.get_columns_in_relation(store) if not partition or column.name != 'table_version' %}
        {% do nulls.append('cast(null as ' ~ column.dtype ~ ')') %}
    {% endfor %}
    {% do run_query('set spark.sql.sources.partitionOverwriteMode = STATIC') %}
    {% do run_query('insert overwrite table ' ~ store ~ ' ' ~ partition ~ ' select ' ~ nulls | join(', ') ~ ' where false') %}
{% endmacro %}


{# Readers see the old rows until the catalogue has the new SQL of the view, and the new ones from then on: one step of the
   catalogue, which `create or replace view` is not. #}
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
