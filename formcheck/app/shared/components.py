"""Parts of a page with a script of their own, beside Streamlit's widgets."""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st

from formcheck.app.serve import ASSETS


@cache
def load_component(name: str, script: str, html: str | None = None, css: str | None = None) -> Any:
    """Return a component to be called with a ``key`` and its ``data``; ``script`` is the name of a file in the app's assets."""
    return st.components.v2.component(name, html=html, css=css, js=(ASSETS / script).read_text(encoding="utf-8"))
