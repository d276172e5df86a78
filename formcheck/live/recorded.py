"""The report of a live set: its recording, analyzed as an upload is, with what was shown during the set beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from formcheck.analysis.pipeline import Analysis, run_analysis
from formcheck.analysis.settings import Settings
from formcheck.live.difference import with_live
from formcheck.live.state import LiveSetup, LiveState
from formcheck.pose.bundles import ModelName
from formcheck.support.progress import Progress


def analyze_recording(
    path: Path, setup: LiveSetup, shown: LiveState, started_at: datetime | None, progress: Progress | None = None
) -> Analysis:
    """Analyze the recording of a live set as if it had been uploaded; the report says ``origin: live`` and when it was filmed.

    After the set there is time, so one that was counted with *lite* because the machine was slow is followed with *full* here, as
    an upload is; only a model that was asked for is kept.

    Parameters
    ----------
    shown
        The set's last state: the report says where it differs from that.
    started_at
        When the recording began.

    Raises
    ------
    InputError
        If nobody is in the recording.
    """
    model: ModelName = "full" if setup.model == "auto" else setup.model
    settings = Settings(setup.exercise, setup.side, setup.athlete, model, origin="live", condition=setup.condition)
    analysis = run_analysis(path, settings, progress=progress)
    started = started_at.isoformat(timespec="seconds") if started_at else None
    tested = setup.test and analysis.report.drill == "heel-raise" and analysis.report.side in ("left", "right")
    extra = {"test": "single-leg-heel-raise", "end_reason": shown.ended_why or None} if tested else {}
    report = with_live(analysis.report.model_copy(update={"recorded_at": started, **extra}), shown.estimate)
    return replace(analysis, report=report)
