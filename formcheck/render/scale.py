"""What stands on the headline's scale: this set with its ±, the last set, the best one, and the other leg's."""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.export.facts import format_error, format_value, headline_of, reps_of_set_value, set_value
from formcheck.export.other_sets import NO_OTHER_SETS, OtherSets, Reference
from formcheck.report.schema import SetReport
from formcheck.support.language import tr
from formcheck.support.legs import LEG_TITLES, OPPOSITE


@dataclass(frozen=True)
class Mark:
    """One line of the scale: whose value it is, the value in the headline's unit, and the value as it is printed."""

    name: str
    value: float
    text: str
    is_own: bool = False


def mark_scale(report: SetReport, others: OtherSets = NO_OTHER_SETS) -> list[Mark]:
    """Return the lines of the scale, this set first; empty where it has no headline."""
    headline, value = headline_of(report), set_value(report)
    if headline is None or value is None:
        return []
    error = format_error(headline, report)
    marks = [Mark(tr("This set"), value, format_value(headline, value) + (f" {error}" if error else ""), is_own=True)]
    other = LEG_TITLES.get(OPPOSITE.get(report.side or "", ""), tr("Other leg"))
    for name, reference in ((tr("Last set"), others.last), (tr("Best set"), others.best), (other, others.other_leg)):
        if reference is not None:
            marks.append(Mark(_dated(name, reference), reference.value, format_value(headline, reference.value)))
    return marks


def _dated(name: str, reference: Reference) -> str:
    return f"{name}, {reference.day}" if reference.day else name


def describe_scale(report: SetReport, others: OtherSets = NO_OTHER_SETS) -> str:
    """Return the scale in one sentence, for those who do not see it."""
    headline, marks = headline_of(report), mark_scale(report, others)
    if headline is None or not marks:
        return ""
    return (
        f"{headline.label}: " + "; ".join(f"{mark.name.lower() if mark.is_own else mark.name} {mark.text}" for mark in marks) + "."
    )


def explain_scale(report: SetReport) -> list[str]:
    """Return what the scale's marks mean, and what is usual under this definition."""
    headline = headline_of(report)
    if headline is None or set_value(report) is None:
        return []
    sentences = [tr("Small marks: the reps.")] if len(reps_of_set_value(report)) > 1 else []
    if error := format_error(headline, report):
        sentences.append(tr("Bar: {error}.").format(error=error))
    sentences.append(
        tr("No usual range is published for this way of measuring: compare yourself with your other leg and your own sets.")
    )
    return sentences
