"""Each exercise has its drawings of the camera's place, and the phone stands beside the person, not behind."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from formcheck.app.shared.drawings import PLACES, draw_above, draw_front
from formcheck.app.shared.filming import list_numbers
from formcheck.exercises import EXERCISES


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_exercise_has_both_drawings_with_a_description(exercise: str) -> None:
    for drawing, words in (draw_front(exercise), draw_above(exercise)):
        tree = ElementTree.fromstring(drawing)
        assert tree.get("aria-label") == words
        assert drawing.count("<!-- rules -->") == 1


@pytest.mark.parametrize("exercise", PLACES)
def test_from_above_the_phone_points_at_the_leg_at_a_right_angle(exercise: str) -> None:
    drawing, _ = draw_above(exercise)
    along, across = re.findall(r'd="M(\d+) (\d+) L(\d+) (\d+)"', drawing)[:2]
    assert along[1] == along[3]  # the leg's line is level,
    assert across[0] == across[2]  # the camera's is upright,
    assert int(along[0]) < int(across[0]) < int(along[2])  # and they meet beside the person


@pytest.mark.parametrize("exercise", PLACES)
def test_the_working_leg_is_the_one_nearer_to_the_phone(exercise: str) -> None:
    drawing, _ = draw_front(exercise)
    person = drawing.split('opacity="0.8">')[1]
    places = {}
    for kind in ("accent", "ink"):
        groups = re.findall(rf'<g class="{kind}"[^>]*>(.*?)</g>', person)
        places[kind] = [int(x) for group in groups for x in re.findall(r"[ML](\d+) ", group)]
    if places["accent"]:
        assert max(places["accent"]) < max(places["ink"])


@pytest.mark.parametrize("exercise", PLACES)
def test_every_number_in_the_drawings_is_explained_below_them(exercise: str) -> None:
    drawn = re.findall(r'class="on-ink"[^>]*>(\d+)<', draw_front(exercise)[0] + draw_above(exercise)[0])
    assert sorted(drawn) == re.findall(r"(\d+)\. ", list_numbers(exercise))
