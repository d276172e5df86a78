"""The error of a set's headline from its own evidence: how far the estimates are apart, and what the camera's place adds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

import numpy as np

from formcheck.analysis.camera_error import FOOT_CM
from formcheck.analysis.key_frames import KeyPose
from formcheck.exercises.base import Recording, View
from formcheck.exercises.heel_height import compute_magnification
from formcheck.signals.evidence import Estimate, fuse
from formcheck.support.arrays import FloatArray

# Standard error of a height from what its evidence does not show, as a share of it: the foot's length at a given body height
# (0.137 to 0.158 in the rendered bodies, where 0.152 is assumed) and the point under the heel (0.12 to 0.16 of the foot). With the
# scale's error (`camera.SCALE_ERROR_SHARE`) it makes 12 %: in the heights of 13 marked frames of people the errors' standard
# deviation was 12 %, on 9 rendered sets of people who slacken and straighten (640 × 480) their RMS was 13 %.
BODY_SHARE = 0.113


def measure_height_error(recording: Recording, measures: Sequence[Mapping[str, float]]) -> float:
    """Return the root mean square error of the measured heights, cm (without a scale, for a foot of 25 cm); 0 if there are none.

    A height's error has three independent parts: that of its evidence in the pictures, that of the body's proportions
    (`BODY_SHARE`), and what the camera's errors do to the scale where the foot is.
    """
    view, errors = recording.view, []
    for span, values in zip(recording.spans, measures, strict=True):
        if "height_cm" in values:
            first, top = view.at(span.start_s), view.at(span.peak_s)
            usual, *others = (v.shank_px * compute_magnification(v, first, v.leg.ankle[first]) for v in (view, *_list_off(view)))
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
            angle, *others = (_read_shank(key, v) for v in (view, *_list_off(view)))
            errors.append(math.hypot(angle.sd, *(other.value - angle.value for other in others)))
    return _mean_square_root(np.array(errors))


def _read_shank(key: KeyPose, view: View) -> Estimate:
    """Return the shank's inclination on a key frame, degrees, by both networks, as this view's camera sees it."""
    seen = fuse(key.read_inclination(view.scene))
    level = view.scene.correct_inclination(np.array([seen.value]), view.leg.ankle[key.frame][None])
    return replace(seen, value=float(level[0]))


def _list_off(view: View) -> list[View]:
    """Return the view by each camera that has one of its numbers off by that one's standard error.

    The roll is among them: rendered cameras are level, so renders cannot show what its error adds; people's cameras are not.
    """
    camera = view.scene.camera
    return [view.with_scene(replace(view.scene, camera=camera.off(number.name))) for number in fields(camera)]


def _mean_square_root(errors: FloatArray) -> float:
    """Return the root mean square of the known errors; 0 if there are none."""
    known = errors[np.isfinite(errors)]
    return float(np.sqrt(np.mean(known**2))) if len(known) else 0.0
