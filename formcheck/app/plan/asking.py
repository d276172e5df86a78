"""What is asked before the work is shown: the five questions that choose a track, and the red flags."""

from __future__ import annotations

from datetime import date

import streamlit as st

from formcheck import training
from formcheck.app.shared import people, style
from formcheck.history.store.store import Store
from formcheck.history.values import Athlete
from formcheck.support.language import tr
from formcheck.training.red_flags import describe_stop
from formcheck.training.tracks import choose_track

ANSWERS = {"no": tr("No"), "yes": tr("Yes")}


def show_start(store: Store, athlete: Athlete | None, today: date) -> None:
    """The form that starts the plan: five questions, the track that follows from them, and the first day."""
    rules = training.current_catalogue()
    with st.container(border=True):
        st.markdown(
            tr("**Start the plan**\n\nFive questions suggest a track. You can choose another one, and pause or move the plan.")
        )
        answers = {
            question.id: st.segmented_control(
                question.text, list(question.options), key=f"track-{question.id}", format_func=question.options.__getitem__
            )
            for question in rules.questions
        }
        given = {key: answer for key, answer in answers.items() if answer is not None}
        rule = choose_track(given, rules)
        name = people.DEFAULT_NAME if athlete is None else athlete.name
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if athlete is None:
                name = st.text_input(tr("Who is it for?"), people.DEFAULT_NAME, max_chars=200, width=220)
            tracks = list(rules.tracks)
            track = st.selectbox(
                tr("Track"), tracks, tracks.index(rule.track), key=f"track-of-{rule.track}", width=220,
                format_func=lambda key: rules.tracks[key].title,
            )  # fmt: skip
            first = st.date_input(tr("First day"), today, width=180, format=style.DATE_FORMAT)
            started = st.button(tr("Start the 12 weeks"), type="primary", icon=":material/play_arrow:")
        st.caption(
            tr("{title}: {for_whom} This is not a diagnosis.").format(
                title=rules.tracks[track].title, for_whom=rules.tracks[track].for_whom
            )
        )
        if rule.note:
            st.info(rule.note, icon=":material/info:")
        if started:
            person = athlete or people.find_or_add(store, name)
            if given:
                store.diary.answer_track(person.id, today, given)
            store.plans.start(person.id, first, track)
            people.choose_athlete(person.id)
            st.rerun()


def show_red_flags(store: Store, athlete: Athlete, today: date) -> None:
    """The form with one yes or no for each red flag; nothing is answered for the person."""
    rules = training.current_catalogue()
    with st.form(f"red-flags-{athlete.id}", border=True):
        st.markdown(
            tr(
                ":material/health_and_safety: **Before you train: seven questions**\n\nA single “yes” stops the plan and "
                "says where to go. They are asked at the start, and again after pain above {tolerated_up_to}."
            ).format(tolerated_up_to=rules.pain.tolerated_up_to)
        )
        answers = {
            flag.code: st.radio(
                flag.question, ["no", "yes"], index=None, horizontal=True, format_func=ANSWERS.__getitem__, key=f"flag-{flag.code}"
            )
            for flag in rules.red_flags
        }
        if st.form_submit_button(tr("Save the answers"), type="primary", icon=":material/check:"):
            missing = [code for code, answer in answers.items() if answer is None]
            if missing:
                st.warning(
                    tr("{missing} of {answers} questions have no answer yet.").format(missing=len(missing), answers=len(answers)),
                    icon=":material/info:",
                )
                return
            store.diary.answer_red_flags(athlete.id, today, {code: answer == "yes" for code, answer in answers.items()})
            for flag in rules.red_flags:
                del st.session_state[f"flag-{flag.code}"]
            st.rerun()


def show_stop(store: Store, athlete: Athlete, day: training.DayPlan) -> None:
    """Where to go, how soon and why, for every red flag; and how to continue once a professional has cleared it."""
    rules = training.current_catalogue()
    lines = "\n".join(f"- {line}" for line in describe_stop(day.stopped_by))
    st.error(tr("**The plan is stopped.**\n\n{lines}").format(lines=lines), icon=":material/health_and_safety:")
    sources = dict.fromkeys(text for flag in day.stopped_by for text in rules.cite(flag.source))
    st.caption(tr("Source: {sources} formcheck does not diagnose anything.").format(sources=" ".join(sources)))
    with st.expander(tr("A professional has examined it: answer the questions again")):
        show_red_flags(store, athlete, day.day)
