{# Decides what is built, and says why: every day, some days or, with `days` none, nothing. `days` is a condition on the table's
   rows. A table that watches nothing is built as a whole. #}
{% macro _days_to_build(given) %}
    {% set plan = {'everything': true, 'days': 'true', 'first_day': none, 'first_untested_day': '0001-01-01'} %}
    {% if given is none %}
        {{ return(plan) }}
    {% endif %}
    {% for watched in given.watch %}
        {% do watched.update({'columns': customer_health._columns_of('select * from ' ~ watched.rows)}) %}
    {% endfor %}
    {% set definition = customer_health._definition_fingerprint(given) %}
    {% set reason = customer_health._reason_to_build_everything(definition) %}
    {# taken before the rows are read, so that the next build finds what changes in between #}
    {% do customer_health._take_fingerprints(customer_health._fingerprints(given, definition, with_table=reason is none)) %}
    {% set found = customer_health._find_changes(given) if reason is none else {'reason': reason} %}
    {% if reason is not none or found.first_day and given.replace == 'all' %}
        {% set what = 'rebuilding every day: ' ~ found.reason %}
    {% elif found.first_day %}
        {% set some = customer_health._some_days(given.replace, found) %}
        {% set what = some.what ~ ': ' ~ found.reason %}
        {% do plan.update({
            'everything': false,
            'days': some.days,
            'first_day': found.first_day,
            'first_untested_day': [found.first_untested_day, found.first_day] | min,
        }) %}
    {% else %}
        {% set what = 'nothing changed' %}
        {% do plan.update({'everything': false, 'days': none}) %}
    {% endif %}
    {% do log(this.identifier ~ ': ' ~ what, info=True) %}
    {{ return(plan) }}
{% endmacro %}


{# Why all days must be rebuilt, or none. #}
{% macro _reason_to_build_everything(definition) %}
    {% set existing = load_cached_relation(this) %}
    {% set fingerprints = customer_health._fingerprint_table(this) %}
    {% if existing is none or existing.type != customer_health._type_of_table() %}
        {{ return('first build') }}
    {% elif should_full_refresh() %}
        {{ return('full refresh') }}
    {% elif load_cached_relation(fingerprints) is none %}
        {{ return('no fingerprints of the last build') }}
    {% endif %}
    {% set built = run_query(
        'select fingerprint from ' ~ customer_health._stored_fingerprints(this) ~ " where source = 'definition'"
    ).columns[0].values() | list %}
    {% if not built %}
        {{ return('no fingerprints of the last build') }}
    {% elif built != [definition] %}
        {{ return('a setting or the logic changed') }}
    {% endif %}
    {{ return(none) }}
{% endmacro %}


{# What changed since the last build. Days are text, because dates do not compare in dbt v2. There is no `first_day` if nothing
   changed, and `last_day` is empty if nothing is watched that has a day. #}
{% macro _find_changes(given) %}
    {% set changes = run_query(customer_health._changes(given)).rows %}
    {% set sources = changes | map(attribute='source') | select | unique | sort | join(', ') %}
    {% set days = changes | map(attribute='date') | select | map('string') | unique | list %}
    {% set last_day = changes[0].last_day | string if changes[0].last_day else '' %}
    {# rows after the end that the table is given do not count #}
    {% set num_days = (days | select('le', last_day) | list if given.last_day else days) | length %}
    {% set rebuild_from = customer_health._rebuild_from() %}
    {% set rebuild_from = rebuild_from if rebuild_from and rebuild_from <= last_day else none %}
    {% set reasons = [
        num_days ~ (' day' if num_days == 1 else ' days') ~ ' changed (' ~ sources ~ ')' if num_days else sources,
        'rebuild_from is ' ~ rebuild_from if rebuild_from else none,
    ] %}
    {{ return({
        'days': days,
        'rebuild_from': rebuild_from,
        'first_day': (days + [rebuild_from]) | select | min,
        'last_day': last_day,
        'first_untested_day': changes[0].first_untested_day | string,
        'reason': reasons | select | join(', '),
    }) }}
{% endmacro %}


{# A row per source and day that changed since the last build, at least one. #}
{% macro _changes(given) %}
        with fingerprints as (

            select source, date, num_rows, fingerprint
            from {{ customer_health._fingerprint_table(this, 'taken') }}

        ),

        fingerprints_of_last_build as (

            select source, date, num_rows, fingerprint
            from {{ customer_health._stored_fingerprints(this) }}

        ),

        fingerprints_of_both as (

            select source, date, num_rows, fingerprint, 'this' as build
            from fingerprints
            union all
            select source, date, num_rows, fingerprint, 'last' as build
            from fingerprints_of_last_build
            where source <> 'first_untested_day'

        ),

        found_in_one_build as (

            select source, date
            from fingerprints_of_both
            group by source, date, num_rows, fingerprint
            having min(build) = max(build)

        ),

        changes as (

            select distinct source, date
            from found_in_one_build

        ),

        end_of_table as (

            {% if given.last_day -%}
            select cast(max(date) - interval '1' day as date) as last_day
            from fingerprints
            where source = '{{ given.last_day.name }}'
            {%- else -%}
            select max(date) as last_day
            from fingerprints
            where source <> '{{ this.identifier }}'
            {%- endif %}

        )

        select
            changes.source,
            changes.date,
            end_of_table.last_day,
            (
                select max(date)
                from fingerprints_of_last_build
                where source = 'first_untested_day'
            ) as first_untested_day
        from end_of_table
        left join changes on true
        order by changes.date, changes.source
{% endmacro %}


{# The condition on the days to replace, and what to say of them. #}
{% macro _some_days(replace, found) %}
    {% set day = config.get('event_time') %}
    {% if replace == 'changed' %}
        {% set days = found.days %}
        {% if found.rebuild_from %}
            {% set days = (days + run_query(
                'select distinct date from ' ~ customer_health._fingerprint_table(this, 'taken')
                ~ " where date >= cast('" ~ found.rebuild_from ~ "' as date)"
            ).columns[0].values() | map('string') | list) | unique | sort %}
        {% endif %}
        {# a date, because Spark would turn the date of each row into text #}
        {{ return({
            'what': 'rebuilding ' ~ days | length ~ (' day' if days | length == 1 else ' days'),
            'days': customer_health._day(day) ~ " in (date '" ~ days | join("', date '") ~ "')",
        }) }}
    {% endif %}
    {{ return({
        'what': 'rebuilding ' ~ found.first_day ~ ' … ' ~ found.last_day if found.first_day <= found.last_day
            else 'removing every day from ' ~ found.first_day ~ ' on',
        'days': day ~ " >= cast('" ~ found.first_day ~ "' as date)" if found.first_day != '0001-01-01' else 'true',
    }) }}
{% endmacro %}
