{# The database lowers both sides, so that both get the same lower case. #}
{% macro is_status_in(setting, status) -%}
    {%- set texts = [] -%}
    {%- for text in customer_health.list_setting(setting) -%}
        {%- do texts.append('lower(' ~ customer_health.text_literal(text) ~ ')') -%}
    {%- endfor -%}
    {{ return(status ~ ' in (' ~ texts | join(', ') ~ ')' if texts else 'false') }}
{%- endmacro %}
