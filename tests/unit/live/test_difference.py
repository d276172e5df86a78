"""Where a live set and its report differ, the report says so, and only there."""

from __future__ import annotations

import pytest

from formcheck.live.difference import with_live
from formcheck.live.state import LiveEstimate
from formcheck.report.schema import SetReport, Summary
from tests.helpers.reports import make_rep, make_report

NAN = float("nan")
BEST = 36.4


@pytest.fixture
def report() -> SetReport:
    lifted = make_rep(3, 45.0, ["heel-lifted"])
    summary = Summary(rep_count=3, headline=35.2, headline_reps=[1, 2], best=45.0)
    return make_report([make_rep(1, 34.0), make_rep(2, BEST), lifted], summary=summary)


def sentences(report: SetReport, live: LiveEstimate) -> list[str]:
    return [w.message for w in with_live(report, live).quality.warnings if w.code == "live-differs"]


@pytest.mark.parametrize("shown", [BEST, BEST + 2.5, BEST - 2.5, NAN])
def test_a_live_set_that_agrees_leaves_the_report_as_it_is(report: SetReport, shown: float) -> None:
    assert with_live(report, LiveEstimate(3, shown, 2.1, "°")) == report


def test_another_count_is_explained(report: SetReport) -> None:
    (sentence,) = sentences(report, LiveEstimate(1, BEST, 2.1, "°"))
    assert "1 rep was counted during the set and 3 in its recording" in sentence
    assert "best" not in sentence


@pytest.mark.parametrize("off", [3.0, -3.0])
def test_a_best_further_off_than_its_error_is_explained(report: SetReport, off: float) -> None:
    (sentence,) = sentences(report, LiveEstimate(3, BEST + off, 2.1, "°"))
    assert f"{BEST + off:.0f}° during the set" in sentence
    assert "measures 36.4°" in sentence
    assert "counted" not in sentence


def test_where_the_lite_model_had_to_count_it_is_named_as_the_reason(report: SetReport) -> None:
    (sentence,) = sentences(report, LiveEstimate(2, BEST, 2.1, "°", "lite"))
    assert "too slow for the full model" in sentence
