"""How the numbers of a report are written, and which of them stands for the set."""

from __future__ import annotations

import pytest

from formcheck.exercises import Measure
from formcheck.export.facts import (
    best_rep,
    describe_evidence,
    describe_set_value,
    format_error,
    format_number,
    format_time,
    format_value,
    headline_of,
    measure_named,
    set_value,
    shown_measures,
)
from formcheck.report.schema import Reading, RepEvidence, SetReport
from tests.helpers.reports import make_rep, make_report, nobody_exercised

ANGLE = Measure("a", "A", "°", 1, "")
LENGTH = Measure("l", "L", "cm", 1, "")


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(12.34, 1, "12.3"), (-0.04, 1, "0.0"), (-2.0, 0, "−2"), (None, 1, "–"), (float("nan"), 1, "–")],
    ids=["plain", "no negative zero", "true minus sign", "not measured", "not a number"],
)
def test_numbers_have_one_format(value: float | None, decimals: int, text: str) -> None:
    assert format_number(value, decimals) == text


def test_a_degree_sign_closes_up_and_other_units_stand_off() -> None:
    assert format_value(ANGLE, 41.26) == "41.3°"
    assert format_value(LENGTH, 9.0) == "9.0\u00a0cm"


@pytest.mark.parametrize(("seconds", "text"), [(7.44, "0:07.4"), (59.97, "1:00.0"), (3600, "60:00.0")])
def test_times_are_minutes_and_seconds(seconds: float, text: str) -> None:
    assert format_time(seconds) == text


def test_the_best_rep_is_the_best_clean_one() -> None:
    reps = [make_rep(1, 35), make_rep(2, 44, ["heel-lifted"]), make_rep(3, 38)]
    assert best_rep(make_report(reps)).number == 3


def test_without_a_clean_rep_the_best_is_the_largest() -> None:
    reps = [make_rep(1, 35, ["rushed"]), make_rep(2, None), make_rep(3, 38, ["rushed"])]
    assert best_rep(make_report(reps)).number == 3


def test_lengths_are_shown_in_centimeters_or_in_percent_of_the_foot() -> None:
    scaled = make_report([make_rep(1, 35, knee_over_toe_cm=4.0, knee_over_toe_pct_foot=17.0)])
    bare = make_report([make_rep(1, 35, knee_over_toe_cm=None, knee_over_toe_pct_foot=17.0)])
    assert [m.name for m in shown_measures(scaled) if "toe" in m.name] == ["knee_over_toe_cm"]
    assert [m.name for m in shown_measures(bare) if "toe" in m.name] == ["knee_over_toe_pct_foot"]


def test_a_report_without_an_exercise_has_no_scale() -> None:
    report = nobody_exercised()
    assert headline_of(report) is None
    assert best_rep(report) is None
    assert shown_measures(report) == []


def test_the_sets_number_is_its_headline_and_names_its_reps() -> None:
    report = make_report([make_rep(1, 35), make_rep(2, 20, ["heel-lifted"]), make_rep(3, 37), make_rep(4, 36)])
    summary = report.summary.model_copy(update={"headline": 36.0, "headline_reps": [1, 3, 4]})
    report = report.model_copy(update={"summary": summary})
    assert set_value(report) == 36.0
    assert describe_set_value(report) == "mean of reps 1, 3 and 4"


def test_a_number_of_the_best_reps_says_so_where_a_clean_one_is_left_out() -> None:
    report = make_report([make_rep(1, 35), make_rep(2, 30), make_rep(3, 37), make_rep(4, 36)])
    summary = report.summary.model_copy(update={"headline": 36.0, "headline_reps": [1, 3, 4]})
    assert describe_set_value(report.model_copy(update={"summary": summary})) == "mean of the best: reps 1, 3 and 4"


def test_a_report_of_the_first_definitions_keeps_its_mean_as_headline() -> None:
    report = make_report([make_rep(1, 35), make_rep(2, 37)])
    old = report.model_copy(update={"software": report.software.model_copy(update={"measures_version": 1})})
    old = old.model_copy(update={"summary": old.summary.model_copy(update={"headline": None, "headline_reps": []})})
    assert set_value(old) == 36.0
    assert describe_set_value(old) == "mean of all reps"


@pytest.mark.parametrize(
    ("error", "shown"), [(0.15, "± 0.2°"), (1.56, "± 1.6°"), (1.61, "± 1.7°"), (2.0, "± 2.0°"), (0.3, "± 0.3°")]
)
def test_an_error_is_never_shown_smaller_than_it_is(error: float, shown: str) -> None:
    report = make_report([make_rep(1, 35)])
    quality = report.quality.model_copy(update={"expected_error": {"tibial_inclination_deg": error}})
    peak = measure_named(report, "tibial_inclination_deg")
    assert peak is not None
    assert format_error(peak, report.model_copy(update={"quality": quality})).replace("\u00a0", " ") == shown


def test_a_number_s_evidence_names_every_source_in_the_best_rep() -> None:
    readings = [Reading(source="pictures", value=8.1, sd=0.4), Reading(source="ankles", value=7.4, sd=0.7)]
    evidence = RepEvidence(measure="tibial_inclination_deg", source="pictures+ankles", value=7.9, sd=0.35, readings=readings)
    best = make_rep(2, 38).model_copy(update={"evidence": [evidence]})
    report = make_report([make_rep(1, 35), best])
    peak = measure_named(report, "tibial_inclination_deg")
    assert peak is not None
    said = describe_evidence(report, peak).replace("\u00a0", " ")
    assert said.startswith("In rep 2: pictures 8.1 ± 0.4°, ankles 7.4 ± 0.7° → 7.9 ± 0.4°.")
    assert said.endswith("Together with the angle as followed from frame to frame this gives 38.0°.")
    assert describe_evidence(make_report([make_rep(1, 35)]), peak) == ""


def test_a_report_without_evidence_is_read_and_one_with_it_comes_back_the_same() -> None:
    older = make_report([make_rep(1, 35)]).model_dump(mode="json")
    del older["reps"][0]["evidence"]
    assert SetReport.model_validate(older).reps[0].evidence == []
    reading = Reading(source="corners", value=8.0, sd=0.5)
    evidence = RepEvidence(measure="height_cm", source="corners", value=8.0, sd=0.5, readings=[reading])
    report = make_report([make_rep(1, 35).model_copy(update={"evidence": [evidence]})])
    assert SetReport.model_validate_json(report.model_dump_json()) == report
