"""What a set's report says, in parts: sections, rep table, pictures, legend, definitions. Page, PDF and terminal share them."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from formcheck.exercises import Measure
from formcheck.exercises.base import INCLINATION
from formcheck.export.facts import (
    NOT_MEASURED,
    best_rep,
    curve_of,
    describe_evidence,
    describe_limit,
    exercise_of,
    format_error,
    format_number,
    format_time,
    format_unit,
    format_value,
    headline_of,
    measure_named,
    shown_measures,
    summary_value,
)
from formcheck.export.findings import interpret
from formcheck.export.other_sets import NO_OTHER_SETS, OtherSets
from formcheck.render.summary import average_row, describe_comparison, describe_unmeasured
from formcheck.render.words import describe_faults, describe_recording, describe_set, describe_uncounted, title_limits
from formcheck.report.form import count_form, is_clean
from formcheck.report.schema import Rep, SetReport
from formcheck.support.language import lower_first, tr

NOT_MEDICAL_ADVICE = tr(
    "formcheck counts and measures movement in a video. It is not a medical device and this is not "
    "medical advice: with pain, swelling or after an injury, see a doctor or a physiotherapist."
)
EXPLAIN_ERROR = tr("± is the likely error: about two of three measurements are this close to the true value.")


def legend_of(report: SetReport) -> list[tuple[str, str]]:
    """Return what the chart's marks mean: (kind of mark, words)."""
    legend = [("good", tr("rep without a fault") if count_form(report.reps).unjudged else tr("clean rep"))]
    if any(rep.faults for rep in report.reps):
        legend.append(("fault", tr("rep with a fault")))
    if report.still_uncounted:
        legend.append(("uncounted", tr("seen, but not counted")))
    exercise = exercise_of(report)
    if curve_of(report) is INCLINATION:
        if any("heel-lifted" in rep.faults for rep in report.reps):
            legend.append(("lifted", tr("heel off the floor")))
        legend.append(("value", tr("range with the heel down")))
    elif exercise is not None and exercise.partial_share is not None and best_rep(report) is not None:
        legend.append(
            ("limit", tr("{partial_share}: lower is not full height").format(partial_share=describe_limit(exercise.partial_share)))
        )
    return legend


def define_measures(report: SetReport) -> list[tuple[str, str, str]]:
    """Return every shown number's name, its definition, and what is usual."""
    measures = shown_measures(report)
    exercise = exercise_of(report)
    of_set = [m for m in exercise.summary_measures if summary_value(report, m.name) is not None] if exercise else []
    names = {m.name for m in measures}
    return [(m.label, _define(report, m), m.usual) for m in (*measures, *(m for m in of_set if m.name not in names))]


def explain_error(report: SetReport) -> list[str]:
    """Return how accurate the numbers are: the ±, and how large a change between two days must be to be one.

    Empty without reps: there is no number.
    """
    if not report.reps:
        return []
    rows = [
        tr("± is the standard error of formcheck’s accuracy benchmark, widened for this recording’s conditions.")
        if report.quality.expected_error
        else tr("No ± is stated for this recording.")
    ]
    exercise = exercise_of(report)
    for tracked in exercise.trends if exercise else ():
        if tracked.mdc is not None:
            rows.append(
                tr(
                    "Between two days, a change of {value} below {mdc} is within the error of repeated tests "
                    "({mdc_source}), so formcheck never calls it a change."
                ).format(
                    value=lower_first(tracked.title.split(" (")[0]), mdc=tracked.text(tracked.mdc), mdc_source=tracked.mdc_source
                )
            )
    return rows


def describe_software(report: SetReport) -> str:
    """Return which software made the numbers."""
    software = report.software
    pose = tr("mediapipe {mediapipe}, pose model {model} (SHA-256 {model_sha256}…)").format(
        mediapipe=software.mediapipe, model=software.model, model_sha256=software.model_sha256[:16]
    )
    return tr(
        "formcheck {formcheck}, measures version {measures_version}, {pose}. Report format {schema}. "
        "Made on this computer: the video never left it."
    ).format(
        formcheck=software.formcheck,
        measures_version=software.measures_version,
        pose=pose if software.model_sha256 else software.model,
        schema=report.schema_,
    )


def _define(report: SetReport, measure: Measure) -> str:
    """A measure's definition; a length in % of the foot takes that of the length in cm, which is not shown beside it."""
    in_cm = measure_named(report, measure.name.replace("_pct_foot", "_cm")) if measure.name.endswith("_pct_foot") else None
    definition = (
        tr("{definition} In % of the foot's length, since no height was given.").format(definition=in_cm.definition)
        if in_cm
        else measure.definition
    )
    return f"{definition} {describe_evidence(report, measure)}".rstrip()


