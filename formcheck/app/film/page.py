"""The page *Film a set*: set-up help, the set itself, its report, and what comes next."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any

import streamlit as st

from formcheck.app.film import sound
from formcheck.app.film.after import show_analysis, show_report_page, start_analysis
from formcheck.app.film.camera import Filming, ice_servers
from formcheck.app.film.next_set import NextSet, find_next
from formcheck.app.film.problem import show_camera_problem
from formcheck.app.film.stage import describe_speed, set_stage, show_panel
from formcheck.app.film.state import find_set, forget_set, sets_under_way
from formcheck.app.film.workout import Workout, list_steps
from formcheck.app.film.workout_page import begin, current_workout, show_workout
from formcheck.app.offline import stay_offline_with_the_camera
from formcheck.app.plan.today import must_answer_first
from formcheck.app.shared import login, people, session, style, visits
from formcheck.app.shared.filming import ask_condition
from formcheck.app.shared.kept import FILM_JOB, FILM_PROBLEM, FILM_RESULT, FILM_SET, FILM_TRIED
from formcheck.exercises import EXERCISES
from formcheck.export.figure import Figure
from formcheck.history.trends.beside import find_ghost
from formcheck.history.values import Athlete as SavedAthlete
from formcheck.history.values import Period
from formcheck.live import LiveSetup
from formcheck.live.cues import describe_amount, is_timed
from formcheck.live.own_record import find_own_record
from formcheck.report.schema import Athlete
from formcheck.support.language import tr
from formcheck.support.legs import SIDE_TITLES

if TYPE_CHECKING:
    from streamlit_webrtc.config import Translations

DRILLS = {
    **{name: exercise.short_title for name, exercise in EXERCISES.items() if exercise.filmed_live},
    "raise-test": tr("Single-leg heel-raise test"),
}
# After these endings the report is made at once; after any other the page asks first.
ENDED_WELL = ("target", "test", "left", "pose", "idle", "long", "stopped")
POLL_S = 0.4
METRONOME_BPM = 60
VIDEO = {"width": {"ideal": 640}, "height": {"ideal": 480}, "frameRate": {"ideal": 30}}
# The words of the camera's box; `show_camera_problem` explains why there is no picture.
WORDS: Translations = {
    "start": tr("Start the camera"),
    "stop": tr("Stop the camera"),
    "select_device": tr("Choose the camera"),
    "select_camera": tr("Camera"),
    "device_ask_permission": tr("Your browser asks whether this page may use the camera. Choose “Allow”."),
}


def show() -> None:
    """Show the page."""
    state = st.session_state
    if (workout := current_workout()) is not None and state.get(FILM_SET) is not None:
        session.workout_wish().settle()
        show_workout(workout, _show_camera)
    elif state.get(FILM_JOB):
        show_analysis()
    elif (result := state.get(FILM_RESULT)) is not None and result.complete:
        show_report_page(_next_set)
    else:
        _show_filming()


def _show_filming() -> None:
    with st.container(key="film-head"):
        athlete = people.page_head(
            tr("Film a set"),
            tr(
                "Put the camera three meters away, on the side of your working leg, at hip height or a little lower, such as on a "
                "table. Start it, step into the picture and do your set: it starts, counts and ends by itself."
            ),
        )
    if problem := st.session_state.pop(FILM_PROBLEM, None):
        style.show_error(problem)
    filming = find_set()
    if filming is not None and filming.state.stage == "ended":
        _show_ended(filming)
        return
    # The layout stays the same while the camera starts: a box that moves on the page loses its stream.
    with st.container(key="film-stage"):
        with st.container(key="film-side"):
            with st.container(key="film-settings"):
                _offer_workout(athlete)
                setup = _ask(athlete)
                ghost = _ask_for_ghost(athlete, setup)
                st.page_link(
                    session.page("analyze"),
                    label=tr("No camera here? Film with your phone, or upload a video"),
                    icon=":material/smartphone:",
                )
            if filming is None:
                filming = Filming(setup, visits.workspace().new_folder)
                st.session_state[FILM_SET] = filming
                sets_under_way().add(login.user_key(), filming)
            filming.change(setup)
            filming.ghost = ghost
            _show_live(filming)
        with st.container(key="film-camera"):
            playing = _show_camera(filming, False)
    if playing:
        set_stage()


def _offer_workout(athlete: SavedAthlete | None) -> None:
    """Offer one tap for all of today's sets that can be filmed, if there is a plan."""
    wish = session.workout_wish()
    if athlete is None or athlete.sample:
        wish.settle()
        return
    store = login.store()
    day = store.plans.work_on(athlete.id, session.today())
    steps = list_steps(item for item in day.items if item.work.filmed and not item.done)
    if not steps:
        wish.settle()
        return
    if must_answer_first(store, athlete, session.today()):
        wish.settle()
        st.info(
            tr("Answer the questions on the page Today first. Then one tap films all of today's sets."),
            icon=":material/health_and_safety:",
        )
        st.page_link(session.page("today"), label=tr("Today"), icon=":material/today:")
        return
    words = tr("today's set") if len(steps) == 1 else tr("today's {steps} sets").format(steps=len(steps))
    # The camera's box reports itself when it has loaded, and that run of the page breaks off this one: a click that is only the
    # button's value would be lost with it, and so would one that is forgotten before the workout has begun.
    st.button(
        tr("Film {words}, hands free").format(words=words),
        type="primary",
        icon=":material/play_circle:",
        on_click=wish.ask,
    )
    if wish.wanted:
        _begin_workout(athlete, steps)
    st.caption(
        tr("The camera starts, and a voice leads you through every set, rest and change of legs. Each set is saved automatically.")
    )


