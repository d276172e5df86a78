"""A guided set: the voice says when to move, hold and release, and counts; at the end the set is ticked in the plan."""

from __future__ import annotations

import time
from dataclasses import dataclass
from html import escape

import streamlit as st

from formcheck import training
from formcheck.app.film import sound
from formcheck.app.shared import login, people, session, style
from formcheck.exercises import Exercise
from formcheck.live.guided import GuidedSet, Phase, plan_set
from formcheck.support.language import tr, tr_count
from formcheck.support.legs import SIDE_TITLES

_KEY = "guided-set"
POLL_S = 0.25
_WORDS: dict[Phase, str] = {"ready": tr("Get ready"), "hold": tr("Hold"), "rest": tr("Rest"), "done": tr("Done")}


@dataclass
class Running:
    """The guided set in progress. ``paused_s`` is the time at which it was paused, seconds; None while it runs."""

    exercise: Exercise
    side: str
    guided: GuidedSet
    started: float
    paused_s: float | None = None
    ticked: str = ""

    @property
    def id(self) -> str:
        """The set's unique name."""
        return f"guided-{self.exercise.name}-{self.started:.3f}"

    def time_s(self) -> float:
        """The time since it began, seconds, without pauses."""
        return self.paused_s if self.paused_s is not None else time.time() - self.started

    def toggle(self) -> None:
        """Pause, or resume."""
        if self.paused_s is None:
            self.paused_s = self.time_s()
        else:
            self.started, self.paused_s = time.time() - self.paused_s, None


def is_guided(exercise: Exercise) -> bool:
    """Whether a guided set of this exercise is under way."""
    running: Running | None = st.session_state.get(_KEY)
    return running is not None and running.exercise.name == exercise.name


def show_guided(exercise: Exercise) -> None:
    """Show the guided set of an exercise: its settings, then the set itself."""
    if is_guided(exercise):
        _show_running(st.session_state[_KEY])
        return
    usual = exercise.prescription
    with st.container(horizontal=True, vertical_alignment="bottom"):
        reps = int(st.number_input(tr("Reps"), 1, 60, usual.reps, key=f"guided-reps-{exercise.name}", width=140))
        hold = float(
            st.number_input(tr("Hold, seconds"), 1, 60, max(1, round(usual.hold_s)), key=f"guided-hold-{exercise.name}", width=140)
        )
        # The legs on which any level of the exercise is done: a heel raise starts on both and moves on to one.
        sides = training.sides_of(exercise.name) if exercise.name in training.all_work() else ("left", "right")
        side: str = sides[0]
        if len(sides) > 1 and (usual.per_leg or "both" in sides):
            side = (
                st.segmented_control(tr("Leg"), list(sides), default=side, required=True, format_func=SIDE_TITLES.__getitem__)
                or side
            )
        if st.button(tr("Start the guided set"), type="primary", icon=":material/play_arrow:"):
            st.session_state[_KEY] = Running(exercise, side, plan_set(exercise, reps, hold), time.time())
            st.rerun()
    seconds = plan_set(exercise, reps, hold).seconds
    ticked = tr("the set is ticked in your plan") if exercise.name in training.all_work() else tr("it sets your pace")
    st.caption(
        tr("About {value} min, with the sound on. Nothing is measured; {ticked}.").format(
            value=max(1, round(seconds / 60)), ticked=ticked
        )
    )


@st.fragment(run_every=POLL_S)
def _show_running(running: Running) -> None:
    now = running.time_s()
    step = running.guided.at(now)
    sound.play_cues(running.id, running.guided.heard(now))
    guide = running.exercise.guide
    word = {"go": guide.go, "back": guide.back}.get(step.phase, _WORDS.get(step.phase, ""))
    left = max(1, int(step.stop_s - now) + 1) if step.phase in ("ready", "hold") and running.paused_s is None else None
    big = f"{word} {left}" if left else tr("Paused") if running.paused_s is not None else word
    count = running.guided.reps_done(now)
    st.html(f'<p class="fc-guided" aria-hidden="true">{escape(big)}</p>')
    st.progress(
        min(1.0, now / running.guided.seconds), text=tr("{count} of {reps} done").format(count=count, reps=running.guided.reps)
    )
    if step.phase == "done":
        _finish(running)
        return
    with st.container(horizontal=True):
        paused = running.paused_s is not None
        if st.button(
            tr("Resume") if paused else tr("Pause"),
            icon=":material/play_arrow:" if paused else ":material/pause:",
            key="guided-pause",
        ):
            running.toggle()
            st.rerun(scope="fragment")
        if st.button(tr("Stop"), icon=":material/stop:", key="guided-stop"):
            del st.session_state[_KEY]
            st.rerun()


def _finish(running: Running) -> None:
    running.ticked = running.ticked or _tick(running)
    style.show_done(running.ticked)
    with st.container(horizontal=True):
        if st.button(tr("Do another set"), icon=":material/replay:", key="guided-again"):
            del st.session_state[_KEY]
            st.rerun(scope="app")
        st.page_link(session.page("plan"), label=tr("Open the plan"), icon=":material/event_available:")


def _tick(running: Running) -> str:
    """Tick the set in the athlete's plan, if there is one; return what was done, in words."""
    athlete, work = people.current_athlete(), training.all_work().get(running.exercise.name)
    done = tr_count("1 rep done.", "{count} reps done.", running.guided.reps)
    if work is None:
        return done
    if athlete is None or athlete.sample:
        return tr("{done} Start the plan to have your sets ticked.").format(done=done)
    plans, today = login.store().plans, session.today()
    if running.side not in training.sides_of(work.name):
        return done
    ticks = plans.ticks(athlete.id).get((today, work.name, running.side), 0)
    plans.tick(athlete.id, today, work.name, running.side, ticks + 1)
    return tr("{done} The set is ticked in the plan of {name}: {ticks} by hand today.").format(
        done=done, name=athlete.name, ticks=ticks + 1
    )
