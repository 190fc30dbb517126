with source as (

    select * from {{ source('stripe', 'price') }}

),

renamed as (

    select
        id as price_id,
        product_id,
        lower(currency) as currency,
        coalesce(cast(unit_amount_decimal as numeric(24, 12)), unit_amount) as unit_amount,
        coalesce(recurring_usage_type = 'metered', false) as is_metered,
        recurring_interval,
        recurring_interval_count
    from source

)

select
    price_id,
    product_id,
    currency,
    unit_amount,
    -- units of unit_amount per currency unit: 100 cents, but 1 or 1000 in some currencies
    case
        when
            currency in (
                'bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf'
            )
            then 1
        when currency in ('bhd', 'jod', 'kwd', 'omr', 'tnd') then 1000
        else 100
    end as units_per_currency,
    is_metered,
    case recurring_interval
        when 'year' then 1
        when 'month' then 12
        when 'week' then 52
        when 'day' then 365
    end as intervals_per_year,
    recurring_interval_count as intervals_per_payment
from renamed
