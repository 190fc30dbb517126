{# The format of a file: parquet, csv, json or xlsx; none if it cannot be read. #}
{% macro file_kind(name) %}
    {% set found = modules.re.search('(?i)[.](?:(parquet)|(csv|tsv)(?:[.]gz)?|(json|jsonl|ndjson)(?:[.]gz)?|(xlsx))$', name) %}
    {{ return(['parquet', 'csv', 'json', 'xlsx'][found.lastindex - 1] if found else none) }}
{% endmacro %}
