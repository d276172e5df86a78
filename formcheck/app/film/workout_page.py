"""The page while today's sets are filmed one after the other: the set, the rest, the saved sets, and the summary at the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from html import escape
from pathlib import Path

import streamlit as st

from formcheck.app.analyze.results import Request, Result
from formcheck.app.analyze.saving import save_result
from formcheck.app.analyze.starting import queue_analysis
from formcheck.app.film import sound
from formcheck.app.film.after import name_recording
from formcheck.app.film.camera import Filming
from formcheck.app.film.stage import describe_speed, set_stage, show_panel
from formcheck.app.film.state import close_later, sets_under_way
from formcheck.app.film.workout import UNDO_S, FilmedSet, Workout, describe_step, summarize
from formcheck.app.plan.today import ask_after_set
from formcheck.app.shared import login, session, style, visits
from formcheck.app.shared.kept import FILM_SET, WORKOUT, WORKOUT_NAME
from formcheck.exercises import EXERCISES
from formcheck.live.cues import describe_amount, is_timed
from formcheck.support.errors import FormcheckError
from formcheck.support.language import tr
from formcheck.support.legs import add_leg

POLL_S = 0.4
ShowCamera = Callable[[Filming, bool], bool]
# A camera that has sent nothing for this long after the start is named as the reason, seconds.
CAMERA_LATE_S = 20.0


def begin(workout: Workout, athlete_name: str) -> None:
    """Show a workout from now on."""
    # the run may be broken off between the two, and a workout needs its name
    st.session_state[WORKOUT_NAME] = athlete_name
    st.session_state[WORKOUT] = workout


def current_workout() -> Workout | None:
    """The workout of this visit; None if there is none."""
    found: Workout | None = st.session_state.get(WORKOUT)
    return found


def show_workout(workout: Workout, show_camera: ShowCamera) -> None:
    """Show the workout; ``show_camera`` shows the camera's box, started if its second argument is true."""
    filming: Filming = st.session_state[FILM_SET]
    if workout.step is None:
        _show_end(workout)
        return
    with st.container(key="film-stage"):
        with st.container(key="film-side"):
            _show_now(workout, filming)
        with st.container(key="film-camera"):
            if show_camera(filming, True):
                set_stage()


