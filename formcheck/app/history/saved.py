"""The page of a saved set: its report as the history keeps it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from formcheck.app.analyze.correcting import show_saved_editor
from formcheck.app.analyze.report_view import show_report
from formcheck.app.analyze.saving import with_owner
from formcheck.app.shared import session, style
from formcheck.history.store.store import Store
from formcheck.history.trends.comparison import compare_with_history
from formcheck.history.trends.measures import day_text
from formcheck.history.values import SetRow
from formcheck.report.schema import SetReport
from formcheck.support.errors import InputError

_MAX_DIGITS = 9


def show() -> None:
    """Show the page."""
    store = session.store()
    try:
        row = _find_set(store)
    except InputError as error:
        st.title("A saved set", anchor=False)
        style.show_error(error)
        st.page_link(session.page("history"), label="All sets", icon=":material/history:")
        return
    athlete = store.get_athlete(row.athlete_id)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(f"Set of {day_text(row.day.toordinal())}", anchor=False, width="content")
        st.page_link(session.page("history"), label="All sets", icon=":material/history:")
    st.caption(style.plain(athlete.name) + (" · corrected by hand" if row.corrected else ""))
    if row.deleted_at is not None:
        st.warning("This set is deleted. Restore it on the History page.", icon=":material/delete:")
    report = store.get_report(row.id)
    show_report(report)
    if row.deleted_at is None:
        show_saved_editor(store, row.id, report)
    compared = compare_with_history(store, athlete.id, report, at=row.recorded_at, set_id=row.id)
    named = with_owner(report, athlete.name, row.recorded_at)
    _show_downloads(row, store.find_own_file(row.html_path), report, lambda: _make_pdf(named, compared.statements))


def _make_pdf(report: SetReport, compared: list[str]) -> bytes:
    from formcheck.render.pdf import render_pdf

    return render_pdf(report, {}, {}, compared)


def _find_set(store: Store) -> SetRow:
    asked = st.query_params.get("id", "")
    if not asked.isdecimal() or len(asked) > _MAX_DIGITS:
        raise InputError("No set was chosen. Open one on the History page.")
    try:
        return store.get_set(int(asked))
    except InputError as error:
        raise InputError(f"There is no set {asked} in your history. Open another one on the History page.") from error


def _show_downloads(row: SetRow, page: Path | None, report: SetReport, make_pdf: Callable[[], bytes]) -> None:
    with st.container(horizontal=True):
        if page is not None:
            st.download_button(
                "Report (HTML)",
                page.read_bytes(),
                f"set-{row.id}.html",
                "text/html",
                icon=":material/article:",
                on_click="ignore",
            )
        st.download_button(
            "Report (PDF)",
            make_pdf,
            f"set-{row.id}.pdf",
            "application/pdf",
            icon=":material/picture_as_pdf:",
            on_click="ignore",
        )
        st.download_button(
            "Report (JSON)",
            report.model_dump_json(indent=1),
            f"set-{row.id}.json",
            "application/json",
            icon=":material/data_object:",
            on_click="ignore",
        )
