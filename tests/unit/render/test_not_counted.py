"""What was seen and not counted is on the chart, in the terminal and on the page, with its reason."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest

from formcheck.render.charts import signal_chart
from formcheck.render.page import render_html
from formcheck.render.parts import list_sections, make_table
from formcheck.render.text import print_summary
from formcheck.render.words import advise_filming, describe_set, describe_uncounted
from formcheck.report.schema import NotCounted, Quality, QualityWarning, SetReport
from tests.helpers.reports import make_rep, make_report

WHY = "The rear knee moved up and down: that is a lunge."


def uncounted(*starts_s: float, exercise: str = "half-kneeling") -> list[NotCounted]:
    return [
        NotCounted(
            start_s=s, peak_s=s + 1, end_s=s + 2, exercise=exercise, criterion="rear-knee-moved", value=0.5, limit=0.45, message=WHY
        )
        for s in starts_s
    ]


@pytest.fixture
def report() -> SetReport:
    return make_report([make_rep(1, 30.0), make_rep(2, 31.0)], not_counted=uncounted(12.0, 16.0))


def test_movements_with_the_same_reason_are_one_sentence_with_their_times(report: SetReport) -> None:
    assert describe_uncounted(report) == ["At 0:13.0 and 0:17.0: the rear knee moved up and down: that is a lunge."]
    many = report.model_copy(update={"not_counted": uncounted(*np.arange(0.0, 40.0, 4.0)), "reps": []})
    assert describe_uncounted(many)[0].startswith("At 0:01.0, 0:05.0, 0:09.0, 0:13.0 and 6 more: the rear knee")


def test_the_terminal_gives_the_reason(report: SetReport) -> None:
    out = io.StringIO()
    print_summary(report, file=out)
    assert "Seen, but not counted" in out.getvalue()
    assert "At 0:13.0 and 0:17.0: the rear knee moved up and down" in " ".join(out.getvalue().split())


def test_the_page_gives_the_reason_and_its_legend_names_the_gray(report: SetReport) -> None:
    time_s = np.arange(0.0, 30.0, 0.1)
    page = render_html(report, {"time_s": time_s, "tibial_inclination_deg": 10 + 0 * time_s}, {})
    assert "Seen, but not counted" in page
    assert "the rear knee moved up and down" in page
    assert "seen, but not counted" in page


def test_the_chart_shades_them_with_a_word(report: SetReport) -> None:
    time_s = np.arange(0.0, 30.0, 0.1)
    chart = json.loads(signal_chart(report, {"time_s": time_s, "tibial_inclination_deg": 10 + 0 * time_s}).to_json())
    rows = [row for data in chart["datasets"].values() for row in data if row.get("word") == "not counted"]
    assert {(row["start"], row["end"], row["why"]) for row in rows} == {(12.0, 14.0, WHY), (16.0, 18.0, WHY)}
    whole = json.loads(
        signal_chart(make_report([make_rep(1, 30.0)]), {"time_s": time_s, "tibial_inclination_deg": 10 + 0 * time_s}).to_json()
    )
    assert "not counted" not in json.dumps(whole)


def test_a_report_without_counted_reps_lists_what_was_seen_and_what_was_missing() -> None:
    said = "Two knee to wall reps of the left leg were seen; the test asks for three."
    warning = QualityWarning(code="no-exercise", message=said)
    nothing = make_report(
        [],
        exercise=None,
        side=None,
        not_counted=uncounted(3.0, exercise="knee-to-wall"),
        quality=Quality(pose_coverage=1.0, usable=False, warnings=[warning]),
    )
    assert describe_set(nothing).missing == [said]


def test_two_trials_of_three_are_reported_as_two_of_three() -> None:
    assert (
        describe_set(make_report([make_rep(1, 30.0), make_rep(2, 31.0)], exercise="knee-to-wall"))
        .well[0]
        .startswith("You did 2 of the 3 reps of the knee-to-wall test")
    )


def test_a_repetition_that_was_cut_off_is_marked_in_the_table() -> None:
    cut = make_rep(2, 31.0).model_copy(update={"cut_off": True})
    forms = [row.form for row in make_table(make_report([make_rep(1, 30.0), cut])).rows]
    assert forms == ["Clean", "Clean; cut off by the end of the recording"]


def test_a_report_of_before_has_no_such_movements() -> None:
    old = json.loads(make_report([make_rep(1, 30.0)]).model_dump_json())
    del old["not_counted"], old["reps"][0]["cut_off"]
    loaded = SetReport.model_validate_json(json.dumps(old))
    assert loaded.not_counted == []
    assert not loaded.reps[0].cut_off


def test_advice_names_the_section_that_the_report_has_and_films_from_the_side_where_nothing_counted(report: SetReport) -> None:
    quality = Quality(pose_coverage=0.9, usable=False, warnings=[QualityWarning(code="no-exercise", message="Nothing counts.")])
    view = report.view.model_copy(update={"kind": "front"})
    nothing = report.model_copy(update={"reps": [], "exercise": None, "quality": quality, "view": view})
    advice = " ".join(advise_filming(nothing))
    assert {section.title for section in list_sections(nothing)} >= {"What was seen"}
    assert "“What was seen”" in advice
    assert "from the side" in advice
    counted = report.model_copy(update={"quality": quality})
    assert any(
        section.title in " ".join(advise_filming(counted)) for section in list_sections(counted) if section.kind == "missing"
    )
