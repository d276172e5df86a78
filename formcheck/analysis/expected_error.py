"""The expected error of each measure of a set: the ± in a report."""

from __future__ import annotations

import math
from collections.abc import Iterable

from formcheck.analysis.set_errors import FOOT_CM, READ_IN_ONE_FRAME, SetErrors
from formcheck.analysis.viewpoint import PITCH_WARN_DEG, YAW_CHECK_DEG, differ_in_pitch, hides_heel
from formcheck.exercises import Exercise
from formcheck.exercises.describe import Measure
from formcheck.exercises.heel_raise import READ_WITH_HEIGHT
from formcheck.exercises.heel_raise_measures import HEIGHT_ERROR_CM, READ_FROM_FRONT
from formcheck.exercises.ledge import HANG_ERROR_FEET
from formcheck.exercises.weight_bearing_lunge import REACH_BODY_CM, REACH_CM_PER_DEG, REACH_ERROR_CM, SHANK_ERROR_DEG
from formcheck.pose.tracker import TRACKING_SHORT_SIDE
from formcheck.report.schema import QualityWarning
from formcheck.scene.scene import Scene

# The factor by which each condition enlarges the expected error (docs/accuracy.md, error by condition).
WIDER: dict[str, float] = {
    "not-side-on": 1.5,
    "far-leg": 1.5,
    "person-too-small": 2.0,
    "low-frame-rate": 1.5,
    "low-visibility": 1.5,
}
# What the evidence of a shank or a heel shows by itself: estimates of a far, small or turned leg disagree more, and an error of the
# camera's yaw or pitch is carried into the angle.
SHOWN_BY_EVIDENCE = frozenset(("not-side-on", "far-leg", "person-too-small"))
# But for the height of a far foot without a silhouette (the other foot stands before it): all its sources share the error of the
# usual length. On 7 rendered sets measured without silhouettes the RMS error was 1.9 cm where the sources' spread gave 1.4; on 10
# sets measured with them it was 1.1 cm where that gave 1.3.
FAR_HEIGHT_WIDER = 1.5
# On 39 rendered reps of far legs and pitched cameras, the hold and the planted heel's rise were as sure as elsewhere.
SPARED, SPARING = frozenset(("hold_s", "heel_rise_cm", "heel_rise_pct_foot")), frozenset(("far-leg", "pitched"))
# A shank seen from more than YAW_CHECK_DEG off: on four marked lunges of a near leg, 28° off, the readings were 4° (RMS) below the
# marked angle corrected for the yaw, twice the usual error.
WIDER_OFF_SIDE = 2.0
# The factor of the errors under a camera pitched by more than `PITCH_WARN_DEG` (docs/accuracy.md, error by condition).
WIDER_PITCHED = 2.0
# What both networks misread alike when they look at a knee from above or from near the floor, which their spread does not show:
# degrees of the shank's angle for each degree of pitch beyond `PITCH_WARN_DEG`. On three clips from above 1.3 m, some 17° steeper
# than from hip height, the angles were off by −0.5 to +3.6° (2.7° RMS) with the true camera put in by hand; from near the floor by
# 1 to 3°. Without it the stated ± of 13 clips from above 1.3 m, of four lots, held a third of the peaks.
TILTED_SD_PER_DEG = 2.7 / (17.0 - PITCH_WARN_DEG)
# When a body moves is seen as well in any view: up and down by 0.16 to 0.24 s (RMS) on small, far, turned and pitched sets alike.
TEMPO = frozenset(("rise_s", "lower_s"))
NOT_SHOWN = SetErrors()


def _widen_for_size(needed_shank_px: float, scene: Scene) -> float:
    """Return how many times larger than usual the error is for a measure that needs a shank of this many pixels."""
    seen = scene.shank_px * min(1.0, TRACKING_SHORT_SIDE / min(scene.frame_size))
    return max(1.0, needed_shank_px / seen) if seen > 0 else 1.0


