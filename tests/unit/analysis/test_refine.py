"""Which of two looks at a set is believed: the one with more repetitions beyond doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from formcheck.analysis.detection import detect_set
from formcheck.analysis.pipeline import FirstPass, Tracker, find_set
from formcheck.analysis.settings import Settings
from formcheck.pose.bundles import ModelName
from formcheck.pose.leg_swaps import EXCHANGED
from formcheck.pose.track import Landmark, PoseTrack
from formcheck.scene.camera_motion import CameraMotion
from formcheck.scene.scene import observe_scene
from formcheck.support.arrays import FloatArray
from formcheck.support.progress import Progress
from formcheck.video.reader import VideoInfo
from tests.helpers.drills import PERIOD_S, film, make_kneeling_set
from tests.helpers.figure import SIZE, crouching, swing


def lose_front_knee(track: PoseTrack, start_s: float, stop_s: float) -> PoseTrack:
    """The front knee is taken for one that is lower and further ahead: a repetition that nobody did, of half a shank."""
    points, frames = track.points.copy(), (track.time_s >= start_s) & (track.time_s < stop_s)
    share = np.sin(np.pi * (track.time_s[frames] - start_s) / (stop_s - start_s))[:, None]
    ankle, knee = points[frames, Landmark.RIGHT_ANKLE], points[frames, Landmark.RIGHT_KNEE]
    points[frames, Landmark.RIGHT_KNEE] = knee + share * (ankle + np.array([35.0, -45.0]) - knee)
    return track.with_points(points)


def follow(track: PoseTrack) -> FirstPass:
    scene = observe_scene(track, SIZE)
    return FirstPass(track, scene, detect_set(track, scene), CameraMotion.none(track.time_s, SIZE[0]))


@dataclass(frozen=True)
class Followed(Tracker):
    """A tracker whose results are known beforehand, by model."""

    passes: Mapping[str, FirstPass] = field(default_factory=dict)
    headless: bool = False

    def follow(self, model: ModelName, progress: Progress | None, person: FloatArray | None = None) -> FirstPass | None:
        return self.passes.get(model)

    def follow_headless(self, progress: Progress | None) -> FirstPass | None:
        return self.passes.get("headless")

    def shows_no_head(self) -> bool:
        return self.headless


def choose(full: PoseTrack, heavy: PoseTrack) -> tuple[int, ModelName]:
    info = VideoInfo(Path("set.mp4"), 3.0, 25.0, len(full), *SIZE, 0, 0.0, "h264")
    found, model = find_set(Followed(info, Settings(), None, {"full": follow(full), "heavy": follow(heavy)}), None)
    return len(found.spans), model


def test_a_repetition_with_an_impossibly_short_shank_is_tracked_again_by_the_heavy_model() -> None:
    right = make_kneeling_set()
    wrong = lose_front_knee(right, 12.5, 14.5)
    assert choose(full=wrong, heavy=wrong)[0] == 4
    assert choose(full=wrong, heavy=right) == (3, "heavy")


def test_a_heavy_model_pass_that_is_less_certain_is_discarded() -> None:
    right = make_kneeling_set()
    one_wrong = lose_front_knee(right, 12.5, 14.5)
    two_wrong = lose_front_knee(lose_front_knee(make_kneeling_set(rest_s=6.0), 12.5, 14.5), 15.5, 17.5)
    assert choose(full=one_wrong, heavy=two_wrong) == (4, "full")


def lose_near_foot(track: PoseTrack, stop_s: float) -> PoseTrack:
    """Until then, the near ankle and heel are taken to stay where they were."""
    points, frames = track.points.copy(), track.time_s < stop_s
    for landmark in (Landmark.RIGHT_ANKLE, Landmark.RIGHT_HEEL):
        points[frames, landmark] = points[0, landmark]
    return track.with_points(points)


def test_a_set_of_both_legs_that_only_the_hidden_leg_shows_is_tracked_again_by_the_heavy_model() -> None:
    right = film(lambda t: crouching(swing(t, PERIOD_S, 0.0, 16.0)))
    wrong = lose_near_foot(right, 1.5 * PERIOD_S)
    assert (follow(wrong).detection.leg, follow(right).detection.leg) == ("left", "right")  # type: ignore[union-attr]
    assert choose(full=wrong, heavy=right) == (4, "heavy")
    assert choose(full=right, heavy=wrong) == (4, "full")


def test_a_set_whose_legs_change_their_labels_is_tracked_again_by_the_heavy_model() -> None:
    right = make_kneeling_set()
    points = right.points.copy()
    late = right.time_s > 2 * PERIOD_S
    points[late] = points[late][:, EXCHANGED]
    changed = right.with_points(points)
    assert choose(full=changed, heavy=changed)[0] < 3
    assert choose(full=changed, heavy=right) == (3, "heavy")


def choose_headless(usual: PoseTrack | None, headless: PoseTrack) -> int:
    """The number of repetitions where the head is out of the picture."""
    passes = {name: follow(track) for name, track in (("heavy", usual), ("headless", headless)) if track is not None}
    info = VideoInfo(Path("set.mp4"), 3.0, 25.0, len(headless), *SIZE, 0, 0.0, "h264")
    found, _ = find_set(Followed(info, Settings(model="heavy"), None, passes, headless=True), None)
    return len(found.spans)


def test_a_set_that_is_lost_with_the_head_is_found_without_it() -> None:
    still, moving = make_kneeling_set(reps=0, rest_s=20.0), make_kneeling_set()
    assert choose_headless(usual=still, headless=moving) == 3
    assert choose_headless(usual=None, headless=moving) == 3
    assert choose_headless(usual=moving, headless=still) == 3


def test_nobody_is_followed_without_a_head_that_is_in_the_picture() -> None:
    info = VideoInfo(Path("set.mp4"), 3.0, 25.0, 75, *SIZE, 0, 0.0, "h264")
    still = make_kneeling_set(reps=0, rest_s=20.0)
    passes = {"heavy": follow(still), "headless": follow(make_kneeling_set())}
    assert find_set(Followed(info, Settings(model="heavy"), None, passes), None)[0].spans == []


def test_a_certain_set_is_tracked_once() -> None:
    assert choose(full=make_kneeling_set(), heavy=make_kneeling_set(reps=4)) == (3, "full")


def test_a_heavy_model_pass_that_finds_no_certain_rep_after_none_was_found_is_discarded() -> None:
    still = make_kneeling_set(reps=0, rest_s=20.0)
    unsure = lose_front_knee(lose_front_knee(still, 6.5, 8.5), 12.5, 14.5)
    assert choose(full=unsure, heavy=unsure)[0] == 2
    assert choose(full=still, heavy=unsure)[0] == 0
