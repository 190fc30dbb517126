{# Without these settings, times would silently be others. #}
{% macro check_session() %}
    {{ return(adapter.dispatch('check_session', 'customer_health')()) }}
{% endmacro %}


{% macro duckdb__check_session() %}
{% endmacro %}


{% macro spark__check_session() %}
    {% set zone, type = run_query("select current_timezone(), typeof(timestamp '2000-01-01 00:00:00')").rows[0].values() %}
    {% if zone not in ['UTC', 'Etc/UTC', 'GMT', 'Z', '+00:00'] or type != 'timestamp_ntz' %}
        {{ exceptions.raise_compiler_error(
            "Spark: spark.sql.session.timeZone is '" ~ zone ~ "' and a timestamp is a " ~ type ~ "; in profiles.yml, set"
            ~ " spark.sql.session.timeZone to UTC and spark.sql.timestampType to TIMESTAMP_NTZ."
        ) }}
    {% endif %}
{% endmacro %}
