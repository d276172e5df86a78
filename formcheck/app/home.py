"""The page *Today*: today's plan, the last results, each leg's trend in a line, and what to do next."""

from __future__ import annotations

from datetime import timedelta
from html import escape

import streamlit as st

from formcheck.app import filming, people, session, style
from formcheck.app.analyze import start_sample
from formcheck.app.plan import show_day
from formcheck.exercises import EXERCISES
from formcheck.history.measures import TrackedMeasure, day_text, main_measure
from formcheck.history.records import Athlete, SetRow
from formcheck.history.sample import add_sample
from formcheck.history.view import TrendView, view_trend

_FIRST_SAMPLE = "dfx_leadin_right"
_LAST_SETS = 5
_RECENT_DAYS = 28
_STEPS = (
    ("1. Film a set", "Your phone, from the side, the whole body in the picture. One set takes half a minute."),
    (
        "2. Get the report",
        "Reps counted, ankle range in degrees or heel height in centimetres, and what to change on the next rep.",
    ),
    ("3. See it change", "Week by week, per leg, and only called a change when it is more than measurement error."),
)


def show() -> None:
    """Show the page."""
    athlete = session.current_athlete()
    if athlete is None:
        _show_welcome()
        return
    people.page_head("Today")
    store = session.store()
    day = store.plans.work_on(athlete.id, session.today())
    last = store.latest_sets(athlete.id, _LAST_SETS)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("Today's work", anchor=False)
        st.write(day.message)
        if day.state == "not started":
            st.page_link(session.page("plan"), label="Start the 12-week plan", icon=":material/event_available:")
        else:
            show_day(store, athlete, day)
        _show_next(athlete, last)
    with right:
        st.subheader("Your range", anchor=False)
        _show_lines(athlete)
    st.subheader("Last sets", anchor=False)
    if last:
        _show_sets(last)
    else:
        st.write("No set is saved yet. Analyze a video, and save it at the end of its report.")


def _show_welcome() -> None:
    st.title("Check your ankle and calf drills on video", anchor=False)
    st.markdown(
        "formcheck counts your reps, measures your ankle's range and your heel raise, and shows what to change. "
        "It runs on this computer: **your videos go nowhere**."
    )
    cards = "".join(f'<div class="fc-card"><p class="fc-card-title">{title}</p><p>{text}</p></div>' for title, text in _STEPS)
    st.html(f'<div class="fc-steps">{cards}</div>')
    with st.container(horizontal=True):
        if st.button("Analyze your first video", type="primary", icon=":material/movie:"):
            st.switch_page(session.page("analyze"))
        if st.button("See a sample report", icon=":material/science:"):
            start_sample(_FIRST_SAMPLE)
        if st.button("Look around with sample data", icon=":material/group_add:"):
            session.choose_athlete(add_sample(session.store()).id)
            st.rerun()
    st.subheader("Where the camera goes", anchor=False)
    filming.show_camera()
    st.page_link(session.page("filming"), label="More on filming", icon=":material/help:")


def _show_lines(athlete: Athlete) -> None:
    shown = 0
    for exercise in EXERCISES.values():
        for measure, side in ((measure, side) for measure in exercise.trends[:1] for side in exercise.sides):
            trend = view_trend(session.store(), athlete.id, measure, side)
            if trend.last is not None:
                _show_line(trend, measure, side)
                shown += 1
    if not shown:
        st.write("After your first saved set its range stands here, and later how it changes.")
    else:
        st.page_link(session.page("trends"), label="All trends", icon=":material/show_chart:")


def _show_line(trend: TrendView, measure: TrackedMeasure, side: str) -> None:
    last = trend.last
    if last is None:
        return
    where = f"{side.capitalize()} {measure.noun}" if side != "both" else f"{measure.noun.capitalize()}, both legs"
    kind: style.ChipKind = {"gained": "good", "lost": "watch"}.get(trend.change.kind, "plain")  # type: ignore[assignment]
    word = {"gained": "gained", "lost": "lost", "no change": "no real change yet", "too early": "first day"}.get(
        trend.change.kind, ""
    )
    title = f"{escape(where)}: {escape(measure.text(last.value))} {style.chip(word, kind) if word else ''}"
    st.html(f'<div class="fc-card"><p class="fc-card-title">{title}</p><p>{escape(trend.statement)}</p></div>')


def _show_next(athlete: Athlete, last: list[SetRow]) -> None:
    store, day = session.store(), session.today()
    advice = []
    if athlete.height_cm is None:
        advice.append("Enter your height on the History page: lengths then come in centimetres.")
    recent = store.list_sets(athlete.id, exercise="half-kneeling", since=day - timedelta(days=_RECENT_DAYS))
    sides = {row.side for row in recent}
    if len(sides & {"left", "right"}) == 1:
        other = "right" if "left" in sides else "left"
        advice.append(f"Film the {other} leg too: then the two can be compared.")
    if last and (days := (day - last[0].day).days) > 6:
        advice.append(f"Your last set was {days} days ago. One set a week keeps the trend readable.")
    review = store.running.review(athlete.id, day)
    if review.this_week.broke_rule:
        advice.append(review.message)
    if advice:
        st.markdown("**What to do next**\n\n" + "\n".join(f"- {line}" for line in advice))
    with st.container(horizontal=True):
        if st.button("Analyze a video", type="primary", icon=":material/movie:"):
            st.switch_page(session.page("analyze"))


def _show_sets(rows: list[SetRow]) -> None:
    for row in rows:
        st.page_link(
            session.page("set"),
            label=f"**{day_text(row.day.toordinal())}** · {set_words(row)}",
            icon=":material/description:",
            query_params={"id": str(row.id)},
        )


def set_words(row: SetRow) -> str:
    """A set in one line: "Ankle mobilization, left: 10 reps, best 38.2°"."""
    reps = "1 rep" if row.rep_count == 1 else f"{row.rep_count} reps"
    faulty = row.rep_count - row.clean_reps
    form = "all clean" if not faulty else f"{faulty} with a fault"
    return f"{exercise_words(row.exercise)}{leg_words(row.side)}: {reps}, {form}, best {best_text(row)}"


def exercise_words(exercise: str | None) -> str:
    """A drill as it is called in a list."""
    return EXERCISES[exercise].short_title if exercise in EXERCISES else "Not recognised"


def best_text(row: SetRow) -> str:
    """A set's best rep with its unit; a dash where it was not measured."""
    measure = main_measure(row.exercise)
    if measure is not None and (best := measure.value_of(row, "best")) is not None:
        return measure.text(best)
    return "–" if row.best_height_pct_foot is None else f"{row.best_height_pct_foot:.0f} % of foot"


def leg_words(side: str | None) -> str:
    """The leg as it follows the drill in a list."""
    return {"left": ", left", "right": ", right", "both": ", both legs"}.get(side or "", "")
