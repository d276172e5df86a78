"""A timer for exercises that are held for seconds, such as balance on one leg: a held set is ticked, a touch of the foot is not."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date

import streamlit as st

from formcheck import training
from formcheck.history.store.store import Store
from formcheck.history.values import Athlete
from formcheck.support.language import tr, upper_first
from formcheck.support.legs import LEG_WORDS, add_leg

_KEY = "hold-timer"
_POLL_S = 0.5
# Time to get onto one leg after the button was pressed.
_READY_S = 5.0


@dataclass(frozen=True)
class Hold:
    """A set that is being timed: what is held, and when it began (seconds since the epoch)."""

    athlete_id: int
    day: date
    work: str
    side: str
    seconds: int
    started: float

    def left_s(self, now: float) -> float:
        """How long it still has to be held; above ``seconds`` while the person gets ready."""
        return self.started + _READY_S + self.seconds - now


def show_timer(store: Store, athlete: Athlete, day: training.DayPlan) -> None:
    """A button for each side of a timed exercise that is not done yet, or the set that is being timed."""
    running: Hold | None = st.session_state.get(_KEY)
    if running is not None and (running.athlete_id, running.day) == (athlete.id, day.day):
        _show_running(store, running)
        return
    items = [item for item in day.items if item.work.timed and not item.done]
    if not items:
        return
    with st.container(horizontal=True):
        for item in items:
            seconds = item.work.reps or 0
            leg = add_leg(item.side)
            if st.button(
                tr("Time {seconds} s{leg}").format(seconds=seconds, leg=leg),
                icon=":material/timer:",
                key=f"timer-{item.work.name}-{item.side}",
            ):
                st.session_state[_KEY] = Hold(athlete.id, day.day, item.work.name, item.side, seconds, time.time())
                st.rerun()


@st.fragment(run_every=_POLL_S)
def _show_running(store: Store, hold: Hold) -> None:
    left = hold.left_s(time.time())
    if left <= 0:
        finish(store, hold)
        st.session_state.pop(_KEY, None)
        st.rerun(scope="app")
    ready = left > hold.seconds
    shown = tr("Get ready {left:.0f}").format(left=left - hold.seconds) if ready else tr("Hold {left:.0f}").format(left=left)
    st.html(f'<p class="fc-guided" aria-hidden="true">{shown}</p>')
    st.progress(
        0.0 if ready else 1 - left / hold.seconds,
        text=upper_first(LEG_WORDS[hold.side]) + tr(", {seconds} seconds").format(seconds=hold.seconds),
    )
    if st.button(tr("The foot touched the floor: stop"), icon=":material/stop:", key="timer-stop"):
        st.session_state.pop(_KEY, None)
        st.rerun(scope="app")


def finish(store: Store, hold: Hold) -> int:
    """Tick one more set; return how many are ticked by hand now."""
    done = store.plans.ticks(hold.athlete_id).get((hold.day, hold.work, hold.side), 0) + 1
    store.plans.tick(hold.athlete_id, hold.day, hold.work, hold.side, done)
    return done