def _begin_workout(athlete: SavedAthlete, steps: list[NextSet]) -> None:
    height = st.session_state.get("height_cm") or athlete.height_cm
    mass = st.session_state.get("mass_kg") or athlete.mass_kg
    person, store = Athlete(height_cm=height, mass_kg=mass), login.store()

    def make_setup(step: NextSet) -> LiveSetup:
        record = find_own_record(store, athlete.id, step.exercise, step.side, in_cm=height is not None, condition=step.condition)
        return LiveSetup(step.exercise, step.side, person, target_reps=step.reps, own_record=record, condition=step.condition)

    forget_set()
    filming = Filming(make_setup(steps[0]), visits.workspace().new_folder)
    st.session_state[FILM_SET] = filming
    sets_under_way().add(login.user_key(), filming)
    begin(Workout(steps, filming, make_setup), athlete.name)
    st.rerun()


def _ask(athlete: SavedAthlete | None) -> LiveSetup:
    """Ask which set to film: the next one of the prescription, unless the person chooses another."""
    known = athlete if athlete is not None and not athlete.sample else None
    asked = st.session_state.get(session.ASKED_DRILL)
    drill = st.segmented_control(
        tr("Exercise"),
        list(DRILLS),
        default=asked if asked in DRILLS else "half-kneeling",
        format_func=DRILLS.__getitem__,
        required=True,
    )
    exercise = "heel-raise" if drill == "raise-test" else str(drill)
    chosen = EXERCISES[exercise]
    following = _next_set(exercise)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sides = [side for side in SIDE_TITLES if side in chosen.sides and (side != "both" or drill != "raise-test")]
        default = (
            following.side if following is not None and following.side in sides else sides[0 if chosen.prescription.per_leg else -1]
        )
        side = st.segmented_control(
            tr("Working leg"),
            sides,
            default=default,
            format_func=SIDE_TITLES.__getitem__,
            required=True,
            key=f"film-side-{drill}-{default}",
        )
        usual = chosen.prescription.reps
        reps = usual
        if drill != "raise-test" and chosen.trial_s is None:
            reps = int(st.number_input(tr("Reps"), 1, 100, usual, key=f"film-reps-{drill}", width=160))
        height = st.number_input(
            tr("Your height, cm"),
            80.0,
            250.0,
            value=session.remember("height_cm", known.height_cm if known else None),
            step=1.0,
            format="%.0f",
            placeholder=tr("for lengths in cm"),
            width=200,
        )
    st.session_state["height_cm"] = height
    condition = ask_condition(exercise, "film")
    st.page_link(
        session.page("drills"),
        label=tr("{exercise}: how to do it").format(exercise=chosen.title),
        icon=":material/fitness_center:",
        query_params={"drill": exercise},
    )
    if drill == "raise-test":
        st.caption(
            tr(
                "Up on one tick, down on the next, fingertips on a wall. The test ends by itself when the heel "
                "no longer lifts, when you lose the pace, or when the knee bends or the trunk leans twice "
                "despite a warning."
            )
        )
    elif following is not None:
        st.caption(following.sentence)
    else:
        st.caption(tr("All of today's sets of this exercise are done. One more is fine if nothing hurts."))
    mass = st.session_state.get("mass_kg") or (known.mass_kg if known else None)
    return LiveSetup(
        exercise,
        str(side),
        Athlete(height_cm=height, mass_kg=mass),
        target_reps=reps,
        test=drill == "raise-test",
        condition=condition,
        own_record=find_own_record(login.store(), known.id, exercise, str(side), in_cm=height is not None, condition=condition)
        if known
        else None,
    )


