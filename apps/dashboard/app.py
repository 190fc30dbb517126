"""Customer health: six pages about the last build.

    .venv-apps/bin/streamlit run apps/dashboard/app.py

They show the DuckDB file of DUCKDB_PATH, or customer_health.duckdb.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import streamlit as st

# what the commands use too; this file runs again for each visit
APPS = str(Path(__file__).resolve().parents[1])
if APPS not in sys.path:
    sys.path.append(APPS)
import queries  # noqa: E402
from snapshot import database  # noqa: E402


@st.fragment(run_every="15s")
def watch(copy: int) -> None:
    """Shows why data are not the newest, and reloads when newer ones arrive."""
    state = database().refresh()
    if state.copy != copy:
        st.rerun()
    if state.notice is not None:
        at = state.written_at
        kept = f" You see the data of {at:%Y-%m-%d %H:%M}." if at else ""
        st.info(state.notice + kept, icon=":material/info:")


def warn_if_stale(connection: queries.Connection) -> None:
    """A banner if the last day built is too old."""
    day = queries.last_day(connection)
    age = (date.today() - day).days if day else 0
    if age > queries.display_settings(connection)["stale_after_days"]:
        st.warning(
            f"These data are {age:,} days old: the last day built is {day}.",
            icon=":material/schedule:",
        )


PAGES = [
    st.Page("views/portfolio.py", title="Portfolio", default=True),
    st.Page("views/at_risk.py", title="Customers"),
    st.Page("views/renewals.py", title="Renewals"),
    st.Page("views/customer.py", title="One customer"),
    st.Page("views/score.py", title="Does the score work?"),
    st.Page("views/data_health.py", title="Data health"),
]
page = st.navigation(PAGES, position="top")
st.set_page_config(page_title=f"{page.title} · Customer health", layout="wide")
# Streamlit's margins fill most of a phone's screen, and its captions have too little contrast.
st.html(
    "<style>.stMainBlockContainer { padding-top: 4rem; padding-bottom: 2rem; }"
    '[data-testid="stCaptionContainer"] { color: inherit; opacity: 0.8; }</style>'
)
# Going back from a customer leaves its name in the address of the page before.
if page.url_path != "customer" and "customer" in st.query_params:
    del st.query_params["customer"]
# Going back, or to another page and on, leaves an address without what was chosen there.
shown = st.session_state.get("shown")
kept = st.session_state.setdefault("kept", {})
if page.url_path in ("at_risk", "renewals"):
    if shown != page.url_path and not st.query_params and kept.get(page.url_path):
        st.session_state["shown"] = page.url_path
        st.switch_page(page, query_params=kept[page.url_path])
    kept[page.url_path] = {name: st.query_params.get_all(name) for name in st.query_params}
st.session_state["shown"] = page.url_path
watch(database().refresh().copy)
if database().state.connection is not None:
    warn_if_stale(database().state.connection)
    page.run()
