"""Detect the exercise, the leg and the repetitions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises import EXERCISES, PoseExercise
from formcheck.pose.track import SIDES, PoseTrack, Side
from formcheck.report.schema import WorkingSide
from formcheck.scene.scene import Scene
from formcheck.scene.view import View
from formcheck.signals.criteria import BY_TRIAL, Criterion, above, at_least, list_failed
from formcheck.signals.holds import HoldRule
from formcheck.signals.movements import count_movements
from formcheck.signals.reps import BOB, Rejection, RepSpan, drop_bobs
from formcheck.support.language import tr

# Repetitions form a set if some of them follow each other: the exercises ask for no pause between them, and a second or two is
# usual. Someone who repeats the movement by chance pauses for longer than this, or than two slow repetitions.
MAX_PAUSE_S, MAX_PAUSE_SHARE = 5.0, 2.0


# A film that holds fewer repetitions in a row than `PoseExercise.least_found` is not detected as the exercise.
TOO_FEW = at_least(
    "too-few",
    0.0,
    "repetitions in a row",
    "`PoseExercise.least_found`",
    tr("A rep, but only {value:.0f} in a row; a set takes at least {limit:.0f}."),
)
# In a set every movement is a repetition, or nearly. Somebody who jogs, jumps or dances makes a movement now and then that passes
# for one, among others that do not. In 21 sets of people and renders no other movement lay between two repetitions.
MOST_COUNT = above(
    "among-others",
    0.5,
    "share of the movements from the first repetition to the last",
    BY_TRIAL,
    tr("Most movements around it were no reps, so it belongs to another activity."),
)
# Movements of less than this share of the repetitions' median rise are sway and shifts of weight.
LIKE_REPS_SHARE = 0.5
LONE_CUT_OFF = at_least(
    "cut-off",
    1.0,
    "repetitions before it",
    "a set's own range",
    tr("The recording ended in it, and no whole rep came just before."),
)


@dataclass(frozen=True)
class Detection:
    """An exercise found in a track: ``leg`` is the measured leg, ``side`` the working side in the report.

    ``rejected`` are the movements of its signal that were not counted, as `try_leg` finds them.
    """

    exercise: PoseExercise
    leg: Side
    side: WorkingSide
    spans: list[RepSpan]
    ready_share: float
    rejected: list[Rejection] = field(default_factory=list)


def judge_set(found: Detection) -> tuple[Criterion, Criterion]:
    """Return what the repetitions found must meet to be a set: enough of them in a row, and few other movements among them."""
    counted, others = len(found.spans), 0
    if found.spans:
        first, last, typical = found.spans[0].start_s, found.spans[-1].end_s, float(np.median([span.rise for span in found.spans]))
        others = sum(
            first < rejection.span.peak_s < last and rejection.span.rise >= LIKE_REPS_SHARE * typical
            for rejection in found.rejected
        )
    share = counted / max(1, counted + others)
    in_a_row = count_in_a_row([span for span in found.spans if span.came_back])  # without one that was cut off at its top
    return TOO_FEW.of(in_a_row, found.exercise.least_found), MOST_COUNT.of(share)


def try_leg(view: View, exercise: PoseExercise) -> Detection:
    """Return what of an exercise is seen on a view's leg."""
    ready = exercise.compute_ready(view)
    counter = count_movements(view.time_s, exercise.compute_signal(view), ready, exercise.rule)
    judged = [Rejection(span, list_failed(exercise.judge_rep(view, span))) for span in counter.reps]
    confirmed = [rejection.span for rejection in judged if not rejection.failed]
    if count_in_a_row(confirmed) >= exercise.least_found:  # these show which exercise it is
        judged = [replace(one, failed=list_failed(criterion.in_set for criterion in one.failed)) for one in judged]
        confirmed = [rejection.span for rejection in judged if not rejection.failed]
    spans = confirmed if isinstance(exercise.rule, HoldRule) else drop_bobs(confirmed)  # every hold counts, however short
    bobs = [Rejection(span, (BOB.of(0.0),)) for span in confirmed if span not in spans]
    rejected = [*counter.rejected, *(rejection for rejection in judged if rejection.failed), *bobs]
    if spans and not spans[-1].came_back and count_in_a_row(spans[-2:]) <= LONE_CUT_OFF.limit:
        rejected.append(Rejection(spans[-1], (LONE_CUT_OFF.of(0.0),)))
        spans = spans[:-1]
    return Detection(exercise, view.side, exercise.find_side(view, spans), spans, float(ready.mean()), rejected)


def list_exercises(chosen: str) -> list[PoseExercise]:
    """Return the exercises that the user's choice allows: a name, or ``auto`` for those that are detectable."""
    of_body = [exercise for exercise in EXERCISES.values() if isinstance(exercise, PoseExercise)]
    return [e for e in of_body if (e.is_detectable if chosen == "auto" else e.name == chosen)]


def list_legs(side: str) -> list[Side]:
    """Return the legs that the user's choice allows: ``auto``, ``both`` or a side."""
    return [leg for leg in SIDES if side in ("auto", "both", leg)]


def try_all(track: PoseTrack, scene: Scene, exercise: str = "auto", side: str = "auto") -> list[Detection]:
    """Return what is seen of each exercise on each leg that the user's choice allows."""
    return [try_leg(View(track, scene, leg), tried) for tried in list_exercises(exercise) for leg in list_legs(side)]


def detect_set(track: PoseTrack, scene: Scene, exercise: str = "auto", side: str = "auto") -> Detection | None:
    """Return the exercise, leg and repetitions that best fit a cleaned track; None if no exercise is seen.

    Parameters
    ----------
    exercise, side
        ``auto``, or the user's choice; a chosen exercise is returned even without a repetition.
    """
    tries = try_all(track, scene, exercise, side)

    def rank(found: Detection) -> tuple[int, bool, bool, float]:
        # if two legs work together, the nearer one is seen better
        nearer = found.side == "both" and found.leg == scene.near_side
        return len(found.spans), found.exercise.is_variant, nearer, found.ready_share

    if exercise == "auto":
        tries = [found for found in tries if not list_failed(judge_set(found))]
    best = max(tries, key=rank, default=None)
    if best is None:
        return None
    return replace(best, rejected=[], side=best.side if side == "auto" else cast(WorkingSide, side))


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
