{# rejected_records is built by now, and no metric has changed. Without customers, empty tables would look like success.
   `judged` has the base model of each input. #}
{% macro check_rejected_share(records, judged) %}
    {% if execute and model.compiled_code %}
        {% set share = customer_health.setting('max_rejected_share') %}
        {% set too_many, mostly = [], [] %}
        {% for table_name in judged %}
            {% set summary = customer_health._rejection_summary(records, judged, table_name) %}
            {% if table_name == 'customers' and summary.num_rejected and summary.num_rejected == summary.num_rows %}
                {{ exceptions.raise_compiler_error(
                    'customers: none of the ' ~ summary.num_rows ~ ' rows is accepted (' ~ summary.reasons
                    ~ '), so there is nothing to build. Fix the rows; they are in ' ~ records ~ '.'
                ) }}
            {% elif summary.num_rejected %}
                {% do log(summary.text, info=True) %}
                {% if summary.num_rejected > (share | float) * summary.num_rows %}
                    {% do too_many.append(summary.text) %}
                {% endif %}
                {% if 2 * summary.num_rejected > summary.num_rows %}
                    {% do mostly.append(table_name) %}
                {% endif %}
            {% endif %}
        {% endfor %}
        {# if most rows are rejected, the file is misread: do not suggest raising the share #}
        {% if too_many %}
            {{ exceptions.raise_compiler_error(
                too_many | join('; ') ~ ', more than max_rejected_share: ' ~ share ~ '. Fix the rows, which are in '
                ~ records ~ ('.' if mostly else ', or raise that setting.')
            ) }}
        {% endif %}
    {% endif %}
{% endmacro %}


{# How much of an input was rejected and why, as numbers and as a line of text. #}
{% macro _rejection_summary(records, judged, table_name) %}
    {% set base = judged[table_name] %}
    {% set reasons = run_query(
        "select reason, count(*) as num_rows from " ~ records ~ " where source_table = '" ~ table_name
        ~ "' group by reason order by count(*) desc, reason"
    ).rows %}
    {% set told = [] %}
    {% for reason, number in reasons %}
        {% set known = customer_health._rows_of_rejected_customers(records, base) if reason == 'unknown_customer' else 0 %}
        {% if known == number | int %}
            {% do told.append(reason ~ ' ' ~ known ~ ' of rejected customers') %}
        {% else %}
            {% set values = customer_health._rejected_values(records, table_name, reason) %}
            {% if reason == 'unknown_customer' %}
                {% set hint = customer_health._similar_customer(base, judged.customers) %}
            {% else %}
                {% set hint = customer_health._expected_form(reason, values, table_name) %}
            {% endif %}
            {% do told.append(reason ~ ' ' ~ number | int ~ ': ' ~ values ~ ('; ' ~ hint if hint else '')) %}
        {% endif %}
    {% endfor %}
    {% set num_rows = run_query('select count(*) from ' ~ base).rows[0][0] | int if reasons else 0 %}
    {% set num_rejected = reasons | map(attribute=1) | map('int') | sum %}
    {{ return({
        'num_rows': num_rows,
        'num_rejected': num_rejected,
        'reasons': told | join(' | '),
        'text': table_name ~ ': ' ~ num_rejected ~ ' of ' ~ num_rows ~ ' rows rejected (' ~ told | join(' | ') ~ ')',
    }) }}
{% endmacro %}


{# Rows that are rejected only because their customer was. #}
{% macro _rows_of_rejected_customers(records, base) %}
    {{ return(run_query(
        'select count(*) from ' ~ base ~ " where rejection_reason = 'unknown_customer' and customer_id in (select record_key"
        ~ ' from ' ~ records ~ " where source_table = 'customers' and record_key is not null)"
    ).rows[0][0] | int) }}
{% endmacro %}


{# Ids that differ in decimals or letter case are reported, not matched by guessing. #}
{% macro _similar_customer(base, customers) %}
    {% set same = "lower(regexp_replace(customer_id, '[.]0+$', ''))" %}
    {% set pairs = run_query(
        'with unknown as (select distinct customer_id, ' ~ same ~ ' as plain_id from ' ~ base
        ~ " where rejection_reason = 'unknown_customer'), known as (select customer_id, " ~ same ~ ' as plain_id from '
        ~ customers ~ ' where rejection_reason is null) select unknown.customer_id, known.customer_id as known_id'
        ~ ' from unknown inner join known on unknown.plain_id = known.plain_id order by 1, 2 limit 1'
    ).rows %}
    {% for unknown, known in pairs %}
        {{ return("'" ~ unknown ~ "' may be '" ~ known ~ "' in customers; write both alike") }}
    {% endfor %}
    {{ return(none) }}
{% endmacro %}


{# Up to three rejected values as in the source, with their numbers of rows. #}
{% macro _rejected_values(records, table_name, reason) %}
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
    {% set record = run_query('select record from ' ~ records ~ rows_of_reason ~ ' limit 1').rows[0][0] %}
    {% set names = fromjson(record).keys() | list %}
    {% set parts = [] %}
    {% for column in columns %}
        {% set given = customer_health.column_mapping(table_name, column) %}
        {% set wanted = (given if given is string else column) | lower %}
        {% for name in names if name | lower == wanted %}
            {% set value = adapter.dispatch('json_text', 'customer_health')('record', name) %}
            {% do parts.append(
                "concat('" ~ column ~ " ', case when " ~ value ~ " is null then 'missing' else concat('''', " ~ value
                ~ ", '''') end)"
            ) %}
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
    {%- set pointer = '/' ~ name | replace('~', '~0') | replace('/', '~1') -%}
    trim(json_extract_string({{ record }}, {{ customer_health.text_literal(pointer) }}))
{%- endmacro %}


{% macro spark__json_text(record, name) -%}
    trim(from_json({{ record }}, 'map<string, string>')[{{ customer_health.text_literal(name) }}])
{%- endmacro %}


{# What rejected values should look like, or the setting that would read them, judging by some of them. #}
{% macro _expected_form(reason, values, table_name) %}
    {% if reason == 'invalid_number' %}
        {% set commas = modules.re.search("'[^']*[0-9],[0-9]{1,2}[^0-9,']*'", values) %}
        {{ return("set decimal_separator: ','" if commas else 'expected a number such as 1234.50, or a decimal_separator') }}
    {% elif reason != 'invalid_date' %}
        {{ return(none) }}
    {% endif %}
    {% set format = customer_health.setting('date_format', table_name) %}
    {% if format is not none %}
        {{ return("expected date_format: '" ~ format ~ "', or a day such as 2024-01-31") }}
    {% endif %}
    {% set days = modules.re.findall(
        "'([0-9]{1,2})([/.-])([0-9]{1,2})[/.-][0-9]{4}( [0-9]{1,2}:[0-9]{2})?(:[0-9]{2})?'", values
    ) %}
    {% if not days %}
        {{ return('expected a day such as 2024-01-31 or a time such as 2024-01-31 23:59:00, or a date_format') }}
    {% endif %}
    {% set sign = days[0][1] %}
    {% set time = (' %H:%M' if days[0][3] else '') ~ (':%S' if days[0][4] else '') %}
    {% set day_first = "'%d" ~ sign ~ "%m" ~ sign ~ "%Y" ~ time ~ "'" %}
    {% set month_first = "'%m" ~ sign ~ "%d" ~ sign ~ "%Y" ~ time ~ "'" %}
    {% set is_day_first = days | map(attribute=0) | map('int') | max > 12 %}
    {% set is_month_first = days | map(attribute=2) | map('int') | max > 12 %}
    {% if is_day_first == is_month_first %}
        {{ return('set date_format: ' ~ day_first ~ ' or ' ~ month_first) }}
    {% endif %}
    {{ return('set date_format: ' ~ (day_first if is_day_first else month_first)) }}
{% endmacro %}
