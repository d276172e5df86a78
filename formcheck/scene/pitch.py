"""How far a camera looks down: what is usual, and how an estimate is read from the likelihood of each pitch.

Likelihoods of the room's edges and of the feet are multiplied as they are, not as means with errors: edges often leave two pitches
open, of which the feet rule out one.
"""

from __future__ import annotations

import math

import numpy as np

from formcheck.scene.camera import PITCH_SPREAD_DEG
from formcheck.signals.evidence import Estimate
from formcheck.support.arrays import FloatArray

# The pitches that are tried, degrees.
PITCHES_DEG: FloatArray = np.arange(-20.0, 40.01, 2.0)
# Added error, degrees: rooms are not perfectly square and lenses distort. On clips filmed level the result is off by up to 0.6°.
MODEL_ERROR_DEG = 0.7
# In this share of rooms most edges are a ladder's, a plant's or crooked things': the turn that they show is a wrong one, and any
# pitch is as likely. Of 300 rendered views whose edges were clear to 5°, 8 were off by more than three times their error.
GROSS_SHARE = 0.02
# A pitch with a larger error (1 σ) is too vague for a horizon or a warning, unless it is further than this many times its error
# from the usual one, as a roll must be to be corrected. Of 134 rendered views said to be over 7° from it, 124 were.
MAX_PITCH_ERROR_DEG, MIN_PITCH_TO_ERROR = 5.0, 2.0


def is_known(pitch: Estimate, usual_deg: float = 0.0) -> bool:
    """Whether a pitch is sure enough for a horizon or a warning."""
    return pitch.sd < MAX_PITCH_ERROR_DEG or abs(pitch.value - usual_deg) > MIN_PITCH_TO_ERROR * pitch.sd


def doubt(right: FloatArray, wrong: FloatArray | float = 0.0) -> FloatArray:
    """Return the (P,) log-likelihood of `PITCHES_DEG`, given those if the edges' turn is right and if it is a wrong one.

    ``right`` includes the edges' own log-likelihood, which is normalized; ``wrong`` is what else is known.
    """
    return np.asarray(np.logaddexp(math.log(1.0 - GROSS_SHARE) + right, math.log(GROSS_SHARE / len(PITCHES_DEG)) + wrong))


def read_pitch(score: FloatArray, usual_deg: float, source: str) -> Estimate:
    """Return the pitch, degrees, given the (P,) log-likelihood of `PITCHES_DEG` and the usual pitch.

    The value is the median: where two pitches are possible, the mean is neither. The error is the RMS distance from it, and at
    least the usual spread at an end of the search, beyond which the pitch may lie.
    """
    score = score - 0.5 * ((PITCHES_DEG - usual_deg) / PITCH_SPREAD_DEG) ** 2
    likely = np.exp(score - score.max())
    likely /= likely.sum()
    value = float(np.interp(0.5, np.cumsum(likely) - likely / 2, PITCHES_DEG))
    inside = PITCHES_DEG[1] < value < PITCHES_DEG[-2]
    spread = np.sqrt(np.sum(likely * (PITCHES_DEG - value) ** 2))
    return Estimate(value, float(np.hypot(spread, MODEL_ERROR_DEG if inside else PITCH_SPREAD_DEG)), source)
