{# Decides what is built: every day, some days or, with `days` none, nothing. `days` is a condition on the table's rows. #}
{% macro days_to_build(given) %}
    {% set definition = customer_health.definition_fingerprint(given) %}
    {% set reason = customer_health._reason_to_build_everything(definition) %}
    {# taken before the rows are read, so that the next build finds what changes in between #}
    {% do customer_health.take_fingerprints(customer_health._fingerprints(given, definition, with_table=reason is none)) %}
    {% if reason is not none %}
        {% do log(this.identifier ~ ': rebuilding every day: ' ~ reason, info=True) %}
        {{ return({'everything': true, 'days': 'true', 'first_day': none, 'first_untested_day': '0001-01-01'}) }}
    {% endif %}
    {% set changes = run_query(customer_health._changes(given)).rows %}
    {% set found = changes[0] %}
    {% set sources = changes | map(attribute='source') | select | unique | sort | join(', ') %}
    {# text, because dates do not compare in dbt v2 #}
    {% set changed_days = changes | map(attribute='date') | select | map('string') | unique | list %}
    {% set num_days = changes | map(attribute='day_of_table') | select | map('string') | unique | list | length %}
    {% set rebuild_from = found.rebuild_from | string if found.rebuild_from else none %}
    {% if not changed_days and not rebuild_from %}
        {% do log(this.identifier ~ ': nothing changed', info=True) %}
        {{ return({'everything': false, 'days': none}) }}
    {% endif %}
    {% set first_day = (changed_days + [rebuild_from]) | select | min %}
    {% set reasons = [] %}
    {% if num_days %}
        {% do reasons.append(num_days ~ (' day' if num_days == 1 else ' days') ~ ' changed (' ~ sources ~ ')') %}
    {% elif sources %}
        {% do reasons.append(sources) %}
    {% endif %}
    {% if rebuild_from %}
        {% do reasons.append('rebuild_from is ' ~ rebuild_from) %}
    {% endif %}
    {% set day = config.get('event_time') %}
    {% set everything = given.replace == 'all' %}
    {% set condition = day ~ " >= cast('" ~ first_day ~ "' as date)" if first_day != '0001-01-01' else 'true' %}
    {% if everything %}
        {% set what = 'rebuilding every day' %}
    {% elif given.replace == 'changed' %}
        {% set days = changed_days %}
        {% if rebuild_from %}
            {% set days = (days + run_query(
                'select distinct date from ' ~ customer_health.fingerprint_table(this, 'taken')
                ~ " where date >= cast('" ~ rebuild_from ~ "' as date)"
            ).columns[0].values() | map('string') | list) | unique | sort %}
        {% endif %}
        {# a date, because Spark would turn the date of each row into text #}
        {% set condition = customer_health._day(day) ~ " in (date '" ~ days | join("', date '") ~ "')" %}
        {% set what = 'rebuilding ' ~ days | length ~ (' day' if days | length == 1 else ' days') %}
    {% elif found.last_day and first_day <= found.last_day | string %}
        {% set what = 'rebuilding ' ~ first_day ~ ' … ' ~ found.last_day %}
    {% else %}
        {% set what = 'removing every day from ' ~ first_day ~ ' on' %}
    {% endif %}
    {% do log(this.identifier ~ ': ' ~ what ~ ': ' ~ reasons | join(', '), info=True) %}
    {% if everything %}
        {{ return({'everything': true, 'days': 'true', 'first_day': none, 'first_untested_day': '0001-01-01'}) }}
    {% endif %}
    {% set untested = [found.first_untested_day | string, first_day] | min %}
    {{ return({'everything': false, 'days': condition, 'first_day': first_day, 'first_untested_day': untested}) }}
{% endmacro %}


{# Why all days must be rebuilt, or none. #}
{% macro _reason_to_build_everything(definition) %}
    {% set existing = load_cached_relation(this) %}
    {% set fingerprints = customer_health.fingerprint_table(this) %}
    {% if existing is none or existing.type != ('table' if target.type == 'duckdb' else 'view') %}
        {{ return('first build') }}
    {% elif should_full_refresh() %}
        {{ return('full refresh') }}
    {% elif load_cached_relation(fingerprints) is none %}
        {{ return('no fingerprints of the last build') }}
    {% endif %}
    {% set definitions = run_query('select fingerprint from ' ~ customer_health.stored_fingerprints(this) ~ " where source = 'definition'") %}
    {% set built = definitions.columns[0].values() | list %}
    {% if not built %}
        {{ return('no fingerprints of the last build') }}
    {% elif built != [definition] %}
        {{ return('a setting or the logic changed') }}
    {% endif %}
    {{ return(none) }}
{% endmacro %}


{# A row per source and day that changed since the last build, at least one. #}
{% macro _changes(given) %}
        with fingerprints as (

            select source, date, num_rows, fingerprint
            from {{ customer_health.fingerprint_table(this, 'taken') }}

        ),

        fingerprints_of_last_build as (

            select source, date, num_rows, fingerprint
            from {{ customer_health.stored_fingerprints(this) }}

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
            select max(date) as first_day_not_built, {{ customer_health.date_setting('rebuild_from') }} as rebuild_from
            from fingerprints
            where source = '{{ given.last_day.name }}'
            {%- else -%}
            select
                {{ customer_health.add_days('max(date)', 1) }} as first_day_not_built,
                {{ customer_health.date_setting('rebuild_from') }} as rebuild_from
            from fingerprints
            where source <> '{{ this.identifier }}'
            {%- endif %}

        )

        select
            changes.source,
            changes.date,
            case when changes.date < end_of_table.first_day_not_built then changes.date end as day_of_table,
            {{ customer_health.add_days('end_of_table.first_day_not_built', -1) }} as last_day,
            case
                when end_of_table.rebuild_from < end_of_table.first_day_not_built then end_of_table.rebuild_from
            end as rebuild_from,
            (
                select max(date)
                from fingerprints_of_last_build
                where source = 'first_untested_day'
            ) as first_untested_day
        from end_of_table
        left join changes on true
        order by changes.date, changes.source
{% endmacro %}
