{# Logins before their customer's acquisition, if more than a tenth: they count in windows, but on no day. #}
{% macro early_logins(source_days) %}
    {% set counts = run_query(
        'select coalesce(sum(num_rows), 0), coalesce(sum(num_before_acquisition), 0) from ' ~ source_days
        ~ " where source_table = 'login_events'"
    ).rows[0] %}
    {% set all, early = counts[0] | int, counts[1] | int %}
    {% if 10 * early > all %}
        {{ return([
            'login_events: ' ~ (100 * early / all) | round | int ~ ' % of the logins (' ~ early ~ ' of ' ~ all
            ~ ') are before the acquisition_date of their customer; they count in the 90-day windows, but on no day.'
            ~ ' If these customers are older, correct acquisition_date.'
        ]) }}
    {% endif %}
    {{ return([]) }}
{% endmacro %}
