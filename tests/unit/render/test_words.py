from __future__ import annotations

from typing import Any, get_args

import pytest

from formcheck.analysis.correction import remove_rep
from formcheck.export.facts import list_reps
from formcheck.render.parts import make_table
from formcheck.render.summary import describe_unmeasured, even_columns
from formcheck.render.words import describe_faults, describe_recording, describe_set
from formcheck.report.faults import FAULTS
from formcheck.report.schema import FaultCode, Quality, QualityWarning, ScalePart, Unmeasured, ViewPart
from tests.helpers.factories import heel_raise_report
from tests.helpers.reports import make_rep, make_report, nobody_exercised


def test_every_fault_has_a_name_and_an_advice() -> None:
    assert set(FAULTS) == set(get_args(FaultCode))
    assert all(words.advice.endswith(".") and "-" not in words.label for words in FAULTS.values())


@pytest.mark.parametrize(("numbers", "text"), [([2], "rep 2"), ([2, 4], "reps 2 and 4"), ([1, 2, 4], "reps 1, 2 and 4")])
def test_reps_are_listed_with_commas_and_and(numbers: list[int], text: str) -> None:
    assert list_reps(numbers) == text


def test_a_lifted_heel_is_named_with_how_far() -> None:
    assert describe_faults(make_rep(2, 33, ["heel-lifted"], heel_rise_cm=2.36)) == "Heel lifted (2.4\u00a0cm)"
    assert describe_faults(make_rep(2, 33, ["heel-lifted"], heel_rise_pct_foot=9.8)) == "Heel lifted (10\u00a0% of foot)"
    assert describe_faults(make_rep(1, 33)) == "Clean"


def test_a_clean_set_has_nothing_to_change() -> None:
    words = describe_set(make_report([make_rep(1, 35), make_rep(2, 38)]))
    assert words.well[0] == "You did 2 reps of the half-kneeling ankle mobilization (left leg), all clean."
    assert words.well[1] == "Range, heel down: 36.5° (mean of all reps)."
    assert "how far your shin leaned forward over the foot" in words.well[2]
    assert words.well[3] == "Your best clean rep was number 2, with 38.0°."
    assert words.change[0] == "No fault was seen. Keep the same pace and range on the next set."
    assert words.missing == []


def test_a_rep_whose_heel_was_not_seen_is_not_called_clean() -> None:
    unseen = [make_rep(number, None, heel_rise_pct_foot=None) for number in (1, 2)]
    assert describe_faults(unseen[0]) == "No fault seen; heel not judged"
    well = describe_set(make_report(unseen)).well
    assert well[0] == "You did 2 reps of the half-kneeling ankle mobilization (left leg)."
    assert well[1].startswith("The heel could not be judged on any rep")
    well = describe_set(make_report([make_rep(1, 35, heel_rise_pct_foot=0.5), *unseen[1:]])).well
    assert well[0].endswith("1 of them clean.")
    assert well[1].startswith("The heel could not be judged on rep 2:")
    best_unseen = make_report([make_rep(1, 35, heel_rise_pct_foot=None), make_rep(2, 30, heel_rise_pct_foot=None)])
    assert describe_set(best_unseen).well[-1] == "Your best rep was number 1, with 35.0°."
    marks = [row.mark for row in make_table(make_report([*unseen, make_rep(3, 35), make_rep(4, 35, ["rushed"])])).rows]
    assert marks == ["–", "–", "✓", "▲"]


def test_a_raise_from_the_front_is_judged_without_its_height() -> None:
    from_the_side = make_rep(1, None, height_pct_foot=None)
    assert describe_faults(from_the_side) == "No fault seen; height not judged"
    assert describe_faults(make_rep(1, None, height_pct_foot=None, side_difference_pct=97.0)) == "Clean"


def test_the_commonest_fault_comes_first_with_its_reps() -> None:
    reps = [make_rep(1, 35, ["rushed"]), make_rep(2, 38, ["heel-lifted", "rushed"]), make_rep(3, 38)]
    change = describe_set(make_report(reps)).change
    assert change[0].startswith("Rushed on reps 1 and 2.")
    assert change[1].startswith("Heel lifted on rep 2.")


def test_the_error_is_explained_beside_it() -> None:
    quality = Quality(pose_coverage=1, usable=True, expected_error={"valid_peak_deg": 1.6})
    words = describe_set(make_report([make_rep(1, 38)], quality=quality))
    assert "Range, heel down: 38.0° ±\u00a01.6° (one rep)." in words.well


@pytest.mark.parametrize(
    ("drop_cm", "warned", "words"),
    [(None, [], "from the floor"), (2.5, [], "above the step's level"), (None, ["level-unseen"], "from its lowest point")],
)
def test_the_height_is_said_to_count_from_where_it_was_measured(drop_cm: float | None, warned: list[Any], words: str) -> None:
    report = heel_raise_report()
    reps = [rep.model_copy(update={"drop_cm": drop_cm}) for rep in report.reps]
    quality = Quality(pose_coverage=1, usable=True, warnings=[QualityWarning(code=code, message="A sentence.") for code in warned])
    assert words in " ".join(describe_set(report.model_copy(update={"reps": reps, "quality": quality})).well)


def test_missing_measures_are_listed_with_their_reasons() -> None:
    quality = Quality(
        pose_coverage=0.8, usable=True, warnings=[QualityWarning(code="feet-out-of-frame", message="The foot was out.")]
    )
    words = describe_set(make_report([make_rep(1, 38), make_rep(2, None)], quality=quality))
    assert words.missing == ["Range, heel down could not be measured on rep 2.", "The foot was out."]


