"""Why movements that were seen did not count, and what a film in which nothing counts shows instead."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from formcheck.analysis.detection import TOO_FEW, Detection, judge_set, try_all, try_leg
from formcheck.analysis.settings import Settings
from formcheck.exercises import Exercise
from formcheck.exercises.filming import CHANGES, FILM_FROM_THE_SIDE, IF_IT_WAS_ONE, NOTHING_KNOWN
from formcheck.exercises.short_foot import StickerRecording
from formcheck.pose.track import PoseTrack
from formcheck.report.schema import NotCounted
from formcheck.scene.scene import Scene
from formcheck.scene.view import View
from formcheck.signals.criteria import Criterion, find_broken, find_frames, list_failed
from formcheck.signals.movements import count_movements
from formcheck.signals.reps import CUT_OFF, WRONG_POSE, Rejection, RepSpan
from formcheck.support.language import lower_first, tr, upper_first
from formcheck.support.legs import OF_THE_LEG
from formcheck.support.numbers import count_in_words

# A video can contain hundreds of movements, such as steps; more reasons than this do not help.
MOST_LISTED = 30
# How like the set's repetitions a movement is that continues it (`_continues`): factors, by design.
ALIKE, LONGER_REST = 2.0, 1.5
ORDINALS = {2: tr("the second"), 3: tr("the third")}


@dataclass(frozen=True)
class Uncounted:
    """The movements that were not counted; where no repetition was, also what was seen and what was missing, in words."""

    movements: list[NotCounted] = field(default_factory=list)
    message: str = ""


def explain_uncounted(track: PoseTrack, scene: Scene, found: Detection | None, settings: Settings) -> Uncounted:
    """Return why the movements of a film did not count.

    If a set was found, these are its exercise's movements within the set and, outside it, those in the exercise's pose and those
    that continue the set. If nothing counts, they are the movements of the nearest exercise; none if nothing of any was seen.
    """
    if found is not None and found.spans:
        seen = try_leg(View(track, scene, found.leg), found.exercise)
        first, last = seen.spans[0].start_s, seen.spans[-1].end_s
        missed = _list_missed(View(track, scene, found.leg), seen)
        listed = [m for m in missed if m.in_pose or first <= m.span.peak_s <= last or _continues(m.span, seen.spans)]
        return Uncounted([_describe(found.exercise, m) for m in listed[:MOST_LISTED]])
    given = settings.exercise != "auto"
    tries = [
        (seen, _list_missed(View(track, scene, seen.leg), seen)) for seen in try_all(track, scene, settings.exercise, settings.side)
    ]
    near = [(seen, missed) for seen, missed in tries if given or _shows_some(View(track, scene, seen.leg), seen, missed)]
    if not near:
        return Uncounted(message=NOTHING_KNOWN)
    nearest, missed = max(near, key=lambda tried: _nearness(*tried))
    no_set = list_failed(judge_set(nearest))
    missed += [Rejection(span, no_set) for span in nearest.spans if no_set]
    movements = [_describe(nearest.exercise, m) for m in sorted(missed, key=lambda m: m.span.start_s)[:MOST_LISTED]]
    few = bool(nearest.spans) and any(criterion.name == TOO_FEW.name for criterion in no_set)
    return Uncounted(movements, _say_few(nearest, movements) if few else _say_none(nearest.exercise, movements, given=given))


def explain_uncounted_stickers(film: StickerRecording) -> Uncounted:
    """Return why movements of the arch did not count (see `explain_uncounted`)."""
    counter = count_movements(film.time_s, film.arch_mm, np.isfinite(film.arch_mm), film.exercise.rule)
    movements = [_describe(film.exercise, rejection) for rejection in counter.rejected[:MOST_LISTED]]
    return Uncounted(movements, "" if counter.reps else _say_none(film.exercise, movements, given=True))


def _list_missed(view: View, seen: Detection) -> list[Rejection]:
    """Return the movements of an exercise's signal that were not counted, in whatever pose."""
    exercise, pose = seen.exercise, seen.exercise.judge_pose(view)
    ready, signal = find_frames(pose), exercise.compute_signal(view)
    rejections = list(seen.rejected)
    any_pose = count_movements(view.time_s, signal, np.isfinite(signal), exercise.rule)
    for span in (*any_pose.reps, *(rejection.span for rejection in any_pose.rejected)):
        if not any(_overlap(span, other) for other in (*seen.spans, *(r.span for r in rejections))):
            judged = [*exercise.rule.list_criteria(span, ready[view.frames_of(span)], None), *exercise.judge_rep(view, span)]
            rejections.append(Rejection(span, list_failed(judged)))
    return [_explain_pose(view, pose, rejection) for rejection in rejections if rejection.failed]


def _explain_pose(view: View, pose: Sequence[Criterion], rejection: Rejection) -> Rejection:
    """Return a movement in the wrong pose with the criteria of the pose that it failed; any other as it is."""
    others = tuple(criterion for criterion in rejection.failed if criterion.name != WRONG_POSE.name)
    if len(others) == len(rejection.failed):
        return rejection
    broken = find_broken(pose, view.frames_of(rejection.span))
    wrong_pose = tuple(criterion for criterion in rejection.failed if criterion.name == WRONG_POSE.name)
    return Rejection(rejection.span, others, broken or wrong_pose)


