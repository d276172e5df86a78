"""The page *Exercises*: the guide's exercises and the clinic's test. What, why and how, how to film it, and buttons to start."""

from __future__ import annotations

import streamlit as st

from formcheck.app.plan.guided import is_guided, show_guided
from formcheck.app.shared import session, style
from formcheck.app.shared.filming import list_numbers, show_camera_place
from formcheck.app.shared.loops import show_done_well
from formcheck.exercises import EXERCISES, Exercise
from formcheck.report.faults import FAULTS
from formcheck.support.language import tr, tr_count

_PARAMETER = "drill"


def show() -> None:
    """Show the page."""
    st.title(tr("Exercises"), anchor=False)
    exercise = _choose()
    guide = exercise.guide
    st.header(exercise.title, anchor=False)
    if is_guided(exercise):
        show_guided(exercise)
        return
    picture, words = st.columns([1, 2], gap="large")
    with picture:
        show_done_well(exercise)
    with words:
        st.markdown(guide.what)
        st.markdown(tr("**Why.** {why}").format(why=guide.why))
        st.markdown(tr("**How much.** {exercise}").format(exercise=describe_prescription(exercise)))
    _show_ways(exercise)
    how, filming = st.columns(2, gap="large")
    with how:
        st.subheader(tr("How to do it"), anchor=False)
        st.markdown("\n".join(f"{number}. {step}" for number, step in enumerate(guide.steps, start=1)))
    with filming:
        st.subheader(tr("How to film it"), anchor=False)
        st.markdown(guide.filming)
        show_camera_place(exercise.name)
        st.caption(list_numbers(exercise.name))
        st.page_link(session.page("filming"), label=tr("More on filming"), icon=":material/help:")
    st.subheader(tr("What formcheck checks"), anchor=False)
    st.markdown("\n".join(f"- **{FAULTS[code].label}.** {FAULTS[code].advice}" for code in exercise.faults))
    st.subheader(tr("Without a camera"), anchor=False)
    show_guided(exercise)


def _choose() -> Exercise:
    """The exercise that the address names, or that the visitor chose."""
    asked = st.query_params.get(_PARAMETER)
    names = list(EXERCISES)
    if asked in EXERCISES and st.session_state.get("drill-asked") != asked:
        # noted as done only at the end: a run that is broken off before loses the choice of a control that it has not shown
        st.session_state["drill-chosen"] = asked
    name = st.segmented_control(
        tr("Exercise"), names, default=names[0] if "drill-chosen" not in st.session_state else None, key="drill-chosen",
        format_func=lambda n: EXERCISES[n].short_title, required=True, label_visibility="collapsed",
    )  # fmt: skip
    st.query_params[_PARAMETER] = st.session_state["drill-asked"] = name or names[0]
    return EXERCISES[name or names[0]]


def describe_prescription(exercise: Exercise) -> str:
    """How much of an exercise is prescribed: "3 sets of 10, each leg, held for 5 s, a minute's rest between them"."""
    asked = exercise.prescription
    sets = (
        tr("{sets} sets of {reps}").format(sets=asked.sets, reps=asked.reps)
        if asked.sets > 1
        else tr_count("1 rep", "{count} reps", asked.reps)
    )
    leg = tr(" on each leg") if asked.per_leg else ""
    hold = tr_count(", each held for 1 second", ", each held for {count} seconds", round(asked.hold_s)) if asked.hold_s else ""
    rest = tr(", with {rest_s} seconds of rest between the sets").format(rest_s=asked.rest_s) if asked.sets > 1 else ""
    return f"{sets}{leg}{hold}{rest}."


def _show_ways(exercise: Exercise) -> None:
    with style.actions("drill"):
        if exercise.filmed_live and st.button(tr("Film a set with this device"), type="primary", icon=":material/videocam:"):
            st.session_state[session.ASKED_DRILL] = exercise.name
            st.switch_page(session.page("film"))
        kind = "secondary" if exercise.filmed_live else "primary"
        if st.button(tr("Analyze a video"), type=kind, icon=":material/movie:"):  # type: ignore[arg-type]
            st.session_state[session.ASKED_DRILL] = exercise.name
            st.switch_page(session.page("analyze"))
