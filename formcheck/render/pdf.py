"""The report as a PDF on A4: a page of summary, then the reps, the definitions and the error. Made without a browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from formcheck.export.facts import has_curve, title_of
from formcheck.export.other_sets import NO_OTHER_SETS, OtherSets
from formcheck.render import parts
from formcheck.render.chart_style import to_png
from formcheck.render.charts import Series, choose_chart, describe_chart
from formcheck.render.colors import LIGHT, to_rgb
from formcheck.render.scale import describe_scale, explain_scale
from formcheck.render.scale_chart import scale_chart
from formcheck.render.sheet import BODY, GAP, LINE, MARGIN, SMALL, TIGHTER, WIDTH, Sheet
from formcheck.render.summary import MOST_CARDS_A_ROW, Card, even_columns, headline_cards, list_facts, states_error
from formcheck.render.words import advise_filming
from formcheck.report.schema import SetReport
from formcheck.support.language import tr, tr_count

# On A4 that leaves each picture 58 mm: letters drawn into it can still be read.
PICTURES_A_ROW = 3
# The scale and the chart take these shares of the page's width, so that both fit on the first page.
SCALE_SHARE, CHART_SHARE, TIGHT_CHART_SHARE = 0.66, 0.86, 0.7
_BAR_COLORS = {"well": "good", "change": "fault", "fine": "good", "against": "ink_soft", "missing": "watch"}


def render_pdf(report: SetReport, series: Series, pictures: Mapping[int, bytes], compared: OtherSets = NO_OTHER_SETS) -> bytes:
    """Return the report as a PDF; the arguments are those of `formcheck.render.page.render_html`.

    It is set tighter where that saves a page.
    """
    charts = _Charts.draw(report, series, compared)
    sheet = _lay_out(report, charts, pictures, compared, 1.0)
    pages = sheet.page_no()
    for spacing in TIGHTER if pages > 1 else ():
        tighter = _lay_out(report, charts, pictures, compared, spacing)
        if tighter.page_no() < pages:
            sheet = tighter
            break
    return bytes(sheet.output())


@dataclass(frozen=True)
class _Charts:
    """The two charts as PNG; None for one that the report does not have. ``over_time``: the second is over the set's time."""

    scale: bytes | None
    reps: bytes | None
    over_time: bool

    @classmethod
    def draw(cls, report: SetReport, series: Series, compared: OtherSets) -> _Charts:
        scale, reps = scale_chart(report, compared), choose_chart(report, series)
        over_time = has_curve(report, series)
        return cls(None if scale is None else to_png(scale), None if reps is None else to_png(reps), over_time)


def _lay_out(report: SetReport, charts: _Charts, pictures: Mapping[int, bytes], compared: OtherSets, spacing: float) -> Sheet:
    sheet = Sheet(f"{title_of(report)}: {tr_count('1 rep', '{count} reps', len(report.reps))}", spacing)
    sheet.begin(tr("formcheck · set report"), title_of(report))
    _write_facts(sheet, list_facts(report))
    _write_cards(sheet, headline_cards(report))
    if states_error(report):
        sheet.ln(1.0)
        sheet.ink("ink_soft", SMALL)
        sheet.say(parts.EXPLAIN_ERROR)
    _write_sections(sheet, report, compared)
    _write_scale(sheet, report, charts, compared)
    _write_chart(sheet, report, charts)
    _write_pictures(sheet, report, pictures)
    if report.reps:
        _write_reps(sheet, report)
    sheet.heading(tr("How it was filmed"))
    sheet.terms([*parts.list_recording(report), (tr("When you film again"), " ".join(advise_filming(report)))], SMALL)
    if definitions := parts.define_measures(report):
        sheet.heading(tr("What the numbers are"))
        sheet.terms(
            [(name, text + (tr(" Usual: {usual}").format(usual=usual) if usual else "")) for name, text, usual in definitions]
        )
    _write_small_print(sheet, parts.explain_error(report), [parts.NOT_MEDICAL_ADVICE, parts.describe_software(report)])
    return sheet


def _write_small_print(sheet: Sheet, accuracy: list[str], advice: list[str]) -> None:
    """How accurate the numbers are, and what the report is not: on one page, so that no stray lines go over to the next."""
    texts = [*accuracy, *advice]
    heading = tr("How accurate they are") if accuracy else tr("Not medical advice")
    sheet.heading(heading, sheet.measure_small_print(texts) + 10.0)
    sheet.small_print(texts)


def _write_facts(sheet: Sheet, facts: list[tuple[str, str]]) -> None:
    """Who, when and what, in two columns."""
    sheet.ln(1.5)
    top, lowest = sheet.get_y(), sheet.get_y()
    half = (len(facts) + 1) // 2
    for column, rows in enumerate((facts[:half], facts[half:])):
        left, width = MARGIN + column * 0.6 * WIDTH, (0.6, 0.4)[column] * WIDTH
        sheet.set_y(top)
        for what, text in rows:
            sheet.set_x(left)
            sheet.ink("ink_soft", SMALL)
            sheet.cell(25.0, LINE, what)
            sheet.ink("ink", BODY)
            sheet.say(text, width - 26.0)
        lowest = max(lowest, sheet.get_y())
    sheet.set_xy(MARGIN, lowest)


