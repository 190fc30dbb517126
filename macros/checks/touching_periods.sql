{# Does the next period of a product begin on the end_date of the one before, or on the day after? That tells whether end dates are
   inclusive. One in ten may be an exception. #}
{% macro touching_periods(subscriptions) %}
    {% set counts = run_query("
        with periods as (

            select
                end_date,
                lead(start_date) over (
                    partition by customer_id, product_id order by start_date, end_date nulls last
                ) as next_start_date
            from " ~ subscriptions ~ "

        )

        select
            count(case when next_start_date = end_date then 1 end) as num_touching,
            count(case when next_start_date = " ~ customer_health.add_days('end_date', 1) ~ " then 1 end) as num_a_day_later
        from periods
    ").rows[0] %}
    {% set touching, a_day_later = counts[0] | int, counts[1] | int %}
    {% set inclusive = customer_health.setting('subscription_end_date_is_inclusive') %}
    {% set fitting = 'false' if touching > a_day_later else 'true' %}
    {% set share = 'half' if touching == a_day_later else 'most' %}
    {% set unfitting = 10 * touching > touching + a_day_later if inclusive else a_day_later > touching %}
    {% if unfitting %}
        {{ return([
            'subscriptions: ' ~ touching ~ (' pair of periods touches' if touching == 1 else ' pairs of periods touch')
            ~ ' (one starts on the end_date of the one before) and ' ~ a_day_later ~ (' starts' if a_day_later == 1 else ' start')
            ~ ' the day after, so that ' ~ ('the former count twice on that day' if inclusive else 'the latter do not count on it')
            ~ '; subscription_end_date_is_inclusive: ' ~ fitting ~ ' fits ' ~ share ~ ' of them.'
        ]) }}
    {% endif %}
    {{ return([]) }}
{% endmacro %}
