{# The one place that decides where a rebuild starts; none if nothing has to be rebuilt. #}
{% macro first_changed_day(table) %}
    {% set rebuild_from = customer_health.date_setting('rebuild_from') %}
    {% set query %}
        with fingerprints as (

            select source, date, num_rows, fingerprint
            from current_fingerprints

        ),

        fingerprints_of_last_build as (

            select source, date, num_rows, fingerprint
            from {{ customer_health.fingerprint_table(table) }}
            where source <> 'first_untested_day'

        ),

        changes as (

            (
                select * from fingerprints
                except
                select * from fingerprints_of_last_build
            )
            union all
            (
                select * from fingerprints_of_last_build
                except
                select * from fingerprints
            )

        ),

        end_of_table as (

            select max(date) as first_day_not_built
            from fingerprints
            where source = 'as_of_date'

        ),

        changed_days as (

            select count(distinct changes.date) as num_days
            from changes
            inner join end_of_table on changes.date < end_of_table.first_day_not_built

        ),

        changed_sources as (

            select source, min(date) as first_day
            from changes
            group by source

        )

        select
            changed_sources.source,
            changed_sources.first_day,
            changed_days.num_days,
            {{ customer_health.add_days('end_of_table.first_day_not_built', -1) }} as last_day,
            case when {{ rebuild_from }} < end_of_table.first_day_not_built then {{ rebuild_from }} end as rebuild_from
        from end_of_table
        cross join changed_days
        left join changed_sources on true
        order by changed_sources.source
    {% endset %}
    {% set changes = run_query(query).rows %}
    {% set found = changes[0] %}
    {% set sources = changes | map(attribute='source') | select | join(', ') %}
    {% set days = (changes | map(attribute='first_day') | list + [found.rebuild_from]) | select | list %}
    {% if not days %}
        {% do log(table.identifier ~ ': nothing changed', info=True) %}
        {{ return(none) }}
    {% endif %}
    {% set start = days | min %}
    {% set reasons = [] %}
    {% if found.num_days %}
        {% do reasons.append(
            (found.num_days | int) ~ (' day' if found.num_days == 1 else ' days') ~ ' changed (' ~ sources ~ ')'
        ) %}
    {% elif sources %}
        {% do reasons.append(sources) %}
    {% endif %}
    {% if found.rebuild_from %}
        {% do reasons.append('rebuild_from is ' ~ found.rebuild_from) %}
    {% endif %}
    {% if found.last_day and start <= found.last_day %}
        {% set what = 'rebuilding ' ~ start ~ ' … ' ~ found.last_day %}
    {% else %}
        {% set what = 'removing every day from ' ~ start ~ ' on' %}
    {% endif %}
    {% do log(table.identifier ~ ': ' ~ what ~ ': ' ~ reasons | join(', '), info=True) %}
    {{ return(start) }}
{% endmacro %}
