"""Today on the plan: one sentence, the pain scores, the work, and a note. On the home page and on the plan's."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from formcheck import training
from formcheck.app.plan.asking import show_red_flags, show_stop
from formcheck.app.plan.day import show_day
from formcheck.app.plan.timer import show_timer
from formcheck.app.shared import login, people, session
from formcheck.history.store.diary import MAX_KG
from formcheck.history.store.sets import MAX_NOTE_LETTERS
from formcheck.history.store.store import Store
from formcheck.history.trends.measures import day_text
from formcheck.history.values import Athlete, Period
from formcheck.support.language import tr
from formcheck.training.pain import MAX_PAIN, PainMoment, PainScores, describe_action, judge_pain

# For this many days the page asks about the morning after a session; later it is forgotten.
_MORNING_DAYS = 3


def show_today(store: Store, athlete: Athlete, today: date) -> training.DayPlan:
    """Show what to do today and why, or what must be answered first."""
    day = store.plans.work_on(athlete.id, today)
    enrolment = store.plans.enrolment(athlete.id)
    if enrolment is None or day.state == "ahead":
        st.write(day.message)
        return day
    if day.stopped_by:
        show_stop(store, athlete, day)
        return day
    if must_answer_first(store, athlete, today):
        show_red_flags(store, athlete, today)
        return day
    progress = store.plans.progress(athlete.id, today)
    if day.week is None:
        st.write(day.message)
        return day
    lighter = tr(", a lighter week") if day.deload else ""
    st.caption(
        tr("{title}, week {week} of {weeks}{lighter}").format(
            title=progress.catalogue.tracks[day.track].title, week=day.week, weeks=training.WEEKS, lighter=lighter
        )
    )
    st.markdown(f"**{training.explain_day(day, progress)}**")
    if coming := training.explain_next(day, progress):
        st.markdown(tr(":material/trending_up: {coming}").format(coming=coming))
    if need := store.plans.describe_need(athlete.id, today):
        st.warning(need, icon=":material/medical_services:")
    _ask_morning(store, athlete, today)
    trains = any(item.work.name != "recovery" for item in day.items)
    if trains:
        _ask(store, athlete, today, "before", tr("Pain now, before you start (0 none, 10 worst)"))
    show_day(store, athlete, day)
    if trains:
        show_timer(store, athlete, day)
        _ask_kg(store, athlete, day)
        _ask(store, athlete, today, "after", tr("Pain after the session"))
        _show_what_follows(store, athlete, today)
        _ask_note(store, athlete, today)
    return day


def must_answer_first(store: Store, athlete: Athlete, today: date) -> bool:
    """Whether the questions about red flags come before today's work."""
    enrolment = store.plans.enrolment(athlete.id)
    if enrolment is None or training.state_on(enrolment, today) != "running":
        return False
    return store.diary.must_ask_red_flags(athlete.id, min(enrolment.started_on, today))


def ask_after_set(label: str = tr("Pain after this set (0 none, 10 worst)")) -> None:
    """Ask for the pain right after a saved set, or a session, if the person has a plan."""
    store, athlete, today = login.store(), people.current_athlete(), session.today()
    if athlete is not None and not athlete.sample and store.plans.enrolment(athlete.id) is not None:
        _ask(store, athlete, today, "after", label)
        _show_what_follows(store, athlete, today)


def _ask_morning(store: Store, athlete: Athlete, today: date) -> None:
    """Ask how the last session's pain was the next morning, while its score is missing."""
    pain = store.diary.pain(athlete.id)
    since = today - timedelta(days=_MORNING_DAYS)
    sessions = [day for day, scores in pain.items() if since <= day < today and scores.after is not None]
    rows = store.list_sets(athlete.id, period=Period(since))
    ticked = {day for day, _, _ in store.plans.ticks(athlete.id)} | {row.day for row in rows}
    open_days = [
        day for day in sorted({*sessions, *ticked}) if since <= day < today and pain.get(day, PainScores()).morning is None
    ]
    if open_days:
        last = open_days[-1]
        _ask(
            store,
            athlete,
            last,
            "morning",
            tr("Pain on the morning after your session of {day}").format(day=day_text(last.toordinal())),
        )


def _ask(store: Store, athlete: Athlete, day: date, moment: PainMoment, label: str) -> None:
    """A row of 0 to 10: one tap saves the score, the same tap again takes it back."""
    known = getattr(store.diary.pain(athlete.id).get(day, PainScores()), moment)
    # With the score in its key, the row is a new one where the score was entered on another page or device: it overwrites nothing.
    key = f"pain-{athlete.id}-{day}-{moment}-{known}"
    chosen = st.pills(label, list(range(MAX_PAIN + 1)), default=known, key=key, wrap=True)
    if chosen != known:
        store.diary.note_pain(athlete.id, day, moment, chosen)
        st.rerun()


def _show_what_follows(store: Store, athlete: Athlete, today: date) -> None:
    scores = store.diary.pain(athlete.id).get(today)
    if scores is not None and scores.after is not None:
        limits = training.current_catalogue().pain
        st.caption(describe_action(judge_pain(scores, limits), scores, limits))


def _ask_kg(store: Store, athlete: Athlete, day: training.DayPlan) -> None:
    """The weight of exercises that are done with one."""
    loaded = {item.work.name: item.work.title for item in day.items if item.work.loaded}
    for name, title in loaded.items():
        weights = store.diary.kg(athlete.id).get(name, {})
        last = weights[max(weights)] if weights else None
        key = f"kg-{athlete.id}-{day.day}-{name}-{last}"  # see `_ask`
        kg = st.number_input(
            tr("{title}: kg").format(title=title), 0.0, MAX_KG, last, step=0.5, format="%.1f", placeholder="5.0", key=key, width=260
        )
        if kg is not None and kg != last:
            store.diary.set_kg(athlete.id, day.day, name, float(kg))


def _ask_note(store: Store, athlete: Athlete, today: date) -> None:
    known = store.session_notes(athlete.id).get(today, "")
    key = f"note-{athlete.id}-{today}-{known}"  # see `_ask`
    note = st.text_area(tr("Note for today's session"), known, max_chars=MAX_NOTE_LETTERS, key=key, height=68)
    if note.strip() != known.strip():
        store.note_session(athlete.id, today, note.strip())
