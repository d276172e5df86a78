"""Reports corrected by hand: each change is a step in the report, which is recomputed from its steps, so each can be undone.

These are pure functions from a report to a report. ``report.counted`` keeps what formcheck counted, and ``report.corrections``
keeps the steps; the faults and the summary are those of the remaining repetitions. New measures, as for a missed repetition,
are taken by `formcheck.analysis.remeasure`, which has the video.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime

from formcheck.analysis.build_report import span_of, summarize_reps
from formcheck.exercises import EXERCISES, Exercise
from formcheck.report.schema import Correction, Counted, Rep, SetReport, WorkingSide
from formcheck.support.errors import UsageError

NOTHING_TO_CORRECT = "No exercise was recognized, so there is nothing to correct; analyze the video again and name the exercise."


def remove_rep(report: SetReport, number: int) -> SetReport:
    """Return the report without a repetition that was counted wrongly."""
    return apply_correction(report, Correction(kind="remove", at=now_text(), rep=number, before=find_rep(report, number)))


def add_rep(report: SetReport, measured: Rep) -> SetReport:
    """Return the report with a missed repetition, as measured; its number follows from its place in time.

    Raises
    ------
    UsageError
        If it overlaps another repetition.
    """
    _refuse_overlap(report.reps, measured)
    number = 1 + sum(rep.start_s < measured.start_s for rep in report.reps)
    return apply_correction(report, Correction(kind="add", at=now_text(), rep=number, after=measured))


def move_borders(report: SetReport, number: int, measured: Rep) -> SetReport:
    """Return the report with a repetition measured between other borders.

    Raises
    ------
    UsageError
        If there is no such repetition, or it would overlap another one.
    """
    before = find_rep(report, number)
    _refuse_overlap([rep for rep in report.reps if rep is not before], measured)
    return apply_correction(report, Correction(kind="borders", at=now_text(), rep=number, before=before, after=measured))


def rename_side(report: SetReport, side: WorkingSide) -> SetReport:
    """Return the report with the leg renamed; its numbers remain those of the leg that was followed."""
    if report.drill is not None:
        EXERCISES[report.drill].check_side(side)
    return apply_correction(report, Correction(kind="side", at=now_text(), side_before=report.side, side_after=side))


def undo_last(report: SetReport) -> SetReport:
    """Return the report as it was before its last correction; with no correction left it is what formcheck counted."""
    return replay(report.as_counted, report.corrections[:-1])


def replay(counted: SetReport, corrections: Iterable[Correction]) -> SetReport:
    """Return what formcheck counted, with corrections applied in order."""
    report = counted
    for correction in corrections:
        report = apply_correction(report, correction)
    return report


def apply_correction(report: SetReport, correction: Correction) -> SetReport:
    """Return a report with one more correction: its repetitions in order of time, judged and summarized again.

    Raises
    ------
    UsageError
        If no exercise was recognized, the repetition does not exist, or the leg is the same as before.
    """
    if report.drill is None:
        raise UsageError(NOTHING_TO_CORRECT)
    counted = report.counted or Counted(**{name: getattr(report, name) for name in Counted.model_fields})
    changed: dict[str, object] = {"counted": counted, "corrections": [*report.corrections, correction]}
    reps = list(report.reps)
    if correction.kind in ("remove", "borders"):
        reps.remove(find_rep(report, correction.rep or 0))
    if correction.after is not None:
        reps.append(correction.after)
    if correction.kind == "side":
        if correction.side_after == report.side:
            raise UsageError(f"The leg of this set is {report.side} already.")
        changed |= {"side": correction.side_after, "side_source": "given"}
        if correction.quality is not None:
            changed["quality"] = correction.quality
        reps = reps if correction.reps is None else list(correction.reps)
    return _recompute(report.model_copy(update=changed), reps)


def find_rep(report: SetReport, number: int) -> Rep:
    """Return a repetition by its number (raises `UsageError` if there is none)."""
    found = next((rep for rep in report.reps if rep.number == number), None)
    if found is None:
        raise UsageError(f"This set has no rep {number}; it has {len(report.reps)}.")
    return found


def _recompute(report: SetReport, reps: list[Rep]) -> SetReport:
    """Number, judge and summarize the repetitions again: a fault such as a partial rep depends on the best of the set."""
    exercise: Exercise = EXERCISES[report.drill or ""]
    ordered = sorted(reps, key=lambda rep: rep.start_s)
    measures = [measures_of(exercise, rep) for rep in ordered]
    faults = exercise.find_faults(measures, [span_of(rep) for rep in ordered], report.quality.expected_error)
    judged = [
        rep.model_copy(update={"number": number, "faults": found})
        for number, (rep, found) in enumerate(zip(ordered, faults, strict=True), start=1)
    ]
    return report.model_copy(update={"reps": judged, "summary": summarize_reps(exercise, measures, judged, report.athlete)})


def measures_of(exercise: Exercise, rep: Rep) -> dict[str, float]:
    """Return a repetition's measures in the form the exercise takes: all of its names, NaN where not measured."""
    return dict.fromkeys((m.name for m in exercise.measures), math.nan) | rep.numbers


def _refuse_overlap(reps: Iterable[Rep], measured: Rep) -> None:
    for rep in reps:
        if measured.start_s < rep.end_s and rep.start_s < measured.end_s:
            raise UsageError(
                f"From {measured.start_s:.1f} to {measured.end_s:.1f} s it would overlap rep {rep.number} "
                f"({rep.start_s:.1f} to {rep.end_s:.1f} s); move the borders apart."
            )


def now_text() -> str:
    """Return the present time in the form a correction stores."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
