"""Half-kneeling ankle mobilization: heel planted, the knee glides over the toes, holds a second, and returns."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from formcheck.exercises.base import BoolArray, Guide, Prescription, TrackedMeasure, View
from formcheck.exercises.weight_bearing_lunge import ASKED_HOLD_S, WeightBearingLunge
from formcheck.report.names import FaultCode
from formcheck.report.schema import WorkingSide
from formcheck.signals.reps import RepRule, RepSpan

# The floor slopes in the picture of a camera that stands high or off side-on: by 0.37 shanks at 27°. A knee that hovers is half a
# shank up, and travels; a foot held up behind a standing leg is a whole one up. A shank that lies on the floor has its knee no
# higher than its ankle, and is seen to rise by the slope at most; in squats and lunges both shanks stand.
MAX_OFF_FLOOR_SHANKS = 0.5
# At 50° of lean the knee is still 0.64 shank lengths high; when both knees are down it is on the floor.
MIN_FRONT_KNEE_SHANKS = 0.35
# A deep lunge sinks the hips; seen from 1.5 m up, to 0.3 shanks over the rear knee.
MIN_HIP_OVER_KNEE_SHANKS = 0.15
# The rear knee's landmark wanders as trunk and front knee come forward over it, by up to 0.4 shanks off side-on; a lunge lifts it
# by half a shank and more. Beyond its usual travel, the legs may have been mixed up.
MAX_REAR_KNEE_TRAVEL_SHANKS, USUAL_REAR_KNEE_TRAVEL_SHANKS = 0.45, 0.3
# Nearer to side-on than this the trunk and the front knee do not pass before it, and a knee that travels has left the floor.
SIDE_ON_DEG = 10.0
# A shank that leans by 50°, 40° off side-on, is seen 0.87 as long; a shorter one's knee or ankle is not where the landmark is.
MIN_SEEN_SHANK_SHARE = 0.75
# If the shank never leans further forward than this, the knee did not come over the toes: it is another exercise.
MIN_PEAK_DEG = 12.0


def _measure_rear_knee_travel(view: View, rep: RepSpan) -> float:
    """Return how far the rear knee goes up or down in a repetition, shank lengths; brief jumps do not count."""
    low, high = np.nanpercentile(view.height_of(view.other_leg.knee[view.frames_of(rep)]), (10, 90))
    return float(high - low)


# A kneeling body's middle lies some 0.3 m lower than a hip-high camera, which fills the picture with it from 2.7 m.
USUAL_PITCH_DEG = 6.0


class HalfKneeling(WeightBearingLunge):
    """The half-kneeling dorsiflexion mobilization."""

    name = "half-kneeling"
    title = "Half-kneeling ankle mobilization"
    short_title = "Ankle mobilization"
    prescription = Prescription(sets=3, reps=10, per_leg=True, hold_s=ASKED_HOLD_S)
    rule = RepRule(min_rise=6.0, range_share=0.25, min_duration_s=0.8, max_duration_s=30.0, dip_share=0.5)
    usual_pitch_deg = USUAL_PITCH_DEG
    faults: ClassVar[tuple[FaultCode, ...]] = ("heel-lifted", "short-hold", "partial", "rushed", "foot-slid")
    poses: ClassVar[dict[WorkingSide, str]] = {
        "left": "Kneel: left foot in front",
        "right": "Kneel: right foot in front",
        "both": "Kneel: one foot in front",
    }
    guide = Guide(
        what="One knee on the floor, the other foot flat in front. The front knee glides over the toes while the heel stays down.",
        why="It builds ankle range under load. With too little of it the heel lifts early when you run, and the foot or the "
        "knee gives way instead.",
        steps=(
            "Kneel on a mat with one foot flat in front, its shin upright.",
            "Keep the heel down and bring the knee forward over the second toe, in about two seconds.",
            "Stop where the heel wants to lift. Hold for a second.",
            "Come back until the shin is upright. Ten times, then the other leg in a video of its own.",
        ),
        filming="From the side of the front leg, whole body and front foot in the picture.",
        figure="half_kneeling.svg",
        go="Forward",
        back="And back",
    )
    trends: ClassVar[tuple[TrackedMeasure, ...]] = (
        TrackedMeasure(
            key="dorsiflexion",
            title="Ankle dorsiflexion (valid peak of the tibial inclination)",
            exercise="half-kneeling",
            noun="ankle",
            unit="°",
            mean_column="headline",
            best_column="best_valid_peak_deg",
            mdc=4.7,
            mdc_source="Powden 2015 (PMID 25704110), review of 12 studies, intra-rater",
        ),
    )

    def compute_ready(self, view: View) -> BoolArray:
        """Front knee bent over its foot, both feet and the rear knee on the floor, hips above that, trunk up."""
        front, rear, height = view.leg, view.other_leg, view.height_of
        with np.errstate(invalid="ignore"):
            return np.asarray(
                (front.knee_flexion() > 45.0)
                & (np.abs(height(rear.knee) - height(front.ankle)) < MAX_OFF_FLOOR_SHANKS)
                & (height(front.ankle) - height(rear.ankle) < MAX_OFF_FLOOR_SHANKS)
                & (height(front.knee) - height(front.ankle) > MIN_FRONT_KNEE_SHANKS)
                & (height(rear.knee) - height(rear.ankle) < MAX_OFF_FLOOR_SHANKS)
                & (height(front.hip) - height(rear.knee) > MIN_HIP_OVER_KNEE_SHANKS)
                & (height(view.shoulder) - height(front.hip) > 0.4)
            )

    def confirm(self, view: View, rep: RepSpan) -> bool:
        """The shank must come well forward of upright, and the rear knee stay on the floor."""
        travel = _measure_rear_knee_travel(view, rep)
        limit = USUAL_REAR_KNEE_TRAVEL_SHANKS if view.off_side_deg < SIDE_ON_DEG else MAX_REAR_KNEE_TRAVEL_SHANKS
        return bool(rep.peak >= MIN_PEAK_DEG and travel < limit)

    def is_doubtful(self, view: View, rep: RepSpan) -> bool:
        """The rear knee moves more than usual, or the front shank appears shorter than any shank can."""
        shank = view.leg.knee - view.leg.ankle
        shortest = np.nanmin(np.linalg.norm(shank, axis=1)[view.frames_of(rep)])
        return bool(
            shortest < MIN_SEEN_SHANK_SHARE * view.shank_px or _measure_rear_knee_travel(view, rep) > USUAL_REAR_KNEE_TRAVEL_SHANKS
        )
