{# What the view in a table's place shows on Spark: in which of the two tables beside it the rows are, which is the other one, the
   condition on them, and the versions that it names, the newest one first. #}
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


{# What this run writes. Not the number after the last one: on a cluster, a statement of a build that was killed may go on writing. #}
{% macro _new_version() %}
    {{ return(run_started_at.strftime('%Y%m%d%H%M%S')) }}
{% endmacro %}


{# The next version: the days that are built, and of the older versions the other days. Nothing of it is seen before the end, and
   until then a partition of the fingerprints says that there is something to remove. #}
{% macro _write_version(table, plan) %}
    {% set stored = customer_health.fingerprint_table(table) %}
    {% set shown = customer_health.shown_version(table) %}
    {% set version = customer_health._new_version() %}
    {% set columns, names = [], [] %}
    {% if plan.everything %}
        {% set query = customer_health._checked_code() %}
        {% do columns.extend(customer_health.describe_query(query)) %}
    {% else %}
        {# the SQL is the same as when they were first built, and to ask for its columns takes seconds #}
        {% for column in adapter.get_columns_in_relation(table) %}
            {% do columns.append((column.name, column.dtype)) %}
        {% endfor %}
    {% endif %}
    {% for column in columns %}
        {% do names.append(adapter.quote(column[0])) %}
    {% endfor %}
    {% set day = customer_health._day(config.get('event_time')) %}
    {# a version is a part of what is read for each day, and a list of days a part of the view #}
    {% set is_whole = plan.everything or shown.versions | length >= 8 or shown.rows | length > 16000 %}
    {% set store = customer_health._stores(table)[shown.other if is_whole else shown.store] %}
    {% do customer_health._make_room(store, columns) if is_whole %}
    {% do run_query('alter table ' ~ stored ~ ' add if not exists partition (table_version = ' ~ version ~ ')') %}
    {% call statement('main') %}
        insert overwrite table {{ store }} {{ 'partition (table_version = ' ~ version ~ ')' if not is_whole }}
        select
            {{ names | join(',\n            ') }}
            {{- ',\n            ' ~ version ~ ' as table_version' if is_whole }}
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
    {% do run_query(
        'insert overwrite table ' ~ stored ~ ' partition (table_version = ' ~ version ~ ') '
        ~ customer_health._fingerprints_to_store('(select * from ' ~ store ~ ' where ' ~ visible ~ ')', plan)
    ) %}
    {% do customer_health._show(table, store, columns, visible) %}
{% endmacro %}


{# Removes what is not shown: versions that others have replaced, and those of builds that were stopped. Last of all what says that
   they are there. #}
{% macro _remove_other_versions(table) %}
    {% set stored = customer_health.fingerprint_table(table) %}
    {% set shown = customer_health.shown_version(table) %}
    {% set others = customer_health._other_partitions(stored, shown) %}
    {% if others %}
        {% for name, store in customer_health._stores(table).items() if load_cached_relation(store) is not none %}
            {% if name == shown.store %}
                {% do customer_health._empty(store, others | last) %}
                {# also those with files of which the catalogue does not know, or knows no more #}
                {% do run_query('msck repair table ' ~ store) %}
                {% set partitions = customer_health._other_partitions(store, shown) %}
                {% do run_query('alter table ' ~ store ~ ' drop if exists ' ~ partitions | join(', ')) if partitions %}
            {% else %}
                {% do customer_health._empty(store) %}
            {% endif %}
        {% endfor %}
        {% do run_query('alter table ' ~ stored ~ ' drop if exists ' ~ others | join(', ')) %}
    {% endif %}
{% endmacro %}


{# Of a table with versions, the partitions of those that are not shown, as clauses. #}
{% macro _other_partitions(store, shown) %}
    {% set found = [] %}
    {% for row in run_query('show partitions ' ~ store).rows if row[0].split('=')[1] not in shown.versions %}
        {% do found.append('partition (table_version = ' ~ row[0].split('=')[1] ~ ')') %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}
