{# Up to three rejected values as in the source, with their numbers of rows. #}
{% macro rejected_values(records, table_name, reason) %}
    {% set columns = {
        'missing_key': customer_health.columns_of(table_name, kinds=['id']),
        'invalid_date': customer_health.columns_of(table_name, kinds=['date', 'timestamp']),
        'invalid_number': customer_health.columns_of(table_name, kinds=['integer', 'amount']),
        'negative_value': customer_health.columns_of(table_name, kinds=['integer', 'amount']),
        'ends_before_start': ['start_date', 'end_date'],
        'closed_before_created': ['created_date', 'closed_date'],
        'unknown_customer': ['customer_id'],
        'ignored_status': ['status'],
    }.get(reason, []) %}
    {% set rows_of_reason = " where source_table = '" ~ table_name ~ "' and reason = '" ~ reason ~ "'" %}
    {# a record has the file's column names, in their letter case #}
    {% set names = fromjson(run_query('select record from ' ~ records ~ rows_of_reason ~ ' limit 1').rows[0][0]).keys() | list %}
    {% set parts = [] %}
    {% for column in columns %}
        {% set wanted = customer_health._column_name(table_name, column) | lower %}
        {% for name in names if name | lower == wanted %}
            {% set value = adapter.dispatch('json_text', 'customer_health')('record', name) %}
            {% do parts.append("concat('" ~ column ~ " ', case when " ~ value ~ " is null then 'missing' else concat('''', " ~ value ~ ", '''') end)") %}
        {% endfor %}
    {% endfor %}
    {# a duplicate is identified by its key #}
    {% set example = "concat_ws(' with ', " ~ parts | join(', ') ~ ")" if parts else "concat('''', record_key, '''')" %}
    {% set examples = [] %}
    {% for text, number in run_query(
        'select ' ~ example ~ ' as example, count(*) as num_rows from ' ~ records ~ rows_of_reason
        ~ ' group by 1 order by count(*) desc, 1 limit 3'
    ).rows %}
        {% do examples.append(text ~ ' (' ~ number | int ~ ')' if number | int > 1 else text) %}
    {% endfor %}
    {{ return(examples | join(', ')) }}
{% endmacro %}


{# A JSON pointer can hold any name. #}
{% macro duckdb__json_text(record, name) -%}
    trim(json_extract_string({{ record }}, {{ customer_health.text_literal('/' ~ name | replace('~', '~0') | replace('/', '~1')) }}))
{%- endmacro %}


{% macro spark__json_text(record, name) -%}
    trim(from_json({{ record }}, 'map<string, string>')[{{ customer_health.text_literal(name) }}])
{%- endmacro %}
