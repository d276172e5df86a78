"""No report holds a number that a body cannot have."""

from __future__ import annotations

import math
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from formcheck.analysis.build_report import drop_impossible_frames, settle_measures, summarize_reps
from formcheck.exercises import EXERCISES
from formcheck.report.limits import HEADLINE_LIMITS, LIMITS, drop_impossible, is_possible
from formcheck.report.names import ExerciseName
from formcheck.report.schema import Athlete, Rep, SetReport, Summary
from formcheck.signals.reps import RepSpan
from tests.helpers.factories import half_kneeling_report

WHEN = {"number": 1, "start_s": 0.0, "peak_s": 1.0, "end_s": 2.0, "confidence": 1.0}
anything = st.one_of(st.floats(), st.floats(-400, 400))


def spans(count: int, rise: float = 0.15) -> list[RepSpan]:
    return [RepSpan(4.0 * k, 4.0 * k + 1.5, 4.0 * k + 3.0, 0.0, rise) for k in range(count)]


def sets(name: ExerciseName) -> st.SearchStrategy[list[dict[str, float]]]:
    names = {m.name for m in EXERCISES[name].measures} | {"hold_s"}
    return st.lists(st.fixed_dictionaries(dict.fromkeys(names, anything)), min_size=1, max_size=5)


@pytest.mark.parametrize("name", get_args(ExerciseName))
@given(data=st.data())
@settings(max_examples=25)
def test_a_report_holds_only_values_that_a_body_can_have(name: ExerciseName, data: st.DataObject) -> None:
    exercise = EXERCISES[name]
    measured = data.draw(sets(name))
    where = spans(len(measured))
    kept, reasons = settle_measures(exercise, measured, where)
    faults = exercise.find_faults(kept, where)
    judged = zip(kept, faults, strict=True)
    reps = [Rep(**{**WHEN, "number": k}, faults=found, **values) for k, (values, found) in enumerate(judged, 1)]
    summary = summarize_reps(exercise, kept, reps, Athlete(mass_kg=70.0))
    limit = HEADLINE_LIMITS[name]
    assert all(value is None or limit.allows(value) for value in (summary.headline, summary.best, summary.mean))
    for before, after, why in zip(measured, kept, reasons, strict=True):
        for measure, value in before.items():
            dropped = not math.isnan(value) and math.isnan(after[measure])
            assert not dropped or measure in why, "what was taken out has its reason"
            assert math.isnan(after[measure]) or is_possible(measure, after[measure])


@given(name=st.sampled_from(sorted(LIMITS)), value=anything)
def test_the_schema_refuses_exactly_what_is_impossible(name: str, value: float) -> None:
    fields = WHEN | {name: value}
    if math.isnan(value) or LIMITS[name].allows(value):
        measured = Rep(**fields).measures[name]
        assert measured is None if math.isnan(value) else measured == value
    else:
        with pytest.raises(ValidationError):
            Rep(**fields)


@pytest.mark.parametrize("value", [math.inf, -math.inf])
@pytest.mark.parametrize("field", ["start_s", "confidence", "foot_slide_cm", "height_cm"])
def test_no_number_is_infinite(field: str, value: float) -> None:
    with pytest.raises(ValidationError):
        Rep(**(WHEN | {field: value}))
    with pytest.raises(ValidationError):
        Summary(rep_count=0, mean=value)


def raise_of(height_pct: float, turn_deg: float) -> dict[str, float]:
    nothing = dict.fromkeys((m.name for m in EXERCISES["heel-raise"].measures), math.nan)
    timed = {"rise_s": 0.8, "hold_s": 0.3, "lower_s": 0.8}
    return nothing | timed | {"height_pct_foot": height_pct, "height_cm": 0.266 * height_pct, "plantarflexion_deg": turn_deg}


def test_a_raise_of_155_percent_of_the_foot_is_null_and_no_standard_for_the_others() -> None:
    """A real set: 41.3 cm, the foot turned by 126°, and the five sound raises were called partial against it."""
    raises = [raise_of(20, 20), raise_of(21, 21), raise_of(155, 126), raise_of(19, 19)]
    exercise = EXERCISES["heel-raise"]
    kept, reasons = settle_measures(exercise, raises, spans(4))
    assert math.isnan(kept[2]["height_cm"])
    assert math.isnan(kept[2]["lower_s"]), "the way down was read off the same curve"
    assert "126 °" in reasons[2]["plantarflexion_deg"]
    assert exercise.find_faults(kept, spans(4)) == [[], [], [], []]
    reps = [Rep(**{**WHEN, "number": k}, **values) for k, values in enumerate(kept, 1)]
    summary = summarize_reps(exercise, kept, reps, Athlete())
    assert (summary.headline_reps, summary.best) == ([1, 2, 4], pytest.approx(0.266 * 21))


