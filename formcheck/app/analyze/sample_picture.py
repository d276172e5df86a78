"""Where the sample report is, and its picture for the first visit. It loads nothing that a report needs."""

from __future__ import annotations

import streamlit as st

from formcheck.app.serve import ASSETS
from formcheck.support.language import tr

# Made by scripts/make_sample_report.py from `SHOWN_SAMPLE` and the height of the person in it.
REPORT = ASSETS / "sample_report"
SAMPLE_NAME = tr("A sample video, analyzed in advance")
# Its best rep, by number: a test holds it to the report.
BEST_REP = 1


def show_picture() -> None:
    """Show the sample's best rep as the report does."""
    st.image(
        (REPORT / "pictures" / str(BEST_REP)).read_bytes(),
        caption=tr("From the sample report: how far the shin tilts while the heel stays down, measured from the video."),
        width="stretch",
        alt=tr("A kneeling person from the side; thigh, shin and foot are drawn in, with the shin's angle in degrees."),
    )
