{# Rows without a own_rejection_reason that share a key, ranked: the first one is kept. Ends the order with the raw record, so
   that the result does not depend on the order of the rows. #}
{% macro rank_duplicates(relation, key, order_by) -%}
    {{ return(adapter.dispatch('rank_duplicates', 'customer_health')(relation, key, order_by)) }}
{%- endmacro %}


{% macro duckdb__rank_duplicates(relation, key, order_by) -%}
    with hashed as (

        select
            *,
            case when own_rejection_reason is null then {{ customer_health.row_hash(key) }} end as key_hash
        from {{ relation }}

    ),

    -- only rows that share a hash can be duplicates
    repeated_hashes as (

        select key_hash
        from hashed
        where key_hash is not null
        group by key_hash
        having count(*) > 1

    )

    select
        hashed.*,
        null as rank_among_duplicates
    from hashed
    left join repeated_hashes on hashed.key_hash = repeated_hashes.key_hash
    where repeated_hashes.key_hash is null
    union all
    select
        hashed.*,
        row_number() over (
            partition by {{ key | join(', ') }}
            order by
                {{ order_by | join(',\n                ') }},
                {{ customer_health._record_order('raw_record') | indent(16) }}
        ) as rank_among_duplicates
    from hashed
    inner join repeated_hashes on hashed.key_hash = repeated_hashes.key_hash
{%- endmacro %}


{# Spark computes a CTE once for each reference; two windows over the same keys read and shuffle the rows once. #}
{% macro spark__rank_duplicates(relation, key, order_by) -%}
    with counted as (

        select
            *,
            count(*) over (partition by {{ key | join(', ') }}, own_rejection_reason is null) as num_alike
        from {{ relation }}

    )

    select
        *,
        row_number() over (
            partition by {{ key | join(', ') }}, own_rejection_reason is null
            order by
                {{ order_by | join(',\n                ') }},
                -- costs much, and decides between duplicates only
                case when num_alike > 1 then {{ customer_health._record_order('raw_record') | indent(16) }} end
        ) as rank_among_duplicates
    from counted
{%- endmacro %}
