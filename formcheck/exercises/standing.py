"""The pose of standing on one leg that is nearly straight, as balance and the heel drop take it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formcheck.exercises.base import FOOT_IN_PICTURE
from formcheck.scene.view import View
from formcheck.signals.criteria import SHANKS, Criterion, above, below
from formcheck.support.language import tr

OWN_WORK = "the geometry of standing on one leg; tried on stick figures and rendered clips"
KNEE_NEARLY_STRAIGHT = below("knee-bent", 60.0, "°", OWN_WORK, tr("The standing knee was bent by {value:.0f}°."))
# Arms and trunk swing when the balance is lost: the limit is the exercise's own.
TRUNK_UP = below("trunk-lean", 0.0, "°", OWN_WORK, tr("The trunk leaned by {value:.0f}°."))
KNEE_UP = above("knee-low", 0.6, SHANKS, OWN_WORK, tr("The standing knee was too low: that is kneeling."))
HIP_UP = above("hip-low", 0.5, SHANKS, OWN_WORK, tr("The hips were too low: that is sitting or squatting."))


def judge_standing(view: View, most_lean_deg: float) -> Sequence[Criterion]:
    """Return the criteria of standing on the view's leg with a trunk that leans by less than ``most_lean_deg``, (T,) values."""
    leg = view.leg
    return (
        KNEE_NEARLY_STRAIGHT.of(leg.knee_flexion()),
        TRUNK_UP.of(np.abs(view.lean_of(leg.hip, view.shoulder)), most_lean_deg),
        KNEE_UP.of(view.height_of(leg.knee - leg.ankle)),
        HIP_UP.of(view.height_of(leg.hip - leg.knee)),
        FOOT_IN_PICTURE.of(view.contains(leg.toe)),
    )