def _write_cards(sheet: Sheet, cards: list[Card]) -> None:
    """The headline numbers, in even rows of at most four; a single row keeps their width."""
    sheet.ln(GAP)
    a_row = MOST_CARDS_A_ROW if len(cards) <= MOST_CARDS_A_ROW else even_columns(len(cards), MOST_CARDS_A_ROW)
    width, height = (WIDTH - (a_row - 1) * GAP) / a_row, 20.0
    for number, card in enumerate(cards):
        column = number % a_row
        top = sheet.get_y() + (height + GAP if number and not column else 0.0)
        left = MARGIN + column * (width + GAP)
        sheet.set_fill_color(*to_rgb(LIGHT.panel))
        sheet.set_draw_color(*to_rgb(LIGHT.line))
        sheet.rect(left, top, width, height, style="DF", round_corners=True, corner_radius=2.0)
        for offset, text, color, size, style in (
            (2.0, card.label, "ink_soft", SMALL, ""),
            (6.8, card.value, "ink", 15.0 if len(card.value) < 9 else 11.5, "B"),
            (13.8, card.note, "ink_soft", SMALL, ""),
        ):
            sheet.ink(color, size, style)
            sheet.set_xy(left + 2.0, top + offset)
            sheet.cell_that_fits(width - 4.0, 6.0 if style else 4.0, text)
        sheet.set_xy(MARGIN, top)
    sheet.set_y(sheet.get_y() + height)


def _write_sections(sheet: Sheet, report: SetReport, compared: OtherSets) -> None:
    sheet.ln(GAP)
    for section in parts.list_sections(report, compared):
        if sheet.will_page_break(LINE * (2 + len(section.sentences))):
            sheet.add_page()
        top = sheet.get_y() + 1.0
        sheet.set_xy(MARGIN + 4.0, top)
        sheet.ink("ink", BODY, "B")
        sheet.say(section.title, WIDTH - 4.0)
        sheet.ink("ink", BODY)
        for sentence in section.sentences:
            sheet.say(sentence, WIDTH - 4.0)
        sheet.set_fill_color(*to_rgb(getattr(LIGHT, _BAR_COLORS[section.kind])))
        sheet.rect(MARGIN, top, 1.0, sheet.get_y() - top, style="F")
        sheet.set_xy(MARGIN, sheet.get_y() + 1.5)


def _write_scale(sheet: Sheet, report: SetReport, charts: _Charts, compared: OtherSets) -> None:
    """Where the set stands among the person's others."""
    if charts.scale is None:
        return
    sheet.heading(tr("Where this set stands"), 40.0)
    sheet.image(BytesIO(charts.scale), x=MARGIN, w=SCALE_SHARE * WIDTH, alt_text=describe_scale(report, compared))
    sheet.ink("ink_soft", SMALL)
    sheet.say(" ".join(explain_scale(report)))


def _write_chart(sheet: Sheet, report: SetReport, charts: _Charts) -> None:
    if charts.reps is None:
        return
    share = CHART_SHARE if sheet.spacing == 1.0 else TIGHT_CHART_SHARE
    sheet.heading(tr("The set over time") if charts.over_time else tr("The reps beside each other"), 95.0 * share)
    sheet.image(BytesIO(charts.reps), x=MARGIN, w=share * WIDTH, alt_text=describe_chart(report))
    if charts.over_time:
        sheet.ink("ink_soft", SMALL)
        sheet.say(" ".join(f"{_MARKS[kind]}: {text}." for kind, text in parts.legend_of(report)))


_MARKS = {
    "good": tr("Blue"),
    "fault": tr("Red"),
    "lifted": tr("Thick red line"),
    "value": tr("Bar"),
    "limit": tr("Dashed line"),
    "uncounted": tr("Gray"),
}


def _write_pictures(sheet: Sheet, report: SetReport, pictures: Mapping[int, bytes]) -> None:
    """The best rep and the faulty ones, three in a row."""
    shown = parts.list_pictures(report, pictures)
    if not shown:
        return
    width = (WIDTH - (PICTURES_A_ROW - 1) * GAP) / PICTURES_A_ROW
    height = width * (0.75 if sheet.spacing == 1.0 else 0.6)
    sheet.heading(parts.name_pictures(shown), height + 20.0)
    for first in range(0, len(shown), PICTURES_A_ROW):
        if sheet.will_page_break(height + 14.0):
            sheet.add_page()
        top, lowest = sheet.get_y(), sheet.get_y()
        for column, picture in enumerate(shown[first : first + PICTURES_A_ROW]):
            left = MARGIN + column * (width + GAP)
            sheet.image(BytesIO(picture.jpeg), left, top, width, height, keep_aspect_ratio=True, alt_text=picture.alt)
            sheet.set_xy(left, top + height + 1.0)
            sheet.ink("ink", SMALL, "B")
            sheet.say(picture.title, width, 3.8)
            sheet.ink("fault" if picture.faulty else "ink_soft", SMALL)
            sheet.say(picture.caption, width, 3.8)
            lowest = max(lowest, sheet.get_y())
        sheet.set_xy(MARGIN, lowest + 2.0)


def _write_reps(sheet: Sheet, report: SetReport) -> None:
    table = parts.make_table(report)
    sheet.heading(tr("Every rep"), 40.0)
    columns = [f"{label}\n({unit})" if unit else label for label, unit in table.columns]
    rows = [[tr("Rep"), f"{tr('Starts')}\n({tr('min:s')})", *columns, tr("Form")]]
    rows += [[f"{row.number}{tr(' best') if row.is_best else ''}", row.start, *row.values, row.form] for row in table.rows]
    if table.averages:
        rows.append([tr("Mean ± SD"), "", *table.averages, ""])
    if table.errors:
        rows.append(["± (68 %)", "", *table.errors, ""])
    aligns = ("LEFT", "RIGHT", *("RIGHT" for _ in table.columns), "LEFT")
    faulty = {number for number, row in enumerate(table.rows, start=1) if row.faulty}
    sheet.rows(rows, aligns, marked={(number, len(rows[0]) - 1) for number in faulty}, widen={0: tr(" best")})
    sheet.ink("ink_soft", SMALL)
    sheet.say(tr("– means not measured."))
