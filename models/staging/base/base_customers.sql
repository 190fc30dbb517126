with raw as (

    select * from {{ raw_table('customers') }}

),

typed as (

    select
        {{ clean_text(raw_column('customers', 'customer_id')) }} as customer_id,
        {{ parse_date(raw_column('customers', 'acquisition_date'), 'customers') }} as acquisition_date,
        {{ clean_text(raw_column('customers', 'region')) }} as region,
        {{ clean_text(raw_column('customers', 'industry')) }} as industry,
        {%- for name in customer_attributes() %}
        {{ clean_text(raw_column('customers', name)) }} as {{ adapter.quote(name) }},
        {%- endfor %}
        {{ raw_record('raw', 'customers') }} as raw_record
    from raw

),

checked as (

    select
        *,
        case
            when customer_id is null then 'missing_key'
            when acquisition_date is null then 'invalid_date'
        end as own_rejection_reason
    from typed

),

ranked as (

    {{ rank_duplicates(
        'checked',
        key=['customer_id'],
        order_by=['acquisition_date', 'region nulls last', 'industry nulls last'],
    ) }}

),

decided as (

    select
        *,
        case
            when own_rejection_reason is not null then own_rejection_reason
            when rank_among_duplicates > 1 then 'duplicate_key'
        end as rejection_reason
    from ranked

)

select
    customer_id,
    acquisition_date,
    region,
    industry,
    {%- for name in customer_attributes() %}
    {{ adapter.quote(name) }},
    {%- endfor %}
    rejection_reason,
    case when rejection_reason is not null then customer_id end as record_key,
    case when rejection_reason is not null then {{ record_as_json('raw_record') }} end as record
from decided
