"""Heel raises from a step: the level of the ball is where the foot stood flat before the heels sank below it."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.analysis.detection import Detection, detect_set
from formcheck.exercises.base import Recording
from formcheck.exercises.heel_height import compute_trunk_rise
from formcheck.exercises.raise_form import compute_body_rise
from formcheck.foot import FOOT_PER_SHANK, FootMotion
from formcheck.pose.blazepose import Pose
from formcheck.pose.track import SIDES, Landmark, PoseTrack
from formcheck.scene.scene import clean_track, observe_scene
from formcheck.scene.view import View
from tests.helpers.drills import PERIOD_S, film
from tests.helpers.figure import SIZE, standing, swing

BEFORE_S, LOWERED_S = 2.0, 3.5
TOP_PX, LOW_PX = 22.0, 8.0


def raises(low_px: float, *, first_px: float = 0.0, last_px: float | None = None, elsewhere: bool = False) -> PoseTrack:
    """Four raises from so far below the level; the first stance, and the last, is so high over it (at first by default: level)."""

    def pose_at(time_s: float) -> Pose:
        if time_s < LOWERED_S:
            share = np.clip((time_s - BEFORE_S) / (LOWERED_S - BEFORE_S - 0.5), 0.0, 1.0)
            shift = (60.0, 0.0) if elsewhere and time_s < BEFORE_S else (0.0, 0.0)
            return standing(first_px - (first_px + low_px) * float(share), shift=shift)
        after_s = time_s - LOWERED_S - 4 * PERIOD_S
        if after_s >= 0.0 and last_px is not None:
            return standing(-low_px + (last_px + low_px) * min(1.0, after_s))
        return standing(-low_px + swing(time_s - LOWERED_S, PERIOD_S, 0.0, TOP_PX + low_px))

    return film(pose_at, 5 if last_px is None else 6)


def find(track: PoseTrack) -> tuple[Detection, View, int | None]:
    cleaned = clean_track(track)
    scene = observe_scene(cleaned, SIZE, standing=True)
    found = detect_set(cleaned, scene)
    assert found is not None
    assert found.exercise.name == "heel-raise"
    view = View(cleaned, scene, found.leg)
    return found, view, found.exercise.find_level(view, found.spans)


@pytest.mark.parametrize("low_px", [4.0, 8.0, 12.0])
def test_the_level_is_where_the_person_stood_before_the_heels_sank(low_px: float) -> None:
    _, view, level = find(raises(low_px))
    assert level is not None
    assert view.time_s[level] < BEFORE_S


def test_a_level_stance_after_the_set_serves_as_well() -> None:
    found, view, level = find(raises(LOW_PX, first_px=-LOW_PX, last_px=0.0))
    assert level is not None
    assert view.time_s[level] > found.spans[-1].end_s


def test_a_set_on_the_floor_begins_each_repetition_with_a_flat_foot() -> None:
    assert find(raises(0.0))[2] is None


def test_heels_that_hang_from_the_first_frame_on_show_no_level() -> None:
    assert find(raises(LOW_PX, first_px=-LOW_PX))[2] is None


@pytest.mark.parametrize(
    ("hips_feet", "shift_feet", "hangs"),
    [
        (0.45, 0.03, True),  # a step: the balls carry the weight from the start
        (0.15, 0.35, False),  # the floor: from the middle of the foot to the balls
        (-0.5, 0.0, False),  # the floor, hands on a wall
    ],
)
def test_where_the_weight_is_shows_heels_that_may_hang_without_a_level(hips_feet: float, shift_feet: float, hangs: bool) -> None:
    found, view, level = find(raises(LOW_PX, first_px=-LOW_PX))
    assert level is None
    legs = [Landmark.of(side, part) for side in SIDES for part in ("knee", "ankle", "heel", "foot_index")]
    foot_px = FOOT_PER_SHANK * view.shank_px
    body = compute_body_rise(view)
    up = (body - body.min()) / np.ptp(body)
    points = view.track.points.copy()
    hips = np.nanmedian(view.scene.ahead_of(points[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=1) - view.leg.ankle))
    ahead_px = foot_px * (hips_feet + shift_feet * up) - hips
    points[:, [k for k in Landmark if k not in legs]] += (ahead_px[:, None] * view.scene.forward)[:, None]
    assert found.exercise.may_hang(View(view.track.with_points(points), view.scene, view.side), found.spans) == hangs


def test_somebody_who_stood_elsewhere_or_on_tiptoe_before_did_not_stand_level() -> None:
    assert find(raises(LOW_PX, elsewhere=True))[2] is None
    assert find(raises(0.0, first_px=TOP_PX))[2] is None


def test_heights_are_measured_from_the_level_and_the_drop_below_it() -> None:
    found, view, level = find(raises(LOW_PX))
    px = 1.3 * SIZE[1] / 480  # of the heel, for one pixel of the body
    foot = FootMotion.empty(len(view.track))
    for span in found.spans:
        foot.heel_rise_px[view.frames_of(span)] = px * compute_trunk_rise(view, span, level)[view.frames_of(span)] * view.shank_px
    recording = Recording(
        view, 0.4, FOOT_PER_SHANK * view.shank_px, np.full(len(view.track), np.nan), foot, found.spans, found.exercise, level=level
    )
    for span in found.spans:
        values = found.exercise.measure(recording, span)
        assert values["height_cm"] == pytest.approx(0.4 * px * TOP_PX, rel=0.05)
        assert values["drop_cm"] == pytest.approx(0.4 * px * LOW_PX, rel=0.1)
        on_floor = found.exercise.measure(Recording(*[getattr(recording, n) for n in FIELDS], level=None), span)
        assert np.isnan(on_floor["drop_cm"])


FIELDS = ("view", "cm_per_px", "foot_px", "inclination_deg", "foot", "spans", "exercise")
