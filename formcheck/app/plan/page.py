"""The page *Plan*: the 12 weeks, the day's work with its ticks, and the running, which must not grow too fast."""

from __future__ import annotations

from datetime import date, timedelta
from html import escape

import streamlit as st

from formcheck import training
from formcheck.app.plan.asking import show_start
from formcheck.app.plan.handouts import show_handouts
from formcheck.app.plan.running import show_running
from formcheck.app.plan.testing import show_levels, show_tests
from formcheck.app.plan.today import show_today
from formcheck.app.shared import login, people, session, style
from formcheck.history.store.store import Store
from formcheck.history.values import Athlete
from formcheck.support.dates import name_weekday
from formcheck.support.errors import FormcheckError
from formcheck.support.language import tr

_MAX_SHIFT_DAYS = 28
# Four weeks of which the last is lighter.
_BLOCK_WEEKS = 4


def show() -> None:
    """Show the page."""
    athlete = people.page_head(
        tr("Plan"), tr("Twelve weeks that get harder when you are ready: by clean sets and low pain, never by date.")
    )
    store, today = login.store(), session.today()
    if athlete is None:
        _show_warnings()
        show_start(store, None, today)
        return
    enrolment, progress = store.plans.enrolment(athlete.id), store.plans.progress(athlete.id, today)
    if enrolment is None:
        _show_warnings()
        show_start(store, athlete, today)
    else:
        with st.container(border=True):
            st.header(tr("Today"), anchor=False)
            day = show_today(store, athlete, today)
        if not day.stopped_by:
            show_handouts(store, athlete, enrolment, today)
            show_levels(store, athlete, enrolment, progress, today)
            show_tests(store, athlete, enrolment, progress.running, today)
        _show_calendar(store, athlete, enrolment, today)
        _show_changes(store, athlete, day, today)
    show_running(store, athlete, progress.running, today)
    if enrolment is not None:
        _show_warnings()
    if len(store.list_athletes()) > 1:
        st.page_link(session.page("clinic"), label=tr("All athletes: sets done, pain, and due tests"), icon=":material/groups:")


def _show_warnings() -> None:
    with st.container(border=True):
        st.markdown(tr(":material/health_and_safety: **Pain decides**\n\n") + "\n".join(f"- {line}" for line in training.WARNINGS))


def _show_calendar(store: Store, athlete: Athlete, enrolment: training.Enrolment, today: date) -> None:
    st.header(tr("The twelve weeks"), anchor=False)
    last = training.last_day(enrolment) or max(today, enrolment.started_on) + timedelta(days=training.PLAN_DAYS)
    days = store.plans.calendar(athlete.id, enrolment.started_on, last)
    adherence = {week.week: week for week in store.plans.adherence(athlete.id, today)}
    current = next((day.week for day in days if day.day == today), None)
    for first in range(1, training.WEEKS + 1, _BLOCK_WEEKS):
        last_week = first + _BLOCK_WEEKS - 1
        is_now = current is not None and first <= current <= last_week
        with st.expander(
            tr("Weeks {first}–{last_week}").format(first=first, last_week=last_week), expanded=is_now, icon=":material/flag:"
        ):
            for week in range(first, last_week + 1):
                st.html(_week(week, [day for day in days if day.week == week], adherence.get(week), today))


def _week(number: int, days: list[training.DayPlan], done: training.WeekAdherence | None, today: date) -> str:
    """A week as HTML: seven days side by side, stacked on a phone."""
    share = ""
    if done and done.prescribed:
        sets = tr("{done} of {asked} sets done").format(done=done.done, asked=done.prescribed)
        share = f'<span class="fc-soft">{sets}</span>'
    cells = "".join(_day(day, today) for day in days)
    return f'<p class="fc-week-head"><b>{tr("Week {week}").format(week=number)}</b> {share}</p><ol class="fc-week">{cells}</ol>'


def _day(day: training.DayPlan, today: date) -> str:
    names = "".join(f"<span>{escape(name)}</span>" for name in dict.fromkeys(item.work.short for item in day.items))
    when = name_weekday(day.day)
    rest = all(item.work.name == "recovery" for item in day.items)
    past = day.day < today
    state, mark = "", ""
    if not rest and day.done and day.day <= today:
        state, mark = "fc-done", tr("✓ done")
    elif day.day == today:
        state, mark = "fc-today", tr("today")
    elif past and not rest:
        state, mark = "fc-missed", tr("not all done")
    current = ' aria-current="date"' if day.day == today else ""
    return (
        f'<li class="fc-day {state}"{current}><span class="fc-when">{when}</span><span class="fc-names">{names}</span>'
        f'<span class="fc-mark">{mark}</span></li>'
    )


def _show_changes(store: Store, athlete: Athlete, day: training.DayPlan, today: date) -> None:
    paused = day.state == "paused"
    title = tr("Resume, move or stop the plan") if paused else tr("Pause, move or stop the plan")
    with st.expander(title, icon=":material/edit_calendar:", expanded=paused):
        try:
            with st.container(horizontal=True, vertical_alignment="bottom"):
                if paused:
                    if st.button(tr("Resume today"), icon=":material/play_arrow:", type="primary"):
                        store.plans.resume(athlete.id, today)
                        st.rerun()
                elif day.state == "running" and st.button(tr("Pause from today"), icon=":material/pause:"):
                    store.plans.pause(athlete.id, today)
                    st.rerun()
                days = st.number_input(
                    tr("Move by days"), 1, _MAX_SHIFT_DAYS, 1, width=140, disabled=day.state in ("paused", "finished")
                )
                if st.button(tr("Move the rest later"), icon=":material/update:", disabled=day.state in ("paused", "finished")):
                    store.plans.shift(athlete.id, int(days), today)
                    st.rerun()
                sure = st.checkbox(tr("I want to stop the plan"))
                if st.button(tr("Stop the plan"), icon=":material/stop:", disabled=not sure):
                    store.plans.stop(athlete.id)
                    st.rerun()
        except FormcheckError as error:
            style.show_error(error)
        st.caption(tr("Saved sets and ticks are kept when a plan is stopped."))