def expect_errors(exercise: Exercise, scene: Scene, warnings: list[QualityWarning], own: SetErrors = NOT_SHOWN) -> dict[str, float]:
    """Return by measure the standard error under this recording's conditions: 68 % of measurements lie within it.

    Heights and the shank's angle have an error of their own, from the spread of their evidence (``own``); what that shows
    by itself (`SHOWN_BY_EVIDENCE`) is not added again. The other measures have the error of a well-filmed set.

    A condition that alone makes the error ``f`` times as large adds a variance of ``f² − 1`` times the usual one. Several
    conditions cause errors for different reasons, so their variances add up. A moving camera adds its variance to lengths in the
    same way, and so does a drop below a step that was not seen. What is read in the other view only has none: heights of a heel
    raise from the front, the ankles' drift from the side.
    """
    hidden = hides_heel(scene, exercise)
    unread = (READ_WITH_HEIGHT if hidden else frozenset()) | (READ_FROM_FRONT if scene.kind == "side" else frozenset())
    off_side = exercise.reads_shank and abs(scene.yaw_deg) > YAW_CHECK_DEG
    # where the heel is hidden, that warning is about the heights
    kept = [w.code for w in warnings if w.code != "not-side-on" or not (off_side or hidden)]
    always = [WIDER_OFF_SIDE] * off_side + [WIDER.get(code, 1.0) for code in kept if code not in SHOWN_BY_EVIDENCE]
    shown: dict[str, float] = {code: WIDER[code] for code in kept if code in SHOWN_BY_EVIDENCE}
    if differ_in_pitch(scene, exercise) > PITCH_WARN_DEG:
        shown["pitched"] = WIDER_PITCHED
    errors = {}
    for m in exercise.measures:
        if m.error is not None and m.name not in unread:
            error = _own_error(m, exercise, scene, own)
            widened = [f for code, f in shown.items() if m.name not in TEMPO and (m.name not in SPARED or code not in SPARING)]
            usual = m.error * _combine([_widen_for_size(m.needed_shank_px, scene), *widened, *always])
            if m.name in READ_WITH_HEIGHT and "far-leg" in shown and not own.foot_filmed:
                error *= FAR_HEIGHT_WIDER
            to_unit = {"cm": 1.0, "% foot": 100.0 / FOOT_CM}.get(m.unit, 0.0) if m.name not in READ_IN_ONE_FRAME else 0.0
            camera = to_unit * own.camera_cm
            hang = HANG_ERROR_FEET * FOOT_CM * m.error / HEIGHT_ERROR_CM if own.may_hang and m.name in READ_WITH_HEIGHT else 0.0
            errors[m.name] = round(math.hypot(error * _combine(always) if error > 0 else usual, camera, hang), 2)
    return errors


def _own_error(measure: Measure, exercise: Exercise, scene: Scene, own: SetErrors) -> float:
    """Return the error that a measure's own evidence shows, and what a tilted camera adds to an angle's; 0 if it has none."""
    error = measure.error or 0.0
    if exercise.reads_shank and own.shank_deg > 0:
        tilt = abs(scene.camera.pitch.value - exercise.usual_pitch_deg) - PITCH_WARN_DEG
        shank_deg = math.hypot(own.shank_deg, TILTED_SD_PER_DEG * max(0.0, tilt))
        if measure.unit == "°":
            # dorsiflexion is the shank's angle less the foot's turn, whose error is the rest of its own
            return math.hypot(math.sqrt(max(0.0, error**2 - SHANK_ERROR_DEG**2)), shank_deg)
        if measure.name in READ_IN_ONE_FRAME:
            return math.hypot(REACH_CM_PER_DEG * shank_deg, REACH_BODY_CM) * error / REACH_ERROR_CM
    if measure.name in READ_WITH_HEIGHT:
        return own.height_cm * error / HEIGHT_ERROR_CM
    return 0.0


def _combine(factors: Iterable[float]) -> float:
    """Return the factor by which several conditions together enlarge an error, given the factor of each alone."""
    return math.sqrt(1.0 + sum(factor**2 - 1.0 for factor in factors))
