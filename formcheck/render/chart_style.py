"""How every chart looks, and how it becomes a picture: without a browser or the network."""

from __future__ import annotations

from functools import lru_cache

import altair as alt
import vl_convert

from formcheck.render.colors import Theme
from formcheck.render.drawing import FONTS

FONT = "Inter, system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
# Image pixels of a PNG for each pixel of its chart: sharp in print.
PNG_SCALE = 2.5


def layer(*charts: alt.Chart) -> alt.LayerChart:
    """Lay charts over each other."""
    layered = alt.layer(*charts)
    assert isinstance(layered, alt.LayerChart)  # with a facet among them it would be another
    return layered


def dress(chart: alt.LayerChart, theme: Theme, width: int | str, height: int) -> alt.LayerChart:
    """Return the chart in the theme's colors and letters, on a transparent ground."""
    axis = alt.AxisConfig(
        gridColor=theme.line,
        gridOpacity=0.6,
        domainColor=theme.line,
        tickColor=theme.line,
        labelColor=theme.ink_soft,
        titleColor=theme.ink_soft,
        labelFontSize=12,
        titleFontSize=12,
        titleFontWeight="normal",
    )
    dressed: alt.LayerChart = (
        chart.properties(width=width, height=height, background="transparent")
        .configure(font=FONT, axis=axis, aria=False)
        .configure_view(stroke=None)
        # The chart is one picture with one description, given where it is shown; its parts need no names.
        .configure_mark(aria=False)
    )
    return dressed


@lru_cache(maxsize=1)
def _register_font() -> None:
    """Let the converter measure letters with the font that ships."""
    vl_convert.register_font_directory(str(FONTS))


def to_svg(chart: alt.LayerChart) -> str:
    """Return a chart as SVG, without a browser or the network."""
    _register_font()
    svg: str = vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[])
    return svg


def to_png(chart: alt.LayerChart) -> bytes:
    """Return a chart as PNG, `PNG_SCALE` image pixels per chart pixel."""
    _register_font()
    png: bytes = vl_convert.vegalite_to_png(chart.to_dict(), scale=PNG_SCALE, allowed_base_urls=[])
    return png
