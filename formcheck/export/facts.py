"""How a report's numbers are shown: which ones, in what order, with what unit. Page, terminal, chart and app share it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import fmean

from formcheck.exercises import EXERCISES, Exercise, Measure
from formcheck.exercises.base import INCLINATION
from formcheck.exercises.describe import Curve
from formcheck.report.schema import Reading, Rep, SetReport
from formcheck.support.arrays import FloatArray
from formcheck.support.form import find_best
from formcheck.support.language import join_words, tr, tr_count
from formcheck.support.legs import LEG_WORDS
from formcheck.support.units import add_inches, format_sd, join_unit

MINUS = "−"
NOT_MEASURED = "–"
# The version of the measure definitions from which on a set has a headline.
HEADLINE_FROM = 2
# What is called the best, wherever a best is shown.
BEST_IS = tr("The best rep is the one with the largest value among those without a fault; if all have one, among all.")


def exercise_of(report: SetReport) -> Exercise | None:
    """Return the exercise of a report, or None if none was seen."""
    return EXERCISES[report.drill] if report.drill else None


def measure_named(report: SetReport, name: str) -> Measure | None:
    """Return the description of one of the exercise's measures."""
    exercise = exercise_of(report)
    known = (*exercise.measures, *exercise.summary_measures) if exercise else ()
    return next((m for m in known if m.name == name), None)


def headline_of(report: SetReport) -> Measure | None:
    """Return the set's headline measure, of which ``summary.mean`` is a value; None without an exercise."""
    exercise = exercise_of(report)
    if exercise is None:
        return None
    numbers = [rep.numbers for rep in report.reps]
    return measure_named(report, exercise.headline_of(numbers) if numbers else exercise.headline)


def set_value(report: SetReport) -> float | None:
    """Return the set's value of the headline measure; None if it was not measured.

    Reports made before a set had a headline (definitions of version 1) stand by the mean of all reps.
    """
    return report.summary.mean if report.software.measures_version < HEADLINE_FROM else report.summary.headline


def reps_of_set_value(report: SetReport) -> list[Rep]:
    """Return the reps that the set's number is the mean of."""
    headline = headline_of(report)
    chosen = report.summary.headline_reps
    every = report.software.measures_version < HEADLINE_FROM
    return [rep for rep in report.reps if headline and is_measured(rep, headline.name) and (every or rep.number in chosen)]


def describe_set_value(report: SetReport) -> str:
    """Return which reps the set's number is the mean of: "mean of reps 1, 3 and 4".

    Where a rep without a fault is not among them, it was not one of the best: "mean of the best: reps 1, 3 and 4".
    """
    chosen, headline = report.summary.headline_reps, headline_of(report)
    if len(report.reps) == 1:
        return tr("one rep")
    if report.software.measures_version < HEADLINE_FROM or len(chosen) == len(report.reps):
        return tr("mean of all reps")
    if len(chosen) == 1:
        return list_reps(chosen)
    if any(rep.number not in chosen and headline and not rep.faults and is_measured(rep, headline.name) for rep in report.reps):
        return tr("mean of the best: {chosen}").format(chosen=list_reps(chosen))
    return tr("mean of {chosen}").format(chosen=list_reps(chosen))


def is_measured(rep: Rep, name: str) -> bool:
    """Whether a rep has a value for the measure."""
    return rep.measures.get(name) is not None


def values_of(report: SetReport, name: str) -> list[float]:
    """Return the values of a measure, of the reps that have one."""
    return [value for rep in report.reps if (value := rep.measures.get(name)) is not None]


def mean_of(report: SetReport, name: str) -> float | None:
    """Return the mean of a measure over the reps that have it; None if none has."""
    known = values_of(report, name)
    return fmean(known) if known else None


def shown_measures(report: SetReport) -> list[Measure]:
    """Return the measures worth a column.

    Those that any rep has; of a length in cm and in % of the foot only the cm; the measure of a fault only if the fault was found.
    """
    exercise = exercise_of(report)
    if exercise is None:
        return []
    found = {code for rep in report.reps for code in rep.faults}
    wanted = [m for m in exercise.measures if m.only_with is None or m.only_with in found]
    measured = [m for m in wanted if any(is_measured(rep, m.name) for rep in report.reps)]
    in_cm = {m.name.removesuffix("_cm") for m in measured if m.name.endswith("_cm")}
    return [m for m in measured if not (m.name.endswith("_pct_foot") and m.name.removesuffix("_pct_foot") in in_cm)]


def format_number(value: float | None, decimals: int) -> str:
    """Return a number with a true minus sign and no negative zero; a dash where it was not measured."""
    if value is None or not math.isfinite(value):
        return NOT_MEASURED
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def format_unit(unit: str) -> str:
    """Return the unit of a measure as it follows a number (`join_unit`), in words where it is short for some."""
    return join_unit({"% foot": tr("% of foot"), "1/min": tr("/min")}.get(unit, unit))


def format_value(measure: Measure, value: float | None) -> str:
    """Return a measure's value with its unit, and in inches where they are shown; a dash where it was not measured."""
    number = format_number(value, measure.decimals)
    return number if number == NOT_MEASURED else number + format_unit(measure.unit) + add_inches(value, measure.unit)


