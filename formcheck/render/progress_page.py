"""The progress report of some weeks as one self-contained HTML page: no script, no external file, nothing from the network."""

from __future__ import annotations

import altair as alt

from formcheck.history.trends.progress import DrillCourse, ProgressReport
from formcheck.history.trends.trend import TrendView
from formcheck.render import progress_parts as parts
from formcheck.render.colors import DARK, LEG_COLORS, LIGHT
from formcheck.render.parts import NOT_MEDICAL_ADVICE
from formcheck.render.templates import inline_chart, load_templates


def render_progress_html(progress: ProgressReport) -> str:
    """Return the progress report as a page."""
    template = load_templates().get_template("progress.html.j2")
    return template.render(
        progress=progress,
        title=parts.title_of(progress),
        facts=parts.list_facts(progress),
        drills=[_drill(drill) for drill in progress.drills],
        weeks=parts.weeks_table(progress),
        weeks_chart=inline_chart(parts.plan_chart(progress)) if progress.adherence else "",
        running=parts.running_table(progress),
        running_chart=inline_chart(parts.running_chart(progress)) if progress.running_in_words else "",
        definitions=parts.define_courses(progress),
        explanation=parts.explain_trends(progress),
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
                        "name": parts.name_leg(view.side),
                        "statement": view.statement,
                        "kind": view.change.kind,
                        "chart": _leg_chart(chart, view),
                    }
                    for view, chart in parts.course_charts(course)
                ],
                "marks": parts.marks_table(course),
                "weeks": parts.weekly_table(course),
            }
            for course in drill.main
        ],
        "others": parts.others_table(drill),
    }


def _leg_chart(chart: alt.LayerChart, view: TrendView) -> str:
    return inline_chart(chart, {f"leg-{view.side or 'both'}": LEG_COLORS["light"][view.side or "both"]})
