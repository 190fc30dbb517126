{# Logins before their customer's acquisition, if more than a tenth: they count in windows, but on no day. #}
{% macro early_logins(login_events, customers) %}
    {% set counts = run_query(
        'select count(*) as num_rows,'
        ~ ' count(case when cast(login_events.login_timestamp as date) < customers.acquisition_date then 1 end) as num_early'
        ~ ' from ' ~ login_events ~ ' as login_events inner join ' ~ customers ~ ' as customers'
        ~ ' on login_events.customer_id = customers.customer_id'
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
