"""The report as a PDF on A4: a page of summary, then the reps, the definitions and the error. Made without a browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO

from formcheck.export.facts import (
    best_rep,
    exercise_of,
    format_error,
    format_number,
    format_time,
    format_unit,
    shown_measures,
    side_in_words,
)
from formcheck.render.charts import Series, choose_chart, describe_chart, to_png
from formcheck.render.colours import LIGHT, to_rgb
from formcheck.render.parts import NOT_MEDICAL_ADVICE, caption_of, define_measures, describe_software, explain_error, legend_of
from formcheck.render.sheet import BODY, GAP, LINE, MARGIN, SMALL, WIDTH, Sheet
from formcheck.render.summary import Card, average_row, describe_comparison, describe_unmeasured, headline_cards, list_facts
from formcheck.render.words import advise_filming, describe_faults, describe_recording, describe_set
from formcheck.report.schema import SetReport

PICTURES_A_ROW = 3


def render_pdf(report: SetReport, series: Series, pictures: Mapping[int, bytes], compared: Sequence[str] = ()) -> bytes:
    """Return the report as a PDF; the arguments are those of `formcheck.render.page.render_html`."""
    exercise = exercise_of(report)
    title = f"{exercise.title}, {side_in_words(report)}" if exercise else "No drill seen"
    sheet = Sheet(f"{title}: {len(report.reps)} reps")
    sheet.begin("formcheck · set report", title)
    _write_facts(sheet, list_facts(report))
    _write_cards(sheet, headline_cards(report))
    _write_words(sheet, report, compared)
    _write_chart(sheet, report, series)
    _write_pictures(sheet, report, pictures)
    if report.reps:
        _write_reps(sheet, report)
    sheet.heading("How it was filmed")
    missing = describe_unmeasured(report)
    unmeasured = [("Not measured", f"{missing}.")] if missing else []
    sheet.terms([*describe_recording(report), *unmeasured, ("When you film again", " ".join(advise_filming(report)))], SMALL)
    if exercise:
        sheet.heading("What the numbers are")
        sheet.terms([(name, text + (f" Usual: {usual}" if usual else "")) for name, text, usual in define_measures(report)])
    sheet.heading("How exact they are")
    for text in (*explain_error(report), NOT_MEDICAL_ADVICE, describe_software(report)):
        sheet.ink("ink_soft", SMALL)
        sheet.say(text, line=SMALL * 0.46)
        sheet.ln(0.6)
    return bytes(sheet.output())


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
    """The headline numbers, four in a row."""
    sheet.ln(GAP)
    width, height = (WIDTH - 3 * GAP) / 4, 20.0
    for number, card in enumerate(cards):
        column = number % 4
        top = sheet.get_y() + (height + GAP if number and not column else 0.0)
        left = MARGIN + column * (width + GAP)
        sheet.set_fill_color(*to_rgb(LIGHT.panel))
        sheet.set_draw_color(*to_rgb(LIGHT.line))
        sheet.rect(left, top, width, height, style="DF", round_corners=True, corner_radius=2.0)
        for offset, text, colour, size, style in (
            (2.0, card.label, "ink_soft", SMALL, ""),
            (6.8, card.value, "ink", 15.0 if len(card.value) < 9 else 11.5, "B"),
            (13.8, card.note, "ink_soft", SMALL, ""),
        ):
            sheet.ink(colour, size, style)
            sheet.set_xy(left + 2.0, top + offset)
            sheet.cell(width - 4.0, 6.0 if style else 4.0, text)
        sheet.set_xy(MARGIN, top)
    sheet.set_y(sheet.get_y() + height)


def _write_words(sheet: Sheet, report: SetReport, compared: Sequence[str]) -> None:
    words = describe_set(report)
    parts = [
        ("What you did", "good", words.well),
        ("What to change on the next rep", "fault" if report.summary.clean_reps < len(report.reps) else "good", words.change),
        ("Against your other sets", "ink_soft", describe_comparison(report, compared)),
        ("What limits these numbers", "watch", words.missing),
    ]
    sheet.ln(GAP)
    for title, colour, sentences in parts:
        if not sentences:
            continue
        if sheet.will_page_break(LINE * (2 + len(sentences))):
            sheet.add_page()
        top = sheet.get_y() + 1.0
        sheet.set_xy(MARGIN + 4.0, top)
        sheet.ink("ink", BODY, "B")
        sheet.say(title, WIDTH - 4.0)
        sheet.ink("ink", BODY)
        for sentence in sentences:
            sheet.say(sentence, WIDTH - 4.0)
        sheet.set_fill_color(*to_rgb(getattr(LIGHT, colour)))
        sheet.rect(MARGIN, top, 1.0, sheet.get_y() - top, style="F")
        sheet.set_xy(MARGIN, sheet.get_y() + 1.5)


def _write_chart(sheet: Sheet, report: SetReport, series: Series) -> None:
    chart, over_time = choose_chart(report, series), len(series.get("time_s", ())) > 1
    if chart is None:
        return
    sheet.heading("The set over time" if over_time else "The reps beside each other", 80.0)
    sheet.image(BytesIO(to_png(chart)), x=MARGIN, w=WIDTH, alt_text=describe_chart(report))
    if over_time:
        sheet.ink("ink_soft", SMALL)
        sheet.say("Blue: clean. " + " ".join(f"{_MARKS[kind]}: {text}." for kind, text in legend_of(report) if kind != "good"))


_MARKS = {"fault": "Red", "lifted": "Thick red line", "value": "Bar", "limit": "Dashed line"}


def _write_pictures(sheet: Sheet, report: SetReport, pictures: Mapping[int, bytes]) -> None:
    """The best rep and the faulty ones, three in a row."""
    best = best_rep(report)
    reps = sorted((r for r in report.reps if r.number in pictures), key=lambda r: (r is not best, r.number))
    if not reps:
        return
    width = (WIDTH - (PICTURES_A_ROW - 1) * GAP) / PICTURES_A_ROW
    height = width * 0.75
    sheet.heading("The best rep" + (", and those with a fault" if any(r.faults for r in reps) else ""), height + 20.0)
    for first in range(0, len(reps), PICTURES_A_ROW):
        if sheet.will_page_break(height + 14.0):
            sheet.add_page()
        top, lowest = sheet.get_y(), sheet.get_y()
        for column, rep in enumerate(reps[first : first + PICTURES_A_ROW]):
            left = MARGIN + column * (width + GAP)
            caption = caption_of(report, rep)
            sheet.image(
                BytesIO(pictures[rep.number]),
                left,
                top,
                width,
                height,
                keep_aspect_ratio=True,
                alt_text=f"Rep {rep.number}: {caption}",
            )
            sheet.set_xy(left, top + height + 1.0)
            sheet.ink("ink", SMALL, "B")
            sheet.say(f"Rep {rep.number}{' · best' if rep is best else ''}", width, 3.8)
            sheet.ink("fault" if rep.faults else "ink_soft", SMALL)
            sheet.say(caption, width, 3.8)
            lowest = max(lowest, sheet.get_y())
        sheet.set_xy(MARGIN, lowest + 2.0)


def _write_reps(sheet: Sheet, report: SetReport) -> None:
    measures, best = shown_measures(report), best_rep(report)
    sheet.heading("Every rep", 40.0)
    rows = [["Rep", "Starts\n(min:s)", *(f"{m.label}\n({format_unit(m.unit).strip()})" for m in measures), "Form"]]
    for rep in report.reps:
        values = [format_number(rep.measures.get(m.name), m.decimals) for m in measures]
        rows.append([f"{rep.number}{' best' if rep is best else ''}", format_time(rep.start_s), *values, describe_faults(rep)])
    if len(report.reps) > 1:
        rows.append(["Mean ± SD", "", *average_row(report), ""])
    if any(errors := [format_error(m, report) for m in measures]):
        rows.append(["Error", "", *(error or "–" for error in errors), ""])
    aligns = ("LEFT", "RIGHT", *("RIGHT" for _ in measures), "LEFT")
    faulty = {number for number, rep in enumerate(report.reps, start=1) if rep.faults}
    sheet.rows(rows, aligns, marked={(number, len(rows[0]) - 1) for number in faulty}, widen={0: " best"})
    sheet.ink("ink_soft", SMALL)
    sheet.say("– means not measured.")
