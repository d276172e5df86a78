"""What stands on a set's report beside its summary: captions, legend, definitions, errors, software. Shared by page and PDF."""

from __future__ import annotations

from formcheck.exercises import Measure
from formcheck.exercises.base import INCLINATION
from formcheck.export.facts import (
    exercise_of,
    format_value,
    headline_of,
    measure_named,
    shown_measures,
)
from formcheck.render.charts import curve_of
from formcheck.render.summary import lower_first
from formcheck.render.words import describe_faults
from formcheck.report.schema import Rep, SetReport

NOT_MEDICAL_ADVICE = (
    "formcheck counts and measures movement in a video. It is not a medical device and this is not medical advice: "
    "with pain, swelling or after an injury, see a doctor or a physiotherapist."
)


def legend_of(report: SetReport) -> list[tuple[str, str]]:
    """Return what the chart's marks mean: (kind of mark, words)."""
    legend = [("good", "clean rep")]
    if any(rep.faults for rep in report.reps):
        legend.append(("fault", "rep with a fault"))
    exercise = exercise_of(report)
    if curve_of(report) is INCLINATION:
        if any("heel-lifted" in rep.faults for rep in report.reps):
            legend.append(("lifted", "heel off the floor"))
        legend.append(("value", "range with the heel down"))
    elif exercise is not None and exercise.partial_share is not None:
        legend.append(("limit", f"{100 * exercise.partial_share:.0f} % of the best: lower is partial"))
    return legend


def define_measures(report: SetReport) -> list[tuple[str, str, str]]:
    """Return what every number shown is: its name, its definition, and what is usual."""
    measures = shown_measures(report)
    exercise = exercise_of(report)
    of_set = [m for m in exercise.summary_measures if report.summary.measures.get(m.name) is not None] if exercise else []
    names = {m.name for m in measures}
    return [(m.label, _define(report, m), m.usual) for m in (*measures, *(m for m in of_set if m.name not in names))]


def explain_error(report: SetReport) -> list[str]:
    """Return how exact the numbers are: the expected error, and how large a change between two days must be to be one."""
    said = [
        "68 % of measurements lie within “±” under this recording’s conditions, as formcheck’s accuracy benchmark found."
        if report.quality.expected_error
        else "No expected error is stated for this recording."
    ]
    exercise = exercise_of(report)
    for tracked in exercise.trends if exercise else ():
        if tracked.mdc is not None:
            said.append(
                f"Between two days, a change of {lower_first(tracked.title.split(' (')[0])} below {tracked.text(tracked.mdc)} is "
                f"within the error of repeated tests ({tracked.mdc_source}): formcheck never calls it a change."
            )
    return said


def describe_software(report: SetReport) -> str:
    """Return what made the numbers."""
    software = report.software
    pose = f"mediapipe {software.mediapipe}, pose model {software.model} (SHA-256 {software.model_sha256[:16]}…)"
    return (
        f"formcheck {software.formcheck}, measures version {software.measures_version}, "
        f"{pose if software.model_sha256 else software.model}. Report format {report.schema_}. Made on this computer; "
        "the video was not sent anywhere."
    )


def _define(report: SetReport, measure: Measure) -> str:
    """A measure's definition; that of a length in % of the foot leans on the one in cm, which is not shown beside it."""
    in_cm = measure_named(report, measure.name.replace("_pct_foot", "_cm")) if measure.name.endswith("_pct_foot") else None
    return f"{in_cm.definition} In % of the foot's length, since no height was given." if in_cm else measure.definition


def caption_of(report: SetReport, rep: Rep) -> str:
    """Return what stands under a rep's picture; where the heel had lifted, the angle drawn is not the one that counts: both."""
    headline, peak = headline_of(report), measure_named(report, "tibial_inclination_deg")
    if headline is None:
        return ""
    value = format_value(headline, rep.measures.get(headline.name))
    drawn = format_value(peak, rep.measures.get(peak.name)) if peak else value
    numbers = f"{headline.label} {value}" if drawn == value else f"Peak {drawn}; {lower_first(headline.label)} {value}"
    return f"{numbers} · {describe_faults(rep)}" if rep.faults else numbers
