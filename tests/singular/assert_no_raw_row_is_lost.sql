with row_counts as (

    {%- for table in input_tables() %}
    select
        '{{ table }}' as source_table,
        (select count(*) from {{ raw_table(table) }}) as num_raw,
        (select count(*) from {{ ref('stg_' ~ table) }}) as num_accepted,
        (
            select count(*)
            from {{ ref('rejected_records') }}
            where source_table = '{{ table }}'
        ) as num_rejected
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select *
from row_counts
where num_raw <> num_accepted + num_rejected
