{% macro generate_surrogate_key(field_list) %}
    {{- return(adapter.dispatch('generate_surrogate_key', 'dbt_utils')(field_list)) -}}
{% endmacro %}


{#- A null needs a text of its own: as an empty string, (null, 'x') and ('', 'x')
    would share a key. The variable restores that older behaviour on request. -#}
{% macro default__generate_surrogate_key(field_list) %}
    {%- set nulls_are_empty = var('surrogate_key_treat_nulls_as_empty_strings', false) -%}
    {%- set null_text = '' if nulls_are_empty else '_dbt_utils_surrogate_key_null_' -%}
    {%- set operands = [] -%}

    {%- for field in field_list -%}
        {%- if operands -%}
            {%- do operands.append("'-'") -%}
        {%- endif -%}
        {%- set field_text = 'cast(' ~ field ~ ' as ' ~ dbt.type_string() ~ ')' -%}
        {%- do operands.append('coalesce(' ~ field_text ~ ", '" ~ null_text ~ "')") -%}
    {%- endfor -%}

    {{- return(dbt.hash(dbt.concat(operands))) -}}
{% endmacro %}