def _ask_for_ghost(athlete: SavedAthlete | None, setup: LiveSetup) -> Figure | None:
    """Offer the person's best rep of this exercise and leg over the picture, if one was kept; None unless it is chosen."""
    if athlete is None or athlete.sample or setup.test:
        return None
    found = find_ghost(login.store(), athlete.id, setup.exercise, setup.side, condition=setup.condition)
    if found is None:
        return None
    chosen = st.checkbox(
        tr("Show my best rep, of {day}, as a ghost").format(day=found.day),
        key="film-ghost",
        help=tr("A translucent figure stands at your toes and does your best rep while the set runs."),
    )
    return found.figure if chosen else None


def _next_set(exercise: str) -> NextSet | None:
    """The next set of the prescription, given today's saved sets and those ticked by hand, as the plan counts them."""
    athlete = people.current_athlete()
    done: Counter[str] = Counter()
    if athlete is not None and not athlete.sample:
        today = session.today()
        rows = login.store().list_sets(athlete.id, exercise=exercise, period=Period(today, today))
        done.update(row.side or "both" for row in rows if row.rep_count > 0)
        ticks = login.store().plans.ticks(athlete.id)
        done.update({side: sets for (day, work, side), sets in ticks.items() if (day, work) == (today, exercise)})
    return find_next(exercise, done)


def _show_camera(filming: Filming, started: bool) -> bool:
    """Show the camera's box, started for the person if ``started``; return whether it runs."""
    show_camera_problem(start=WORDS["start"] if started else "")
    stay_offline_with_the_camera()
    from streamlit_webrtc import WebRtcMode, create_video_sink_track, webrtc_streamer

    camera = webrtc_streamer(
        key=f"camera-{filming.id}",
        mode=WebRtcMode.SENDRECV,
        rtc_configuration={"iceServers": ice_servers(_settings())},
        media_stream_constraints={"video": VIDEO, "audio": False},
        sink_video_track=create_video_sink_track(filming.take, f"camera-{filming.id}", filming.on_ended),
        source_video_track=filming.preview,
        media_toggle_controls=False,
        translations=WORDS,
        video_html_attrs={"autoPlay": True, "controls": False, "muted": True, "style": {"width": "100%"}},
    )
    return bool(camera.state.playing)


def _settings() -> dict[str, Any]:
    """The environment's settings for a remote install, otherwise Streamlit's secrets."""
    from streamlit.errors import StreamlitSecretNotFoundError

    names = ("FORMCHECK_STUN", "FORMCHECK_TURN", "FORMCHECK_TURN_USER", "FORMCHECK_TURN_PASSWORD")
    found: dict[str, Any] = {name: os.environ[name] for name in names if os.environ.get(name)}
    try:
        found = {**{name: st.secrets[name] for name in names if name in st.secrets}, **found}
    except StreamlitSecretNotFoundError:
        return found
    return found


@st.fragment(run_every=POLL_S)
def _show_live(filming: Filming) -> None:
    """Show the state of the set several times a second; when it ends, the page moves on to the report."""
    filming.attend()
    state = filming.state
    sound.play(filming.live.id, state, metronome_bpm=METRONOME_BPM if filming.setup.test else 0)
    if state.stage == "ended":
        st.rerun(scope="app")
    if not state.frames_per_s:
        return
    show_panel(filming.setup, state)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(describe_speed(state), width="content")
        if state.stage == "running" and st.button(tr("End the set"), icon=":material/stop:"):
            filming.stop()
            st.rerun(scope="app")


def _show_ended(filming: Filming) -> None:
    """Move from a set that has ended to its report, unless it was cut off or is empty."""
    sets_under_way().remove(filming)
    state = filming.state
    if state.count and state.ended in ENDED_WELL and FILM_TRIED not in st.session_state:
        start_analysis(filming)
    words = tr("{amount} counted.").format(amount=describe_amount(state.count, timed=is_timed(state.exercise)))
    if filming.live.error is not None:
        style.show_error(tr("The set had to be ended: {error}. {words}").format(error=filming.live.error, words=words))
    else:
        st.info(f"{state.ended_why} {words}", icon=":material/flag:")
    with st.container(horizontal=True):
        if state.count and st.button(tr("Make the report"), type="primary", icon=":material/analytics:"):
            start_analysis(filming)
        if st.button(tr("Film it again"), icon=":material/replay:"):
            forget_set()
            st.rerun()
    st.page_link(session.page("filming"), label=tr("How to film"), icon=":material/help:")
