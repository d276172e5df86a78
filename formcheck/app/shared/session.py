"""What one visitor's pages remember from one to the next, and the pages themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

# The exercise whose page led to another one, which then offers it first.
ASKED_DRILL = "asked-drill"
# Set where the page *Analyze a video* is to show the phone's code at once.
ASKED_PHONE = "asked_phone"


@dataclass
class Wish:
    """Something that was asked for with a click and is not done yet.

    Streamlit may break off a run of the page at every access to the session's state. A click that is noted there can be lost
    between its being read and its being acted on. This object is noted there once, beforehand, and changed in one step.
    """

    wanted: bool = False

    def ask(self) -> None:
        """Note the click; for a widget's ``on_click``."""
        self.wanted = True

    def settle(self) -> None:
        """Note that it is done."""
        self.wanted = False


def workout_wish() -> Wish:
    """Whether today's sets are to be filmed one after the other, as the page *Today* or *Film a set* was asked."""
    wish: Wish = remember("film-begin-workout", Wish())
    return wish


def today() -> date:
    """Today's date on this computer."""
    return date.today()


def remember(name: str, default: Any) -> Any:
    """A value of this visit that outlives its widget (Streamlit forgets the widgets of pages that are not shown)."""
    if st.session_state.get(name) is None:
        st.session_state[name] = default
    return st.session_state[name]


def page(name: str) -> Any:
    """One of the pages that the router registered, by its name."""
    return st.session_state["formcheck_pages"][name]
