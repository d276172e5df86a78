"""What can be taken along from the plan's page: the week on paper, and the coming weeks as a calendar file."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from formcheck import training
from formcheck.history.store.store import Store
from formcheck.history.trends.programme_view import list_test_days
from formcheck.history.values import Athlete
from formcheck.support.language import tr

_CALENDAR_WEEKS = 4


def show_handouts(store: Store, athlete: Athlete, enrolment: training.Enrolment, today: date) -> None:
    """Two files to download; each is made when it is asked for."""
    with st.container(horizontal=True):
        st.download_button(
            tr("Print this week (PDF)"),
            lambda: make_week_pdf(store, athlete, today),
            f"formcheck-week-{today}.pdf",
            "application/pdf",
            icon=":material/print:",
            on_click="ignore",
        )
        st.download_button(
            tr("Add to a calendar (ICS)"),
            lambda: make_calendar(store, athlete, enrolment, today),
            "formcheck.ics",
            "text/calendar",
            icon=":material/calendar_add_on:",
            on_click="ignore",
        )


def make_week_pdf(store: Store, athlete: Athlete, today: date) -> bytes:
    """The seven days from today as a page to print."""
    from formcheck.render.week_pdf import render_week_pdf

    return render_week_pdf(athlete.name, store.plans.calendar(athlete.id, today, today + timedelta(days=6)))


def make_calendar(store: Store, athlete: Athlete, enrolment: training.Enrolment, today: date) -> bytes:
    """The coming four weeks and every test that is still to come."""
    from formcheck.training.calendar_file import write_calendar

    days = store.plans.calendar(athlete.id, today, today + timedelta(weeks=_CALENDAR_WEEKS) - timedelta(days=1))
    tests = [item for item in list_test_days(enrolment, training.current_catalogue()) if item[0] >= today]
    return write_calendar(days, tests).encode()
