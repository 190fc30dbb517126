{# Rows with user_type, num_rows and num_early, those before their customer's acquisition. One query for two checks, because it reads
   all logins. #}
{% macro logins_by_type(login_events, customers) %}
    {{ return(run_query('
        select
            login_events.user_type,
            count(*) as num_rows,
            count(case when cast(login_events.login_timestamp as date) < customers.acquisition_date then 1 end) as num_early
        from ' ~ login_events ~ ' as login_events
        inner join ' ~ customers ~ ' as customers on login_events.customer_id = customers.customer_id
        group by login_events.user_type
        order by count(*) desc, login_events.user_type
    ').rows) }}
{% endmacro %}
