{# Why a file cannot be read, and what to do about it. #}
{% macro why_not_read(name) %}
    {% set ending = name.lower().rpartition('.')[2] %}
    {% if customer_health.file_kind(name) %}
        {{ return('there is something between its name and its ending') }}
    {% elif ending in ['zip', 'gz', 'tgz', 'bz2', 'xz', '7z', 'rar', 'tar', 'zst'] %}
        {{ return('it is compressed; unpack it' ~ (' (only CSV and JSON may be .gz)' if ending == 'gz' else '')) }}
    {% elif ending in ['xls', 'xlsm', 'xlsb', 'ods', 'numbers'] %}
        {{ return('it is a spreadsheet of another kind; save it as .xlsx, or as CSV UTF-8') }}
    {% elif ending in ['txt', 'tab', 'dat'] %}
        {{ return('if it is a CSV, rename it to .csv') }}
    {% endif %}
    {{ return('it is none of .parquet, .csv, .tsv, .json, .jsonl, .ndjson and .xlsx') }}
{% endmacro %}
