"""Balance on one leg on a rendered clip: seconds and touches against the truth of its feet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from formcheck.analysis.pipeline import run_analysis
from formcheck.analysis.settings import Settings
from formcheck.report.schema import Athlete

CLIP = Path(__file__).resolve().parents[3] / "sample_videos" / "balance_left_male_side.mp4"


def test_the_holds_are_those_of_the_rendered_foot() -> None:
    holds = [(hold["start_s"], hold["end_s"]) for hold in json.loads(CLIP.with_suffix(".json").read_text())["holds"]]
    settings = Settings("single-leg-balance", athlete=Athlete(height_cm=177), condition="eyes-open")
    report = run_analysis(CLIP, settings).report
    assert (report.exercise, report.side, report.condition) == ("single-leg-balance", "left", "eyes-open")
    assert [rep.measures["hold_s"] for rep in report.reps] == pytest.approx([end - start for start, end in holds], abs=0.6)
    assert [rep.start_s for rep in report.reps] == pytest.approx([start for start, _ in holds], abs=0.4)
    assert report.summary.measures["total_touches"] == 3, "the foot came down three times before thirty seconds were over"
    assert all(rep.faults == ["foot-touched"] for rep in report.reps)
