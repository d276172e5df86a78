"""Length errors from a moving camera: lengths that it spoils are refused, and the others get a larger error."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.exercises import PoseExercise
from formcheck.exercises.base import Recording
from formcheck.scene.camera_motion import CameraMotion

# A length is refused if the camera alone adds a larger error (1 sigma) than this: the height's own error, 0.7 cm for a foot of
# 25 cm (docs/accuracy.md).
MAX_ERROR_FEET = 0.03
# The foot of an adult, for an error in cm where no height is known: 0.152 of 165 cm (Winter 2009, fig. 4.1).
FOOT_CM = 25.0
# These are distances between two frames, so they contain the camera's motion. The knee's distance past the toes is not: it is
# read in one frame.
LENGTH_UNITS = ("cm", "% foot")
READ_IN_ONE_FRAME = ("knee_over_toe_cm", "knee_over_toe_pct_foot")


def measure_with_camera(
    recording: Recording, exercise: PoseExercise, motion: CameraMotion
) -> tuple[Recording, list[dict[str, float]], float, int]:
    """Measure all repetitions.

    Returns
    -------
    The recording without the lengths that the camera's motion spoiled, the measures, the error that it adds to the other lengths
    (1 sigma, cm), and the number of repetitions whose lengths were refused.
    """
    errors = [motion.measure_error(span.start_s, span.end_s) / recording.foot_px for span in recording.spans]
    refused = [error > MAX_ERROR_FEET for error in errors]
    foot = recording.foot.take(slice(None))
    for span, spoiled in zip(recording.spans, refused, strict=True):
        if spoiled:
            for signal in (foot.heel_rise_px, foot.turn_deg, foot.slide_px):
                signal[recording.view.frames_of(span)] = np.nan
    recording = replace(recording, foot=foot)
    measures = [exercise.measure(recording, span) for span in recording.spans]
    lengths = [m.name for m in exercise.measures if m.unit in LENGTH_UNITS and m.name not in READ_IN_ONE_FRAME]
    for values, spoiled in zip(measures, refused, strict=True):
        if spoiled:
            values.update(dict.fromkeys(lengths, float("nan")))
    kept = [error for error, spoiled in zip(errors, refused, strict=True) if not spoiled]
    to_cm = recording.foot_px * recording.cm_per_px if recording.cm_per_px else FOOT_CM
    return recording, measures, max(kept, default=0.0) * to_cm, sum(refused)
