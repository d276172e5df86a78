"""The report as one self-contained HTML page: no script, no external file, nothing from the network."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from formcheck.export.facts import (
    best_rep,
    exercise_of,
    format_error,
    format_number,
    format_time,
    format_unit,
    format_value,
    headline_of,
    shown_measures,
    side_in_words,
)
from formcheck.render.charts import Series, choose_chart, describe_chart, series_of
from formcheck.render.colours import DARK, LIGHT
from formcheck.render.frames import rep_pictures
from formcheck.render.parts import NOT_MEDICAL_ADVICE, caption_of, define_measures, describe_software, explain_error, legend_of
from formcheck.render.summary import (
    average_row,
    describe_comparison,
    describe_unmeasured,
    headline_cards,
    list_facts,
    lower_first,
)
from formcheck.render.templates import inline_chart, load_templates
from formcheck.render.words import advise_filming, describe_faults, describe_recording, describe_set
from formcheck.report.schema import SetReport
from formcheck.support.files import write_text

if TYPE_CHECKING:
    from formcheck.analysis.pipeline import Analysis


@dataclass(frozen=True)
class Picture:
    """One repetition's picture."""

    data_uri: str
    alt: str
    title: str
    caption: str
    clean: bool


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
