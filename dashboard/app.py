"""Customer health: five pages about what the last build made.

    .venv-dashboard/bin/streamlit run dashboard/app.py

They show the DuckDB file of DUCKDB_PATH, or customer_health.duckdb.
"""

from __future__ import annotations

import streamlit as st
from snapshot import database


@st.fragment(run_every="15s")
def watch(copy: int) -> None:
    """Says what stands in the way of newer data, and shows those as soon as they are there."""
    state = database().refresh()
    if state.copy != copy:
        st.rerun()
    if state.notice is not None:
        at = state.written_at
        kept = f" You see the data of {at:%Y-%m-%d %H:%M}." if at else ""
        st.info(state.notice + kept, icon=":material/info:")


st.set_page_config(page_title="Customer health", layout="wide")
# Streamlit leaves much room above and below, on a phone most of the screen
st.html("<style>.stMainBlockContainer { padding-top: 4rem; padding-bottom: 2rem; }</style>")
page = st.navigation(
    [
        st.Page("views/portfolio.py", title="Portfolio", default=True),
        st.Page("views/at_risk.py", title="Customers at risk"),
        st.Page("views/customer.py", title="One customer"),
        st.Page("views/score.py", title="Does the score work?"),
        st.Page("views/data_health.py", title="Data health"),
    ],
    position="top",
)
watch(database().refresh().copy)
if database().state.connection is not None:
    page.run()
