"""The banner that every page shows while an analysis runs, or while its report has not been opened yet."""

from __future__ import annotations

import streamlit as st

from formcheck.app.shared import session, visits
from formcheck.app.shared.jobs import JobStatus
from formcheck.app.shared.kept import PAGE_OF_JOB
from formcheck.support.language import tr

POLL_S = 2.0


def show_banner() -> None:
    """Show the analysis that runs in this visit, with a link to it; nothing where none does."""
    for name, page in PAGE_OF_JOB.items():
        if st.session_state.get(name):
            _show(name, page)


@st.fragment(run_every=POLL_S)
def _show(name: str, page: str) -> None:
    visit = visits.visit()
    job_id = st.session_state.get(name)
    status = visit.queue.status(job_id, visit.token) if job_id else None
    if status is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"running-{page}"):
        st.markdown(_words(status), width="content")
        label = (
            tr("Open the report") if status.state == "done" else tr("See what happened") if status.finished else tr("Show progress")
        )
        st.page_link(session.page(page), label=label, icon=":material/arrow_forward:")


def _words(status: JobStatus) -> str:
    if status.state == "done":
        return tr(":material/check_circle: **Your report is ready.**")
    if status.state == "waiting":
        return tr(":material/hourglass_top: Your video is waiting for its analysis.")
    if status.finished:
        return tr(":material/error: **Your video could not be analyzed.**")
    return tr(":material/hourglass_top: Your video is being analyzed: {share:.0%}").format(share=status.share)
