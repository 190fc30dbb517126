{# What the view of a table shows on Spark, read from its SQL: the view is the only record, because it is what readers see. #}
{% macro shown_version(table) %}
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
{% macro _new_version(table, shown) %}
    {% set version = run_started_at.strftime('%Y%m%d%H%M%S') %}
    {% if version in shown.versions %}
        {{ exceptions.raise_compiler_error(
            table.identifier ~ ': version ' ~ version ~ ', the start of this run, exists already. Build again, and check the clocks.'
        ) }}
    {% endif %}
    {{ return(version) }}
{% endmacro %}


{# The new version holds the days that are built; older versions keep the others. Nobody sees it before _show. Until then, its
   partition of the fingerprints tells the next build that there is something to remove. #}
{% macro _write_version(table, plan) %}
    {% set stored = customer_health.fingerprint_table(table) %}
    {% set shown = customer_health.shown_version(table) %}
    {% set version = customer_health._new_version(table, shown) %}
    {% set columns, names = [], [] %}
    {% if plan.everything %}
        {% set query = customer_health._checked_code() %}
        {% do columns.extend(customer_health.describe_query(query)) %}
    {% else %}
        {# the SQL has not changed, and to describe it takes seconds #}
        {% for column in adapter.get_columns_in_relation(table) %}
            {% do columns.append((column.name, column.dtype)) %}
        {% endfor %}
    {% endif %}
    {% for column in columns %}
        {% do names.append(adapter.quote(column[0])) %}
    {% endfor %}
    {% set day = customer_health._day(config.get('event_time')) %}
    {# readers pay for each version, and the view has to hold the list of days #}
    {% set is_whole = plan.everything or shown.versions | length >= 8 or (shown.rows ~ plan.days) | length > 16000 %}
    {% set store = customer_health._stores(table)[shown.other if is_whole else shown.store] %}
    {% if is_whole %}
        {% do customer_health._make_room(store, columns) %}
        {% do customer_health._empty(store) %}
    {% endif %}
    {% do run_query('alter table ' ~ stored ~ ' add if not exists partition (table_version = ' ~ version ~ ')') %}
    {% call statement('main') %}
        insert overwrite table {{ store }} with ('partitionOverwriteMode' = 'dynamic')
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
        sort by {{ day }}
    {% endcall %}
    {% set visible = 'table_version = ' ~ version %}
    {% if not is_whole %}
        {% set visible = visible ~ ' or (' ~ plan.days ~ ') is not true and (' ~ shown.rows ~ ')' %}
    {% endif %}
    {% do customer_health._check_alone(table, shown, version) %}
    {% do run_query(
        'insert overwrite table ' ~ stored ~ ' partition (table_version = ' ~ version ~ ') '
        ~ customer_health._fingerprints_to_store('(select * from ' ~ store ~ ' where ' ~ visible ~ ')', plan)
    ) %}
    {% do customer_health._show(table, store, columns, visible) %}
{% endmacro %}


{# Another build takes this one for a killed one, and removes its rows and fingerprints. #}
{% macro _check_alone(table, shown, version) %}
    {% set begun = run_query('show partitions ' ~ customer_health.fingerprint_table(table)).columns[0].values() %}
    {% if 'table_version=' ~ version not in begun or customer_health.shown_version(table) != shown %}
        {{ exceptions.raise_compiler_error(
            table.identifier ~ ': another build has begun meanwhile, so this one shows nothing. Run one build at a time.'
        ) }}
    {% endif %}
{% endmacro %}


{# Removes replaced versions and those of killed builds. The fingerprints go last: they say that there is something to remove. #}
{% macro _remove_other_versions(table) %}
    {% set stored = customer_health.fingerprint_table(table) %}
    {% set shown = customer_health.shown_version(table) %}
    {% set others = customer_health._other_partitions(stored, shown) %}
    {% if others %}
        {% for name, store in customer_health._stores(table).items() if load_cached_relation(store) is not none %}
            {% if name == shown.store %}
                {% do customer_health._drop_other_versions(store, shown) %}
            {% else %}
                {% do customer_health._empty(store) %}
            {% endif %}
        {% endfor %}
        {% do customer_health._drop_other_versions(stored, shown) %}
    {% endif %}
{% endmacro %}


{% macro _drop_other_versions(store, shown) %}
    {# finds folders that the catalogue does not list #}
    {% do run_query('msck repair table ' ~ store) %}
    {% set partitions = customer_health._other_partitions(store, shown) %}
    {% for partition in partitions %}
        {# with location_root, a dropped partition keeps its files #}
        {% do customer_health._empty(store, partition) %}
    {% endfor %}
    {% do run_query('alter table ' ~ store ~ ' drop if exists ' ~ partitions | join(', ')) if partitions %}
{% endmacro %}


{# As clauses of `alter table … drop`. #}
{% macro _other_partitions(store, shown) %}
    {% set found = [] %}
    {% for row in run_query('show partitions ' ~ store).rows if row[0].split('=')[1] not in shown.versions %}
        {% do found.append('partition (table_version = ' ~ row[0].split('=')[1] ~ ')') %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}
