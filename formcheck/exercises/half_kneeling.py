"""Half-kneeling ankle mobilization: heel planted, the knee glides over the toes, holds a second, and returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from formcheck.exercises.base import judge_upper_body
from formcheck.exercises.describe import Guide, Prescription, TrackedMeasure
from formcheck.exercises.weight_bearing_lunge import ASKED_HOLD_S, WeightBearingLunge, range_trend
from formcheck.report.names import FaultCode
from formcheck.report.schema import WorkingSide
from formcheck.scene.view import View
from formcheck.signals.criteria import BY_TRIAL, SHANKS, Criterion, above, at_least, at_most, below
from formcheck.signals.reps import RepRule, RepSpan
from formcheck.support.language import tr

# The pose. The floor slopes in the picture of a camera that stands high or off side-on: by 0.37 shanks at 27°. A knee that hovers
# is half a shank up, and travels; a foot held up behind a standing leg is a whole one up. A shank that lies on the floor has its
# knee no higher than its ankle, and is seen to rise by the slope at most; in squats and lunges both shanks stand.
OFF_FLOOR = 0.5
SLOPE = "the floor's slope in the picture, 0.37 shanks at 27° off side-on, and half a shank of a knee that hovers"
FRONT_KNEE_BENT = above("front-knee-straight", 45.0, "°", BY_TRIAL, tr("The front knee was bent by only {value:.0f}°."))
REAR_KNEE_LOW = below("rear-knee-up", OFF_FLOOR, SHANKS, SLOPE, tr("The rear knee was not seen on the floor."))
REAR_FOOT_LOW = below("rear-foot-low", OFF_FLOOR, SHANKS, SLOPE, tr("The rear foot was below the front one."))
REAR_SHANK_LEVEL = below("rear-shank-up", OFF_FLOOR, SHANKS, SLOPE, tr("The rear shin was upright: that is a squat or a lunge."))
# At 50° of lean the knee is still 0.64 shank lengths high; when both knees are down it is on the floor.
FRONT_KNEE_HIGH = above(
    "front-knee-down", 0.35, SHANKS, "0.64 at 50° of lean", tr("The front knee was near the floor: both knees kneel.")
)
# A deep lunge sinks the hips; seen from 1.5 m up, to 0.3 shanks over the rear knee.
HIP_HIGH = above("hip-low", 0.15, SHANKS, BY_TRIAL, tr("The hips were down at the rear knee."))
# A trunk of 1.17 shanks (Winter 2009) that leans by 53° is 0.7 high, and its hands reach the foot, as to tie a shoe.
# In 65 sets the trunk was 0.96 high or more.
TRUNK_UP = above(
    "trunk-down", 0.7, SHANKS, "hands at the foot: a trunk of 1.17 (Winter 2009) leaning by 53°", tr("The trunk was not upright.")
)
# A repetition. If the shank never leans further forward than this, the knee did not come over the toes: it is another exercise.
FORWARD = at_least("shank-not-forward", 12.0, "°", BY_TRIAL, tr("The shin leaned forward by only {value:.0f}°."))
# The rear knee's landmark wanders as trunk and front knee come forward over it, by up to 0.4 shanks off side-on; a lunge lifts it
# by half a shank and more. Beyond its usual travel, the legs may have been mixed up.
STILL_NO_LUNGE = 0.45
REAR_KNEE_STAYS = below(
    "rear-knee-moved",
    STILL_NO_LUNGE,
    SHANKS,
    BY_TRIAL,
    tr("The rear knee moved up and down: that is a lunge."),
    limit_in_set=STILL_NO_LUNGE,
)
USUAL_REAR_KNEE_TRAVEL = 0.3
# Nearer to side-on than this the trunk and the front knee hardly pass before it, and a knee that travels has mostly left the floor:
# enough repetitions must show it at rest. Among them, a near thigh may still have hidden it.
SIDE_ON_DEG = 10.0
# The legs. A shank that leans by 50°, 40° off side-on, is seen 0.87 as long; a shorter one's knee or ankle is not where the
# landmark is.
SHANK_SEEN = at_least("shank-short", 0.75, SHANKS, BY_TRIAL, tr("The front shin looked shorter than a shin can."), if_unknown=True)
REAR_KNEE_USUAL = at_most(
    "rear-knee-moved", USUAL_REAR_KNEE_TRAVEL, SHANKS, BY_TRIAL, tr("The rear knee moved more than usual."), if_unknown=True
)


def _measure_rear_knee_travel(view: View, rep: RepSpan) -> float:
    """Return how far the rear knee goes up or down in a repetition, shank lengths; brief jumps do not count."""
    low, high = np.nanpercentile(view.height_of(view.other_leg.knee[view.frames_of(rep)]), (10, 90))
    return float(high - low)


# A kneeling body's middle lies some 0.3 m lower than a hip-high camera, which fills the picture with it from 2.7 m.
USUAL_PITCH_DEG = 6.0


class HalfKneeling(WeightBearingLunge):
    """The half-kneeling dorsiflexion mobilization."""

    name = "half-kneeling"
    title = tr("Half-kneeling ankle mobilization")
    short_title = tr("Ankle mobilization")
    prescription = Prescription(sets=3, reps=10, per_leg=True, hold_s=ASKED_HOLD_S)
    rule = RepRule(min_rise=6.0, range_share=0.25, min_duration_s=0.8, max_duration_s=30.0, dip_share=0.5, unit="°")
    usual_pitch_deg = USUAL_PITCH_DEG
    faults: ClassVar[tuple[FaultCode, ...]] = ("heel-lifted", "short-hold", "partial", "rushed", "foot-slid")
    poses: ClassVar[dict[WorkingSide, str]] = {
        "left": tr("Kneel: left foot in front"),
        "right": tr("Kneel: right foot in front"),
        "both": tr("Kneel: one foot in front"),
    }
    guide = Guide(
        what=tr(
            "One knee on the floor, the other foot flat in front. The front knee glides over the toes while the heel stays down."
        ),
        why=tr(
            "It builds ankle range under load. With too little of it, another joint has to make up for it when "
            "the knee goes over the toes."
        ),
        steps=(
            tr("Kneel on a mat with one foot flat in front, its shin upright."),
            tr("Keep the heel down and bring the knee forward over the second toe, in about two seconds."),
            tr("Stop where the heel wants to lift. Hold for a second."),
            tr("Come back until the shin is upright. Ten times, then the other leg in a video of its own."),
        ),
        filming=tr("From the side of the front leg, whole body and front foot in the picture."),
        figure="half_kneeling.svg",
        go=tr("Forward"),
        back=tr("And back"),
    )
    trends: ClassVar[tuple[TrackedMeasure, ...]] = (
        range_trend("half-kneeling", tr("Ankle range with the heel down (tibial inclination)"), "dorsiflexion"),
    )

    def judge_pose(self, view: View) -> Sequence[Criterion]:
        """Front knee bent over its foot, both feet and the rear knee on the floor, hips above that, trunk up."""
        front, rear, height = view.leg, view.other_leg, view.height_of
        return (
            FRONT_KNEE_BENT.of(front.knee_flexion()),
            REAR_KNEE_LOW.of(np.abs(height(rear.knee) - height(front.ankle))),
            REAR_FOOT_LOW.of(height(front.ankle) - height(rear.ankle)),
            FRONT_KNEE_HIGH.of(height(front.knee) - height(front.ankle)),
            REAR_SHANK_LEVEL.of(height(rear.knee) - height(rear.ankle)),
            HIP_HIGH.of(height(front.hip) - height(rear.knee)),
            TRUNK_UP.of(height(view.shoulder) - height(front.hip)),
            *judge_upper_body(view),
        )

    def judge_rep(self, view: View, rep: RepSpan) -> Sequence[Criterion]:
        """The shank must come well forward of upright, and the rear knee stay on the floor."""
        limit = USUAL_REAR_KNEE_TRAVEL if view.off_side_deg < SIDE_ON_DEG else STILL_NO_LUNGE
        return FORWARD.of(rep.peak), REAR_KNEE_STAYS.of(_measure_rear_knee_travel(view, rep), limit)

    def judge_legs(self, view: View, rep: RepSpan) -> Sequence[Criterion]:
        """The rear knee moves no more than usual, and the front shank appears no shorter than a shank can."""
        leg = view.leg
        shortest = np.nanmin(np.linalg.norm(leg.knee - leg.ankle, axis=1)[view.frames_of(rep)])
        return SHANK_SEEN.of(shortest / view.shank_px), REAR_KNEE_USUAL.of(_measure_rear_knee_travel(view, rep))
