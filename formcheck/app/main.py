"""The router: who may come in, which pages there are, and which one is shown."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from typing import Any

import streamlit as st

from formcheck.app import analyze, data, filming, home, plan, saved, session, style, trends
from formcheck.app.serve import ASSETS, is_loopback, told_no_login
from formcheck.errors import FormcheckError

# The guided set on a webcam: its page comes with the live part of formcheck.
_FILM_MODULE = "formcheck.app.film"


def main(first_page: str = "today") -> None:
    """Show the app; ``first_page`` is the one at the root address."""
    # A picture of ours: for an icon by name, Streamlit would have the browser ask another host.
    st.set_page_config(page_title="formcheck", page_icon=str(ASSETS / "icon.svg"), layout="wide")
    st.logo(str(ASSETS / "logo.svg"), size="large")
    style.apply()
    if not _may_come_in():
        return
    pages = _build_pages(first_page)
    st.session_state["formcheck_pages"] = pages
    current = st.navigation(list(pages.values()), position="top")
    try:
        current.run()
    except FormcheckError as error:
        style.show_error(error)
    style.footer()


def _build_pages(first_page: str) -> dict[str, Any]:
    def page(name: str, show: Callable[[], None], title: str, icon: str, hidden: bool = False) -> Any:
        return st.Page(
            show,
            title=title,
            icon=f":material/{icon}:",
            url_path=name,
            default=name == first_page,
            visibility="hidden" if hidden else "visible",
        )

    pages = {
        "today": page("today", home.show, "Today", "today"),
        "analyze": page("analyze", analyze.show, "Analyze a video", "movie"),
    }
    if importlib.util.find_spec(_FILM_MODULE) is not None:
        pages["film"] = page("film", _show_film, "Film a set", "videocam")
    return {
        **pages,
        "trends": page("trends", trends.show, "Trends", "show_chart"),
        "plan": page("plan", plan.show, "Plan", "event_available"),
        "history": page("history", data.show, "History", "history"),
        "filming": page("filming", filming.show, "How to film", "help"),
        "set": page("set", saved.show, "A saved set", "description", hidden=True),
    }


def _show_film() -> None:
    """The page *Film a set*. It is loaded when it is opened: what it needs takes a while to load."""
    importlib.import_module(_FILM_MODULE).show()


def _may_come_in() -> bool:
    """Whether this visitor sees the pages; if not, what to do instead is shown."""
    if session.login_configured():
        if st.user.is_logged_in:
            return True
        st.title("formcheck")
        st.write("Log in to see your sets. Everything you upload is analysed on this server and shown to you alone.")
        st.button("Log in", type="primary", icon=":material/login:", on_click=st.login)
        return False
    address = st.get_option("server.address")
    if is_loopback(address) or told_no_login():
        return True
    st.title("formcheck is closed here")
    st.error(
        "This server can be reached from other computers, and there is no login: anybody could see your recordings and "
        "your history. Start it with `formcheck app`, which listens on this computer only, or set up a login. "
        "docs/remote.md says how.",
        icon=":material/lock:",
    )
    return False
