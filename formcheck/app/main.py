"""The router: login, the list of pages, and the page to show."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from typing import Any

import streamlit as st

from formcheck.app.serve import ASSETS, is_loopback, is_open_without_login, spare_the_collector
from formcheck.app.shared import login, running, style, visits
from formcheck.support.errors import FormcheckError
from formcheck.support.language import tr

# Each page: its address, its module (whose ``show`` is the page), its title and its icon. The hidden ones are
# opened from other pages only.
PAGES = (
    ("today", "home", tr("Today"), "today"),
    ("analyze", "analyze.page", tr("Analyze a video"), "movie"),
    ("film", "film.page", tr("Film a set"), "videocam"),
    ("trends", "history.trends_page", tr("Trends"), "show_chart"),
    ("compare", "history.compare", tr("Compare"), "compare_arrows"),
    ("plan", "plan.page", tr("Plan"), "event_available"),
    ("history", "history.data", tr("History"), "history"),
    ("drills", "plan.drills", tr("Exercises"), "fitness_center"),
    ("filming", "shared.filming", tr("How to film"), "help"),
)
HIDDEN_PAGES = (
    ("set", "history.saved", tr("A saved set"), "description"),
    ("sample", "analyze.sample", tr("A sample report"), "description"),
    ("clinic", "plan.clinic", tr("Clinic"), "groups"),
)


def main(first_page: str = "today") -> None:
    """Show the app; ``first_page`` is the one at the root address."""
    # A picture of ours: for an icon by name, Streamlit would have the browser ask another host.
    st.set_page_config(page_title="formcheck", page_icon=str(ASSETS / "icon.svg"), layout="wide")
    st.logo(str(ASSETS / "logo.svg"), size="large")
    style.apply()
    if not _may_come_in():
        return
    login.admit_browser()
    pages = _build_pages(first_page)
    st.session_state["formcheck_pages"] = pages
    current = st.navigation(list(pages.values()), position="top")
    visits.resume_work()
    try:
        if current.url_path not in ("analyze", "film"):
            running.show_banner()
        current.run()
    except FormcheckError as error:
        style.show_error(error)
    finally:  # also where the page asks for another run
        visits.remember_work()
    style.footer()
    style.follow_theme()
    _load_the_rest()


def _build_pages(first_page: str) -> dict[str, Any]:
    def page(name: str, module: str, title: str, icon: str, visibility: Any) -> Any:
        return st.Page(
            _show_later(f"formcheck.app.{module}"),
            title=title,
            icon=f":material/{icon}:",
            url_path=name,
            default=name == first_page,
            visibility=visibility,
        )

    pages = {name: page(name, module, title, icon, "visible") for name, module, title, icon in PAGES}
    return pages | {name: page(name, module, title, icon, "hidden") for name, module, title, icon in HIDDEN_PAGES}


def _show_later(module: str) -> Callable[[], None]:
    """The page of a module, which is loaded when the page is first opened: charts and statistics take a while to load."""

    def show() -> None:
        importlib.import_module(module).show()

    return show


@st.cache_resource(show_spinner=False)
def _load_the_rest() -> threading.Thread:
    """Load the other pages' modules while the visitor reads the first one, so that they open at once too."""

    def load() -> None:
        for _, module, *_ in (*PAGES, *HIDDEN_PAGES):
            importlib.import_module(f"formcheck.app.{module}")
            spare_the_collector()
        importlib.import_module("scipy.special")  # for the trend's certainty
        spare_the_collector()

    thread = threading.Thread(target=load, name="formcheck-load-pages", daemon=True)
    thread.start()
    return thread


def _may_come_in() -> bool:
    """Whether this visitor may see the pages; if not, show what to do instead."""
    if login.login_configured():
        if st.user.is_logged_in:
            return True
        st.title(tr("formcheck"))
        st.write(tr("Log in to see your sets. Everything you upload is analyzed on this server and shown only to you."))
        st.button(tr("Log in"), type="primary", icon=":material/login:", on_click=st.login)
        return False
    address = st.get_option("server.address")
    if is_loopback(address) or is_open_without_login():
        return True
    st.title(tr("formcheck is closed here"))
    st.error(
        tr(
            "Other computers can reach this server, and it has no login, so anybody could see your "
            "recordings and your history. Start it with `formcheck app`, which listens on this computer "
            "only, or set up a login as docs/remote.md describes."
        ),
        icon=":material/lock:",
    )
    return False
