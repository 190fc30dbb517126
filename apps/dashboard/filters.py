"""What customers to list: the same choices on each page with a list, kept in the address."""

from __future__ import annotations

import queries
import streamlit as st

# An attribute with more values than this, such as a name, is searched rather than chosen from.
MOST_CHOICES = 200


def chosen(connection: queries.Connection) -> queries.Filters:
    """The visitor's filters."""
    attributes = queries.attributes(connection)
    named = f"{queries.ATTRIBUTE}name" in attributes
    columns = {"region": "Region", "industry": "Industry"}
    columns |= {column: label for column, label in attributes.items() if label != "Name"}
    options = {column: queries.choices(connection, column) for column in columns}
    shown = [column for column in columns if len(options[column]) <= MOST_CHOICES]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "Name or id" if named else "Id", key="search", bind="query-params", width=160
        )
        several = {
            column: st.multiselect(
                columns[column], options[column], key=column, bind="query-params", width=160
            )
            for column in shown
        }
        bounds = [
            st.number_input(
                label, min_value=0, value=None, step=1000, key=key, bind="query-params", width=150
            )
            for label, key in (("ARR from", "arr_from"), ("ARR to", "arr_to"))
        ]
    return queries.Filters(
        regions=several.pop("region", ()),
        industries=several.pop("industry", ()),
        arr_from=bounds[0],
        arr_to=bounds[1],
        search=search or "",
        attributes=several,
        named=named,
    )
