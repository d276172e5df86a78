"""The page *How to film*: where the camera goes, in one picture and six lines."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from formcheck.app import session, style
from formcheck.exercises import EXERCISES

_ASSETS = Path(__file__).parent / "assets"
RULES = (
    ("From the side", "The camera looks at you exactly from the side of the working leg. Angles shrink when it stands askew."),
    ("Hip height or lower", "Put the phone on a chair or a box, two to three metres away. It must stand still and level."),
    ("Whole body and both feet", "Head to toes stay in the picture during the whole set, with some floor below the feet."),
    ("Bare feet or plain shoes", "The heel is what is watched. Roll long trousers up over the ankle."),
    ("Light on the leg", "Clothes unlike the background, no window behind you, nothing in front of the leg."),
    ("One set, one video", "Start, get into position, do the set, stop. Getting ready is not counted as a rep."),
)


def show() -> None:
    """Show the page."""
    st.title("How to film", anchor=False)
    st.write("Any phone will do. What matters is where it stands.")
    show_camera()
    cards = "".join(f'<div class="fc-card"><p class="fc-card-title">{title}</p><p>{text}</p></div>' for title, text in RULES)
    st.html(f'<div class="fc-steps">{cards}</div>')
    st.subheader("The drills", anchor=False)
    for exercise in EXERCISES.values():
        picture, words = st.columns([1, 2], vertical_alignment="center")
        with picture:
            show_figure(exercise.guide.figure, exercise.title)
        with words:
            st.markdown(f"**{exercise.title}**\n\n{exercise.guide.what} {exercise.guide.filming}")
    st.page_link(session.page("analyze"), label="Analyze a video", icon=":material/movie:")


def show_camera() -> None:
    """Show where the camera goes."""
    show_figure("camera.svg", "The camera stands two to three metres away, exactly to the side, at hip height or lower.")


def show_figure(name: str, alt: str) -> None:
    """Show one of the drawings, in the theme's colours."""
    colours = style.theme()
    drawing = (_ASSETS / name).read_text(encoding="utf-8")
    rules = (
        f".ink {{ stroke: {colours.ink}; }} .soft {{ stroke: {colours.ink_soft}; }} .accent {{ stroke: {colours.accent}; }} "
        f".fill-accent {{ fill: {colours.accent}; }} .fill-ink {{ fill: {colours.ink}; }} "
        f"text {{ fill: {colours.ink}; font-family: sans-serif; }}"
    )
    with st.container(border=True):
        st.image(drawing.replace("<!-- rules -->", f"<style>{rules}</style>", 1), width="stretch", alt=alt)
