"""The report as one self-contained HTML page: no script, no external file, nothing from the network."""

from __future__ import annotations

from collections.abc import Mapping

from formcheck.export.facts import has_curve, title_of
from formcheck.export.other_sets import NO_OTHER_SETS, OtherSets
from formcheck.render import parts
from formcheck.render.charts import Series, choose_chart, describe_chart
from formcheck.render.colors import DARK, LIGHT
from formcheck.render.scale import describe_scale, explain_scale
from formcheck.render.scale_chart import scale_chart
from formcheck.render.summary import MOST_CARDS_A_ROW, even_columns, headline_cards, list_facts, states_error
from formcheck.render.templates import inline_chart, load_templates
from formcheck.render.words import advise_filming
from formcheck.report.schema import SetReport

# Width of the scale's drawing, pixels: narrow enough that its letters can still be read where a phone shrinks it to its own width.
SCALE_WIDTH = 300


def render_html(report: SetReport, series: Series, pictures: Mapping[int, bytes], compared: OtherSets = NO_OTHER_SETS) -> str:
    """Return the report as a page.

    Parameters
    ----------
    series
        Signals by name, ``time_s`` among them; empty for a page without a chart.
    pictures
        JPEG by the number of the repetition.
    compared
        The person's other sets, as the history knows them (`formcheck.history.trends.beside`).
    """
    cards = headline_cards(report)
    chart, over_time = choose_chart(report, series), has_curve(report, series)
    scale, shown = scale_chart(report, compared, width=SCALE_WIDTH), parts.list_pictures(report, pictures)
    return (
        load_templates()
        .get_template("report.html.j2")
        .render(
            report=report,
            title=title_of(report),
            cards=cards,
            cards_a_row={"wide": even_columns(len(cards), MOST_CARDS_A_ROW), "middle": even_columns(len(cards), 3)},
            error=parts.EXPLAIN_ERROR if states_error(report) else "",
            facts=list_facts(report),
            scale=inline_chart(scale) if scale else "",
            scale_text=describe_scale(report, compared),
            scale_notes=explain_scale(report),
            sections=parts.list_sections(report, compared),
            chart=inline_chart(chart) if chart else "",
            over_time=over_time,
            chart_text=describe_chart(report),
            chart_legend=parts.legend_of(report) if over_time else [],
            table=parts.make_table(report),
            definitions=parts.define_measures(report),
            pictures=shown,
            pictures_title=parts.name_pictures(shown),
            recording=parts.list_recording(report),
            filming=advise_filming(report),
            light=LIGHT.named(),
            dark=DARK.named(),
            accuracy=parts.explain_error(report),
            software=parts.describe_software(report),
            disclaimer=parts.NOT_MEDICAL_ADVICE,
        )
    )
