"""The charts of the page *Trends*: those of the progress report, in the visitor's theme, with points that can be chosen."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from formcheck.app.shared import style
from formcheck.history.trends.trend import TrendView
from formcheck.render import progress_charts
from formcheck.training import WeekAdherence

POINT_SELECTION = "chosen"


def pickable_trend_chart(view: TrendView, span: tuple[float, float]) -> alt.LayerChart:
    """A leg's trend (see `formcheck.render.progress_charts.trend_chart`) whose points open their set."""
    chosen = alt.selection_point(name=POINT_SELECTION, fields=["set"])
    chart: alt.LayerChart = progress_charts.trend_chart(view, span, style.theme(), chosen).properties(height=300)
    return chart


def adherence_chart(weeks: Sequence[WeekAdherence]) -> alt.LayerChart:
    """Sets done by week of the plan as bars, and what was asked for as ticks."""
    chart: alt.LayerChart = progress_charts.adherence_chart(weeks, style.theme()).properties(height=200)
    return chart
