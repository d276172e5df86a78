"""What the page *Film a set* remembers: in the visitor's session, and in the process for a set whose tab was closed."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import streamlit as st

from formcheck.app.analyze.results import Result
from formcheck.app.film.camera import Filming
from formcheck.app.serve import is_loopback
from formcheck.app.shared import login, visits
from formcheck.app.shared.kept import FILM_JOB, FILM_PROBLEM, FILM_RESULT, FILM_SAVED, FILM_SET, FILM_TRIED


@dataclass
class SetsUnderWay:
    """Sets being filmed, by user. A set whose tab was closed is offered when its user comes back."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _sets: dict[str | None, list[Filming]] = field(default_factory=dict)

    def add(self, user: str | None, filming: Filming) -> None:
        """Remember a set; empty sets of closed pages are ended, with their threads and folders."""
        with self._lock:
            for sets in self._sets.values():
                for other in [other for other in sets if other.forsaken]:
                    sets.remove(other)
                    close_later(other)
            self._sets.setdefault(user, []).append(filming)

    def remove(self, filming: Filming) -> None:
        """Forget a set: a page has taken it over, or it was discarded."""
        with self._lock:
            for sets in self._sets.values():
                if filming in sets:
                    sets.remove(filming)

    def take_cut_off(self, user: str | None) -> Filming | None:
        """Return and forget a set of the user that has repetitions, has lost its camera, and is on no page."""
        with self._lock:
            for filming in self._sets.get(user, []):
                filming.check_silence()
                state = filming.state
                if state.stage == "ended" and state.reps and filming.unattended:
                    self._sets[user].remove(filming)
                    return filming
        return None


def close_later(filming: Filming) -> None:
    """Delete a set's recording and end its threads in another thread, since that takes as long as the current pose."""
    filming.closed = True
    threading.Thread(target=filming.close, name="live-close", daemon=True).start()


@st.cache_resource(show_spinner=False)
def sets_under_way() -> SetsUnderWay:
    """The process's sets."""
    return SetsUnderWay()


def find_set() -> Filming | None:
    """The visitor's set in progress, or one of theirs that was cut off; None if there is none."""
    filming: Filming | None = st.session_state.get(FILM_SET)
    if filming is not None and filming.closed:
        filming = None  # its page was left for so long that it was considered closed; nothing had begun
    if filming is None and (login.user_key() is not None or is_loopback(st.get_option("server.address"))):
        filming = sets_under_way().take_cut_off(login.user_key())
        st.session_state[FILM_SET] = filming
    return filming


def forget_set() -> None:
    """Discard the set with its recording and report, to film the next one."""
    state = st.session_state
    filming: Filming | None = state.pop(FILM_SET, None)
    if filming is not None:
        sets_under_way().remove(filming)
        close_later(filming)
    result: Result | None = state.pop(FILM_RESULT, None)
    if result is not None:
        visits.visit().drop(result.folder)
    for name in (FILM_JOB, FILM_SAVED, FILM_TRIED, FILM_PROBLEM):
        state.pop(name, None)
