"""The report is the contract: its JSON says what it is, refuses what it does not know, and has null for the unknown."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from formcheck.analysis.pipeline import Analysis
from formcheck.export.csv import with_series
from formcheck.report.schema import Athlete, Rep, ScalePart, SetReport, Summary
from tests.helpers.factories import heel_raise_report


def test_the_json_has_the_fields_of_the_contract(sample_analysis: Analysis) -> None:
    data = json.loads(sample_analysis.report.model_dump_json())
    assert data["schema"] == "formcheck.report/1"
    assert data["origin"] == "video"
    assert set(data["video"]) >= {"file", "duration_s", "fps", "frames", "width", "height", "rotation_deg"}
    assert (data["exercise_source"], data["side_source"]) == ("detected", "detected")
    assert set(data["view"]) >= {"kind", "yaw_deg", "roll_deg", "warnings"}
    assert set(data["scale"]) >= {"cm_per_px", "source"}
    assert set(data["summary"]) >= {"rep_count", "best", "mean", "sd", "clean_reps", "unjudged_reps", "range_of_motion_deg"}
    assert set(data["quality"]) >= {"pose_coverage", "usable", "warnings"}
    assert set(data["software"]) >= {"formcheck", "mediapipe", "model", "model_sha256"}
    assert data["series"] is None
    for number, rep in enumerate(data["reps"], start=1):
        assert rep["number"] == number
        assert rep["start_s"] < rep["peak_s"] < rep["end_s"]
        assert set(rep) >= {
            *("faults", "confidence", "tibial_inclination_deg", "valid_peak_deg", "dorsiflexion_deg", "knee_over_toe_cm"),
            *("knee_over_toe_pct_foot", "hold_s", "heel_rise_cm", "heel_rise_pct_foot"),
        }


def test_a_heel_raise_report_has_its_own_measures(heel_raise_analysis: Analysis) -> None:
    data = json.loads(heel_raise_analysis.report.model_dump_json())
    assert set(data["reps"][0]) >= {
        *("height_cm", "height_pct_foot", "plantarflexion_deg", "rise_s", "hold_s", "lower_s", "knee_flexion_change_deg"),
    }
    assert set(data["summary"]) >= {"height_fade_pct", "total_displacement_cm", "work_j", "cadence_per_min"}


@pytest.mark.parametrize("which", ["sample_analysis", "heel_raise_analysis"])
def test_every_error_stated_is_that_of_a_number_in_the_report(which: str, request: pytest.FixtureRequest) -> None:
    """A heel raise on the floor has no drop below a step, and one filmed from the side no drift of the ankles."""
    report = request.getfixturevalue(which).report
    stated = set(report.quality.expected_error)
    assert all(any(rep.measures[name] is not None for rep in report.reps) for name in stated)
    assert not stated & {"drop_cm", "ankle_drift_cm"}
    assert {"height_cm", "valid_peak_deg"} & stated


def test_reading_the_json_again_gives_the_same_report(sample_analysis: Analysis) -> None:
    text = with_series(sample_analysis).model_dump_json()
    assert SetReport.model_validate_json(text).model_dump_json() == text


def test_the_series_has_a_value_or_null_for_every_frame(sample_analysis: Analysis) -> None:
    series = with_series(sample_analysis).series
    assert series is not None
    assert {len(values) for values in series.values()} == {len(sample_analysis.track)}
    assert all(v is None or math.isfinite(v) for values in series.values() for v in values)


def test_a_value_that_was_not_measured_is_null() -> None:
    value = math.nan
    rep = Rep(number=1, start_s=0.0, peak_s=1.0, end_s=2.0, confidence=0.5, height_cm=value)
    assert json.loads(rep.model_dump_json())["height_cm"] is None
    assert json.loads(ScalePart(cm_per_px=value).model_dump_json())["cm_per_px"] is None
    assert json.loads(Summary(rep_count=0, mean=value, work_j=value).model_dump_json())["work_j"] is None


@pytest.mark.parametrize(
    "values",
    [{"height_cm": 20}, {"height_cm": 900}, {"mass_kg": 0}, {"mass_kg": math.nan}, {"height_cm": "tall"}, {"shoe": 43}],
    ids=str,
)
def test_an_impossible_athlete_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Athlete(**values)


def test_unknown_fields_and_other_schemas_are_refused(sample_analysis: Analysis) -> None:
    data = json.loads(sample_analysis.report.model_dump_json())
    for change in ({"schema": "formcheck.report/2"}, {"surprise": 1}, {"exercise": "squat"}, {"video": None}):
        with pytest.raises(ValidationError):
            SetReport.model_validate(data | change)


def test_a_variant_is_called_by_its_exercise_and_named_beside() -> None:
    earlier = json.loads(heel_raise_report().model_dump_json()) | {"exercise": "soleus-raise"}
    del earlier["variant"]
    report = SetReport.model_validate(earlier)
    written = json.loads(report.model_dump_json())
    assert (written["exercise"], written["variant"]) == ("heel-raise", "soleus-raise")
    assert SetReport.model_validate(written) == report
    assert (report.drill, heel_raise_report().drill) == ("soleus-raise", "heel-raise")
    with pytest.raises(ValidationError, match="no variant of half-kneeling"):
        SetReport.model_validate(written | {"exercise": "half-kneeling"})


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=10), inner, max_size=3)),
    max_leaves=5,
)


@given(data=st.data())
@settings(max_examples=150)
def test_a_damaged_report_is_either_refused_or_read(sample_analysis: Analysis, data: st.DataObject) -> None:
    """Reports come in from files that other people made: any field may hold anything."""
    report = json.loads(sample_analysis.report.model_dump_json())
    place: Any = report
    for _ in range(data.draw(st.integers(0, 3))):
        inner = [
            k for k in (place if isinstance(place, dict) else range(len(place))) if isinstance(place[k], (dict, list)) and place[k]
        ]
        if not inner:
            break
        place = place[data.draw(st.sampled_from(inner))]
    key = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
    place[key] = data.draw(json_values)
    try:
        read = SetReport.model_validate(report)
    except ValidationError:
        return
    assert SetReport.model_validate_json(read.model_dump_json()) == read
