"""Corrections by hand: the sums are worked out on paper, and everything can be taken back."""

from __future__ import annotations

import pytest

from formcheck.analysis.correction import add_rep, move_borders, remove_rep, rename_side, undo_last
from formcheck.report.schema import Rep, SetReport
from formcheck.support.errors import UsageError
from tests.helpers.factories import half_kneeling_report, heel_raise_report


def rep_at(start_s: float, peak_deg: float) -> Rep:
    return Rep.model_validate(
        {
            "number": 1,
            "start_s": start_s,
            "peak_s": start_s + 1.5,
            "end_s": start_s + 3.0,
            "confidence": 0.9,
            "tibial_inclination_deg": peak_deg + 1.0,
            "valid_peak_deg": peak_deg,
            "hold_s": 1.2,
        }
    )


def test_a_removed_rep_leaves_the_count_the_mean_and_the_best_of_the_others() -> None:
    report = half_kneeling_report((30.0, 40.0, 33.0))
    corrected = remove_rep(report, 2)
    assert [(rep.number, rep.start_s, rep.measures["valid_peak_deg"]) for rep in corrected.reps] == [(1, 0.0, 30.0), (2, 8.0, 33.0)]
    assert corrected.summary.rep_count == 2
    assert corrected.summary.mean == pytest.approx(31.5)
    assert corrected.summary.best == 33.0
    assert corrected.summary.sd == pytest.approx(3 / 2**0.5)
    assert [(step.kind, step.rep) for step in corrected.corrections] == [("remove", 2)]
    assert corrected.corrections[0].before == report.reps[1]


def test_a_rep_that_was_partial_against_the_removed_one_is_so_no_more() -> None:
    # 29 + 1 is under three quarters of 40 + 1, but not of 33 + 1
    report = remove_rep(half_kneeling_report((29.0, 40.0, 50.0)), 3)
    assert "partial" in report.reps[0].faults
    assert "partial" not in remove_rep(report, 2).reps[0].faults


def test_a_heel_raise_sums_up_what_is_left() -> None:
    corrected = remove_rep(heel_raise_report((10.0, 9.0, 2.0, 8.0)), 3)
    assert corrected.summary.measures["total_displacement_cm"] == pytest.approx(27.0)
    assert corrected.summary.measures["height_fade_pct"] == pytest.approx(-20.0)
    # three raises with 6 s from the first top to the last: 20 a minute
    assert corrected.summary.measures["cadence_per_min"] == pytest.approx(20.0, abs=1e-4)


def test_every_step_can_be_taken_back_to_the_very_report() -> None:
    counted = half_kneeling_report((30.0, 40.0, 33.0))
    steps: list[SetReport] = [counted, remove_rep(counted, 2)]
    steps.append(add_rep(steps[-1], rep_at(4.2, 36.0)))
    steps.append(move_borders(steps[-1], 3, rep_at(8.5, 34.0)))
    steps.append(rename_side(steps[-1], "right"))
    assert [rep.measures["valid_peak_deg"] for rep in steps[-1].reps] == [30.0, 36.0, 34.0]
    assert (steps[-1].side, steps[-1].side_source) == ("right", "given")
    assert [step.kind for step in steps[-1].corrections] == ["remove", "add", "borders", "side"]
    report = SetReport.model_validate_json(steps[-1].model_dump_json())
    assert report.as_counted == counted
    for earlier in reversed(steps[:-1]):
        report = undo_last(report)
        assert report == earlier
    assert undo_last(report) == counted


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda report: remove_rep(report, 9), "no rep 9"),
        (lambda report: add_rep(report, rep_at(2.5, 30.0)), "overlap rep 1"),
        (lambda report: move_borders(report, 1, rep_at(2.0, 30.0)), "overlap rep 2"),
        (lambda report: rename_side(report, "left"), "left already"),
        (lambda report: rename_side(report, "both"), "one leg works"),
        (lambda report: remove_rep(report.model_copy(update={"exercise": None}), 1), "No exercise was recognized"),
    ],
)
def test_an_impossible_correction_is_refused_with_a_message(wrong: object, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        wrong(half_kneeling_report())  # type: ignore[operator]


def test_all_reps_can_be_removed_and_come_back() -> None:
    report = half_kneeling_report((30.0,))
    empty = remove_rep(report, 1)
    assert (empty.reps, empty.summary.rep_count, empty.summary.mean) == ([], 0, None)
    assert undo_last(empty) == report
