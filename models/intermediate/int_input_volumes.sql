-- depends_on: {{ ref('int_as_of_date') }}
with volumes as (

    {{ input_volumes() }}

)

select
    source_table,
    origin,
    num_rows
from volumes
