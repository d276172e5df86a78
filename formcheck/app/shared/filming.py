"""The page *How to film*: where the camera goes, in one picture and six lines."""

from __future__ import annotations

from typing import cast

import streamlit as st

from formcheck.app.serve import ASSETS
from formcheck.app.shared import session, style
from formcheck.app.shared.drawings import PLACES, draw_above, draw_front
from formcheck.exercises import EXERCISES
from formcheck.report.schema import ConditionName
from formcheck.support.language import tr

_NUMBERED = 4
# The first four are numbered as in the picture.
RULES = (
    (
        tr("1. From the side"),
        tr("Point the camera straight at the side of your working leg. At an angle, your range reads too low."),
    ),
    (
        tr("2. Hip height or lower"),
        tr("Put the phone on a chair or a box, two to three meters away. It must stand still and level."),
    ),
    (
        tr("3. Whole body and both feet"),
        tr("Keep head and toes in the picture for the whole set, with some floor below your feet."),
    ),
    (tr("4. Bare feet or plain shoes"), tr("formcheck watches your heel. Roll long pants up above the ankle.")),
    (
        tr("Light on the leg"),
        tr("Wear clothes that stand out from the background. No window behind you, nothing in front of the leg."),
    ),
    (tr("One set, one video"), tr("Start recording, get into position, do the set, stop. Getting ready doesn't count as a rep.")),
)


def show() -> None:
    """Show the page."""
    st.title(tr("How to film"), anchor=False)
    st.write(tr("Any phone will do. What matters is where you put it."))
    show_camera()
    st.html(_cards(RULES[_NUMBERED:]))
    st.header(tr("The exercises"), anchor=False)
    for exercise in EXERCISES.values():
        picture, words = st.columns([1, 2], vertical_alignment="center")
        with picture:
            show_figure(exercise.guide.figure, exercise.title)
        with words:
            st.markdown(f"**{exercise.title}**\n\n{exercise.guide.what} {exercise.guide.filming}")
    with style.actions("filming"):
        if st.button(tr("Analyze a video"), type="primary", icon=":material/movie:"):
            st.switch_page(session.page("analyze"))
        if st.button(tr("Film with this device"), icon=":material/videocam:"):
            st.switch_page(session.page("film"))


def show_camera(exercise: str = "half-kneeling") -> None:
    """Show where the camera goes for an exercise, from the front and from above, and what the numbers in the drawings mean."""
    show_camera_place(exercise)
    st.html(_cards(RULES[:_NUMBERED]))


def list_numbers(exercise: str) -> str:
    """Return what the numbers in an exercise's two drawings mean, as a list in Markdown."""
    lines = [words for words, _ in RULES[:_NUMBERED]]
    if PLACES[exercise].low:
        lines[1:] = [tr("2. Near the floor"), tr("3. Whole foot"), tr("4. Bare foot")]
    return "\n".join(lines)


def show_camera_place(exercise: str) -> None:
    """Show where the camera goes for an exercise, from the front and from above."""
    front, above = st.columns([8, 5])
    for column, (drawing, words) in ((front, draw_front(exercise)), (above, draw_above(exercise))):
        with column:
            _show_drawing(drawing, words)


def _cards(rules: tuple[tuple[str, str], ...]) -> str:
    cards = "".join(f'<div class="fc-card"><p class="fc-card-title">{title}</p><p>{text}</p></div>' for title, text in rules)
    return f'<div class="fc-steps">{cards}</div>'


def show_figure(name: str, alt: str) -> None:
    """Show one of the drawings in the theme's colors."""
    _show_drawing((ASSETS / name).read_text(encoding="utf-8"), alt)


def _show_drawing(drawing: str, alt: str) -> None:
    colors = style.theme()
    rules = (
        f".ink {{ stroke: {colors.ink}; }} .soft {{ stroke: {colors.ink_soft}; }} .accent {{ stroke: {colors.accent}; }} "
        f".fill-accent {{ fill: {colors.accent}; }} .fill-ink {{ fill: {colors.ink}; }} "
        f".fill-page {{ fill: {colors.page}; }} text {{ fill: {colors.ink}; font-family: sans-serif; }} "
        f".on-ink {{ fill: {colors.page}; font-size: 20px; font-weight: 700; text-anchor: middle; }}"
    )
    with st.container(border=True):
        st.image(drawing.replace("<!-- rules -->", f"<style>{rules}</style>", 1), width="stretch", alt=alt)


def ask_condition(exercise: str, where: str) -> ConditionName | None:
    """Ask what the camera cannot see, for an exercise that has conditions; None for the others. ``where`` names the page."""
    conditions = EXERCISES[exercise].conditions if exercise in EXERCISES else {}
    if not conditions:
        return None
    chosen = st.segmented_control(
        tr("How you stand"),
        list(conditions),
        default=next(iter(conditions)),
        format_func=conditions.__getitem__,
        required=True,
        key=f"condition-{where}-{exercise}",
        help=tr("The camera does not see this. Sets of each kind have a trend of their own."),
        wrap=True,
    )
    return cast(ConditionName, chosen)
