"""The page *Clinic*: several athletes at a glance. What each did, their pain, and due tests; one page each to print."""

from __future__ import annotations

from datetime import date
from html import escape

import streamlit as st

from formcheck import training
from formcheck.app.plan.testing import describe_row, name_test
from formcheck.app.shared import login, session, style
from formcheck.history.store.store import Store
from formcheck.history.trends.measures import day_text
from formcheck.history.trends.programme_view import Overview, list_results, view_everybody
from formcheck.support.language import tr
from formcheck.training.calendar_tests import due_dates, lay_out

_HEADER = (
    (tr("Athlete"), ""),
    (tr("Attention"), tr("Athletes with a red flag or too much pain come first; the reason is below")),
    (tr("Track"), ""),
    (tr("Week"), tr("Of the twelve weeks")),
    (tr("Sets, 7 days"), tr("Sets done, of those the plan asked for in the last seven days")),
    (tr("Worst pain, 7 days"), tr("The highest score from 0 to 10 in the last seven days")),
    (tr("Tests due"), tr("How many of the tests due in weeks 0, 4, 8 and 12 still have no result")),
)


def show() -> None:
    """Show the page."""
    st.title(tr("Clinic"), anchor=False)
    st.markdown(tr("Everyone whose history is on this computer: sets done, pain, and due tests."))
    store, today = login.store(), session.today()
    everybody = view_everybody(store, today)
    if not everybody:
        text = tr("Athletes appear here once they have a plan or a saved set.")
        style.empty(tr("Nobody yet"), text, icon="event_available", page="plan", label=tr("Start a plan"))
        return
    st.html(
        style.table(
            _HEADER,
            [_row(item) for item in everybody],
            tr("Athletes on the programme"),
            text_columns=frozenset({0, 1, 2}),
            stacked=True,
        )
    )
    st.html(style.explain(_HEADER))
    names = {item.athlete.id: item for item in everybody}
    chosen = st.selectbox(tr("One athlete"), list(names), format_func=lambda key: names[key].athlete.name, width=320)
    _show_one(store, names[chosen], today)


def _share_done(item: Overview) -> str:
    return tr("{done} of {asked}").format(done=item.done, asked=item.asked)


def _row(item: Overview) -> list[str]:
    week = "–" if item.week is None else str(item.week)
    sets = "–" if not item.asked else _share_done(item)
    pain = "–" if item.worst_pain is None else str(item.worst_pain)
    attention = style.chip(tr("see below"), "fault") if item.attention else "–"
    return [escape(item.athlete.name), attention, escape(item.track), week, sets, pain, str(len(item.due) or "–")]


def _show_one(store: Store, item: Overview, today: date) -> None:
    st.header(style.plain(item.athlete.name), anchor=False)
    facts = list_facts(store, item, today)
    st.markdown("\n".join(f"- **{term}:** {style.plain(text)}" for term, text in facts))
    results = list_test_rows(store, item.athlete.id)
    st.download_button(
        tr("Print this athlete (PDF)"), lambda: make_athlete_pdf(item, today, facts, results), f"formcheck-{item.athlete.id}.pdf",
        "application/pdf", icon=":material/print:", on_click="ignore",
    )  # fmt: skip


def make_athlete_pdf(item: Overview, today: date, facts: list[tuple[str, str]], results: list[list[str]]) -> bytes:
    """One athlete's page."""
    from formcheck.render.week_pdf import render_athlete_pdf

    return render_athlete_pdf(item.athlete.name, today, facts, results)


def list_facts(store: Store, item: Overview, today: date) -> list[tuple[str, str]]:
    """What the page says of one athlete, as terms and values."""
    levels = "; ".join(item.levels.values()) or tr("none")
    week = tr("not under way") if item.week is None else tr("week {week} of {weeks}").format(week=item.week, weeks=training.WEEKS)
    pain = store.diary.pain(item.athlete.id)
    recent = sorted(pain)[-5:]
    scores = "; ".join(f"{day_text(day.toordinal(), today)}: {_scores(pain[day])}" for day in recent) or tr("no score entered")
    notes = store.session_notes(item.athlete.id)
    recent_notes = "; ".join(f"{day_text(day.toordinal(), today)}: {notes[day]}" for day in sorted(notes)[-3:]) or tr("none")
    kinds = training.current_catalogue().tests.kinds
    due = "; ".join(name_test(kinds[test.kind].title, test.sides) for test in item.due) or tr("none")
    progress = store.plans.progress(item.athlete.id, today)
    stopped = tr("stopped, like every exercise, until all red-flag questions are answered with no")
    running = stopped if progress.stops_on(today) else progress.running.message or tr("no plan")
    facts = [
        (tr("Track"), f"{item.track}, {week}"),
        (
            tr("Sets in seven days"),
            _share_done(item) if item.asked else tr("none asked for"),
        ),
        (tr("Pain before / after / next morning"), scores),
        (tr("Levels"), levels),
        (tr("Running"), running),
        (tr("Tests due"), due),
        (tr("Notes"), recent_notes),
    ]
    return [(tr("Attention"), " ".join(item.attention)), *facts] if item.attention else facts


def _scores(scores: training.PainScores) -> str:
    return "/".join("–" if value is None else str(value) for value in (scores.before, scores.after, scores.morning))


def list_test_rows(store: Store, athlete_id: int) -> list[list[str]]:
    """The tests as a table whose first row is its head; only the head without a plan."""
    rules, enrolment = training.current_catalogue(), store.plans.enrolment(athlete_id)
    if enrolment is None:
        return [[tr("Test")]]
    head = [
        tr("Test"),
        *(tr("Week {week}").format(week=week) for week in due_dates(enrolment, rules)),
        tr("Change"),
        tr("What it means (the limit)"),
    ]
    rows = lay_out(list_results(store, athlete_id), enrolment, rules)
    return [head, *(describe_row(row, rules) for row in rows)]
