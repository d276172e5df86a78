"""The progress report of some weeks as a PDF on A4: the same words, charts and tables as the page."""

from __future__ import annotations

from io import BytesIO

import altair as alt

from formcheck.history.trends.progress import DrillCourse, MeasureCourse, ProgressReport
from formcheck.render import progress_parts as parts
from formcheck.render.chart_style import to_png
from formcheck.render.parts import NOT_MEDICAL_ADVICE
from formcheck.render.sheet import BODY, GAP, LINE, MARGIN, SMALL, WIDTH, Sheet
from formcheck.support.language import tr


def render_progress_pdf(progress: ProgressReport) -> bytes:
    """Return the progress report as a PDF."""
    sheet = Sheet(parts.title_of(progress))
    sheet.begin(tr("formcheck · progress report"), parts.title_of(progress))
    sheet.ln(1.5)
    sheet.terms(parts.list_facts(progress), BODY, label=24.0)
    sheet.heading(tr("In plain words"))
    sheet.ink("ink", BODY)
    for sentence in progress.summary or [tr("Nothing was saved in this period. Choose a longer one, or save a set first.")]:
        sheet.say(sentence)
        sheet.ln(0.8)
    for drill in progress.drills:
        _write_drill(sheet, drill)
    if progress.adherence:
        sheet.heading(tr("Sets against the plan"), 70.0)
        _write_wide(sheet, parts.plan_chart(progress), progress.adherence, tr("Sets done and planned by week of the plan."))
        _write_table(sheet, parts.weeks_table(progress))
    if progress.running_in_words:
        sheet.heading(tr("Running"), 70.0)
        _write_wide(sheet, parts.running_chart(progress), progress.running_in_words, tr("Kilometers and their ceiling by week."))
        _write_table(sheet, parts.running_table(progress))
    definitions = parts.define_courses(progress)
    if definitions:
        sheet.heading(tr("What the numbers are"))
        sheet.terms(definitions)
    sheet.heading(tr("How to read the trends"))
    sheet.small_print([*parts.explain_trends(progress), NOT_MEDICAL_ADVICE])
    return bytes(sheet.output())


def _write_drill(sheet: Sheet, drill: DrillCourse) -> None:
    sheet.heading(drill.exercise.title, 100.0)
    sheet.ink("ink", BODY)
    sheet.say(drill.amount)
    for course in drill.main:
        _write_course(sheet, course)
    others = parts.others_table(drill)
    if others:
        sheet.ln(GAP)
        sheet.ink("ink", BODY, "B")
        sheet.say(tr("Also followed"))
        _write_table(sheet, others, words=2)


def _write_course(sheet: Sheet, course: MeasureCourse) -> None:
    """A chart for each leg with its sentence, two in a row; then the legs against each other, and the numbers."""
    width = (WIDTH - GAP) / 2
    height = width * parts.CHART_HEIGHT / parts.CHART_WIDTH
    sheet.ln(GAP)
    sheet.ink("ink", BODY, "B")
    sheet.say(course.measure.title)
    charts = parts.course_charts(course)
    for first in range(0, len(charts), 2):
        if sheet.will_page_break(height + 5 * LINE):
            sheet.add_page()
        top, lowest = sheet.get_y(), sheet.get_y()
        for column, (view, _) in enumerate(charts[first : first + 2]):
            sheet.set_xy(MARGIN + column * (width + GAP), top)
            sheet.ink("ink", SMALL, "B")
            sheet.say(parts.name_leg(view.side), width, 3.8)
            sheet.ink("ink", SMALL)
            sheet.say(view.statement, width, 3.8)
            lowest = max(lowest, sheet.get_y())
        for column, (view, chart) in enumerate(charts[first : first + 2]):
            words = tr("{title}, {legs}, over the weeks. {statement}").format(
                title=course.measure.title, legs=parts.name_leg(view.side).lower(), statement=view.statement
            )
            left = MARGIN + column * (width + GAP)
            sheet.image(BytesIO(to_png(chart)), left, lowest + 1.0, width, height, keep_aspect_ratio=True, alt_text=words)
        sheet.set_xy(MARGIN, lowest + height + 2.0)
    if course.sides:
        sheet.ink("ink", BODY)
        sheet.say(course.sides)
    _write_table(sheet, parts.marks_table(course))
    _write_table(sheet, parts.weekly_table(course))


def _write_wide(sheet: Sheet, chart: alt.LayerChart, caption: str, words: str) -> None:
    sheet.ink("ink", BODY)
    sheet.say(caption)
    sheet.image(BytesIO(to_png(chart)), x=MARGIN, w=WIDTH, alt_text=f"{words} {caption}")


def _write_table(sheet: Sheet, rows: parts.Rows, words: int = 1) -> None:
    """Write a table whose first ``words`` columns hold words, and the others numbers."""
    sheet.ln(1.5)
    sheet.even_rows(rows, words)
    sheet.set_x(MARGIN)
