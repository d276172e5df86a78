"""The scale on which a set stands beside the last, the best and the other leg."""

from __future__ import annotations

from formcheck.export.other_sets import OtherSets, Reference
from formcheck.render.scale import describe_scale, explain_scale, mark_scale
from formcheck.report.schema import Quality
from tests.helpers.reports import make_rep, make_report, nobody_exercised

QUALITY = Quality(pose_coverage=1, usable=True, expected_error={"valid_peak_deg": 1.8})
OTHERS = OtherSets(Reference(30.5, "March 3"), Reference(41.9, "February 12"), Reference(42.8, "March 3"))


def test_the_scale_marks_this_set_the_last_the_best_and_the_other_leg() -> None:
    report = make_report([make_rep(1, 35), make_rep(2, 37)], quality=QUALITY)
    assert [(mark.name, mark.text) for mark in mark_scale(report, OTHERS)] == [
        ("This set", "36.0° ±\u00a01.8°"),
        ("Last set, March 3", "30.5°"),
        ("Best set, February 12", "41.9°"),
        ("Right leg, March 3", "42.8°"),
    ]


def test_the_scale_has_a_text_description() -> None:
    text = describe_scale(make_report([make_rep(1, 35)]), OtherSets(last=Reference(30.5, "March 3")))
    assert text == "Range, heel down: this set 35.0°; Last set, March 3 30.5°."


def test_the_error_and_the_usual_range_are_explained_under_the_scale() -> None:
    sentences = explain_scale(make_report([make_rep(1, 35), make_rep(2, 37)], quality=QUALITY))
    assert "Bar: ±\u00a01.8°." in sentences
    assert any("usual range" in sentence for sentence in sentences)


def test_a_set_without_a_headline_has_no_scale() -> None:
    assert mark_scale(nobody_exercised(), OTHERS) == []
    assert describe_scale(make_report([make_rep(1, None)])) == ""
