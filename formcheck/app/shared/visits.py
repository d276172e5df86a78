"""A visit: one visitor's jobs and folders, the work that a reloaded page comes back to, and what ends with it."""

from __future__ import annotations

import secrets
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import runtime

from formcheck.app import gate
from formcheck.app.shared import login
from formcheck.app.shared.jobs import JobQueue
from formcheck.app.shared.kept import KEPT, OPEN
from formcheck.app.shared.worker_process import Helpers
from formcheck.support.memory import release_memory
from formcheck.support.workspace import Workspace, remove_folder

_VISIT = "formcheck_visit"
# Streamlit keeps a session whose connection broke off for this long (`MemorySessionStorage`).
GONE_S = 120.0
POLL_S = 10.0


@st.cache_resource(show_spinner=False)
def job_queue() -> JobQueue:
    """The process's queue of analyses."""
    return JobQueue()


@st.cache_resource(show_spinner=False, on_release=Helpers.close)
def helpers() -> Helpers:
    """The processes that work on videos, beside this one."""
    return Helpers()


@st.cache_resource(show_spinner=False)
def workspace() -> Workspace:
    """The folder of recordings in progress."""
    return Workspace()


def _is_connected(session_id: str) -> bool:
    """Whether a browser shows the session now."""
    return runtime.exists() and runtime.get_instance().is_active_session(session_id)


@dataclass
class Visit:
    """One browser session: its secret token, and the folders that end with it.

    It outlives a connection that breaks off, as when a phone's screen locks: the browser resumes the same session. A page that
    is loaded again is a new session; it takes over the visit that the same browser has left.
    """

    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    folders: list[Path] = field(default_factory=list)
    queue: JobQueue = field(default_factory=job_queue)
    helpers: Helpers = field(default_factory=helpers)
    session_id: str = field(default_factory=login.session_id)
    owner: tuple[str | None, str] = (None, "")
    work: dict[str, Any] = field(default_factory=dict)
    closed: bool = False
    _watched: bool = False

    @property
    def abandoned(self) -> bool:
        """Whether no browser shows it, and it has work to come back to."""
        return bool(self.work) and not self.closed and not _is_connected(self.session_id)

    def take_over(self, other: Visit) -> None:
        """Go on with another visit's jobs, folders and work; the other one ends without them."""
        self.token, self.work = other.token, dict(other.work)
        self.folders += other.folders
        other.closed, other.token = True, secrets.token_urlsafe(32)
        other.folders.clear()
        other.work.clear()

    def drop(self, folder: Path) -> None:
        """Remove a folder of this visit."""
        with suppress(ValueError):  # the job's thread and the page's may both remove it
            self.folders.remove(folder)
        remove_folder(folder)

    def leave(self) -> None:
        """The connection ended: close the visit if none comes back within `GONE_S`."""
        if not self._watched and not self.closed:
            self._watched = True
            self._poll_later(0.0)

    def _poll_later(self, away_s: float) -> None:
        timer = threading.Timer(POLL_S, self._poll, (away_s + POLL_S,))
        timer.daemon = True
        timer.start()

    def _poll(self, away_s: float) -> None:
        """After a disconnect, poll the session; a second disconnect may not be reported."""
        away_s = 0.0 if _is_connected(self.session_id) else away_s
        if away_s < GONE_S:
            self._poll_later(away_s)
        else:
            self.close()

    def close(self) -> None:
        """End the visit: stop its jobs, remove its recordings and reports."""
        self.closed = True
        self.queue.forget(self.token)
        for folder in list(self.folders):
            self.drop(folder)
        release_memory()


@dataclass
class Visits:
    """The process's visits that have work in progress or an unsaved report."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _visits: list[Visit] = field(default_factory=list)

    def add(self, visit: Visit) -> None:
        """Remember a visit, and forget those that are over."""
        with self._lock:
            self._visits = [*(other for other in self._visits if not other.closed and other is not visit), visit]

    def take_abandoned(self, owner: tuple[str | None, str]) -> Visit | None:
        """Return and forget the newest visit that this person's browser has left; None if there is none."""
        with self._lock:
            for visit in reversed(self._visits):
                if visit.owner == owner and visit.abandoned:
                    self._visits.remove(visit)
                    return visit
        return None


@st.cache_resource(show_spinner=False)
def open_visits() -> Visits:
    """The process's visits."""
    return Visits()


@st.cache_resource(scope="session", on_release=Visit.leave, validate=lambda known: not known.closed, show_spinner=False)
def visit() -> Visit:
    """This browser session's visit. Streamlit releases it when the connection ends, but keeps the session's state."""
    known: Visit | None = st.session_state.get(_VISIT)
    if known is None or known.closed:
        known = st.session_state[_VISIT] = Visit(owner=(login.user_key(), gate.read_browser(st.context.cookies)))
    return known


def resume_work() -> None:
    """Go on with what this browser has left, as when its page is loaded again: a running analysis, an unsaved report."""
    state = st.session_state
    own = visit()
    if any(state.get(name) for name in OPEN) or not own.owner[1]:
        return
    left = open_visits().take_abandoned(own.owner)
    if left is not None:
        own.take_over(left)
        for name, value in own.work.items():
            state[name] = value


def remember_work() -> None:
    """Note what this visit has in progress, so that it can be resumed after the page is loaded again."""
    state, own = st.session_state, visit()
    own.work = {name: state[name] for name in KEPT if state.get(name) is not None}
    if not any(own.work.get(name) for name in OPEN):
        own.work = {}
    if own.work:
        open_visits().add(own)