@pytest.mark.parametrize(("own_rise", "kept"), [(0.15, False), (0.22, False), (0.30, True)])
def test_a_value_of_twice_the_sets_median_counts_only_if_the_movement_was_larger_too(own_rise: float, kept: bool) -> None:
    raises = [raise_of(h, 20) for h in (20, 21, 45, 19)]
    values, reasons = drop_impossible(raises, [0.15, 0.15, own_rise, 0.15])
    assert math.isfinite(values[2]["height_pct_foot"]) == kept
    assert bool(reasons[2]) != kept


@pytest.mark.parametrize(
    ("height", "own_rise", "kept"), [(0.0, 0.15, False), (9.0, 0.11, False), (9.0, 0.07, True), (12.0, 0.15, True)]
)
def test_a_value_under_half_the_sets_median_counts_only_if_the_movement_was_smaller_too(
    height: float, own_rise: float, kept: bool
) -> None:
    """A counted raise whose heel comes out flat on the floor was not measured; a half-hearted one was."""
    raises = [raise_of(h, 20) for h in (20, 21, height, 19)]
    values, reasons = drop_impossible(raises, [0.15, 0.15, own_rise, 0.15])
    assert math.isfinite(values[2]["height_pct_foot"]) == kept
    assert bool(reasons[2]) != kept
    assert all(math.isfinite(values[k]["height_pct_foot"]) for k in (0, 1, 3))


def test_of_two_repetitions_neither_is_the_usual_one() -> None:
    raises = [raise_of(20, 20), raise_of(50, 45)]
    assert drop_impossible(raises, [0.15, 0.15])[1] == [{}, {}]


def spoilt(version: int) -> dict[str, Any]:
    data = half_kneeling_report(measures_version=version).model_dump(mode="json", by_alias=True)
    data["reps"][1]["tibial_inclination_deg"] = 126.0
    data["summary"]["best"] = 126.0
    return data


def test_an_impossible_number_of_an_earlier_version_is_null_when_read() -> None:
    read = SetReport.model_validate(spoilt(1))
    assert read.reps[1].measures["tibial_inclination_deg"] is None
    assert read.summary.best is None
    assert read.reps[0] == half_kneeling_report().reps[0]


def test_an_impossible_number_of_this_version_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"126 °, beyond what a body can do"):
        SetReport.model_validate(spoilt(2))


def test_every_exercise_has_a_limit_for_its_headline() -> None:
    assert set(HEADLINE_LIMITS) == set(get_args(ExerciseName))
    for name, limit in HEADLINE_LIMITS.items():
        own = LIMITS[EXERCISES[name].headline]
        assert (limit.low, limit.high) in ((own.low, own.high), (LIMITS["height_pct_foot"].low, LIMITS["height_pct_foot"].high))


def test_every_limit_has_its_source() -> None:
    assert all(limit.low < limit.high and len(limit.source) > 10 for limit in LIMITS.values())


def test_no_frame_of_a_series_is_beyond_the_limits() -> None:
    signals = {"foot_turn_deg": np.array([0.0, 126.0, np.nan]), "rep_signal": np.array([0.0, 500.0, 1.0])}
    kept = drop_impossible_frames(signals)
    assert np.array_equal(kept["foot_turn_deg"], [0.0, np.nan, np.nan], equal_nan=True)
    assert np.array_equal(kept["rep_signal"], signals["rep_signal"])
    data = half_kneeling_report(measures_version=2).model_dump(mode="json", by_alias=True)
    series = {"time_s": [0.0, 0.1], "foot_turn_deg": [0.0, 126.0]}
    with pytest.raises(ValidationError, match="on some frames"):
        SetReport.model_validate(data | {"series": series})
    data["software"]["measures_version"] = 1
    read = SetReport.model_validate(data | {"series": series}).series
    assert read is not None
    assert read["foot_turn_deg"] == [0.0, None]


def test_an_impossible_reach_of_the_knee_does_not_make_the_shanks_angle_wrong() -> None:
    """The toe's landmark drifts back as the shank leans; knee and ankle stay where they are."""
    kept, reasons = drop_impossible([{"tibial_inclination_deg": 44.0, "valid_peak_deg": 44.0, "knee_over_toe_pct_foot": 80.0}])
    assert kept[0]["valid_peak_deg"] == kept[0]["tibial_inclination_deg"] == 44.0
    assert math.isnan(kept[0]["knee_over_toe_pct_foot"])
    assert list(reasons[0]) == ["knee_over_toe_pct_foot"]