def format_error(measure: Measure, report: SetReport) -> str:
    """Return the expected error of a measure as ``± 2.1°``; empty where none is established."""
    error = report.quality.expected_error.get(measure.name)
    return "" if error is None else f"±\u00a0{format_sd(error, max(1, measure.decimals))}{format_unit(measure.unit)}"


def describe_evidence(report: SetReport, measure: Measure) -> str:
    """Return what each source reads of a measure and what they say together, in the best rep that has it; empty without any.

    The shank's reported angle does not lie on that: it is combined with the angle that was followed (`key_frames.correct_by_keys`).
    """
    best = best_rep(report)
    reps = sorted(report.reps, key=lambda rep: rep is not best)
    found = next(((rep, e) for rep in reps for e in rep.evidence if e.measure == measure.name), None)
    if found is None:
        return ""
    rep, together = found
    unit = format_unit(measure.unit)
    readings = ", ".join(f"{e.source} {_with_error(e, unit)}" for e in together.readings)
    said = tr("In rep {number}: {readings} → {together}.").format(
        number=rep.number, readings=readings, together=_with_error(together, unit)
    )
    reported = rep.measures.get(measure.name)
    if measure.name != "tibial_inclination_deg" or reported is None:
        return said
    corrected = tr("Together with the angle as followed from frame to frame this gives {value}.")
    return f"{said} {corrected.format(value=format_number(reported, 1) + unit)}"


def _with_error(reading: Reading, unit: str) -> str:
    return f"{format_number(reading.value, 1)} ± {format_sd(reading.sd, 1)}{unit}"


def best_rep(report: SetReport) -> Rep | None:
    """Return the set's best rep by its headline measure (`support.form.find_best`); None without a measured rep."""
    headline = headline_of(report)
    return None if headline is None else _best_by(report, headline.name)


def best_value(report: SetReport, name: str | None = None) -> float | None:
    """Return the best rep's value of a measure of the reps, by default of the headline; None if no rep was measured.

    The report's own ``summary.best`` is another number: the largest of any rep, faults included.
    """
    headline = headline_of(report)
    name = name or (headline.name if headline else "")
    best = _best_by(report, name)
    return None if best is None else best.measures[name]


def _best_by(report: SetReport, name: str) -> Rep | None:
    at = find_best([rep.measures.get(name) for rep in report.reps], [rep.faults for rep in report.reps])
    return None if at is None else report.reps[at]


def summary_value(report: SetReport, name: str) -> float | None:
    """Return a measure of the whole set; one named ``best_`` and a measure of the reps is that measure's best (`best_value`)."""
    of_reps = name.removeprefix("best_")
    return report.summary.measures.get(name) if of_reps == name else best_value(report, of_reps)


def curve_of(report: SetReport) -> Curve:
    """Return the signal over time that belongs to the headline, or its substitute if the headline is known of no rep."""
    exercise, headline = exercise_of(report), headline_of(report)
    if exercise is None or headline is None:
        return INCLINATION
    unread = bool(report.reps) and not any(is_measured(rep, headline.name) for rep in report.reps)
    return exercise.substitute_curve if unread and exercise.substitute_curve else exercise.curve_of(headline.name)


def has_curve(report: SetReport, series: Mapping[str, Sequence[float | None] | FloatArray]) -> bool:
    """Whether there is anything to draw over time: signals were kept, and the exercise's own was measured at any moment."""
    values = series.get(curve_of(report).signal, ())
    return len(series.get("time_s", ())) > 1 and any(value is not None and math.isfinite(value) for value in values)


def describe_limit(share: float) -> str:
    """Return what the dashed line of a chart is: a share of the height of the highest rep with straight knees."""
    return tr("{share:.0f}\u00a0% of your highest rep").format(share=100 * share)


def list_reps(numbers: Sequence[int]) -> str:
    """Return ``rep 2``, ``reps 2 and 4`` or ``reps 1, 2 and 4``."""
    if len(numbers) == 1:
        return tr("rep {number}").format(number=numbers[0])
    return tr("reps {numbers}").format(numbers=join_words([str(number) for number in numbers]))


def title_of(report: SetReport) -> str:
    """Return the exercise, the leg and what the person said: "Heel raise, left leg", "Balance on one leg, left leg, eyes open"."""
    exercise = exercise_of(report)
    if exercise is None:
        return tr("No exercise recognized")
    condition = exercise.conditions.get(report.condition or "", "").lower()
    return ", ".join(part for part in (exercise.title, side_in_words(report), condition) if part)


def describe_person(name: str, height_cm: float | None, mass_kg: float | None) -> str:
    """Return a person with what is known of their body: "Ann, 176 cm, 64 kg"."""
    height = "" if height_cm is None else f"{height_cm:g} cm"
    mass = "" if mass_kg is None else f"{mass_kg:g} kg"
    return ", ".join(part for part in (name, height, mass) if part)


def side_in_words(report: SetReport) -> str:
    """Return the working leg in words."""
    return LEG_WORDS.get(report.side or "", "")


def format_seconds(seconds: float) -> str:
    """Return a length of time in whole seconds: ``1 second``, ``12 seconds``."""
    whole = round(seconds)
    return tr_count("1 second", "{count} seconds", whole)


def format_time(seconds: float) -> str:
    """Return a time in the video as ``0:07.4``."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"
