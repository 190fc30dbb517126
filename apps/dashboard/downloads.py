"""A list as a file."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pandas as pd
import streamlit as st


def _spreadsheet(frame: pd.DataFrame) -> bytes:
    """The list as .xlsx; a text that looks like a formula or an address stays a text."""
    file = BytesIO()
    texts = {"strings_to_formulas": False, "strings_to_urls": False}
    with pd.ExcelWriter(file, engine="xlsxwriter", engine_kwargs={"options": texts}) as writer:
        frame.to_excel(writer, sheet_name="list", index=False, freeze_panes=(1, 0))
    return file.getvalue()


def offer(frame: Callable[[], pd.DataFrame], name: str) -> None:
    """The whole list as CSV and as a spreadsheet, made when they are asked for."""
    st.download_button(
        "CSV",
        lambda: frame().to_csv(index=False).encode(),
        f"{name}.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
    st.download_button(
        "Excel",
        lambda: _spreadsheet(frame()),
        f"{name}.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        icon=":material/download:",
        on_click="ignore",
    )
