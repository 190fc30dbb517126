{# Logins before their customer's acquisition, if more than a tenth: they count in windows, but on no day. #}
{% macro early_logins(logins_by_type) %}
    {% set all = logins_by_type | map(attribute='num_rows') | map('int') | sum %}
    {% set early = logins_by_type | map(attribute='num_early') | map('int') | sum %}
    {% if 10 * early > all %}
        {{ return([
            'login_events: ' ~ (100 * early / all) | round | int ~ ' % of the logins (' ~ early ~ ' of ' ~ all
            ~ ') are before the acquisition_date of their customer; they count in the 90-day windows, but on no day.'
            ~ ' If these customers are older, correct acquisition_date.'
        ]) }}
    {% endif %}
    {{ return([]) }}
{% endmacro %}
