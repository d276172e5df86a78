"""Reports as files: the page and the PDF of one analysis, and the progress report of some weeks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from formcheck.export.other_sets import NO_OTHER_SETS, OtherSets
from formcheck.history.trends.progress import ProgressReport
from formcheck.render.charts import series_of
from formcheck.render.frames import rep_pictures
from formcheck.render.page import render_html
from formcheck.render.pdf import render_pdf
from formcheck.render.progress_page import render_progress_html
from formcheck.render.progress_pdf import render_progress_pdf
from formcheck.support.files import write_bytes, write_text

if TYPE_CHECKING:
    from formcheck.analysis.pipeline import Analysis


def write_documents(
    analysis: Analysis, *, html: str | Path | None = None, pdf: str | Path | None = None, compared: OtherSets = NO_OTHER_SETS
) -> None:
    """Write the report of an analysis as a page, as a PDF, or as both; the pictures are read from the analyzed video once.

    Parameters
    ----------
    compared
        The person's other sets, as the history knows them (`formcheck.history.trends.beside`).

    Raises
    ------
    InputError
        If the video can no longer be read.
    OutputError
        If a file cannot be written.
    """
    report, series, pictures = analysis.report, series_of(analysis), rep_pictures(analysis)
    if html is not None:
        write_text(html, render_html(report, series, pictures, compared))
    if pdf is not None:
        write_bytes(pdf, render_pdf(report, series, pictures, compared))


def write_progress(progress: ProgressReport, path: str | Path) -> None:
    """Write a progress report as a page, or as a PDF where the file's name ends in ``.pdf`` (raises `OutputError`)."""
    if Path(path).suffix.lower() == ".pdf":
        write_bytes(path, render_progress_pdf(progress))
    else:
        write_text(path, render_progress_html(progress))
