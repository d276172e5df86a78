"""The page templates, and charts as part of a page."""

from __future__ import annotations

import re
from collections.abc import Mapping

import altair as alt
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from formcheck.render.chart_style import to_svg
from formcheck.render.colors import LIGHT
from formcheck.support.language import page_language, tr, tr_count


def load_templates() -> Environment:
    """Return the page templates: what they are given is text, never markup."""
    environment = Environment(
        loader=PackageLoader("formcheck.render", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"tr": tr, "tr_count": tr_count, "language": page_language()}
    return environment


def inline_chart(chart: alt.LayerChart, more: Mapping[str, str] | None = None) -> Markup:
    """Return a chart as SVG whose colors are the page's, so that it follows light and dark.

    ``more`` are colors by the name of the page's variable, beside those of `LIGHT`.
    """
    svg = to_svg(chart)
    for name, color in {**LIGHT.named(), **(more or {})}.items():
        svg = svg.replace(f'"{color}"', f'"var(--{name})"')
    # An inline SVG needs no namespace; its size is the page's matter.
    svg = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", svg)
    svg = re.sub(r'<svg([^>]*?) width="[^"]*" height="[^"]*"', r"<svg\1", svg, count=1)
    return Markup(svg.replace("<svg", '<svg aria-hidden="true" focusable="false"', 1))