def _overlap(one: RepSpan, other: RepSpan) -> bool:
    """Whether two movements share half of the shorter one."""
    shared_s = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
    return shared_s >= min(one.duration_s, other.duration_s) / 2


def _continues(span: RepSpan, spans: Sequence[RepSpan]) -> bool:
    """Whether a movement before or after a set is to it as its repetitions are to each other: as near, as long and as large.

    Not `ALIKE` times as long or as short as the usual repetition, nor as small, and after a rest (or before one) of up to
    `LONGER_REST` times the set's longest.
    """
    rests_s = [later.start_s - earlier.end_s for earlier, later in pairwise(spans)]
    apart_s = max(spans[0].start_s - span.end_s, span.start_s - spans[-1].end_s)
    usual_s, usual_rise = (float(np.median(values)) for values in ([s.duration_s for s in spans], [s.rise for s in spans]))
    alike = usual_s / ALIKE <= span.duration_s <= ALIKE * usual_s and span.rise >= usual_rise / ALIKE
    return alike and apart_s <= LONGER_REST * max(rests_s, default=-math.inf)


def _shows_some(view: View, seen: Detection, missed: Sequence[Rejection]) -> bool:
    """Whether something of an exercise was seen: a movement in its pose, or its whole movement in most of the pose.

    An exercise is a pose and a movement in it. What has neither (a hand among bottles, in which the network sees a person) is near
    no exercise, even if it fails fewer criteria of one than of the others.
    """
    pose = len(seen.exercise.judge_pose(view))
    return bool(seen.spans) or any(m.in_pose or (not m.failed and 2 * len(m.pose_failed) < pose) for m in missed)


def _nearness(seen: Detection, missed: Sequence[Rejection]) -> tuple[int, bool, bool, float, int]:
    """Return how near a film comes to an exercise: its repetitions, then how few criteria its movements fail, then how many.

    A variant whose own pose was never seen (a soleus raise with straight knees) comes after every exercise with a movement: that
    its pose was missing says nothing of why the usual exercise did not count.
    """
    failed = [len(movement.reasons) for movement in missed]
    its_pose = not seen.exercise.is_variant or any(movement.in_pose for movement in missed)
    return len(seen.spans), bool(failed), its_pose, -float(np.mean(failed)) if failed else -math.inf, len(failed)


def _describe(exercise: Exercise, missed: Rejection) -> NotCounted:
    span, failed = missed.span, missed.reasons[0]
    return NotCounted(
        start_s=round(span.start_s, 3),
        peak_s=round(span.peak_s, 3),
        end_s=round(span.end_s, 3),
        exercise=exercise.name,
        criterion=failed.name,
        value=round(float(np.asarray(failed.value, float)), 4),
        limit=round(failed.limit, 4),
        message=failed.message,
    )


def _say_few(seen: Detection, movements: Sequence[NotCounted]) -> str:
    """Say which repetitions were seen where they are too few for a set."""
    count, least = len(seen.spans), seen.exercise.least_found
    title, leg = seen.exercise.short_title.lower(), "" if seen.side == "both" else OF_THE_LEG[seen.leg]
    one, several = tr("{number} {exercise} rep{of_leg} was seen"), tr("{number} {exercise} reps{of_leg} were seen")
    words = one if count == 1 else several
    number = count_in_words(count)
    said = words.format(number=upper_first(number), exercise=title, of_leg=leg)
    if any(movement.criterion == CUT_OFF.name for movement in movements):
        said = tr("{seen}, {which} ended with the recording").format(seen=said, which=ORDINALS.get(count + 1, tr("the next")))
    is_test = seen.exercise.prescription.reps == least
    asks = tr("{seen}; the test asks for {least}.") if is_test else tr("{seen}; a set takes at least {least}.")
    advice = tr("Name the exercise to count what was seen, or film the whole set again.")
    return f"{asks.format(seen=said, least=count_in_words(least))} {advice}"


def _say_none(nearest: Exercise, movements: Sequence[NotCounted], *, given: bool) -> str:
    """Say what was seen and what was missing where no repetition was."""
    title = nearest.title.lower()
    advice = FILM_FROM_THE_SIDE if nearest.filmed_live else nearest.guide.filming
    if not movements:
        return f"{tr('No rep of the {exercise} was seen.').format(exercise=title)} {advice}" if given else NOTHING_KNOWN
    # One reason with other numbers in its message is still one reason.
    count, (criterion, times) = len(movements), Counter(movement.criterion for movement in movements).most_common(1)[0]
    message = next(movement.message for movement in movements if movement.criterion == criterion)
    number = count_in_words(count)
    words = tr("{number} movement was seen") if count == 1 else tr("{number} movements were seen")
    seen = words.format(number=upper_first(number))
    why = lower_first(message.removesuffix("."))
    if times < count:
        why = tr("{why} (in {times} of the {count})").format(why=why, times=count_in_words(times), count=number)
    if given:
        one, several = (
            tr("{seen}, but it does not count as {exercise}, because {why}."),
            tr("{seen}, but none counts as {exercise}, because {why}."),
        )
    else:
        one = tr("{seen}, but it does not count as an exercise. The nearest is the {exercise}, but {why}.")
        several = tr("{seen}, but none counts as an exercise. The nearest is the {exercise}, but {why}.")
    none = one if count == 1 else several
    change = CHANGES.get(criterion, advice if given else IF_IT_WAS_ONE)
    return f"{none.format(seen=seen, exercise=title, why=why)} {change}"