def test_a_report_without_reps_says_what_the_analysis_found() -> None:
    """Three films of legs alone were once told that no exercise was known, though the analysis had seen that no trunk was there."""
    assert describe_set(nobody_exercised()).missing == ["No repetition was seen."]


def test_a_set_whose_reps_were_all_removed_by_hand_says_that_none_was_counted() -> None:
    assert describe_set(remove_rep(make_report([make_rep(1, 38)]), 1)).missing == ["No reps were counted."]


@pytest.mark.parametrize(
    ("yaw", "words"),
    [(1.0, "From the side, square on."), (12.0, "about 12° off, toward your front"), (-12.0, "toward your back")],
)
def test_the_camera_is_described_from_the_persons_place(yaw: float, words: str) -> None:
    report = make_report([make_rep(1, 38)], view=ViewPart(kind="side", yaw_deg=yaw))
    assert words in dict(describe_recording(report))["Camera"]


def test_the_scale_names_its_source() -> None:
    assert "your height" in dict(describe_recording(make_report([])))["Scale"]
    assert "% of foot length" in dict(describe_recording(make_report([], scale=ScalePart())))["Scale"]


def test_a_set_without_enough_sound_reps_has_a_reason_for_its_missing_range() -> None:
    report = make_report([make_rep(1, 35, ["heel-lifted"]), make_rep(2, 37, ["heel-lifted"])])
    gap = Unmeasured(measure="headline", reason="fewer than two reps had the heel down")
    summary = report.summary.model_copy(update={"headline": None, "headline_reps": [], "unmeasured": [gap]})
    words = describe_set(report.model_copy(update={"summary": summary}))
    assert "Range, heel down: not measured for this set, because fewer than two reps had the heel down." in words.missing
    assert not any("mean of" in sentence for sentence in words.well)


def test_a_reason_that_every_rep_has_is_given_once() -> None:
    gap = Unmeasured(measure="valid_peak_deg", reason="the shin was hidden")
    reps = [make_rep(n, None).model_copy(update={"unmeasured": [gap]}) for n in (1, 2)]
    report = make_report(reps)
    summary = report.summary.model_copy(update={"unmeasured": [gap.model_copy(update={"measure": "headline"})]})
    words = describe_set(report.model_copy(update={"summary": summary}))
    assert [sentence for sentence in words.missing if "the shin was hidden" in sentence] == [
        "Not measured on any rep: range, heel down, because the shin was hidden."
    ]


def test_what_is_missing_of_a_rep_is_named_with_its_reason_in_one_sentence() -> None:
    gaps = [Unmeasured(measure=name, reason="the foot was hidden") for name in ("hold_s", "heel_rise_cm")]
    rep = make_rep(2, 37).model_copy(update={"unmeasured": gaps})
    words = describe_set(make_report([make_rep(1, 35), rep]))
    assert "Not measured on rep 2: hold and heel rise, because the foot was hidden." in words.missing


def test_a_number_that_only_a_fault_has_is_not_missed_without_it() -> None:
    """How far a heel was still up is a number of a raise that was not lowered; no table has it where none was."""
    gaps = [Unmeasured(measure=name, reason="the recording ended") for name in ("lower_s", "left_up_pct")]
    rep = make_rep(1, None, height_cm=9.0).model_copy(update={"unmeasured": gaps})
    raised = make_report([rep], exercise="heel-raise", side="both")
    assert "Not measured on any rep: down, because the recording ended." in describe_set(raised).missing
    faulty = make_report([rep.model_copy(update={"faults": ["not-lowered"]})], exercise="heel-raise", side="both")
    assert "Not measured on any rep: down and still up, because the recording ended." in describe_set(faulty).missing


def test_a_number_named_with_its_reason_is_not_listed_again() -> None:
    gaps = [Unmeasured(measure=name, reason="the foot was hidden") for name in ("hold_s", "heel_rise_cm", "heel_rise_pct_foot")]
    bare = make_rep(1, 35.0, hold_s=None)
    assert "Hold (" in describe_unmeasured(make_report([bare]))
    assert "Heel rise (" in describe_unmeasured(make_report([bare]))
    explained = describe_unmeasured(make_report([bare.model_copy(update={"unmeasured": gaps})]))
    assert "Hold (" not in explained
    assert "Heel rise (" not in explained


def test_a_missing_length_is_defined_by_itself() -> None:
    """In cm and in % of the foot it is one number; "the same, in %" alone would define nothing."""
    missing = describe_unmeasured(make_report([make_rep(1, 35.0)]))
    assert "Knee past toes (" in missing
    assert "The same" not in missing


@pytest.mark.parametrize(
    ("exercise", "side", "did"),
    [
        ("heel-raise", "both", "You did 1 rep of the heel raise (both legs)"),
        ("soleus-raise", "both", "You did 1 rep of the soleus raise (bent knees, both legs)"),
        ("heel-raise", None, "You did 1 rep of the heel raise"),
    ],
)
def test_the_leg_is_named_in_one_pair_of_brackets(exercise: str, side: str | None, did: str) -> None:
    said = describe_set(make_report([make_rep(1, None, height_cm=9.0)], exercise=exercise, side=side)).well[0]
    assert said.removesuffix(", clean.") == did


@pytest.mark.parametrize(
    ("cards", "most", "columns"),
    [(1, 4, 1), (2, 4, 2), (4, 4, 4), (5, 4, 3), (6, 4, 3), (7, 4, 4), (8, 4, 4), (4, 3, 2), (0, 4, 1)],
)
def test_no_row_of_cards_is_much_shorter_than_the_others(cards: int, most: int, columns: int) -> None:
    assert even_columns(cards, most) == columns
