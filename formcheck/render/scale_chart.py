"""The headline on one scale, drawn: a line for this set with its reps and its ±, and one for each other set beside it."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from formcheck.export.facts import format_unit, headline_of, reps_of_set_value
from formcheck.export.other_sets import NO_OTHER_SETS, OtherSets
from formcheck.render.chart_style import dress, layer
from formcheck.render.colors import LIGHT, Theme
from formcheck.render.scale import mark_scale
from formcheck.report.schema import SetReport

# Pixels of a row: a mark with its text over it.
ROW_HEIGHT = 34
# Air to each side of what is drawn, more of it on the right for a mark's text, as shares of the width; and the least width as a
# share of the largest value.
AIR, AIR_RIGHT, LEAST_WIDTH = 0.08, 0.2, 0.2
# Pixels of a letter, at the widest of the fonts that a page may fall back to.
LETTER_WIDTH = 7.5
# From this share of the drawn range on, a text stands to the left of its mark.
LATE = 0.7


def scale_chart(
    report: SetReport, others: OtherSets = NO_OTHER_SETS, *, theme: Theme = LIGHT, width: int | str = 620
) -> alt.LayerChart | None:
    """Draw the scale; None where the set has no headline."""
    headline, marks = headline_of(report), mark_scale(report, others)
    if headline is None or not marks:
        return None
    own = marks[0]
    error = report.quality.expected_error.get(headline.name) or 0.0
    reps = [value for rep in reps_of_set_value(report) if (value := rep.measures.get(headline.name)) is not None]
    drawn = [*reps, own.value - error, own.value + error, *(mark.value for mark in marks)]
    low, high = min(drawn), max(drawn)
    width_drawn = max(high - low, LEAST_WIDTH * abs(high))
    middle = (low + high) / 2
    domain = [middle - (0.5 + AIR) * width_drawn, middle + (0.5 + AIR_RIGHT) * width_drawn]
    title = f"{headline.label} ({format_unit(headline.unit).strip()})"
    x = alt.X(
        "value:Q",
        title=title,
        scale=alt.Scale(domain=domain, zero=False, nice=False),
        axis=alt.Axis(tickCount=6),
    )
    label_width = LETTER_WIDTH * max(len(mark.name) for mark in marks)
    y = alt.Y(
        "name:N", title=None, sort=None, axis=alt.Axis(labelLimit=0, minExtent=label_width, ticks=False, domain=False, grid=True)
    )
    rows = pd.DataFrame([{"name": mark.name, "value": mark.value, "text": mark.text, "own": mark.is_own} for mark in marks])
    rows["low"], rows["high"] = rows["value"] - error, rows["value"] + error
    # a value near the right edge has its text to the left, so that a phone shows all of it
    late = rows["value"] > low + LATE * (high - low)
    single = pd.DataFrame({"name": [own.name] * len(reps), "value": reps})
    color = alt.condition("datum.own", alt.value(theme.accent), alt.value(theme.ink_soft))
    layers = [
        alt.Chart(single).mark_tick(color=theme.accent, opacity=0.45, thickness=2, height=14).encode(x=x, y=y),
        alt.Chart(rows)
        .mark_point(filled=True, opacity=1)
        .encode(x=x, y=y, color=color, size=alt.condition("datum.own", alt.value(150), alt.value(90))),
    ]
    letters: dict[str, Any] = {"baseline": "bottom", "dy": -5, "fontSize": 12, "fontWeight": "bold"}
    text_color = alt.condition("datum.own", alt.value(theme.accent), alt.value(theme.ink))
    places: list[tuple[pd.DataFrame, dict[str, Any]]] = [
        (rows[~late], {"align": "left", "dx": 7}),
        (rows[late], {"align": "right", "dx": -7}),
    ]
    for some, place in places:
        if len(some):
            layers.append(alt.Chart(some).mark_text(**letters, **place).encode(x=x, y=y, text="text:N", color=text_color))
    if error:
        bar = alt.Chart(rows[rows["own"]]).mark_rule(color=theme.accent, strokeWidth=4, opacity=0.55)
        layers.insert(1, bar.encode(x=alt.X("low:Q", title=title), x2="high:Q", y=y))
    return dress(layer(*layers), theme, width, ROW_HEIGHT * len(marks))
