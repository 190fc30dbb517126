{# The first sheet, as text. Empty rows are those below the last one. #}
{% macro _read_xlsx(file, table_name) -%}
    {%- do customer_health._load_excel(file) -%}
    {%- if customer_health.setting('decimal_separator', table_name) == ',' -%}
        {{ exceptions.raise_compiler_error(
            "decimal_separator: ',' cannot be used for " ~ file ~ ": spreadsheet numbers have no separator. Set it for other tables only,"
            ~ " such as {subscriptions: ','}, or save " ~ table_name ~ " as CSV UTF-8."
        ) }}
    {%- endif -%}
    {%- set source -%}
        read_xlsx({{ customer_health.text_literal(file) }}, all_varchar = true, header = true, stop_at_empty = false)
    {%- endset -%}
    {%- set dates = [] -%}
    {%- for column in customer_health.columns_of(table_name, kinds=['date', 'timestamp']) -%}
        {%- do dates.append(customer_health._raw_name(table_name, column) | lower) -%}
    {%- endfor -%}
    {%- set texts, columns = [], [] -%}
    {%- for name in run_query('select * from ' ~ source ~ ' limit 0').column_names -%}
        {%- set column = customer_health.quoted_name(name) -%}
        {%- set value = customer_health._date_of_day_number(column) if name | trim | lower in dates else column -%}
        {%- do texts.append(customer_health.clean_text(column)) -%}
        {%- do columns.append(value ~ ' as ' ~ customer_health.quoted_name(name | trim)) -%}
    {%- endfor -%}
    (select {{ columns | join(', ') }} from {{ source }} where coalesce({{ texts | join(', ') }}) is not null)
{%- endmacro %}


{# The extension returns a date as days since the end of 1899. Beyond 2173 it may be only 9999-12-31, as 202401 may be a month. #}
{% macro _date_of_day_number(column) -%}
    case
        when regexp_full_match({{ column }}, '[1-9][0-9]{4}([.][0-9]+)?|2958465')
            then regexp_replace(
                strftime(
                    timestamp '1899-12-30' + to_milliseconds(cast(round(cast({{ column }} as double) * 86400000) as bigint)),
                    '%Y-%m-%d %H:%M:%S.%g'
                ),
                '( 00:00:00)?[.]000$',
                ''
            )
        else {{ column }}
    end
{%- endmacro %}


{% macro _xlsx_names(file) %}
    {% do customer_health._load_excel(file) %}
    {% set rows = run_query(
        'select * from read_xlsx(' ~ customer_health.text_literal(file)
        ~ ', all_varchar = true, header = false, stop_at_empty = false) limit 1'
    ).rows %}
    {{ return((rows[0].values() if rows else []) | map('default', '', true) | map('trim') | list) }}
{% endmacro %}


{% macro _load_excel(file) %}
    {% if not customer_health._load_extension('excel') %}
        {{ exceptions.raise_compiler_error(
            file ~ " cannot be read: DuckDB's extension excel is not installed. Save the sheet as CSV UTF-8 and move the .xlsx away, or"
            ~ " install it if your version has one: INSTALL excel."
        ) }}
    {% endif %}
{% endmacro %}
