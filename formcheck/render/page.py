"""The report as one self-contained HTML page: no script, no external file, nothing from the network."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import altair as alt
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from formcheck.exercises import Measure
from formcheck.exercises.base import INCLINATION
from formcheck.export.facts import (
    best_rep,
    exercise_of,
    format_error,
    format_number,
    format_time,
    format_unit,
    format_value,
    headline_of,
    measure_named,
    shown_measures,
    side_in_words,
)
from formcheck.render.charts import Series, choose_chart, curve_of, describe_chart, series_of, to_svg
from formcheck.render.colours import DARK, LIGHT
from formcheck.render.frames import rep_pictures
from formcheck.render.summary import (
    average_row,
    describe_comparison,
    describe_unmeasured,
    headline_cards,
    list_facts,
    lower_first,
)
from formcheck.render.words import advise_filming, describe_faults, describe_recording, describe_set
from formcheck.report.schema import Rep, SetReport
from formcheck.support.files import write_text

if TYPE_CHECKING:
    from formcheck.analysis.pipeline import Analysis

NOT_MEDICAL_ADVICE = (
    "formcheck counts and measures movement in a video. It is not a medical device and this is not medical advice: "
    "with pain, swelling or after an injury, see a doctor or a physiotherapist."
)


@dataclass(frozen=True)
class Picture:
    """One repetition's picture."""

    data_uri: str
    alt: str
    title: str
    caption: str
    clean: bool


def load_templates() -> Environment:
    """Return the page templates: what they are given is text, never markup."""
    return Environment(
        loader=PackageLoader("formcheck.render", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_html(report: SetReport, series: Series, pictures: Mapping[int, bytes], compared: Sequence[str] = ()) -> str:
    """Return the report as a page.

    Parameters
    ----------
    series
        Signals by name, ``time_s`` among them; empty for a page without a chart.
    pictures
        JPEG by the number of the repetition.
    compared
        What the history says of the set, in sentences (`formcheck.history.trends.comparison`).
    """
    environment = load_templates()
    environment.globals.update(format_number=format_number, format_time=format_time, describe_faults=describe_faults)
    exercise, best = exercise_of(report), best_rep(report)
    chart, over_time = choose_chart(report, series), len(series.get("time_s", ())) > 1
    measures, missing = shown_measures(report), describe_unmeasured(report)
    unmeasured = [("Not measured", f"{missing}.")] if missing else []
    return environment.get_template("report.html.j2").render(
        report=report,
        title=exercise.title if exercise else "No drill seen",
        side=side_in_words(report),
        exercise=exercise,
        cards=headline_cards(report),
        facts=list_facts(report),
        words=describe_set(report),
        compared=describe_comparison(report, compared),
        averages=average_row(report),
        chart=inline_chart(chart) if chart else "",
        over_time=over_time,
        chart_text=describe_chart(report),
        chart_legend=legend_of(report) if over_time else [],
        measures=measures,
        units=[format_unit(m.unit).strip() for m in measures],
        errors=[format_error(m, report) for m in measures],
        definitions=define_measures(report),
        best=best,
        pictures=_pictures(report, pictures),
        recording=[*describe_recording(report), *unmeasured],
        filming=advise_filming(report),
        light=LIGHT.named(),
        dark=DARK.named(),
        exactness=explain_error(report),
        software=describe_software(report),
        disclaimer=NOT_MEDICAL_ADVICE,
    )


def write_html(analysis: Analysis, path: str | Path, compared: Sequence[str] = ()) -> None:
    """Write the report page of an analysis (raises `OutputError`); the pictures are read from the analysed video."""
    write_text(path, render_html(analysis.report, series_of(analysis), rep_pictures(analysis), compared))


def inline_chart(chart: alt.LayerChart, more: Mapping[str, str] | None = None) -> Markup:
    """Return a chart as SVG whose colours are the page's, so that it follows light and dark.

    ``more`` are colours by the name of the page's variable, beside those of `LIGHT`.
    """
    svg = to_svg(chart)
    for name, colour in {**LIGHT.named(), **(more or {})}.items():
        svg = svg.replace(f'"{colour}"', f'"var(--{name})"')
    # An inline SVG needs no namespace; its size is the page's matter.
    svg = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", svg)
    svg = re.sub(r'<svg([^>]*?) width="[^"]*" height="[^"]*"', r"<svg\1", svg, count=1)
    return Markup(svg.replace("<svg", '<svg aria-hidden="true" focusable="false"', 1))


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
        "“±” is the mean error to expect under this recording’s conditions, from formcheck’s accuracy benchmark."
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


def _pictures(report: SetReport, pictures: Mapping[int, bytes]) -> list[Picture]:
    headline, best = headline_of(report), best_rep(report)
    made = []
    for rep in sorted(report.reps, key=lambda rep: (rep is not best, rep.number)):
        if rep.number not in pictures or headline is None:
            continue
        value = format_value(headline, rep.measures.get(headline.name))
        faults = describe_faults(rep)
        made.append(
            Picture(
                data_uri="data:image/jpeg;base64," + base64.b64encode(pictures[rep.number]).decode("ascii"),
                alt=f"Rep {rep.number} at its peak, with the {lower_first(headline.label)} drawn in: {value}. {faults}.",
                title=f"Rep {rep.number}" + (" · best" if rep is best else ""),
                caption=caption_of(report, rep),
                clean=not rep.faults,
            )
        )
    return made