def caption_of(report: SetReport, rep: Rep) -> str:
    """Return the caption of a rep's picture; if the heel lifted, the drawn angle does not count, so both angles are given."""
    headline, peak = headline_of(report), measure_named(report, "tibial_inclination_deg")
    if headline is None:
        return ""
    value = format_value(headline, rep.measures.get(headline.name))
    drawn = format_value(peak, rep.measures.get(peak.name)) if peak else value
    numbers = f"{headline.label} {value}"
    if drawn != value:
        numbers = tr("Peak {drawn}; {label} {value}").format(drawn=drawn, label=lower_first(headline.label), value=value)
    return f"{numbers} · {describe_faults(rep)}" if rep.faults else numbers


@dataclass(frozen=True)
class Section:
    """Some sentences of a report under their heading; ``kind`` is what they are for."""

    kind: Literal["well", "change", "fine", "against", "missing"]
    title: str
    sentences: tuple[str, ...]


def list_sections(report: SetReport, others: OtherSets = NO_OTHER_SETS) -> list[Section]:
    """Return a report in plain words, without the sections that have nothing to say."""
    words = describe_set(report, others)
    is_concern = any(finding.is_concern for finding in interpret(report, others))
    sections = [
        Section("well", tr("What you did"), tuple(words.well)),
        Section("change" if is_concern else "fine", tr("What it means, and what to do next"), tuple(words.change)),
        Section("against", tr("Compared with your other sets"), tuple(describe_comparison(report, others))),
        Section("missing", title_limits(report), tuple(words.missing)),
        Section("missing", tr("Seen, but not counted"), tuple(describe_uncounted(report))),
    ]
    return [section for section in sections if section.sentences]


@dataclass(frozen=True)
class RepRow:
    """One rep's line in the table."""

    number: int
    is_best: bool
    start: str
    values: tuple[str, ...]
    form: str
    faulty: bool
    clean: bool

    @property
    def mark(self) -> str:
        """The sign before its form: a tick only where it was seen to be clean."""
        return "▲" if self.faulty else "✓" if self.clean else NOT_MEASURED


@dataclass(frozen=True)
class RepTable:
    """The reps as a table: (label, unit) of each measure, a line for each rep, the means ± SD, and the ± of each measure."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[RepRow, ...]
    averages: tuple[str, ...]
    errors: tuple[str, ...]


def make_table(report: SetReport) -> RepTable:
    """Return the reps as a table; ``averages`` is empty for a single rep, ``errors`` where none is established."""
    measures, best = shown_measures(report), best_rep(report)
    rows = tuple(
        RepRow(
            number=rep.number,
            is_best=rep is best,
            start=format_time(rep.start_s),
            values=tuple(format_number(rep.measures.get(m.name), m.decimals) for m in measures),
            form=describe_faults(rep),
            faulty=bool(rep.faults),
            clean=is_clean(rep),
        )
        for rep in report.reps
    )
    errors = tuple(format_error(m, report) for m in measures)
    return RepTable(
        tuple((m.label, format_unit(m.unit).strip()) for m in measures),
        rows,
        tuple(average_row(report)) if len(rows) > 1 else (),
        tuple(error or NOT_MEASURED for error in errors) if any(errors) else (),
    )


@dataclass(frozen=True)
class RepPicture:
    """One rep's picture with its words."""

    jpeg: bytes
    alt: str
    title: str
    caption: str
    faulty: bool

    @property
    def data_uri(self) -> str:
        """The picture inside a page."""
        return "data:image/jpeg;base64," + base64.b64encode(self.jpeg).decode("ascii")


def list_pictures(report: SetReport, pictures: Mapping[int, bytes]) -> list[RepPicture]:
    """Return the pictures there are (JPEG by rep number) with their words, the best rep's first."""
    headline, best = headline_of(report), best_rep(report)
    if headline is None:
        return []
    made = []
    for rep in sorted((r for r in report.reps if r.number in pictures), key=lambda r: (r is not best, r.number)):
        value = format_value(headline, rep.measures.get(headline.name))
        made.append(
            RepPicture(
                jpeg=pictures[rep.number],
                alt=tr("Rep {number} at its peak, with the {label} drawn in: {value}. {rep}.").format(
                    number=rep.number, label=lower_first(headline.label), value=value, rep=describe_faults(rep)
                ),
                title=tr("Rep {number}").format(number=rep.number) + (tr(" · best") if rep is best else ""),
                caption=caption_of(report, rep),
                faulty=bool(rep.faults),
            )
        )
    return made


def name_pictures(pictures: Sequence[RepPicture]) -> str:
    """Return the heading over the pictures."""
    return tr("The best rep") + (tr(", and those with a fault") if any(picture.faulty for picture in pictures) else "")


def list_recording(report: SetReport) -> list[tuple[str, str]]:
    """Return how the set was filmed, and which of the exercise's numbers no rep has: (what, in words)."""
    missing = describe_unmeasured(report)
    return [*describe_recording(report), *([(tr("Not measured"), f"{missing}.")] if missing else [])]
