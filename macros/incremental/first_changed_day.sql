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
            where source not in ('definition', 'first_untested_day')

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

        )

        select
            min(changes.date) as first_changed_day,
            count(distinct case when changes.date < end_of_table.first_day_not_built then changes.date end) as num_days,
            {{ dbt.listagg('distinct changes.source', "', '", 'order by changes.source') }} as sources,
            min({{ customer_health.add_days('end_of_table.first_day_not_built', -1) }}) as last_day,
            min(case when {{ rebuild_from }} < end_of_table.first_day_not_built then {{ rebuild_from }} end) as rebuild_from
        from end_of_table
        left join changes on true
    {% endset %}
    {% set found = run_query(query).rows[0] %}
    {% set days = [found.first_changed_day, found.rebuild_from] | select | list %}
    {% if not days %}
        {% do log(table.identifier ~ ': nothing changed', info=True) %}
        {{ return(none) }}
    {% endif %}
    {% set reasons = [] %}
    {% if found.num_days %}
        {% do reasons.append(
            (found.num_days | int) ~ (' day' if found.num_days == 1 else ' days') ~ ' changed (' ~ found.sources ~ ')'
        ) %}
    {% elif found.sources %}
        {% do reasons.append(found.sources) %}
    {% endif %}
    {% if found.rebuild_from %}
        {% do reasons.append('rebuild_from is ' ~ found.rebuild_from) %}
    {% endif %}
    {% if found.last_day and days | min <= found.last_day %}
        {% set what = 'rebuilding ' ~ days | min ~ ' … ' ~ found.last_day %}
    {% else %}
        {% set what = 'removing every day from ' ~ days | min ~ ' on' %}
    {% endif %}
    {% do log(table.identifier ~ ': ' ~ what ~ ': ' ~ reasons | join(', '), info=True) %}
    {{ return(days | min) }}
{% endmacro %}
