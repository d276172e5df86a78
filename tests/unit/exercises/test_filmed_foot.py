"""A heel raise in % of the foot is of the foot as filmed; its centimeters rest on the body alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from formcheck.analysis.detection import Detection, detect_set
from formcheck.analysis.measure import make_recording
from formcheck.analysis.refine import Refinement
from formcheck.exercises.base import Recording
from formcheck.foot import FOOT_PER_SHANK
from formcheck.scene.scene import observe_scene
from formcheck.scene.view import View
from tests.helpers.drills import PERIOD_S, film
from tests.helpers.figure import SIZE, standing, swing
from tests.unit.exercises.test_faults import RISE_PX, see_heel


@pytest.fixture(scope="module")
def seen() -> tuple[View, Detection, Refinement]:
    track = film(lambda t: standing(swing(t, PERIOD_S, 0.0, RISE_PX)), 4 * PERIOD_S)
    scene = observe_scene(track, SIZE)
    found = detect_set(track, scene)
    assert isinstance(found, Detection)
    return View(track, scene, found.leg), found, Refinement(see_heel(track, scene, found), [])


def record(seen: tuple[View, Detection, Refinement], foot_px: float | None) -> tuple[Recording, dict[str, float]]:
    view, found, refinement = seen
    recording = make_recording(view, found.exercise, found.spans, replace(refinement, foot_px=foot_px), 0.4)
    return recording, found.exercise.measure(recording, found.spans[1])


def test_without_a_silhouette_the_foot_is_the_usual_one(seen: tuple[View, Detection, Refinement]) -> None:
    recording, _ = record(seen, None)
    assert recording.foot_px == pytest.approx(FOOT_PER_SHANK * recording.scene.shank_px)


def test_a_longer_shoe_lowers_the_share_of_the_foot_and_not_the_centimeters(seen: tuple[View, Detection, Refinement]) -> None:
    foot, shoe = 60.0, 66.0
    (small, of_foot), (large, of_shoe) = record(seen, foot), record(seen, shoe)
    assert large.foot_px == pytest.approx(1.1 * small.foot_px)
    assert of_shoe["height_pct_foot"] == pytest.approx(of_foot["height_pct_foot"] / 1.1)
    for name in ("height_cm", "malleolus_rise_cm", "plantarflexion_deg"):
        assert of_shoe[name] == pytest.approx(of_foot[name])


def test_a_foot_nearer_than_the_body_is_no_longer_for_it(seen: tuple[View, Detection, Refinement]) -> None:
    view, found, _ = seen
    recording, _ = record(seen, 60.0)
    assert recording.foot_px * found.exercise.magnify_foot(view, found.spans[0]) == pytest.approx(60.0, rel=0.02)
