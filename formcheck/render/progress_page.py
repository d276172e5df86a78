"""The progress report of some weeks as one self-contained HTML page: no script, no external file, nothing from the network."""

from __future__ import annotations

import altair as alt

from formcheck.history.trends.progress import DrillCourse, ProgressReport
from formcheck.history.trends.trend import TrendView
from formcheck.render.colors import DARK, LEG_COLORS, LIGHT
from formcheck.render.parts import NOT_MEDICAL_ADVICE
from formcheck.render.progress_parts import (
    LEGS,
    course_charts,
    define_courses,
    explain_trends,
    list_facts,
    marks_table,
    others_table,
    plan_chart,
    running_chart,
    running_table,
    title_of,
    weekly_table,
    weeks_table,
)
from formcheck.render.templates import inline_chart, load_templates


def render_progress_html(progress: ProgressReport) -> str:
    """Return the progress report as a page."""
    template = load_templates().get_template("progress.html.j2")
    return template.render(
        progress=progress,
        title=title_of(progress),
        facts=list_facts(progress),
        drills=[_drill(drill) for drill in progress.drills],
        weeks=weeks_table(progress),
        weeks_chart=inline_chart(plan_chart(progress)) if progress.adherence else "",
        running=running_table(progress),
        running_chart=inline_chart(running_chart(progress)) if progress.running_in_words else "",
        definitions=define_courses(progress),
        explanation=explain_trends(progress),
        light={**LIGHT.named(), **{f"leg-{leg}": color for leg, color in LEG_COLORS["light"].items()}},
        dark={**DARK.named(), **{f"leg-{leg}": color for leg, color in LEG_COLORS["dark"].items()}},
        disclaimer=NOT_MEDICAL_ADVICE,
    )


def _drill(drill: DrillCourse) -> dict[str, object]:
    """An exercise as its part of the page is filled in."""
    return {
        "title": drill.exercise.title,
        "amount": drill.amount,
        "courses": [
            {
                "title": course.measure.title,
                "sides": course.sides,
                "legs": [
                    {
                        "name": LEGS[view.side],
                        "statement": view.statement,
                        "kind": view.change.kind,
                        "chart": _leg_chart(chart, view),
                    }
                    for view, chart in course_charts(course)
                ],
                "marks": marks_table(course),
                "weeks": weekly_table(course),
            }
            for course in drill.main
        ],
        "others": others_table(drill),
    }


def _leg_chart(chart: alt.LayerChart, view: TrendView) -> str:
    return inline_chart(chart, {f"leg-{view.side or 'both'}": LEG_COLORS["light"][view.side or "both"]})
