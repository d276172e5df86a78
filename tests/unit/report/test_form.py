"""What is said of a rep's form, and of how many reps: one count everywhere."""

from __future__ import annotations

import pytest

from formcheck.analysis.build_report import summarize_reps
from formcheck.exercises import EXERCISES
from formcheck.export.facts import best_rep, best_value
from formcheck.history.store.report_columns import set_columns
from formcheck.report.form import count_form, find_unjudged, is_clean
from formcheck.report.schema import Athlete, SetReport
from formcheck.support.form import FormCount, find_best
from tests.helpers.factories import half_kneeling_report
from tests.helpers.reports import make_rep, make_report

SEEN, UNSEEN = make_rep(1, 35, heel_rise_pct_foot=0.5), make_rep(2, None, heel_rise_pct_foot=None)
FAULTY = make_rep(3, 35, ["heel-lifted"], heel_rise_pct_foot=9.0)
FAULTY_UNSEEN = make_rep(4, None, ["rushed"], heel_rise_pct_foot=None)


@pytest.mark.parametrize(
    ("rep", "unjudged", "clean"), [(SEEN, "", True), (UNSEEN, "heel", False), (FAULTY, "", False), (FAULTY_UNSEEN, "", False)]
)
def test_only_a_rep_without_a_fault_can_be_unjudged(rep: object, unjudged: str, clean: bool) -> None:
    assert (find_unjudged(rep), is_clean(rep)) == (unjudged, clean)  # type: ignore[arg-type]


def test_every_rep_is_clean_or_faulty_or_unjudged() -> None:
    form = count_form([SEEN, UNSEEN, FAULTY, FAULTY_UNSEEN])
    assert (form.reps, form.clean, form.faulty, form.unjudged, form.judged) == (4, 1, 2, 1, 3)
    assert form + form == FormCount(8, 4, 2)
    assert sum([form], FormCount()) == form


def test_a_reports_summary_counts_reps_without_a_fault_and_those_not_judged_among_them() -> None:
    reps = [SEEN, UNSEEN, FAULTY]
    summary = summarize_reps(EXERCISES["half-kneeling"], [measured(rep) for rep in reps], reps, Athlete())
    assert (summary.rep_count, summary.clean_reps, summary.unjudged_reps) == (3, 2, 1)


def measured(rep: object) -> dict[str, float]:
    """A rep's numbers, with the measures that a summary needs."""
    return {**dict.fromkeys((m.name for m in EXERCISES["half-kneeling"].measures), float("nan")), **rep.numbers}  # type: ignore[attr-defined]


def test_a_report_of_an_earlier_version_is_read_with_its_unjudged_reps() -> None:
    data = make_report([SEEN, UNSEEN, FAULTY]).model_dump(mode="json")
    del data["summary"]["unjudged_reps"]
    counted = {name: data[name] for name in ("side", "side_source", "reps", "summary", "quality")}
    report = SetReport.model_validate({**data, "counted": counted})
    assert report.summary.unjudged_reps == report.as_counted.summary.unjudged_reps == 1


def test_a_report_that_never_looked_at_the_heel_has_no_unjudged_reps() -> None:
    data = half_kneeling_report().model_dump(mode="json")
    del data["summary"]["unjudged_reps"]
    assert SetReport.model_validate(data).summary.unjudged_reps == 0


NAN = float("nan")


@pytest.mark.parametrize(
    ("values", "faults", "best"),
    [
        ([34.0, 41.0, 36.0], ["", "heel-lifted", ""], 2),  # what a fault gave is no best while a rep without one is there
        ([34.0, 41.0, 36.0], ["rushed", "heel-lifted", "rushed"], 1),
        ([None, 41.0, NAN], ["", "heel-lifted", ""], 1),  # a rep that was not measured cannot be the best
        ([None, NAN], ["", ""], None),
        ([30.0, 30.0], ["", ""], 0),
        ([], [], None),
    ],
)
def test_the_best_is_the_largest_without_a_fault_if_there_is_one(values: list[float | None], faults: list[str], best: int) -> None:
    assert find_best(values, [[fault] if fault else [] for fault in faults]) == best


def test_report_and_history_call_the_same_rep_the_best() -> None:
    report = make_report([make_rep(1, 35, knee_over_toe_cm=2.0), make_rep(2, 41, ["heel-lifted"], knee_over_toe_cm=6.0)])
    columns = set_columns(report)
    assert (best_rep(report), best_value(report)) == (report.reps[0], 35)
    assert (columns["best"], columns["best_valid_peak_deg"], columns["best_knee_over_toe_cm"]) == (35, 35, 2.0)
    assert report.summary.best == 41  # in the JSON the largest of any rep, as the format has it
