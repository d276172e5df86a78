"""Weeks as charts: a measure's trend with what counts as a change, the sets against the plan, the running load."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from formcheck.history.trends.measures import TrackedMeasure
from formcheck.history.trends.trend import TrendView
from formcheck.render.chart_style import layer
from formcheck.render.colors import LEG_COLORS, LIGHT, Theme
from formcheck.support.dates import name_date, name_day, name_short_day
from formcheck.support.language import tr
from formcheck.training import WeekAdherence
from formcheck.training.load import WeekLoad

# More points than this are one blur: a week's sets are then one point.
MAX_POINTS = 1200
_LONG_DAYS = 400


def trend_chart(
    view: TrendView, span: tuple[float, float], theme: Theme = LIGHT, chosen: alt.Parameter | None = None
) -> alt.LayerChart:
    """Every set of a leg a point, the smooth trend with its uncertainty, and the band inside which nothing counts as a change.

    Parameters
    ----------
    span
        The least and largest value shown: the same for both legs, so that they can be compared.
    chosen
        A selection that points can be picked by.
    """
    measure, color = view.measure, LEG_COLORS[theme.name][view.side or "both"]
    shape = {"left": "circle", "right": "square"}.get(view.side or "", "diamond")
    x = alt.X("Day:T", title=None, axis=alt.Axis(format=_day_format(view), labelOverlap=True, tickCount=5))
    scale = alt.Scale(domain=list(span), zero=False, nice=False)
    # The unit stands at the numbers: an upright title would take a fifth of a phone's width.
    axis = alt.Axis(title=None, labelExpr=f"datum.label + '{_unit_suffix(measure)}'", tickCount=6)
    y = alt.Y("value:Q", axis=axis, scale=scale)
    low = alt.Y("low:Q", axis=axis, scale=scale)
    layers: list[alt.Chart] = []  # only the points have names: the chart's own words say what line and bands show
    band = _change_band(view)
    if len(band):
        layers.append(alt.Chart(band).mark_area(opacity=0.13, color=theme.ink_soft, aria=False).encode(x=x, y=low, y2="high:Q"))
    line = _line(view)
    if len(line):
        sure = line.dropna(subset=["low"])
        # at its ends a trend can be less certain than the chart is high: the tint stays inside it, off the words above
        layers.append(alt.Chart(sure).mark_area(opacity=0.25, color=color, aria=False, clip=True).encode(x=x, y=low, y2="high:Q"))
        layers.append(alt.Chart(line).mark_line(strokeWidth=2.5, color=color, aria=False).encode(x=x, y=y))
    tooltip = [
        alt.Tooltip("Day:T", format="%B %-d, %Y"),
        alt.Tooltip("value:Q", title=axis_title(measure), format=f".{measure.decimals}f"),
        alt.Tooltip("Sets:Q"),
        alt.Tooltip("Corrected:N"),
    ]
    points = alt.Chart(_points(view)).mark_point(filled=True, size=55, color=color, shape=shape, opacity=0.75)
    points = points.encode(x=x, y=y, tooltip=tooltip, description="said:N")
    if chosen is not None:
        points = points.encode(opacity=alt.condition(chosen, alt.value(0.75), alt.value(0.2))).add_params(chosen)
    return layer(*layers, points)


def _day_format(view: TrendView) -> str:
    """Days and months; over years, months and years."""
    return "%b %-d" if int(view.days[-1] - view.days[0]) <= _LONG_DAYS else "%b %Y"


def axis_title(measure: TrackedMeasure) -> str:
    """What the upright axis shows, with its unit."""
    name = measure.title.split(" (")[0].split(",")[0]
    return f"{name}, {measure.unit}" if measure.unit else name


def _unit_suffix(measure: TrackedMeasure) -> str:
    if measure.unit in ("°", "%"):
        return measure.unit
    return f" {measure.unit}" if measure.unit in ("cm", "J") else ""


def common_span(views: Sequence[TrendView]) -> tuple[float, float]:
    """The least and largest value that charts side by side must hold, with a little air."""
    values = [float(value) for view in views for value in view.values]
    values += [edge for view in views if (band := view.change.band) is not None for edge in band]
    low, high = min(values), max(values)
    air = 0.06 * (high - low) or 1.0
    return low - air, high + air


def _points(view: TrendView) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "Day": pd.to_datetime(view.dates),
            "value": view.values,
            "set": view.set_ids,
            "Sets": 1,
            "Corrected": view.corrected,
        }
    )
    if len(frame) > MAX_POINTS:
        weeks = frame.groupby(frame["Day"].dt.to_period("W").dt.start_time)
        frame = weeks.agg(
            value=("value", "mean"), set=("set", "last"), Sets=("Sets", "sum"), Corrected=("Corrected", "max")
        ).reset_index()
    said = [
        _say_point(view.measure, day, value, sets) for day, value, sets in frame[["Day", "value", "Sets"]].itertuples(index=False)
    ]
    return frame.assign(said=said, Corrected=frame["Corrected"].map({True: tr("by hand"), False: tr("no")}))


def _say_point(measure: TrackedMeasure, day: pd.Timestamp, value: float, sets: int) -> str:
    """A point in words, for a screen reader: "November 30, 2026: 36.5°"."""
    said = tr("{day}: {value}").format(day=name_date(day.date()), value=measure.text(value))
    return said if sets == 1 else tr("{said}, the mean of {count} sets").format(said=said, count=sets)


def _line(view: TrendView) -> pd.DataFrame:
    trend = view.trend
    if trend is None:
        return pd.DataFrame({"Day": [], "value": [], "low": [], "high": []})
    step = max(1, len(trend.days) // 400)
    kept = slice(None, None, step)
    days = pd.to_datetime([pd.Timestamp.fromordinal(int(day)) for day in trend.days[kept]])
    frame = pd.DataFrame({"Day": days, "value": trend.fitted[kept], "low": trend.low[kept], "high": trend.high[kept]})
    return frame.replace({np.nan: None}).astype({"value": float, "low": float, "high": float})


def _change_band(view: TrendView) -> pd.DataFrame:
    band, change = view.change.band, view.change
    if band is None or change.since is None or change.until is None or change.since == change.until:
        return pd.DataFrame({"Day": [], "low": [], "high": []})
    days = pd.to_datetime([pd.Timestamp.fromordinal(change.since), pd.Timestamp.fromordinal(change.until)])
    return pd.DataFrame({"Day": days, "low": band[0], "high": band[1]})


def adherence_chart(weeks: Sequence[WeekAdherence], theme: Theme = LIGHT) -> alt.LayerChart:
    """Sets done by week of the plan as bars, and what was planned as ticks."""
    said = tr("Week {week}: {done} of {asked} sets done")
    rows = [
        {
            "Week": week.week,
            "done": week.done,
            "asked": week.prescribed,
            "said": said.format(week=week.week, done=week.done, asked=week.prescribed),
        }
        for week in weeks
    ]
    tooltip = [
        alt.Tooltip("Week:O", title=tr("Week")),
        alt.Tooltip("done:Q", title=tr("Sets done")),
        alt.Tooltip("asked:Q", title=tr("Sets planned")),
    ]
    return _bars_and_ticks(pd.DataFrame(rows), tr("Week of the plan"), tr("Sets"), tooltip, theme)


def load_chart(weeks: Sequence[WeekLoad], theme: Theme = LIGHT) -> alt.LayerChart:
    """Kilometers by week as bars, and the ceiling of the 10 % rule as ticks."""
    rows = [
        {
            "Week": name_short_day(week.monday),
            "done": round(week.total, 1),
            "asked": week.ceiling,
            "order": number,
            "said": tr("Week of {day}: {total:.1f} kilometers").format(day=name_day(week.monday), total=week.total),
        }
        for number, week in enumerate(weeks)
    ]
    tooltip = [
        alt.Tooltip("Week:O", title=tr("Week")),
        alt.Tooltip("done:Q", title=tr("Kilometers")),
        alt.Tooltip("asked:Q", title=tr("Ceiling"), format=".1f"),
    ]
    return _bars_and_ticks(pd.DataFrame(rows).astype({"asked": float}), tr("Week of"), tr("Kilometers"), tooltip, theme)


def _bars_and_ticks(frame: pd.DataFrame, across: str, up: str, tooltip: list[alt.Tooltip], theme: Theme) -> alt.LayerChart:
    """``done`` as bars and ``asked`` as ticks over ``Week``, in the frame's order; ``said`` is each bar in words."""
    x = alt.X("Week:O", title=across, axis=alt.Axis(labelAngle=0, labelOverlap=True), sort=None)
    bars = alt.Chart(frame).mark_bar(cornerRadiusEnd=4, color=theme.good)
    bars = bars.encode(x=x, y=alt.Y("done:Q", title=up), tooltip=tooltip, description="said:N")
    asked = (
        alt.Chart(frame.dropna(subset=["asked"]))
        .mark_tick(thickness=4, color=theme.watch, width={"band": 0.9}, aria=False)  # the bar's words name it too
        .encode(x=x, y="asked:Q", tooltip=tooltip)
    )
    return layer(bars, asked)
