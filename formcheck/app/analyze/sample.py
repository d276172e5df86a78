"""The page of the sample report: a finished one, made in advance, which shows a new visitor what a report is."""

from __future__ import annotations

import streamlit as st

from formcheck.app.analyze.report_view import show_downloads, show_report
from formcheck.app.analyze.results import Result
from formcheck.app.analyze.sample_picture import REPORT
from formcheck.app.shared import session, style
from formcheck.support.errors import InputError
from formcheck.support.language import tr


def show() -> None:
    """Show the page."""
    st.title(tr("A sample report"), anchor=False)
    result = Result(REPORT)
    if not result.complete:
        raise InputError(tr("The sample report is missing from this installation. Install formcheck again."))
    st.write(tr("This is what you get for every set. Watch rep 2: the heel lifts, so that rep's range doesn't count."))
    with style.actions("sample-top"):
        if st.button(tr("Analyze your own video"), type="primary", icon=":material/movie:"):
            st.switch_page(session.page("analyze"))
        if st.button(tr("How to film"), icon=":material/help:"):
            st.switch_page(session.page("filming"))
    show_report(result.report, result)
    st.subheader(tr("Keep it"), anchor=False)
    show_downloads(result)
