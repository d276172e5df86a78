"""The page of a saved set: its report as the history keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from formcheck.app.analyze.correcting import show_saved_editor
from formcheck.app.analyze.report_view import show_report
from formcheck.app.analyze.saving import with_owner
from formcheck.app.shared import login, session, style
from formcheck.export.figure import Figure, figure_of
from formcheck.export.other_sets import OtherSets
from formcheck.history.store.store import Store
from formcheck.history.trends.beside import find_other_sets
from formcheck.history.trends.measures import moment_text
from formcheck.history.values import SetRow
from formcheck.render.colors import DARK, LIGHT
from formcheck.report.schema import SetReport
from formcheck.support.arrays import FloatArray
from formcheck.support.errors import InputError
from formcheck.support.language import tr

_MAX_DIGITS = 9


def show() -> None:
    """Show the page."""
    store = login.store()
    try:
        row = _find_set(store)
    except InputError as error:
        st.title(tr("A saved set"), anchor=False)
        style.show_error(error)
        st.page_link(session.page("history"), label=tr("All sets"), icon=":material/history:")
        return
    athlete = store.get_athlete(row.athlete_id)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(tr("Set of {moment}").format(moment=moment_text(row.recorded_at)), anchor=False, width="content")
        st.page_link(session.page("history"), label=tr("All sets"), icon=":material/history:")
    st.caption(style.plain(athlete.name) + (tr(" · corrected by hand") if row.corrected else ""))
    if row.deleted_at is not None:
        st.warning(tr("This set is deleted."), icon=":material/delete:")
        if st.button(tr("Restore"), icon=":material/undo:"):
            store.undo_delete(row.id)
            st.rerun()
    report = store.get_report(row.id)
    kept = Kept(with_owner(report, athlete.name, row.recorded_at), *_read_kept(store, row, report))
    compared = find_other_sets(store, athlete.id, report, at=row.recorded_at, set_id=row.id)
    show_report(report, kept, compared)
    if row.deleted_at is None:
        show_saved_editor(store, row.id, report)
    _show_downloads(row, kept, compared)


@dataclass(frozen=True)
class Kept:
    """A saved set with what was kept of its recording."""

    report: SetReport
    series: dict[str, FloatArray]
    pictures: dict[int, bytes]
    video: Path | None
    figure: Figure | None = None

    def chart(self, theme: str) -> Any:
        """The kept signal over time in the colors of the ``light`` or ``dark`` theme; None where none was kept."""
        from formcheck.export.facts import has_curve
        from formcheck.render.charts import signal_chart

        if not self.report.reps or not has_curve(self.report, self.series):
            return None
        return signal_chart(self.report, self.series, theme=DARK if theme == DARK.name else LIGHT, width="container")

    def page(self, compared: OtherSets) -> str:
        """The report as one self-contained page."""
        from formcheck.render.page import render_html

        return render_html(self.report, self.series, self.pictures, compared)

    def pdf(self, compared: OtherSets) -> bytes:
        """The same as a PDF."""
        from formcheck.render.pdf import render_pdf

        return render_pdf(self.report, self.series, self.pictures, compared)


def _read_kept(
    store: Store, row: SetRow, report: SetReport
) -> tuple[dict[str, FloatArray], dict[int, bytes], Path | None, Figure | None]:
    """The set's signals over time, pictures, video and figure, as far as they were kept."""
    curves = store.get_curves(row.id)
    series = {} if curves is None else {"time_s": curves.time_s, **{name: trace.values for name, trace in curves.signals.items()}}
    lengths = {len(values) for values in series.values()}
    # An import may hold signals of several lengths: such curves cannot be drawn over one time.
    figure = None if curves is None else figure_of(report, curves.figure)
    return series if len(lengths) == 1 else {}, store.get_pictures(row.id), store.find_own_file(row.recording_path), figure


def _find_set(store: Store) -> SetRow:
    asked = st.query_params.get("id", "")
    if not asked.isdecimal() or len(asked) > _MAX_DIGITS:
        raise InputError(tr("No set was chosen. Open one on the History page."))
    try:
        return store.get_set(int(asked))
    except InputError as error:
        raise InputError(tr("This set is no longer in your history. Open another one on the History page.")) from error


def _show_downloads(row: SetRow, kept: Kept, compared: OtherSets) -> None:
    st.subheader(tr("Download"), anchor=False)
    stem = f"set-{row.day}"
    with st.container(horizontal=True, key="downloads"):
        for label, suffix, mime, icon, make in (
            (tr("Report (PDF)"), "pdf", "application/pdf", "picture_as_pdf", lambda: kept.pdf(compared)),
            (tr("Report (HTML)"), "html", "text/html", "article", lambda: kept.page(compared)),
            (tr("Report (JSON)"), "json", "application/json", "data_object", lambda: kept.report.model_dump_json(indent=1)),
        ):
            st.download_button(label, make, f"{stem}.{suffix}", mime, icon=f":material/{icon}:", on_click="ignore")
        if kept.video is not None:
            video = kept.video
            st.download_button(
                tr("Video (MP4)"), video.read_bytes, f"{stem}.mp4", "video/mp4", icon=":material/movie:", on_click="ignore"
            )
