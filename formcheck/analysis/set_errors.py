"""The errors of a set's numbers: what the camera's motion spoils, and what the set's own evidence and the camera's place add."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import NamedTuple

import numpy as np

from formcheck.analysis.key_frames import KeyPose
from formcheck.exercises import PoseExercise
from formcheck.exercises.base import Recording
from formcheck.exercises.heel_height import compute_magnification
from formcheck.scene.camera_motion import CameraMotion
from formcheck.scene.view import View
from formcheck.signals.evidence import Estimate, fuse
from formcheck.signals.reps import RepSpan
from formcheck.support.arrays import FloatArray

# A length is refused if the camera alone adds a larger error (1 sigma) than this: the height's own error, 0.7 cm for a foot of
# 25 cm (docs/accuracy.md).
MAX_ERROR_FEET = 0.03
# The foot of an adult, for an error in cm where no height is known: 0.152 of 165 cm (Winter 2009, fig. 4.1).
FOOT_CM = 25.0
# These are distances between two frames, so they contain the camera's motion. The knee's distance past the toes is not: it
# follows from the shank's angle in one frame.
LENGTH_UNITS = ("cm", "% foot")
READ_IN_ONE_FRAME = ("knee_over_toe_cm", "knee_over_toe_pct_foot")
# Standard error of a height from what its evidence does not show, as a share of it: the foot's length at a given body height
# (0.137 to 0.158 in the rendered bodies, where 0.152 is assumed), the point under the heel (0.12 to 0.16 of the foot), the place of
# the ball and the shoe's bend. All errors of a height together are 12 % of it in 13 marked frames of people, and 13 % (RMS) in 45
# rendered sets of people who slacken and straighten. The pictures' own error (8 %) and the scale's (`camera.SCALE_ERROR_SHARE`) are
# in that and are added by themselves, which leaves 8 to 9 %; rounded up, as the people wore one pair of shoes.
BODY_SHARE = 0.1


@dataclass(frozen=True)
class SetErrors:
    """What a set itself shows of the errors of its numbers (1 sigma); 0 where it shows none.

    Attributes
    ----------
    camera_cm
        Of a length, after the camera's motion was taken out (without a scale, for a foot of 25 cm).
    lengths_refused
        The number of repetitions in which that was too much for a length.
    height_cm, shank_deg
        The root mean squares over the repetitions, from their evidence (`measure_height_error`, `measure_shank_error`).
    foot_filmed
        Whether the foot's length is that of its silhouette, not the usual one.
    may_hang
        Whether the heels may have started below the balls of the feet, by an unknown drop.
    """

    camera_cm: float = 0.0
    lengths_refused: int = 0
    height_cm: float = 0.0
    shank_deg: float = 0.0
    foot_filmed: bool = False
    may_hang: bool = False


class CameraLoss(NamedTuple):
    """What the camera's motion takes from a set's lengths.

    ``refused`` says of each repetition whether its lengths are not known; ``error_cm`` is what the motion adds to the error of the
    others (1 sigma).
    """

    refused: list[bool]
    error_cm: float


def drop_shaken(recording: Recording, motion: CameraMotion) -> tuple[Recording, CameraLoss]:
    """Return the recording without the foot's motion in the repetitions whose lengths the camera's motion spoiled."""
    errors = [motion.measure_error(span.start_s, span.end_s) / recording.foot_px for span in recording.spans]
    refused = [error > MAX_ERROR_FEET for error in errors]
    foot = recording.foot.take(slice(None))
    for span, spoiled in zip(recording.spans, refused, strict=True):
        if spoiled:
            for signal in (foot.heel_rise_px, foot.turn_deg, foot.slide_px):
                signal[recording.view.frames_of(span)] = np.nan
    kept = [error for error, spoiled in zip(errors, refused, strict=True) if not spoiled]
    to_cm = recording.foot_px * recording.cm_per_px if recording.cm_per_px else FOOT_CM
    return replace(recording, foot=foot), CameraLoss(refused, max(kept, default=0.0) * to_cm)


def measure_rep(recording: Recording, exercise: PoseExercise, span: RepSpan, *, refused: bool) -> dict[str, float]:
    """Return the measures of one of a recording's repetitions, without its lengths if these are ``refused``."""
    values = exercise.measure(recording, span)
    if refused:
        lengths = [m.name for m in exercise.measures if m.unit in LENGTH_UNITS and m.name not in READ_IN_ONE_FRAME]
        values.update(dict.fromkeys(lengths, float("nan")))
    return values


def measure_height_error(recording: Recording, exercise: PoseExercise) -> float:
    """Return the root mean square error of the heights, cm (without a scale, for a foot of 25 cm); 0 if there are none.

    A height's error has three independent parts: that of its evidence in the pictures, that of the body's proportions
    (`BODY_SHARE`), and what the camera's errors do to the scale where the foot is.
    """
    view, errors = recording.view, []
    if any(measure.name == "height_cm" for measure in exercise.measures):
        for span in recording.spans:
            first, top = view.at(span.start_s), view.at(span.peak_s)
            usual, *others = (v.shank_px * compute_magnification(v, first, v.leg.ankle[first]) for v in (view, *_perturb(view)))
            share = math.hypot(BODY_SHARE, *(other / usual - 1.0 for other in others))
            errors.append(math.hypot(recording.foot.error_px[top], share * recording.foot.heel_rise_px[top]))
    return _mean_square_root(np.array(errors)) * (recording.cm_per_px or FOOT_CM / recording.foot_px)


def measure_shank_error(recording: Recording, keys: Sequence[KeyPose]) -> float:
    """Return the root mean square error of the shank's angle at the peaks, degrees; 0 if no key frame was read there.

    It has two independent parts: the networks' own error, which grows as they disagree, and what the camera's errors do to the
    angle.
    """
    view = recording.view
    if recording.exercise is None or not recording.exercise.reads_shank:
        return 0.0
    tops, errors = {view.at(span.peak_s) for span in recording.spans}, []
    for key in keys:
        if key.frame in tops:
            angle, *others = (_read_shank(key, v) for v in (view, *_perturb(view)))
            errors.append(math.hypot(angle.sd, *(other.value - angle.value for other in others)))
    return _mean_square_root(np.array(errors))


def _read_shank(key: KeyPose, view: View) -> Estimate:
    """Return the shank's inclination on a key frame, degrees, by both networks, as this view's camera sees it."""
    seen = fuse(key.read_inclination(view.scene))
    level = view.scene.correct_inclination(np.array([seen.value]), view.leg.ankle[key.frame][None])
    return replace(seen, value=float(level[0]))


def _perturb(view: View) -> list[View]:
    """Return the view by each perturbed camera: one of its numbers is off by its standard error (`Camera.perturbed`).

    The roll is among them: rendered cameras are level, so renders cannot show what its error adds; people's cameras are not.
    """
    camera = view.scene.camera
    return [view.with_scene(replace(view.scene, camera=camera.perturbed(number.name))) for number in fields(camera)]


def _mean_square_root(errors: FloatArray) -> float:
    """Return the root mean square of the known errors; 0 if there are none."""
    known = errors[np.isfinite(errors)]
    return float(np.sqrt(np.mean(known**2))) if len(known) else 0.0
