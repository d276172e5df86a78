"""What a progress report of some weeks says, as text, tables and charts: shared by its page and its PDF."""

from __future__ import annotations

from datetime import date

import altair as alt

from formcheck.export.facts import NOT_MEASURED, describe_person
from formcheck.history.trends.measures import TrackedMeasure, day_text, rep_measure
from formcheck.history.trends.progress import DrillCourse, MeasureCourse, ProgressReport, list_weeks
from formcheck.history.trends.trend import Point, TrendView
from formcheck.render.chart_style import dress
from formcheck.render.colors import LIGHT
from formcheck.render.progress_charts import adherence_chart, common_span, load_chart, trend_chart
from formcheck.support.dates import name_date
from formcheck.support.language import tr, tr_count
from formcheck.support.legs import LEG_TITLES

Rows = list[list[str]]

# Pixels of a chart: one of a pair, and one over the whole width.
CHART_WIDTH, CHART_HEIGHT = 380, 230
WIDE, WIDE_HEIGHT = 780, 170


def name_leg(side: str | None) -> str:
    """Return a leg as a title: "Left leg"."""
    return LEG_TITLES.get(side or "", tr("Leg not known"))


def title_of(progress: ProgressReport) -> str:
    """Return the report's title: whose progress it is."""
    return tr("Progress of {name}").format(name=progress.athlete.name)


def list_facts(progress: ProgressReport) -> list[tuple[str, str]]:
    """Return who and when: (what, in words)."""
    athlete = progress.athlete
    weeks = round(((progress.last - progress.first).days + 1) / 7)
    return [
        (tr("Who"), describe_person(athlete.name, athlete.height_cm, athlete.mass_kg)),
        (
            tr("Period"),
            tr("{first_day} to {last_day} ({weeks})").format(
                first_day=_day(progress.first.toordinal()),
                last_day=_day(progress.last.toordinal()),
                weeks=tr_count("1 week", "{count} weeks", weeks),
            ),
        ),
        (tr("Made on"), _day(progress.made_on.toordinal())),
    ]


def _day(ordinal: int) -> str:
    """A day with its year, because the report may be read in another one."""
    return name_date(date.fromordinal(ordinal))


def course_charts(course: MeasureCourse) -> list[tuple[TrendView, alt.LayerChart]]:
    """Return a chart for each leg, on one scale."""
    span = common_span(course.views)
    return [(view, dress(trend_chart(view, span), LIGHT, CHART_WIDTH, CHART_HEIGHT)) for view in course.views]


def marks_table(course: MeasureCourse) -> Rows:
    """Return first, best and last of each leg; the first row is the table's head."""
    rows = [[tr("Leg"), tr("First"), tr("Best rep"), tr("Last"), tr("Sets")]]
    for view in course.views:
        points = (_mark(view, point) for point in (view.first, view.best, view.last))
        rows.append([name_leg(view.side), *points, str(len(view.days))])
    return rows


def _mark(view: TrendView, point: Point | None) -> str:
    if point is None:
        return NOT_MEASURED
    return f"{view.measure.text(point.value)}, {day_text(point.day.toordinal())}"


def weekly_table(course: MeasureCourse) -> Rows:
    """Return the mean of each week and leg: the charts as numbers; the first row is the table's head."""
    by_leg = [{week.monday: week for week in list_weeks(view)} for view in course.views]
    mondays = sorted({monday for weeks in by_leg for monday in weeks})
    rows = [[tr("Week of"), *(tr("{legs}, mean (sets)").format(legs=name_leg(view.side)) for view in course.views)]]
    for monday in mondays:
        found = (weeks.get(monday) for weeks in by_leg)
        cells = (NOT_MEASURED if week is None else f"{course.measure.text(week.value)} ({week.sets})" for week in found)
        rows.append([day_text(monday.toordinal()), *cells])
    return rows


def others_table(drill: DrillCourse) -> Rows:
    """Return first and last of what is followed beside the main measures; the first row is the table's head."""
    rows = [[tr("What"), tr("Leg"), tr("First"), tr("Last")]]
    for course in drill.others:
        name = course.measure.title
        rows += [[name, name_leg(view.side), _mark(view, view.first), _mark(view, view.last)] for view in course.views]
    return rows if len(rows) > 1 else []


def weeks_table(progress: ProgressReport) -> Rows:
    """Return sets done and planned, by week of the plan; the first row is the table's head."""
    if not progress.adherence:
        return []
    asked = [[str(week.week), _day(week.first_day.toordinal()), str(week.done), str(week.prescribed)] for week in progress.weeks]
    return [[tr("Week of the plan"), tr("Begins"), tr("Sets done"), tr("Planned")], *asked]


def running_table(progress: ProgressReport) -> Rows:
    """Return the kilometers of each week with their ceiling; the first row is the table's head."""
    if not progress.running_in_words:
        return []
    text = progress.load.text
    rows = [
        [
            day_text(week.monday.toordinal()),
            text(week.total),
            NOT_MEASURED if week.ceiling is None else text(week.ceiling),
            tr("over the ceiling") if week.broke_rule else tr("within the ceiling") if week.ceiling is not None else NOT_MEASURED,
        ]
        for week in progress.running
    ]
    return [[tr("Week of"), tr("Run"), tr("Ceiling (10 % more than the week before)"), tr("Rule")], *rows]


def define_courses(progress: ProgressReport) -> list[tuple[str, str]]:
    """Return what the drawn measures are: (name, definition)."""
    found = []
    for drill in progress.drills:
        for course in drill.main:
            own = next((m for m in drill.exercise.measures if m.name == rep_measure(course.measure)), None)
            if own is not None:
                usual = tr(" Usual: {usual}").format(usual=own.usual) if own.usual else ""
                found.append((course.measure.title.split(" (")[0], own.definition + usual))
    return found


def explain_trends(progress: ProgressReport) -> list[str]:
    """Return how the charts are to be read, and what counts as a change, with the sources."""
    lines = [
        tr(
            "Every point is a set. The line is the smooth trend, and its band the 95 % confidence band. A "
            "change is the difference between the first and the last two weeks of the period."
        )
    ]
    for measure in _drawn(progress):
        name = measure.title.split(" (")[0]
        if measure.mdc is None:
            lines.append(tr("{name}: no measurement error is published, so no difference is called a change.").format(name=name))
        else:
            lines.append(
                tr(
                    "{name}: a difference below {mdc} is measurement error ({mdc_source}). The gray band around the "
                    "first two weeks is at least as wide to each side, wider where the recordings are less certain."
                ).format(name=name, mdc=measure.text(measure.mdc), mdc_source=measure.mdc_source)
            )
    lines.append(tr("Sets with an unreliable recording are left out of the trends and counted separately."))
    return lines


def _drawn(progress: ProgressReport) -> list[TrackedMeasure]:
    return [course.measure for drill in progress.drills for course in drill.main]


def plan_chart(progress: ProgressReport) -> alt.LayerChart:
    """Return the sets done and planned, by week of the plan."""
    return dress(adherence_chart(progress.weeks), LIGHT, WIDE, WIDE_HEIGHT)


def running_chart(progress: ProgressReport) -> alt.LayerChart:
    """Return the kilometers of each week with their ceiling."""
    return dress(load_chart(progress.running), LIGHT, WIDE, WIDE_HEIGHT)
