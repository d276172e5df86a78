"""The figure of a sample's best rep moves as the report says that the person did."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.analysis.pipeline import Analysis
from formcheck.export.curves import make_curves
from formcheck.export.facts import best_rep
from formcheck.export.figure import JOINTS, Figure
from formcheck.support.arrays import FloatArray

KNEE, ANKLE, HEEL, TOE = (JOINTS.index(joint) for joint in ("knee", "ankle", "heel", "foot_index"))


def figure_of(analysis: Analysis) -> tuple[Figure, FloatArray]:
    curves, best = make_curves(analysis), best_rep(analysis.report)
    assert curves is not None
    assert curves.figure is not None
    assert best is not None
    assert curves.figure.rep == best.number
    assert curves.figure.duration_s == pytest.approx(best.end_s - best.start_s, abs=0.1)
    return curves.figure, curves.figure.places()


def test_the_shank_leans_as_far_as_the_report_says(sample_analysis: Analysis) -> None:
    _, places = figure_of(sample_analysis)
    shank = places[:, KNEE] - places[:, ANKLE]
    lean_deg = np.degrees(np.arctan2(shank[:, 0], shank[:, 1]))
    best = best_rep(sample_analysis.report)
    assert best is not None
    # the landmarks of the tracking model, which the report corrects by a few degrees
    assert lean_deg.max() == pytest.approx(best.measures["tibial_inclination_deg"], abs=5.0)
    assert np.linalg.norm(shank, axis=1) == pytest.approx(1.0, abs=0.15)


def test_the_toes_stay_and_the_heels_rise(heel_raise_analysis: Analysis) -> None:
    _, places = figure_of(heel_raise_analysis)
    assert np.abs(places[:, TOE]).max() < 0.12
    rise = places[:, HEEL, 1] - places[0, HEEL, 1]
    assert rise.max() > 0.12  # 5 cm of a shank of 41 cm
    assert abs(rise[-1]) < 0.06
