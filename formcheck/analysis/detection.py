"""Detect the exercise, the leg and the repetitions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises import PoseExercise, pose_exercises
from formcheck.pose.track import SIDES, PoseTrack, Side
from formcheck.report.schema import WorkingSide
from formcheck.scene.scene import Scene
from formcheck.scene.view import View
from formcheck.signals.reps import RepSpan, drop_bobs, find_reps

# Repetitions form a set if some of them follow each other: the exercises ask for no pause between them, and a second or two is
# usual. Somebody who repeats the movement by chance pauses longer than this, or than two slow repetitions.
MAX_PAUSE_S, MAX_PAUSE_SHARE = 5.0, 2.0


@dataclass(frozen=True)
class Detection:
    """An exercise found in a track: ``leg`` is the measured leg, ``side`` the working side in the report."""

    exercise: PoseExercise
    leg: Side
    side: WorkingSide
    spans: list[RepSpan]
    ready_share: float


def _try_leg(view: View, exercise: PoseExercise) -> Detection:
    ready = exercise.compute_ready(view)
    spans = find_reps(view.time_s, exercise.compute_signal(view), ready, exercise.rule)
    confirmed = drop_bobs([span for span in spans if exercise.confirm(view, span)])
    return Detection(exercise, view.side, exercise.find_side(view, confirmed), confirmed, float(ready.mean()))


def detect_set(track: PoseTrack, scene: Scene, exercise: str = "auto", side: str = "auto") -> Detection | None:
    """Return the exercise, leg and repetitions that best fit a cleaned track; None if no exercise is seen.

    Parameters
    ----------
    exercise, side
        ``auto``, or the user's choice; a chosen exercise is returned even without a repetition.
    """
    exercises = [e for e in pose_exercises() if exercise in ("auto", e.name)]
    legs = [s for s in SIDES if side in ("auto", "both", s)]
    tries = [_try_leg(View(track, scene, leg), e) for e in exercises for leg in legs]

    def rank(found: Detection) -> tuple[int, bool, bool, float]:
        # if two legs work together, the nearer one is seen better
        nearer = found.side == "both" and found.leg == scene.near_side
        return len(found.spans), found.exercise.is_variant, nearer, found.ready_share

    if exercise == "auto":
        tries = [found for found in tries if count_in_a_row(found.spans) >= found.exercise.least_found]
    best = max(tries, key=rank, default=None)
    if best is None:
        return None
    return best if side == "auto" else replace(best, side=cast(WorkingSide, side))


def count_in_a_row(spans: list[RepSpan]) -> int:
    """Return the largest number of repetitions that follow each other without a long pause.

    A pause is long if it exceeds `MAX_PAUSE_S` and `MAX_PAUSE_SHARE` times the longer neighboring repetition.
    """
    most = row = min(1, len(spans))
    for before, after in pairwise(spans):
        longest_s = max(MAX_PAUSE_S, MAX_PAUSE_SHARE * max(before.end_s - before.start_s, after.end_s - after.start_s))
        row = row + 1 if after.start_s - before.end_s <= longest_s else 1
        most = max(most, row)
    return most


def frames_of_set(track: PoseTrack, spans: list[RepSpan]) -> NDArray[np.bool_]:
    """(T,) the frames from the first repetition's start to the last one's end; all frames if there is no repetition."""
    if not spans:
        return np.ones(len(track), dtype=bool)
    return np.asarray((track.time_s >= spans[0].start_s) & (track.time_s <= spans[-1].end_s))
