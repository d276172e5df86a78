"""Movements are a set where they follow each other; two by chance are none."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.analysis.detection import Detection, count_in_a_row, detect_set, judge_set
from formcheck.exercises.heel_raise import HeelRaise
from formcheck.pose.track import Landmark
from formcheck.scene.scene import observe_scene
from formcheck.signals.criteria import list_failed
from formcheck.signals.reps import Rejection, RepSpan
from tests.helpers.drills import PERIOD_S, film, make_kneeling_set
from tests.helpers.figure import SIZE, standing, swing


@pytest.mark.parametrize(
    ("starts_s", "count"),
    [([], 0), ([3.0], 1), ([0.0, 15.2], 1), ([0.0, 1.5, 3.0], 3), ([0.0, 1.5, 30.0, 31.5, 33.0], 3)],
    ids=["none", "one", "two by chance", "a set", "two sets"],
)
def test_only_repetitions_that_follow_each_other_are_a_set(starts_s: list[float], count: int) -> None:
    assert count_in_a_row([RepSpan(t, t + 0.3, t + 0.7, 0.0, 0.1) for t in starts_s]) == count


def test_slow_repetitions_may_have_slow_pauses() -> None:
    assert count_in_a_row([RepSpan(t, t + 4.0, t + 8.0, 0.0, 20.0) for t in (0.0, 20.0)]) == 2


@pytest.mark.parametrize(("others", "is_set"), [(0, True), (1, True), (2, False), (5, False)])
def test_repetitions_among_as_many_other_movements_are_no_set(others: int, is_set: bool) -> None:
    spans = [RepSpan(t, t + 0.5, t + 1.0, 0.0, 0.2) for t in (0.0, 4.0)]
    between = [Rejection(RepSpan(t, t + 0.2, t + 0.4, 0.0, 0.2), ()) for t in 1.5 + 0.4 * np.arange(others)]
    small = [Rejection(RepSpan(3.6, 3.7, 3.8, 0.0, 0.05), ())] * 9
    after = [Rejection(RepSpan(6.0, 6.5, 7.0, 0.0, 0.2), ())] * 9
    found = Detection(HeelRaise(), "left", "both", spans, 1.0, [*between, *small, *after])
    assert (not list_failed(judge_set(found))) == is_set


@pytest.mark.parametrize(("wandering", "share", "count"), [((2,), 0.6, 4), ((2,), 1.0, 3), ((0, 1, 2, 3), 0.6, 0)])
def test_a_rear_knee_that_wanders_on_one_rep_of_a_set_is_no_lunge(wandering: tuple[int, ...], share: float, count: int) -> None:
    """Seen from the side it may be hidden for a rep; where it wanders on every rep, nothing shows that it is on the floor."""
    track = make_kneeling_set(reps=4)
    points, time_s = track.points.copy(), track.time_s
    shank = np.linalg.norm(points[0, Landmark.RIGHT_KNEE] - points[0, Landmark.RIGHT_ANKLE])
    for number in wandering:
        during = (time_s >= number * PERIOD_S) & (time_s < (number + 1) * PERIOD_S)
        wave = np.sin(np.pi * (time_s[during] / PERIOD_S - number)) ** 2
        points[during, Landmark.LEFT_KNEE, 1] -= share * shank * (wave - 0.35)
    track = track.with_points(points)
    found = detect_set(track, observe_scene(track, SIZE), "half-kneeling", "right")
    assert found is not None
    assert len(found.spans) == count


@pytest.mark.parametrize(("drifting", "share", "count"), [((1,), 0.43, 4), ((1,), 0.7, 3), ((0, 1, 2, 3), 0.43, 0)])
def test_a_toe_that_drifts_on_one_rep_of_a_set_is_no_jump(drifting: tuple[int, ...], share: float, count: int) -> None:
    """In the dark its landmark follows the foot for a rep; where it rises on every rep, nothing shows that it is on the floor."""
    rise_px = 12.0
    track = film(lambda t: standing(swing(t, PERIOD_S, 0.0, rise_px)), 4)
    points, time_s = track.points.copy(), track.time_s
    for number in drifting:
        during = (time_s >= number * PERIOD_S) & (time_s < (number + 1) * PERIOD_S)
        risen = [swing(t, PERIOD_S, 0.0, rise_px) for t in time_s[during]]
        points[during, Landmark.RIGHT_FOOT_INDEX, 1] -= share * np.array(risen)
    track = track.with_points(points)
    found = detect_set(track, observe_scene(track, SIZE), "heel-raise", "right")
    assert (0 if found is None else len(found.spans)) == count
