{# Beside the table that it describes, so that each target has its own. #}
{% macro fingerprint_table(table) %}
    {{ return(api.Relation.create(
        database=table.database,
        schema=table.schema,
        identifier=table.identifier ~ '_fingerprints',
        type='table',
    )) }}
{% endmacro %}
