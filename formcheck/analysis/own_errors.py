"""The error of a set's headline from its own evidence: how far the estimates are apart, and what the camera's place adds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from formcheck.analysis.camera_error import FOOT_CM
from formcheck.analysis.key_frames import KeyPose
from formcheck.exercises.base import Recording
from formcheck.exercises.heel_height import compute_magnification
from formcheck.signals.evidence import fuse
from formcheck.support.arrays import FloatArray

# Standard error of a height from what its evidence does not show, as a share of it: the foot's length at a given body height
# (0.137 to 0.158 in the rendered bodies, where 0.152 is assumed), the point under the heel (0.12 to 0.16 of the foot), and somebody
# who stands at ease is 1 to 5 % shorter than the height that gives the scale. In the heights of 13 marked frames of people the
# errors' standard deviation was 12 %, on 9 rendered sets of people who slacken and straighten (640 × 480) their RMS was 13 %.
BODY_SHARE = 0.12


def measure_height_error(recording: Recording, measures: Sequence[Mapping[str, float]]) -> float:
    """Return the root mean square error of the measured heights, cm (without a scale, for a foot of 25 cm); 0 if there are none.

    A height's error has three independent parts: that of its evidence in the pictures, that of the body's proportions
    (`BODY_SHARE`), and what an error of the camera's pitch does to the scale where the foot is.
    """
    view, scene = recording.view, recording.scene
    pitched = view.with_scene(replace(scene, camera=_off(scene.camera, "pitch")))
    errors = []
    for span, values in zip(recording.spans, measures, strict=True):
        if "height_cm" in values:
            first, top = view.at(span.start_s), view.at(span.peak_s)
            usual, other = (compute_magnification(v, first, v.leg.ankle[first]) for v in (view, pitched))
            share = math.hypot(BODY_SHARE, other / usual - 1.0)
            errors.append(math.hypot(recording.foot.error_px[top], share * recording.foot.heel_rise_px[top]))
    return _mean_square_root(np.array(errors)) * (recording.cm_per_px or FOOT_CM / recording.foot_px)


def measure_shank_error(recording: Recording, keys: Sequence[KeyPose]) -> float:
    """Return the root mean square error of the shank's angle at the peaks, degrees; 0 if no key frame was read there.

    It has three independent parts: the networks' own error, which grows as they disagree, and what errors of the camera's pitch
    and yaw do to the angle.
    """
    scene, view = recording.scene, recording.view
    if recording.exercise is None or not recording.exercise.reads_shank:
        return 0.0
    tops, errors = {view.at(span.peak_s) for span in recording.spans}, []
    for key in keys:
        if key.frame in tops:
            read, ankle = fuse(key.read_inclination(scene)), view.leg.ankle[key.frame][None]
            views = (
                scene,
                replace(scene, camera=_off(scene.camera, "pitch")),
                replace(scene, camera=_off(scene.camera, "yaw")),
            )
            angle, pitched, turned = (float(v.correct_inclination(np.array([read.value]), ankle)[0]) for v in views)
            errors.append(math.hypot(read.sd, pitched - angle, turned - angle))
    return _mean_square_root(np.array(errors))


def _mean_square_root(errors: FloatArray) -> float:
    """Return the root mean square of the known errors; 0 if there are none."""
    known = errors[np.isfinite(errors)]
    return float(np.sqrt(np.mean(known**2))) if len(known) else 0.0


def _off(camera, name):
    e = getattr(camera, name)
    return replace(camera, **{name: replace(e, value=e.value + e.sd)})
