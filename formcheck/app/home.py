"""The page *Today*: today's plan, the latest results, a line for each leg's trend, and what to do next."""

from __future__ import annotations

from datetime import date, timedelta
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from formcheck.app.analyze import sample_picture
from formcheck.app.phone import widget as phone
from formcheck.app.plan.today import must_answer_first, show_today
from formcheck.app.shared import filming, login, people, session, style
from formcheck.app.shared.set_words import change_chip, set_words
from formcheck.exercises import EXERCISES, Exercise
from formcheck.history.trends.measures import TrackedMeasure, moment_text
from formcheck.history.values import Athlete, Period, SetRow
from formcheck.support.language import tr, upper_first
from formcheck.support.legs import LEG_WORDS

if TYPE_CHECKING:
    from formcheck.history.store.store import Store
    from formcheck.history.trends.trend import TrendView
    from formcheck.training import DayPlan

_LAST_SETS = 5
_RECENT_DAYS = 28
_QUIET_DAYS = 6
_SPARK_POINTS = 40
_STEPS = (
    (
        tr("1. Film a set"),
        tr(
            "With your phone's camera or this computer's webcam, from the side, your whole body in view. A set takes half a minute."
        ),
    ),
    (
        tr("2. Get the report"),
        tr("Your reps are counted, your ankle range or heel height is measured, and you learn what to change next."),
    ),
    (
        tr("3. See it change"),
        tr("Week by week and leg by leg. Only a difference beyond measurement error counts as a change."),
    ),
)
# What a good number is, exercise by exercise. The sources stand with each measure's definition.
_GOOD = {
    "half-kneeling": tr(
        "as far as the other leg, and more than last month. A change counts from about 5° on. Other ways of "
        "measuring give other numbers, so compare yours with your own."
    ),
    "heel-raise": tr(
        "both heels rise alike, and the last raise is as high as the first. In the single-leg test, men in "
        "their forties usually reach 28 raises, and women 24."
    ),
    "soleus-raise": tr("fifteen slow raises, the last as high as the first, with the knees bent all the time."),
    "knee-to-wall": tr("both legs alike. Less than 1.1 cm between them is measurement error."),
    "single-leg-balance": tr("thirty seconds on each leg without a touch, first with the eyes open, then closed."),
    "step-drop": tr("every lowering takes two seconds or more, from the first to the last."),
    "short-foot": tr("the arch rises by a few millimeters and stays up for the whole hold."),
}


def show() -> None:
    """Show the page."""
    athlete = people.current_athlete()
    if athlete is None:
        _show_welcome()
        return
    people.page_head(tr("Today"))
    store, today = login.store(), session.today()
    last = store.latest_sets(athlete.id, _LAST_SETS)
    left, right = st.columns([3, 2], gap="large")
    with left:
        with st.container(border=True):
            day = _show_work(store, athlete, today)
        advice = _advice(store, athlete, day, last)
        if advice:
            st.header(tr("What to do next"), anchor=False)
            st.markdown("\n".join(f"- {line}" for line in advice))
            if athlete.height_cm is None and not day.stopped_by:
                st.page_link(session.page("history"), label=tr("Open the History page"), icon=":material/straighten:")
        st.header(tr("Last sets"), anchor=False)
        if last:
            _show_sets(last)
        else:
            st.write(tr("No set is saved yet. Film or analyze one and save it at the end of its report. It will appear here."))
    with right:
        st.header(tr("Your range and strength"), anchor=False)
        _show_lines(store, athlete)


def _show_welcome() -> None:
    words, picture = st.columns([3, 2], gap="large", vertical_alignment="center")
    with words:
        st.title(tr("Check your ankle and calf exercises on video"), anchor=False)
        st.markdown(
            tr(
                "formcheck counts your reps, measures your ankle range and your heel raise, and shows what to "
                "change. It runs on this computer, and **your videos never leave this computer**."
            )
        )
        with style.actions("welcome"):
            if st.button(tr("See a sample report"), type="primary", icon=":material/description:"):
                st.switch_page(session.page("sample"))
            if st.button(tr("Analyze your first video"), icon=":material/movie:"):
                st.switch_page(session.page("analyze"))
            if st.button(tr("Film with this webcam"), icon=":material/videocam:"):
                st.switch_page(session.page("film"))
            if phone.is_offered() and st.button(tr("Film with my phone"), icon=":material/smartphone:"):
                st.session_state[session.ASKED_PHONE] = True
                st.switch_page(session.page("analyze"))
            if st.button(tr("Look around with sample data"), icon=":material/group_add:"):
                from formcheck.history.sample import add_sample

                people.choose_athlete(add_sample(login.store()).id)
                st.rerun()
    with picture:
        sample_picture.show_picture()
    cards = "".join(f'<div class="fc-card"><p class="fc-card-title">{title}</p><p>{text}</p></div>' for title, text in _STEPS)
    st.html(f'<div class="fc-steps">{cards}</div>')
    st.header(tr("The exercises, and what a good number is"), anchor=False)
    st.html(f'<div class="fc-steps">{"".join(_exercise_card(exercise) for exercise in EXERCISES.values())}</div>')
    st.page_link(session.page("drills"), label=tr("How to do each exercise"), icon=":material/fitness_center:")
    st.header(tr("Where the camera goes"), anchor=False)
    filming.show_camera()
    st.page_link(session.page("filming"), label=tr("More on filming"), icon=":material/help:")


