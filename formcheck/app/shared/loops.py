"""A short silent loop of an exercise done well, from renders of our own; a drawing where there is none."""

from __future__ import annotations

import base64
from functools import lru_cache
from html import escape

import streamlit as st

from formcheck.app.serve import ASSETS
from formcheck.app.shared.filming import show_figure
from formcheck.exercises import Exercise
from formcheck.support.language import tr

LOOPS = ASSETS / "loops"
# Each exercise's loop, and what can be seen in it.
WORDS = {
    "half-kneeling": tr(
        "A person half-kneeling, from the side: the front knee moves slowly forward over the toes while "
        "the heel stays down, stays there for a second and comes back."
    ),
    "heel-raise": tr(
        "A standing person from the side, fingertips on a bar: the heel of one leg rises as high as it "
        "goes, stays for a second and is lowered in two seconds. The knee stays straight."
    ),
    "soleus-raise": tr(
        "A person from the side, fingertips on a bar, both knees bent: the heels rise and are lowered "
        "slowly while the knees stay bent."
    ),
    "single-leg-balance": tr(
        "A standing person from the side lifts one foot, stands on the other leg without swaying and "
        "puts the foot down again. The thirty seconds are cut to three."
    ),
}


def show_done_well(exercise: Exercise) -> None:
    """Show an exercise done well: the loop, which stands still for visitors who ask for less motion, or else its drawing."""
    if exercise.name not in WORDS:
        show_figure(exercise.guide.figure, exercise.title)
        return
    words = escape(WORDS[exercise.name])
    with st.container(border=True):
        st.html(
            f'<img class="fc-loop fc-moving" src="{_packed(exercise.name, "loop")}" alt="{words}">'
            f'<img class="fc-loop fc-still" src="{_packed(exercise.name, "still")}" alt="{words}">'
        )


@lru_cache(maxsize=2 * len(WORDS))
def _packed(name: str, kind: str) -> str:
    data = (LOOPS / f"{name}-{kind}.webp").read_bytes()
    return f"data:image/webp;base64,{base64.b64encode(data).decode()}"
