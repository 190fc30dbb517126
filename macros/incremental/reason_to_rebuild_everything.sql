{# Why the table cannot be trusted day by day, or none if it can. #}
{% macro reason_to_rebuild_everything(definition) %}
    {% set needed = customer_health.changed_days_config()
        if model.unique_id == 'model.customer_health.customer_daily_metrics' else customer_health.cleaned_by_day_config() %}
    {# a project that this one is installed in may have configured all models at once #}
    {% for option, value in needed.items() if config.get(option) != value %}
        {{ return(option ~ ' is ' ~ config.get(option)) }}
    {% endfor %}
    {% set existing = load_cached_relation(this) %}
    {% set fingerprints = customer_health.fingerprint_table(this) %}
    {% if existing is none or not existing.is_table %}
        {{ return('first build') }}
    {% elif dbt.should_full_refresh() %}
        {{ return('full refresh') }}
    {% elif load_cached_relation(fingerprints) is none %}
        {{ return('no fingerprints of the last build') }}
    {% endif %}
    {% set definitions = run_query('select fingerprint from ' ~ fingerprints ~ " where source = 'definition'") %}
    {% set built = definitions.columns[0].values() | list %}
    {% if not built %}
        {{ return('no fingerprints of the last build') }}
    {% elif built != [definition] %}
        {{ return('a setting or the logic changed') }}
    {% endif %}
    {{ return(none) }}
{% endmacro %}
