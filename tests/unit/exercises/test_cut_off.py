"""A last repetition that the recording cut off at its held top is measured as far as it was seen."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.pose.blazepose import Pose
from tests.helpers.drills import PERIOD_S, film
from tests.helpers.figure import kneeling, standing, swing
from tests.unit.exercises.test_faults import REPS, judge, raised

TOP_S = (REPS - 1 + 0.6) * PERIOD_S  # the last repetition is held from 0.4 to 0.65 of its period


def test_the_height_of_a_raise_is_known_and_its_way_down_is_not() -> None:
    whole = film(lambda time_s: standing(raised(time_s)))
    measures, faults = judge(whole.take(whole.time_s < TOP_S))
    *before, last = measures
    assert last["height_cm"] == pytest.approx(before[-1]["height_cm"], rel=0.05)
    assert last["rise_s"] == pytest.approx(before[-1]["rise_s"], abs=0.15)
    assert np.isnan([last["lower_s"], last["hold_s"], last["left_up_pct"]]).all()
    assert np.isfinite([before[-1]["lower_s"], before[-1]["hold_s"]]).all()
    assert last["knee_flexion_change_deg"] == pytest.approx(0.0, abs=1.0)
    assert faults == [[]] * REPS


def test_the_range_of_a_lunge_is_known_and_its_hold_is_not() -> None:
    def pose_at(time_s: float) -> Pose:
        return kneeling(swing(time_s, PERIOD_S, 3.0, 36.0))

    whole = film(pose_at)
    measures, faults = judge(whole.take(whole.time_s < TOP_S))
    assert measures[-1]["tibial_inclination_deg"] == pytest.approx(measures[0]["tibial_inclination_deg"], abs=0.5)
    assert np.isnan(measures[-1]["hold_s"])
    assert "short-hold" not in faults[-1]
    assert "foot-slid" not in faults[-1]
