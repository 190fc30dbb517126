{# Rows and fingerprints become visible together, when the view is altered at the end. #}
{% macro spark__build_days(table, plan, has_fingerprints) %}
    {% set file_format = config.get('file_format') or 'parquet' %}
    {% if file_format != 'parquet' %}
        {{ exceptions.raise_compiler_error(
            model.name ~ ": file_format is '" ~ file_format ~ "'; on Spark, only parquet is supported."
        ) }}
    {% endif %}
    {% set first_day_to_build = customer_health._first_day_to_build_view(model.name) %}
    {% set sets_first_day = plan.days and load_cached_relation(first_day_to_build) is not none %}
    {% if sets_first_day %}
        {% do run_query(customer_health._set_first_day_to_build(first_day_to_build, plan.first_day, 'alter')) %}
    {% endif %}
    {% if not plan.days %}
        {% call statement('main') %}
            select 'nothing changed'
        {% endcall %}
    {% elif plan.everything %}
        {% do customer_health.spark__write_version(
            table, plan, has_fingerprints, customer_health.spark__checked_code()
        ) %}
    {% else %}
        {% do customer_health.spark__write_version(table, plan, has_fingerprints) %}
    {% endif %}
    {% if sets_first_day %}
        {% do run_query(customer_health._set_first_day_to_build(first_day_to_build, none, 'alter')) %}
    {% endif %}
{% endmacro %}


{% macro spark__replace_table(table, query) %}
    {% do customer_health.spark__write_version(table, {'everything': true}, false, query) %}
{% endmacro %}


{# On Spark, a view shows the newest version of the rows. #}
{% macro spark__type_of_table() %}
    {{ return('view') }}
{% endmacro %}


{% macro spark__checked_code() %}
    {% if config.get('contract').enforced %}
        {% do get_assert_columns_equivalent(compiled_code) %}
        {{ return(get_select_subquery(compiled_code)) }}
    {% endif %}
    {{ return(compiled_code) }}
{% endmacro %}


{# The new version holds the days that are built; older versions keep the others. Nobody sees it before spark__show. Until then, its
   partition of the fingerprints tells the next build that there is something to remove. #}
{% macro spark__write_version(table, plan, has_fingerprints, query=none) %}
    {% set stored = customer_health._fingerprint_table(table) %}
    {% set shown = customer_health.spark__shown_version(table) %}
    {% set version = customer_health.spark__new_version(table, shown) %}
    {% set columns, names = [], [] %}
    {% if plan.everything %}
        {% do columns.extend(customer_health._columns_of(query)) %}
    {% else %}
        {# the SQL has not changed, and to describe it takes seconds #}
        {% for column in adapter.get_columns_in_relation(table) %}
            {% do columns.append((column.name, column.dtype)) %}
        {% endfor %}
    {% endif %}
    {% for column in columns %}
        {% do names.append(adapter.quote(column[0])) %}
    {% endfor %}
    {# readers pay for each version, and the view has to hold the list of days #}
    {% set is_whole = plan.everything or shown.versions | length >= 8 or (shown.rows ~ plan.days) | length > 16000 %}
    {% set store = customer_health.spark__stores(table)[shown.other if is_whole else shown.store] %}
    {% if is_whole %}
        {% do customer_health.spark__make_room(store, columns, is_emptied=has_fingerprints) %}
    {% endif %}
    {% if has_fingerprints %}
        {% do run_query('alter table ' ~ stored ~ ' add if not exists partition (table_version = ' ~ version ~ ')') %}
    {% endif %}
    {% call statement('main') %}
        insert overwrite table {{ store }} with ('partitionOverwriteMode' = '{{ 'dynamic' if has_fingerprints else 'static' }}')
        select
            {{ names | join(',\n            ') }},
            {{ version }} as table_version
        from (
            {{ query if plan.everything else customer_health._rows_of(plan.days, names | join(', ')) }}
            {%- if is_whole and not plan.everything %}
            union all
            select {{ names | join(', ') }}
            from {{ table }}
            where ({{ plan.days }}) is not true
            {%- endif %}
        ) as rows_of_version
        {%- if has_fingerprints %}
        sort by {{ customer_health._day(config.get('event_time')) }}
        {%- endif %}
    {% endcall %}
    {% set visible = 'table_version = ' ~ version %}
    {% if not is_whole %}
        {% set visible = visible ~ ' or (' ~ plan.days ~ ') is not true and (' ~ shown.rows ~ ')' %}
    {% endif %}
    {% if has_fingerprints %}
        {% do customer_health.spark__check_alone(table, shown, version) %}
        {% do run_query(
            'insert overwrite table ' ~ stored ~ ' partition (table_version = ' ~ version ~ ') '
            ~ customer_health._fingerprints_to_store('(select * from ' ~ store ~ ' where ' ~ visible ~ ')', plan)
        ) %}
    {% endif %}
    {% do customer_health.spark__show(table, store, columns, visible) %}
{% endmacro %}
