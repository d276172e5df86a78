"""What is said about a set: fatigue, tempo, holds and sides, each only beyond its error."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from formcheck.export.fade import measure_fade
from formcheck.export.findings import MAX_FINDINGS, Rank, find_all, interpret
from formcheck.export.other_sets import NO_OTHER_SETS, OtherSets, Reference, Verdict
from formcheck.report.schema import Quality, QualityWarning, Rep, SetReport
from tests.helpers.reports import make_rep, make_report, nobody_exercised

ANGLE_ERROR = Quality(pose_coverage=1, usable=True, expected_error={"valid_peak_deg": 1.8})
FALLING = [29.9, 29.3, 28.5, 27.8, 27.0, 26.1, 25.4, 24.6, 23.7, 22.9]
STEADY = [43.0, 44.1, 42.8, 43.6, 43.9, 43.2]
RIGHT_IS_BETTER = Reference(44.3, "March 3", verdict="less", threshold=4.7)


def half_kneeling(values: Sequence[float], faults: Sequence[list[str]] | None = None, **measures: float | None) -> SetReport:
    given = faults or [[] for _ in values]
    reps = [make_rep(k, value, found, **measures) for k, (value, found) in enumerate(zip(values, given, strict=True), start=1)]
    return make_report(reps, quality=ANGLE_ERROR)


def heel_raises(heights: Sequence[float], rise_s: float = 1.0, lower_s: float = 1.2, faults: Sequence[str] = ()) -> SetReport:
    reps = [
        Rep.model_validate(
            {
                "number": k,
                "start_s": 3.0 * k,
                "peak_s": 3.0 * k + 1,
                "end_s": 3.0 * k + 2.5,
                "faults": list(faults),
                "confidence": 0.9,
                "height_cm": height,
                "height_pct_foot": 4 * height,
                "rise_s": rise_s,
                "hold_s": 0.4,
                "lower_s": lower_s,
            }
        )
        for k, height in enumerate(heights, start=1)
    ]
    quality = Quality(pose_coverage=1, usable=True, expected_error={"height_cm": 0.7})
    report = make_report([], exercise="heel-raise", side="both", quality=quality)
    mean = sum(heights) / len(heights)
    summary = report.summary.model_copy(update={"rep_count": len(reps), "best": max(heights), "mean": mean, "headline": mean})
    return report.model_copy(update={"reps": reps, "summary": summary})


def from_a_step(drops_cm: Sequence[float]) -> SetReport:
    report = heel_raises([8.0] * len(drops_cm))
    reps = [rep.model_copy(update={"drop_cm": drop}) for rep, drop in zip(report.reps, drops_cm, strict=True)]
    return report.model_copy(update={"reps": reps})


def statements(report: SetReport, others: OtherSets = NO_OTHER_SETS) -> list[str]:
    return [finding.statement for finding in interpret(report, others)]


def test_a_range_that_falls_within_the_set_is_reported_with_both_numbers_and_a_next_step() -> None:
    (finding,) = interpret(half_kneeling(FALLING))
    assert finding.rank is Rank.FADE
    assert finding.statement == "Your range fell within the set, from 29.2° in the first reps to 23.7° in the last."
    assert finding.next_step == "Rest longer before the next set, and stop a set when the range starts to fall."


def test_a_steady_set_does_not_fade() -> None:
    assert "You kept your range: 43.5° at first, 43.5° at the end." in statements(half_kneeling(STEADY))


def test_a_last_third_that_is_lower_by_less_than_error_is_said_to_be_within_it() -> None:
    """Beside a number that says "lower", a bare "you kept it" would contradict it."""
    said = next(words for words in statements(half_kneeling([44.0, 43.0, 43.5, 43.2, 43.6, 43.1])) if "kept your range" in words)
    assert said == "You kept your range, within measurement error: 43.5° at first, 43.4° at the end."


def test_one_low_rep_among_scattered_ones_is_not_fatigue() -> None:
    assert not any(finding.rank is Rank.FADE for finding in interpret(half_kneeling([30, 40, 35, 41, 33, 27])))


def test_range_lost_to_a_lifted_heel_is_not_called_fatigue() -> None:
    faults = [[], ["heel-lifted"], [], ["heel-lifted"]]
    report = half_kneeling([43.7, 29.7, 44.0, 28.4], faults)
    assert measure_fade(report) is None
    assert statements(report) == ["Heel lifted on reps 2 and 4."]


def test_the_last_raises_are_called_lower_in_words() -> None:
    (finding,) = (f for f in interpret(heel_raises([9.5, 9.4, 9.3, 8.0, 7.5, 7.0, 6.1, 5.9, 5.8])) if f.is_concern)
    assert finding.statement == "The last raises were 37\u00a0% lower than the first (9.4\u00a0cm, then 5.9\u00a0cm)."


def test_raises_that_differ_by_less_than_the_error_do_not_fade() -> None:
    assert not any(finding.is_concern for finding in interpret(heel_raises([9.0, 8.9, 9.1, 8.8, 8.9, 8.7])))


def test_quick_raises_are_reported_in_one_sentence_for_both_directions() -> None:
    (finding,) = interpret(heel_raises([9.0] * 6, rise_s=0.3, lower_s=0.4, faults=["rushed", "dropped"]))
    assert finding.statement == "You went up in 0.3\u00a0s and down in 0.4\u00a0s on average, too fast on every rep."
    assert "about a second each way" in finding.next_step


def test_a_short_hold_is_reported_with_the_time_held_and_the_time_prescribed() -> None:
    (finding,) = interpret(half_kneeling(STEADY, [["short-hold"]] * 6, hold_s=0.4))
    assert finding.statement == "Your hold was too short on every rep (0.4\u00a0s); the exercise asks for 1\u00a0s."


def test_a_good_hold_and_tempo_are_reported() -> None:
    assert any("You held for 1.2" in text for text in statements(half_kneeling(STEADY)))
    assert any("controlled both ways" in text for text in statements(heel_raises([9.0] * 6)))


def test_a_set_without_a_fault_is_told_once_to_go_on_like_this() -> None:
    """ "Keep the same pace and height", "Keep this height" and "Keep this pace" stood below each other."""
    said = " ".join(finding.text for finding in interpret(heel_raises([9.0] * 6)))
    assert said.count("Keep ") == 1
    assert "Keep the same pace and height on the next set. You kept your height" in said
    assert said.endswith("controlled both ways.")


def test_a_hold_below_what_is_asked_is_not_praised_where_it_is_within_the_error() -> None:
    assert not any("You held" in text for text in statements(half_kneeling(STEADY, hold_s=0.7)))


def test_a_side_difference_beyond_error_names_both_legs_and_the_weaker_one() -> None:
    (finding,) = interpret(half_kneeling([28.2] * 4), OtherSets(other_leg=RIGHT_IS_BETTER))
    assert finding.statement == (
        "Your left leg reached 28.2° and your right leg 44.3° (March 3): 16.1° apart, more than measurement error (4.7°)."
    )
    assert "Start with the left leg" in finding.next_step


def test_a_side_difference_within_error_is_not_a_finding() -> None:
    others = OtherSets(other_leg=Reference(30.0, "March 3", verdict="within error", threshold=4.7))
    assert not any(finding.rank is Rank.SIDES for finding in find_all(half_kneeling([28.2] * 4), others))


@pytest.mark.parametrize(("before", "verdict", "text"), [(32.0, "more", "Up 6.0° since"), (44.0, "less", "Down 6.0° since")])
def test_a_change_beyond_error_is_reported_with_its_direction(before: float, verdict: Verdict, text: str) -> None:
    others = OtherSets(last=Reference(before, "March 3", verdict=verdict, threshold=4.7))
    assert any(sentence.startswith(text) for sentence in statements(half_kneeling([38.0] * 4), others))


def test_two_sets_of_one_day_show_no_change() -> None:
    others = OtherSets(last=Reference(30.0, "March 3", same_day=True, verdict="more", threshold=4.7))
    assert not any("since March 3" in sentence for sentence in statements(half_kneeling([38.0] * 4), others))


def test_a_difference_of_unknown_error_is_not_called_a_change() -> None:
    others = OtherSets(last=Reference(10.0, "March 3"), other_leg=Reference(10.0, "March 3"))
    found = {finding.rank for finding in find_all(half_kneeling([38.0] * 4), others)}
    assert not found & {Rank.GAIN, Rank.LOSS, Rank.SIDES}


def test_at_most_three_findings_are_given_and_habits_come_first() -> None:
    faults = [["heel-lifted", "short-hold", "partial"]] * 3 + [["rushed"]]
    others = OtherSets(last=Reference(44.0, "March 3", verdict="less", threshold=4.7), other_leg=RIGHT_IS_BETTER)
    found = interpret(half_kneeling([28.2, 28.0, 28.3, 28.1], faults), others)
    assert len(found) == MAX_FINDINGS
    assert [finding.rank for finding in found] == sorted(finding.rank for finding in found)
    assert found[0].rank is Rank.ANOTHER_MOVEMENT


def test_a_lifted_heel_comes_before_a_short_hold() -> None:
    found = interpret(half_kneeling([40.0] * 4, [["short-hold"], ["heel-lifted", "short-hold"], ["heel-lifted", "short-hold"], []]))
    assert [finding.statement.split(" on ")[0] for finding in found] == ["Heel lifted", "Your hold was too short"]


def test_only_a_faultless_set_is_called_faultless() -> None:
    assert statements(half_kneeling(STEADY))[0] == "No fault was seen."
    assert "No fault was seen." not in statements(half_kneeling(FALLING))
    assert "No fault was seen." not in statements(half_kneeling([28.2] * 4), OtherSets(other_leg=RIGHT_IS_BETTER))


def test_a_set_whose_heel_was_not_seen_is_not_called_faultless() -> None:
    finding = interpret(half_kneeling([40.0] * 4, heel_rise_pct_foot=None))[0]
    assert finding.statement == "The heel was not seen well enough to say whether your form was right."
    assert finding.next_step.startswith("What stood in the way is listed below")
    assert statements(half_kneeling([40.0] * 4, heel_rise_pct_foot=0.4))[0] == "No fault was seen."


def test_a_set_whose_number_the_view_hid_says_where_the_camera_goes() -> None:
    far = Quality(pose_coverage=1, usable=False, warnings=[QualityWarning(code="far-leg", message="The leg was the far one.")])
    hidden = make_report([make_rep(number, None, hold_s=None) for number in (1, 2, 3)], quality=far)
    finding = interpret(hidden)[0]
    assert finding.statement == "Range, heel down: not measured, because the camera did not see the working leg from its side."
    assert "the working leg's side" in finding.next_step


def test_a_set_without_reps_has_no_findings() -> None:
    assert interpret(nobody_exercised()) == []


def test_how_far_the_heels_sank_below_a_step_is_said_of_a_set_from_a_step_only() -> None:
    assert "On the step your heel sank 2.5\u00a0cm below the ball of the foot on average." in statements(
        from_a_step([2.0, 3.0, 2.5])
    )
    assert not any("step" in statement for statement in statements(heel_raises([8.0, 8.1, 7.9])))