def _exercise_card(exercise: Exercise) -> str:
    good = f"<p><b>{escape(tr('Good:'))}</b> {escape(_GOOD[exercise.name])}</p>" if exercise.name in _GOOD else ""
    title = f'<p class="fc-card-title">{escape(exercise.title)}</p>'
    return f'<div class="fc-card">{title}<p>{escape(exercise.guide.what)}</p>{good}</div>'


def _show_work(store: Store, athlete: Athlete, today: date) -> DayPlan:
    st.header(tr("Today's work"), anchor=False)
    day = show_today(store, athlete, today)
    if day.state == "not started":
        with style.actions("start"):
            if st.button(tr("Start the 12-week plan"), icon=":material/event_available:"):
                st.switch_page(session.page("plan"))
    if day.state == "paused":
        st.page_link(session.page("plan"), label=tr("Resume the plan on the Plan page"), icon=":material/play_arrow:")
    if day.stopped_by or must_answer_first(store, athlete, today):
        return day
    with style.actions("today"):
        hands_free = not athlete.sample and any(item.work.filmed and not item.done for item in day.items)
        if hands_free:
            wish, words = session.workout_wish(), tr("Film today's sets, hands free")
            st.button(words, type="primary", icon=":material/play_circle:", on_click=wish.ask)
            if wish.wanted:
                st.switch_page(session.page("film"))
        if st.button(tr("Film a set"), type="secondary" if hands_free else "primary", icon=":material/videocam:"):
            st.switch_page(session.page("film"))
        if st.button(tr("Analyze a video"), icon=":material/movie:"):
            st.switch_page(session.page("analyze"))
    return day


def _show_lines(store: Store, athlete: Athlete) -> None:
    from formcheck.history.trends.measures import main_measures
    from formcheck.history.trends.trend import view_trend
    from formcheck.render.words import MEANINGS

    shown, meanings = 0, list[str]()
    for exercise in EXERCISES.values():
        for measure, side in ((measure, side) for measure in main_measures(exercise) for side in exercise.sides):
            trend = view_trend(store, athlete.id, measure, side)
            if trend.last is not None:
                _show_line(trend, measure, side)
                shown += 1
                if name := MEANINGS.get(EXERCISES[measure.exercise].headline, ""):
                    meanings.append(f"**{upper_first(measure.noun)}.** {name}")
    for meaning in dict.fromkeys(meanings):
        st.caption(meaning)
    if not shown:
        st.write(tr("Your range appears here after your first saved set. Later you see how it changes."))
        return
    st.caption(
        tr(
            "Each value is that of the last set, ± its likely error. A difference is called gained or lost only when it is "
            "more than the published measurement error."
        )
    )
    st.page_link(session.page("trends"), label=tr("All trends"), icon=":material/show_chart:")


def _show_line(trend: TrendView, measure: TrackedMeasure, side: str) -> None:
    last = trend.last
    if last is None:
        return
    named = {"left": tr("Left {noun}"), "right": tr("Right {noun}")}.get(side, tr("{noun}, both legs"))
    where = upper_first(named.format(noun=measure.noun))
    head = f'<p class="fc-card-title">{escape(where)}</p><p class="fc-value">{escape(measure.text(last.value, last.error))}</p>'
    # The word of the chip says the kind of change already; the sentence says how much and since when.
    st.html(
        f'<div class="fc-card fc-line"><div>{head}</div><div>{_spark(trend, where)}</div>'
        f"<p>{change_chip(trend)} {escape(trend.statement)}</p></div>"
    )


def _spark(trend: TrendView, where: str) -> str:
    fitted = np.array([]) if trend.trend is None else trend.trend.fitted[np.isfinite(trend.trend.fitted)]
    if len(fitted) < 2:
        return ""
    thinned = fitted[np.linspace(0, len(fitted) - 1, min(len(fitted), _SPARK_POINTS)).astype(int)]
    return style.sparkline(thinned.tolist(), trend.side, tr("{where} since the first set, as a line").format(where=where))


def _advice(store: Store, athlete: Athlete, day: DayPlan, last: list[SetRow]) -> list[str]:
    if day.stopped_by:  # where to go comes first, and alone
        return []
    today, advice = day.day, []
    if day.items and day.done:
        advice.append(tr("Today's work is done. Rest, and continue tomorrow."))
    if athlete.height_cm is None:
        advice.append(tr("Enter your height on the History page, under Athletes, to get lengths in centimeters."))
    advice += _other_leg(store, athlete, today)
    if last and (days := (today - last[0].day).days) > _QUIET_DAYS:
        advice.append(tr("Your last set was {days} days ago. One set a week is enough to see the trend.").format(days=days))
    review = store.running.review(athlete.id, today)
    if review.needs_care:
        advice.append(review.message)
    return advice


def _other_leg(store: Store, athlete: Athlete, today: date) -> list[str]:
    recent = store.list_sets(athlete.id, exercise="half-kneeling", period=Period(today - timedelta(days=_RECENT_DAYS)))
    sides = {row.side for row in recent} & {"left", "right"}
    if len(sides) != 1:
        return []
    other = LEG_WORDS["right" if "left" in sides else "left"]
    return [tr("Film the {other} too, so that the two can be compared.").format(other=other)]


def _show_sets(rows: list[SetRow]) -> None:
    for row in rows:
        st.page_link(
            session.page("set"),
            label=f"**{moment_text(row.recorded_at)}** · {set_words(row)}",
            icon=":material/description:",
            query_params={"id": str(row.id)},
        )
