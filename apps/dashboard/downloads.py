"""A list as a file."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pandas as pd
import streamlit as st
from database import spreadsheet


def _spreadsheet(frame: pd.DataFrame) -> bytes:
    """The list as .xlsx."""
    file = BytesIO()
    cells = frame.astype(object).where(frame.notna(), None)
    spreadsheet(list(frame.columns), cells.to_numpy().tolist(), file)
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
