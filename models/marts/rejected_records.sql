with rejected as (

    {%- for table in input_tables() %}
    select
        '{{ table }}' as source_table,
        rejection_reason as reason,
        record_key,
        record
    from {{ ref('base_' ~ table) }}
    where rejection_reason is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    source_table,
    reason,
    record_key,
    record
from rejected
