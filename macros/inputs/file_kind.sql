{# What a file is read as: parquet, csv, json or xlsx; none for what is not read. #}
{% macro file_kind(name) %}
    {% set found = modules.re.search('(?i)[.](?:(parquet)|(csv|tsv)(?:[.]gz)?|(json|jsonl|ndjson)(?:[.]gz)?|(xlsx))$', name) %}
    {{ return(['parquet', 'csv', 'json', 'xlsx'][found.lastindex - 1] if found else none) }}
{% endmacro %}
