{# The two tables that take turns to hold the rows. #}
{% macro spark__stores(table) %}
    {% set stores = {} %}
    {% for name in ['a', 'b'] %}
        {% do stores.update({name: api.Relation.create(
            database=table.database, schema=table.schema, identifier=table.identifier ~ '__rows_' ~ name, type='table'
        )}) %}
    {% endfor %}
    {{ return(stores) }}
{% endmacro %}


{# Each version has its own folder, because other sessions cache the list of files in one. #}
{% macro spark__make_room(store, columns, is_emptied) %}
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
            {% do customer_health.spark__empty(store) if is_emptied %}
            {{ return('') }}
        {% endif %}
        {% do customer_health._drop_with_files(store) %}
    {% endif %}
    {% set location = config.get('location_root') %}
    {% do run_query(
        'create table if not exists ' ~ store ~ ' (' ~ wanted | join(', ') ~ ') '
        ~ 'using parquet' ~ options_clause() ~ tblproperties_clause()
        ~ ' partitioned by (table_version)' ~ (" location '" ~ location ~ '/' ~ store.identifier ~ "'" if location else '')
    ) %}
{% endmacro %}


{# Overwrites with no rows, which also deletes unfinished and unlisted files, and leaves no `_SUCCESS` behind. #}
{% macro spark__empty(store, partition='') %}
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
{% macro spark__drop_with_files(table) %}
    {% do customer_health.spark__empty(table) %}
    {% do adapter.drop_relation(table) %}
{% endmacro %}
