"""Who the visitor is, and which history is theirs: this computer's own or, with a login, one for each person."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from formcheck.app import gate
from formcheck.app.serve import read_login
from formcheck.history.store.store import Store, open_store
from formcheck.support.errors import UsageError
from formcheck.support.folders import home_folder, private_folder
from formcheck.support.language import tr


def session_id() -> str:
    """Streamlit's name of the session whose script runs in this thread; empty if none does."""
    context = get_script_run_ctx()
    return "" if context is None else context.session_id


def user_key() -> str | None:
    """A folder name for the person who is logged in; None if no login is configured."""
    if not login_configured():
        return None
    identity = f"{st.user.get('iss', '')}\n{st.user.get('sub') or st.user.get('email') or ''}"
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def login_configured() -> bool:
    """Whether Streamlit's own login is set up in its secrets; an empty or half-filled ``[auth]`` does not count."""
    return "is_logged_in" in st.user and read_login() is not None


@dataclass
class _Admission:
    """A session that was let in, until its connection ends."""

    session_id: str

    def end(self) -> None:
        gate.admissions().dismiss(self.session_id)


@st.cache_resource(scope="session", on_release=_Admission.end, show_spinner=False)
def _admission() -> _Admission:
    admitted = _Admission(session_id())
    gate.admissions().admit(admitted.session_id, gate.read_browser(st.context.cookies))
    return admitted


def admit_browser() -> None:
    """Let this visitor's browser upload videos and load pictures: the page has let it in."""
    _admission()


def store() -> Store:
    """The history: this computer's or, with a login, the person's own."""
    return _open(user_key())


@st.cache_resource(show_spinner=False, max_entries=64, on_release=lambda opened: opened.close())
def _open(user: str | None) -> Store:
    if user is None:
        return open_store()
    if os.environ.get("FORMCHECK_DATABASE_URL"):
        raise UsageError(
            tr("With a login each person has a history of their own: unset FORMCHECK_DATABASE_URL, and set FORMCHECK_HOME.")
        )
    folder = private_folder(private_folder(home_folder() / "users") / user)
    return open_store(f"sqlite:///{folder / 'history.sqlite3'}")