@st.fragment(run_every=POLL_S)
def _show_now(workout: Workout, filming: Filming) -> None:
    filming.attend()
    workout.advance()
    save_finished(workout)
    step = workout.step
    if step is None:
        st.rerun(scope="app")
        return
    place = tr("Set {index} of {steps}").format(index=workout.index + 1, steps=len(workout.steps))
    left = workout.rest_left_s
    if left <= 0:
        filming.end_rest()
    if left > 0:
        _speak(workout)
        words = tr("Rest: {minutes}:{seconds:02d}").format(minutes=int(left // 60), seconds=int(left % 60))
        st.html(
            f'<div class="fc-panel"><p class="fc-huge-words">{words}</p>'
            f'<p class="fc-words fc-ink">{escape(tr("Next: {what}").format(what=describe_step(step)))}</p></div>'
        )
    elif not filming.state.frames_per_s:
        words = tr("Get into position") if filming.frames_came else tr("Starting the camera…")
        st.html(f'<div class="fc-panel"><p class="fc-words fc-ink">{escape(words)}</p></div>')
        if not filming.frames_came and filming.age_s > CAMERA_LATE_S:
            st.warning(
                tr(
                    "The camera has sent no picture yet. If the browser asks, choose “Allow”. If another program uses the "
                    "camera, close it. Then choose “Start the camera”, or end the session and begin again."
                ),
                icon=":material/videocam_off:",
            )
    else:
        sound.play(filming.live.id, filming.state)
        show_panel(filming.setup, filming.state)
        st.caption(describe_speed(filming.state))
    st.caption(place if left > 0 else f"{place}: {describe_step(step)}")  # during a rest the panel names the set
    with st.container(horizontal=True, key="workout-actions"):
        if left > 0 and st.button(tr("Skip the rest"), icon=":material/skip_next:"):
            workout.skip_rest()
            filming.end_rest()
        if left <= 0 and filming.state.stage == "running" and st.button(tr("End this set"), icon=":material/stop:"):
            filming.stop()
        if left <= 0 and not filming.state.count and st.button(tr("Skip this set"), icon=":material/fast_forward:"):
            workout.skip_set()
        if st.button(tr("End the session"), icon=":material/logout:"):
            workout.stop()
            st.rerun(scope="app")
    _show_saved(workout)


def _speak(workout: Workout) -> None:
    """Speak the latest announcement, once."""
    if workout.announcement:
        sound.say(f"workout-{len(workout.filmed)}-{workout.index}-{workout.rest_until:.0f}", workout.announcement)


def save_finished(workout: Workout) -> None:
    """Queue the analyses of filmed sets, and save each set whose analysis is done."""
    for item in workout.filmed:
        if item.stage == "recorded":
            if not any(other.stage == "analyzing" for other in workout.filmed):  # one at a time: a visit may have few jobs
                _queue(item)
        elif item.stage == "analyzing":
            _save_if_done(item)


def _queue(item: FilmedSet) -> None:
    setup = item.live.setup
    try:
        recording, shown = item.live.finish_recording(), item.live.state.estimate
        name = name_recording(item.live.started_at) if item.live.started_at else tr("Filmed set")

        def make_request(_: Path) -> Request:
            return Request(
                recording, name, setup.athlete, setup.exercise, setup.side, origin="live", live=shown, condition=setup.condition
            )

        item.job, item.stage = queue_analysis(visits.visit(), make_request), "analyzing"
    except FormcheckError as error:
        item.stage, item.error = "failed", str(error)


def _save_if_done(item: FilmedSet) -> None:
    visit = visits.visit()
    status = visit.queue.status(item.job, visit.token)
    if status is not None and not status.finished:
        return
    try:
        result: Result | None = visit.queue.result(item.job, visit.token) if status and status.state == "done" else None
        if result is None:
            raise FormcheckError((status.error if status else None) or tr("The analysis of this set is gone."))
        if not result.report.reps:
            raise FormcheckError(tr("No rep was found in the recording of this set."))
        item.report = result.report
        save_result(login.store(), result, st.session_state[WORKOUT_NAME], item.live.started_at)
        item.set_id, item.stage, item.saved_at = result.saved_as, "saved", time.monotonic()
        visit.drop(result.folder)
    except FormcheckError as error:
        item.stage, item.error = "failed", str(error)
    visit.queue.forget_job(item.job, visit.token)
    if item.stage == "saved":
        item.live.close()


def _show_saved(workout: Workout) -> None:
    """Show the sets so far, newest first, each with an undo button for a minute."""
    for number, item in reversed(list(enumerate(workout.filmed, start=1))):
        with st.container(horizontal=True, vertical_alignment="center", key=f"workout-set-{number}"):
            st.markdown(style.plain(f"{number}. {describe_filmed(item)}"), width="content")
            undoable = item.stage == "saved" and time.monotonic() - item.saved_at < UNDO_S
            if undoable and item.set_id is not None and st.button(tr("Undo"), key=f"workout-undo-{number}", icon=":material/undo:"):
                login.store().delete_sets([item.set_id])
                item.stage = "undone"


def describe_filmed(item: FilmedSet) -> str:
    """One filmed set in words."""
    leg = add_leg(item.step.side)
    exercise = EXERCISES[item.step.exercise].short_title
    what = tr("{exercise}, set {number}{leg}").format(exercise=exercise, number=item.step.number, leg=leg)
    if item.stage in ("recorded", "analyzing"):
        return tr("{what}: being measured").format(what=what)
    if item.stage == "undone":
        return tr("{what}: removed; you can restore it on the History page").format(what=what)
    if item.stage == "failed":
        return tr("{what}: not saved. {error}").format(what=what, error=item.error)
    count = len(item.report.reps) if item.report else 0
    return tr("{what}: {reps}, saved").format(what=what, reps=describe_amount(count, timed=is_timed(item.step.exercise)))


def _show_end(workout: Workout) -> None:
    st.title(tr("Session done"), anchor=False)
    _show_summary(workout)
    if workout.filmed:
        ask_after_set(tr("Pain after the session (0 none, 10 worst)"))
    with style.actions("workout-end"):
        if st.button(tr("Open your history"), type="primary", icon=":material/history:"):
            _close()
            st.switch_page(session.page("history"))
        if st.button(tr("Film another set"), icon=":material/replay:"):
            _close()
            st.rerun()


@st.fragment(run_every=1.0)
def _show_summary(workout: Workout) -> None:
    save_finished(workout)
    if workout.announcement:
        _speak(workout)
    if not workout.over:
        st.info(tr("The last set is being measured and saved."), icon=":material/hourglass_top:")
    else:
        for sentence in summarize([item.report for item in workout.filmed if item.stage == "saved" and item.report]):
            st.markdown(f"**{style.plain(sentence)}**")
    _show_saved(workout)


def _close() -> None:
    state = st.session_state
    filming: Filming | None = state.pop(FILM_SET, None)
    workout: Workout | None = state.pop(WORKOUT, None)
    state.pop(WORKOUT_NAME, None)
    if filming is not None:
        sets_under_way().remove(filming)
        close_later(filming)
    for item in workout.filmed if workout is not None else ():
        if not item.settled:
            continue
        item.live.close()
