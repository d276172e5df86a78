"""A landmarker follows something else for a moment before it notices that the person has gone: those frames are not used."""

from __future__ import annotations

import numpy as np

from formcheck.pose.track import PoseTrack, drop_last_sight
from tests.helpers.bodies import make_standing

LONGEST_GAP_S = 0.5


def hide(track: PoseTrack, frames: slice) -> PoseTrack:
    """Return the track with nobody on some frames."""
    points = track.points.copy()
    points[frames] = np.nan
    return track.with_points(points)


def test_the_last_frames_before_a_long_absence_are_unknown() -> None:
    track = hide(make_standing(90), slice(40, 70))
    kept = np.flatnonzero(drop_last_sight(track, LONGEST_GAP_S).present)
    assert kept.tolist() == [*range(32), *range(70, 90)]


def test_the_last_frames_before_a_person_leaves_for_good_are_unknown() -> None:
    track = hide(make_standing(90), slice(60, None))
    assert drop_last_sight(track, LONGEST_GAP_S).present.sum() == 60 - 8


def test_somebody_seen_for_a_moment_is_kept() -> None:
    track = hide(make_standing(90), slice(20, None))
    assert drop_last_sight(track, LONGEST_GAP_S).present.sum() == 20


def test_a_short_gap_and_the_recordings_end_take_nothing() -> None:
    track = hide(make_standing(90), slice(40, 50))
    assert drop_last_sight(track, LONGEST_GAP_S).present.sum() == 80
    assert drop_last_sight(PoseTrack.empty(np.arange(9) / 30), LONGEST_GAP_S).present.sum() == 0
