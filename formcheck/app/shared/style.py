"""What every page looks like: the app's few style rules, and the small parts that pages share."""

from __future__ import annotations

import base64
import re
import string
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from html import escape
from typing import Literal

import streamlit as st

from formcheck.app.serve import ASSETS
from formcheck.app.shared import session
from formcheck.app.shared.components import load_component
from formcheck.render.colors import DARK, LEG_COLORS, LIGHT, Theme
from formcheck.support.errors import FormcheckError
from formcheck.support.language import tr, upper_first

# How a day is written in a field: in the only order that cannot be misread.
DATE_FORMAT = "YYYY-MM-DD"
_RULES = ASSETS / "app.css"
# A table of so many columns fits into the width of a phone.
FIT_A_PHONE = 4
SWIPE = tr("Swipe the table sideways for the other columns.")
ChipKind = Literal["good", "watch", "fault", "plain"]


def theme() -> Theme:
    """The colors of the theme that the visitor's browser shows."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def apply() -> None:
    """Add the app's style rules to the page."""
    # Both themes at once: the browser picks, also when the visitor's system changes over while the page is open.
    dark = DARK.named()
    variables = "".join(f"--fc-{name}: light-dark({color}, {dark[name]});" for name, color in LIGHT.named().items())
    st.html(f"<style>:root {{ {variables} }}\n{_RULES.read_text(encoding='utf-8')}</style>")


def follow_theme() -> None:
    """Run the page anew when the visitor's system changes between light and dark while it is open."""
    with st.container(key="theme-follower"):
        load_component("formcheck_theme", "theme.js")(key="theme", on_changed_change=lambda: None)


# Where the browser would still make a link, a picture of a face or an icon of text whose signs are escaped.
_STILL_MARKUP = re.compile(r"(?<=:)(?=\S)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
_WORD_JOINER = "\u2060"  # has no width, and no line is broken there


def plain(text: str) -> str:
    """Text as it is, in Markdown. Every string that a person or a file gave goes through here before it is shown.

    It cannot become a link, a picture, a formula, a heading or an icon, nor break out of its line. What is written as HTML is
    escaped instead (`html.escape`).
    """
    one_line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    kept_apart = _STILL_MARKUP.sub(_WORD_JOINER, one_line)
    return "".join("\\" + letter if letter in string.punctuation else letter for letter in kept_apart)


def leg_color(side: str | None) -> str:
    """The color of a leg in charts."""
    return LEG_COLORS[theme().name][side or "both"]


def chip(text: str, kind: ChipKind = "plain") -> str:
    """A short word on a tinted background, as HTML. The word, not the color, carries the meaning."""
    return f'<span class="fc-chip fc-{kind}">{escape(text)}</span>'


def table(
    header: Sequence[tuple[str, str]],
    rows: Iterable[Iterable[str]],
    caption: str,
    text_columns: frozenset[int] = frozenset(),
    *,
    stacked: bool = False,
) -> str:
    """An HTML table that scrolls sideways in itself on a phone, or shows each row as a card of its own there.

    Parameters
    ----------
    header
        Each column's name and the explanation shown when the pointer is over it.
    rows
        Cells as HTML; text from outside must be escaped first.
    caption
        What the table holds, for screen readers.
    text_columns
        Indices of the columns that hold words, which are aligned left.
    stacked
        Whether each row is a card on a phone: for few rows of many columns.
    """

    def cell(tag: str, number: int, inner: str, more: str = "") -> str:
        kind = ' class="fc-text"' if number in text_columns else ""
        return f"<{tag}{kind}{more}>{inner}</{tag}>"

    head = "".join(
        cell("th", i, escape(name), f' scope="col" title="{escape(explanation)}"') for i, (name, explanation) in enumerate(header)
    )
    names = [f' data-name="{escape(name)}"' for name, _ in header]
    body = "".join("<tr>" + "".join(cell("td", i, inner, names[i]) for i, inner in enumerate(row)) + "</tr>" for row in rows)
    swipe = "" if stacked or len(header) <= FIT_A_PHONE else f'<p class="fc-swipe">{escape(SWIPE)}</p>'
    return (
        f'<div class="fc-table-wrap{" fc-stacked" * stacked}" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="fc-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{swipe}'
    )


def explain(header: Iterable[tuple[str, str]], title: str = tr("What the columns mean")) -> str:
    """The explanations of a table's columns as HTML that opens on a tap: a finger cannot hover over a heading."""
    entries = "".join(f"<dt>{escape(name)}</dt><dd>{escape(explanation)}</dd>" for name, explanation in header if explanation)
    return f'<details class="fc-explain"><summary>{escape(title)}</summary><dl>{entries}</dl></details>'


@contextmanager
def actions(name: str) -> Iterator[None]:
    """Buttons side by side; on a phone, full-width and stacked.

    Parameters
    ----------
    name
        Identifies the group of buttons on the page.
    """
    with st.container(horizontal=True, vertical_alignment="center", key=f"actions-{name}"):
        yield


def metric(label: str, value: str, note: str, about: str) -> None:
    """Show a headline number as a card: its name, value, a line under it, and its definition on demand."""
    st.metric(
        label,
        value,
        delta=note or None,
        delta_color="off",
        delta_arrow="off",
        help=plain(about),
        border=True,
        width="stretch",
        height="stretch",
    )


def empty(title: str, text: str, *, icon: str, page: str, label: str) -> None:
    """Show that there is nothing here yet, why, and one button that leads to the next step.

    Parameters
    ----------
    icon
        A Material icon's name.
    page
        Name of the page that the button leads to.
    """
    with st.container(border=True, key=f"empty-{page}-{icon}", horizontal_alignment="center"):
        st.html(f'<div class="fc-empty"><p class="fc-card-title">{escape(title)}</p><p>{escape(text)}</p></div>')
        if st.button(label, type="primary", icon=f":material/{icon}:", key=f"empty-button-{page}-{icon}"):
            st.switch_page(session.page(page))


def sparkline(values: Sequence[float], side: str | None, alt: str) -> str:
    """A line through the values in order, without axes, as HTML; the last value has a dot.

    Parameters
    ----------
    values
        At least two.
    alt
        What the line shows, for people who cannot see it.
    """
    width, height, edge = 120.0, 36.0, 4.0
    low, high = min(values), max(values)
    scale = (height - 2 * edge) / (high - low or 1.0)
    across = (width - 2 * edge) / (len(values) - 1)
    points = [(edge + i * across, height - edge - (value - low) * scale) for i, value in enumerate(values)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    color, (x, y) = leg_color(side), points[-1]
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}">'
        f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2" stroke-linejoin="round"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{color}"/></svg>'
    )
    packed = base64.b64encode(drawing.encode()).decode()
    return f'<img class="fc-spark" src="data:image/svg+xml;base64,{packed}" alt="{escape(alt)}">'


def show_error(error: FormcheckError | str) -> None:
    """An expected error: what is wrong and what to do, as a sentence. Nothing in it is markup."""
    message = upper_first(str(error).strip())
    st.error(plain(message if message.endswith((".", "!", "?")) else message + "."), icon=":material/error:")


def show_done(note: str) -> None:
    """What was done, as a sentence. Nothing in it is markup."""
    st.success(plain(note), icon=":material/check_circle:")


def footer() -> None:
    """Show the line at the bottom of every page."""
    st.html(
        '<div class="fc-foot">'
        + tr(
            "formcheck runs on this computer: your videos and numbers never leave it. It is not medical advice and makes no "
            "diagnosis. Stop if it hurts; see a professional if pain persists."
        )
        + "</div>"
    )
