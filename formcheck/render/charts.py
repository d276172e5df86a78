"""A set as a chart: the angle or height over time with its repetitions and faults, and the repetitions side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from formcheck.exercises import Measure
from formcheck.exercises.base import INCLINATION
from formcheck.exercises.weight_bearing_lunge import LIFTED_PCT_FOOT
from formcheck.export.facts import (
    best_rep,
    curve_of,
    describe_limit,
    describe_set_value,
    exercise_of,
    format_number,
    format_unit,
    format_value,
    has_curve,
    headline_of,
    is_measured,
    list_reps,
    set_value,
    side_in_words,
)
from formcheck.render.chart_style import dress, layer
from formcheck.render.colors import LIGHT, Theme
from formcheck.render.words import describe_faults
from formcheck.report.schema import SetReport
from formcheck.support.arrays import FloatArray, nearest_index
from formcheck.support.language import tr

if TYPE_CHECKING:
    from formcheck.analysis.pipeline import Analysis

Series = Mapping[str, Sequence[float | None] | FloatArray]

# Pixels of a chart, unless it fills its place.
WIDTH, SIGNAL_HEIGHT, REPS_HEIGHT = 760, 280, 220
# More points than a screen has pixels across only make the file larger.
MAX_POINTS = 1500
# With more reps than this the numbers on the chart could not be read.
MAX_LABELED_REPS = 15
# Width of a repetition's name or number in the chart, pixels: on a narrower chart they would cover each other, and are left out.
LABEL_WIDTH = 38.0


def series_of(source: Analysis | SetReport) -> dict[str, FloatArray]:
    """Return the signals over time of an analysis, or of a report that carries its series; empty where it has none."""
    if isinstance(source, SetReport):
        return {name: np.array(values, float) for name, values in (source.series or {}).items()}
    return {"time_s": source.track.time_s, **source.signals}


def _report_of(source: Analysis | SetReport) -> SetReport:
    return source if isinstance(source, SetReport) else source.report


def thin_out(values: FloatArray) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the indices of at most `MAX_POINTS` samples that keep every peak and trough: each bin's least and largest."""
    if len(values) <= MAX_POINTS:
        return np.arange(len(values))
    kept: set[int] = {0, len(values) - 1}
    for indices in np.array_split(np.arange(len(values)), MAX_POINTS // 2 - 1):
        seen = indices[np.isfinite(values[indices])]
        kept |= {int(seen[np.argmin(values[seen])]), int(seen[np.argmax(values[seen])])} if len(seen) else {int(indices[0])}
    return np.array(sorted(kept), dtype=np.int64)


def _rep_rows(report: SetReport) -> pd.DataFrame:
    headline = headline_of(report)
    return pd.DataFrame(
        [
            {
                "rep": rep.number,
                "start": rep.start_s,
                "peak": rep.peak_s,
                "end": rep.end_s,
                "faulty": bool(rep.faults),
                "faults": describe_faults(rep),
                "value": rep.measures.get(headline.name) if headline else None,
                "label": format_value(headline, rep.measures.get(headline.name)) if headline else "",
                "number": _short(headline, rep.measures.get(headline.name)) if headline else "",
            }
            for rep in report.reps
        ],
        columns=["rep", "start", "peak", "end", "faulty", "faults", "value", "label", "number"],
    )


def _short(measure: Measure, value: float | None) -> str:
    """The value as it stands on the chart, whose axis names the unit."""
    return format_value(measure, value) if measure.unit == "°" else format_number(value, measure.decimals)


def _meaning(good: str, fault: str) -> Any:
    """A color by whether a repetition has a fault."""
    return alt.condition("datum.faulty", alt.value(fault), alt.value(good))


def signal_chart(
    source: Analysis | SetReport, series: Series | None = None, *, theme: Theme = LIGHT, width: int | str = WIDTH
) -> alt.LayerChart:
    """Draw the exercise's angle or height over time.

    Repetitions are shaded by whether they have a fault; a bar across each is at the value that counts for it (for the half-kneeling
    exercise the range with the heel down); parts with the heel off the floor are drawn thick; faulty peaks carry a triangle.

    Parameters
    ----------
    series
        Signals by name, ``time_s`` among them; those of ``source`` by default.
    width
        Pixels, or ``"container"``.
    """
    report = _report_of(source)
    signals = {k: np.array(v, float) for k, v in (series if series is not None else series_of(source)).items()}
    line = _line_rows(report, signals)
    reps = _rep_rows(report)
    reps["top"] = [_value_at(line, time) for time in reps["peak"]]
    x = alt.X("time:Q", title=tr("Time in the video (s)"), axis=alt.Axis(grid=False, tickMinStep=1), scale=alt.Scale(nice=False))
    highest = float(np.nanmax([*line["value"].dropna(), *reps["value"].dropna(), 1.0]))
    lowest = float(np.nanmin([*line["value"].dropna(), 0.0]))
    scale = alt.Scale(domain=(lowest - 0.02 * (highest - lowest), highest + 0.14 * (highest - lowest)), nice=False, zero=False)
    y = alt.Y("value:Q", title=curve_of(report).axis, scale=scale, axis=alt.Axis(tickCount=6))
    tips = _tips("rep:Q")
    layers: list[Any] = [
        *_uncounted_marks(report, theme),
        alt.Chart(reps)
        .mark_rect(cornerRadius=4)
        .encode(
            x=alt.X("start:Q", title=tr("Time in the video (s)")),
            x2="end:Q",
            color=_meaning(theme.good_tint, theme.fault_tint),
            tooltip=tips,
        ),
        alt.Chart(line).mark_line(color=theme.ink, strokeWidth=1.8, interpolate="linear").encode(x=x, y=y),
    ]
    lifted = line[line["lifted"] > 0]
    if len(lifted) and curve_of(report) is INCLINATION:
        layers.append(
            alt.Chart(lifted).mark_line(color=theme.fault, strokeWidth=4, strokeCap="round").encode(x=x, y=y, detail="lifted:N")
        )
    limit = _limit_of_partial(report, reps["value"])
    if limit is not None:
        layers.append(_level_line(pd.DataFrame({"value": [limit[0]]}), y, theme))
    layers.append(
        alt.Chart(reps.dropna(subset=["value"]))
        .mark_rule(strokeWidth=2.5)
        .encode(x="start:Q", x2="end:Q", y=y, color=_meaning(theme.good, theme.fault), tooltip=tips)
    )
    layers += _rep_marks(reps, theme, curve_of(report).axis, tips, _width_for_labels(reps, line))
    named = layer(*layers)
    if limit is not None:  # over the drawing: in it the name would stand among the numbers of the repetitions
        named = named.properties(
            title=alt.TitleParams(f"- - -  {limit[1]}", anchor="start", color=theme.watch, fontSize=12, fontWeight="bold", offset=6)
        )
    return dress(named, theme, width, SIGNAL_HEIGHT)


def _tips(rep: str) -> list[alt.Tooltip]:
    """What is shown of a repetition under the pointer; ``rep`` is its number with the axis's kind."""
    return [
        alt.Tooltip(rep, title=tr("Rep")),
        alt.Tooltip("label:N", title=tr("Value")),
        alt.Tooltip("faults:N", title=tr("Form")),
    ]


def _limit_of_partial(report: SetReport, values: pd.Series) -> tuple[float, str] | None:
    """The headline value under which a repetition is a partial one, and its name: a share of the highest without a bent knee.

    ``values`` are the repetitions' headline values. None where the exercise has no such limit, or none was measured.
    """
    exercise = exercise_of(report)
    if exercise is None or exercise.partial_share is None or not values.notna().any():
        return None
    straight = values[["knee-bent" not in rep.faults for rep in report.reps]]
    highest = float((straight if straight.notna().any() else values).max())
    return exercise.partial_share * highest, describe_limit(exercise.partial_share)


def _uncounted_marks(report: SetReport, theme: Theme) -> list[alt.Chart]:
    """The movements that were not counted: shaded gray, with a word; the reason is in the tooltip."""
    if not report.still_uncounted:
        return []
    rows = [
        {"start": m.start_s, "end": m.end_s, "middle": (m.start_s + m.end_s) / 2, "why": m.message, "word": tr("not counted")}
        for m in report.still_uncounted
    ]
    base = alt.Chart(pd.DataFrame(rows)).encode(tooltip=[alt.Tooltip("why:N", title=tr("Not counted"))])
    letters: dict[str, Any] = {"fontSize": 12, "fontStyle": "italic", "baseline": "bottom", "dy": -4, "color": theme.ink_soft}
    marks = [base.mark_rect(cornerRadius=4, color=theme.line, opacity=0.5).encode(x="start:Q", x2="end:Q")]
    if len(rows) <= MAX_LABELED_REPS:  # below the repetitions' numbers, which stand at the top
        marks.append(base.mark_text(**letters).encode(x="middle:Q", y=alt.value("height"), text="word:N"))
    return marks


def _level_line(level: pd.DataFrame, y: alt.Y, theme: Theme) -> alt.Chart:
    """A dashed line over the whole width."""
    line: alt.Chart = alt.Chart(level).mark_rule(color=theme.watch, strokeDash=[6, 4], strokeWidth=1.5).encode(y=y)
    return line


def _named_level(level: pd.DataFrame, y: alt.Y, name: str, theme: Theme) -> list[alt.Chart]:
    """A dashed line over the whole width, with its name at its beginning."""
    line = _level_line(level, y, theme)
    text = alt.Chart(level).encode(x=alt.value(5), y=y, text=alt.value(name))
    letters: dict[str, Any] = {"align": "left", "baseline": "bottom", "dy": -3, "fontSize": 12, "fontWeight": "bold"}
    # a halo in the page's color keeps the name readable where a line crosses it
    halo = text.mark_text(**letters, stroke=theme.page, strokeWidth=4, strokeJoin="round", color=theme.page)
    return [line, halo, text.mark_text(**letters, color=theme.watch)]


def _width_for_labels(reps: pd.DataFrame, line: pd.DataFrame) -> float:
    """Width of the chart, pixels, from which the labels of the two nearest repetitions stand side by side."""
    nearest_s = float(np.diff(np.sort(reps["peak"].to_numpy(float))).min()) if len(reps) > 1 else 0.0
    shown_s = float(np.ptp(line["time"].to_numpy(float))) if len(line) else 0.0
    return LABEL_WIDTH * shown_s / nearest_s if nearest_s > 0 else LABEL_WIDTH


def _rep_marks(reps: pd.DataFrame, theme: Theme, title: str, tips: list[alt.Tooltip], label_from: float) -> list[alt.Chart]:
    """The peaks of the repetitions: dots and, for faults, triangles; the values over them and the numbers below.

    The labels are shown on a chart at least ``label_from`` pixels wide.
    """
    tops = reps.dropna(subset=["top"])
    marks = [
        alt.Chart(tops)
        .mark_point(filled=True, opacity=1, stroke=theme.page, strokeWidth=1.5)
        .encode(
            x="peak:Q",
            y=alt.Y("top:Q", title=title),
            shape=alt.condition("datum.faulty", alt.value("triangle-up"), alt.value("circle")),
            size=alt.condition("datum.faulty", alt.value(150), alt.value(90)),
            color=_meaning(theme.good, theme.fault),
            tooltip=tips,
        )
    ]
    if len(reps) <= MAX_LABELED_REPS:
        numbers = alt.Chart(tops.dropna(subset=["value"])).encode(
            x="peak:Q", y=alt.Y("value:Q", title=title), text="number:N", color=_meaning(theme.good, theme.fault)
        )
        letters: dict[str, Any] = {"dy": 22, "fontSize": 13, "fontWeight": "bold", "opacity": _if_wide(label_from)}
        tint = _meaning(theme.good_tint, theme.fault_tint)
        named = [tr("Rep {number}").format(number=number) for number in reps["rep"]]
        marks += [
            # a halo in the shade's color keeps the number readable where a line crosses it
            numbers.mark_text(**letters, strokeWidth=5, strokeJoin="round").encode(stroke=tint),
            numbers.mark_text(**letters),
            alt.Chart(reps.assign(name=named, middle=(reps["start"] + reps["end"]) / 2))
            .mark_text(fontSize=12, color=theme.ink_soft, baseline="top", opacity=_if_wide(label_from))
            .encode(x="middle:Q", y=alt.value(6), text="name:N"),
        ]
    return marks


def _if_wide(least: float) -> alt.ExprRef:
    """An opacity: 1 on a chart at least so many pixels wide, 0 on a narrower one, where labels would cover each other."""
    return alt.ExprRef(f"width >= {least:.0f} ? 1 : 0")


def _line_rows(report: SetReport, signals: dict[str, FloatArray]) -> pd.DataFrame:
    """The signal as rows ``time, value, lifted``: ``lifted`` numbers the parts with the heel off the floor, 0 = down."""
    time_s = signals.get("time_s", np.empty(0))
    values = signals.get(curve_of(report).signal, np.full(len(time_s), np.nan))
    rise = signals.get("heel_rise_pct_foot", np.full(len(time_s), np.nan))
    kept = thin_out(values)
    with np.errstate(invalid="ignore"):
        up = rise[kept] > LIFTED_PCT_FOOT
    part = np.cumsum(np.diff(up.astype(int), prepend=0) > 0)
    return pd.DataFrame({"time": time_s[kept], "value": values[kept], "lifted": np.where(up, part, 0)})


def _value_at(line: pd.DataFrame, time_s: float) -> float:
    """The line's value at a time: of its sample nearest to it."""
    seen = line.dropna(subset=["value"])
    return float(seen["value"].iloc[nearest_index(seen["time"].to_numpy(), time_s)]) if len(seen) else float("nan")


def reps_chart(source: Analysis | SetReport) -> alt.LayerChart:
    """Draw the headline value of every repetition as a bar, with the set's own number as a line; faulty ones carry a triangle."""
    report = _report_of(source)
    headline = headline_of(report)
    reps = _rep_rows(report).dropna(subset=["value"])
    reps["value"] = reps["value"].astype(float)
    title = f"{headline.label} ({format_unit(headline.unit).strip()})" if headline else ""
    x = alt.X("rep:O", title=tr("Rep"), axis=alt.Axis(labelAngle=0))
    y = alt.Y("value:Q", title=title, scale=alt.Scale(zero=True))
    tips = _tips("rep:O")
    bars = (
        alt.Chart(reps)
        .mark_bar(cornerRadiusEnd=4, width={"band": 0.6})
        .encode(x=x, y=y, color=_meaning(LIGHT.good, LIGHT.fault), tooltip=tips)
    )
    level = pd.DataFrame({"value": [set_value(report)]}).dropna()
    mean = (
        _named_level(level, alt.Y("value:Q"), tr("this set ({report})").format(report=describe_set_value(report)), LIGHT)
        if len(level)
        else []
    )
    faulty = (
        alt.Chart(reps[reps["faulty"].astype(bool)])
        .mark_point(shape="triangle-up", filled=True, opacity=1, size=110, color=LIGHT.fault, yOffset=-12)
        .encode(x=x, y=y, tooltip=tips)
    )
    return dress(layer(bars, *mean, faulty), LIGHT, WIDTH, REPS_HEIGHT)


def choose_chart(report: SetReport, series: Series) -> alt.LayerChart | None:
    """Return the set over time, or, where it has no curve, the reps beside each other; None where fewer than two were measured."""
    if report.reps and has_curve(report, series):
        return signal_chart(report, series)
    headline = headline_of(report)
    measured = [rep for rep in report.reps if headline and is_measured(rep, headline.name)]
    return reps_chart(report) if len(measured) > 1 else None


def describe_chart(source: Analysis | SetReport) -> str:
    """Return what the signal chart shows, for those who do not see it."""
    report = _report_of(source)
    headline, best = headline_of(report), best_rep(report)
    title = curve_of(report).title
    if headline is None or best is None:
        return tr("{title} over the {duration_s:.0f} seconds of the video; no rep was measured.").format(
            title=title, duration_s=report.video.duration_s
        )
    values = ", ".join(
        tr("rep {number} {value}").format(number=rep.number, value=format_value(headline, rep.measures[headline.name]))
        for rep in report.reps
        if is_measured(rep, headline.name)
    )
    faulty = [rep.number for rep in report.reps if rep.faults]
    is_marked = tr(" {reps} is marked as faulty.") if len(faulty) == 1 else tr(" {reps} are marked as faulty.")
    marked = is_marked.format(reps=list_reps(faulty).capitalize()) if faulty else ""
    return tr("{title} over time, {report}. {label}: {values}.{marked}").format(
        title=title, report=side_in_words(report), label=headline.label, values=values, marked=marked
    )
