"""Knee to wall, the clinic's weight-bearing lunge test: standing, heel down, the front knee is driven forward to a wall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np

from formcheck.exercises.base import FOOT_IN_PICTURE, Values, judge_upper_body
from formcheck.exercises.describe import Guide, Measure, Prescription, TrackedMeasure
from formcheck.exercises.weight_bearing_lunge import POWDEN_2015, WeightBearingLunge, range_trend
from formcheck.report.names import FaultCode
from formcheck.report.schema import WorkingSide
from formcheck.scene.view import View
from formcheck.signals.criteria import BY_TRIAL, SHANKS, Criterion, above, at_least, below
from formcheck.signals.reps import RepRule, RepSpan
from formcheck.support.arrays import FloatArray
from formcheck.support.language import tr

# The pose. One foot stands this far behind the other: in a squat and a heel raise they are side by side.
STAGGERED = above("feet-together", 0.5, SHANKS, BY_TRIAL, tr("One foot was not far enough ahead of the other."))
# It is no further ahead than a walking step, which pedometers take as 0.41 of the height (0.413 for women, 0.415 for men), or 1.7
# shanks. A longer stride is a calf stretch or a lunge.
NO_LONG_STRIDE = below(
    "long-stride", 1.7, SHANKS, "a step of walking: 0.41 of the height", tr("The stride was too long: a calf stretch.")
)
# The rear knee stays well above the floor: lower, it is a kneeling exercise or a lunge.
REAR_KNEE_HEIGHT = 0.45
FEET_LEVEL = below("foot-raised", REAR_KNEE_HEIGHT, SHANKS, BY_TRIAL, tr("One foot was off the floor."))
REAR_KNEE_UP = above("rear-knee-low", REAR_KNEE_HEIGHT, SHANKS, BY_TRIAL, tr("The rear knee was near the floor: that is kneeling."))
KNEE_UP = above("front-knee-low", 0.5, SHANKS, BY_TRIAL, tr("The front knee was near the floor."))
HIP_UP = above("hip-low", 1.2, SHANKS, BY_TRIAL, tr("The hips were too low for standing: that is a lunge or a squat."))
TRUNK_UP = above("trunk-down", 0.7, SHANKS, BY_TRIAL, tr("The trunk was not upright."))
# A trial.
FORWARD = at_least("shank-not-forward", 15.0, "°", BY_TRIAL, tr("The shank leaned forward by only {value:.0f}°."))
# Both feet stay where they are: in walking and stepping lunges they do not. A planted foot's landmarks wander by centimeters.
FEET_STAY = below("foot-moved", 0.3, SHANKS, BY_TRIAL, tr("A foot did not stay in its place: that is a step."))
# A lunge goes down: hips and rear knee sink by half a shank and more. The test goes forward.
HIP_STAYS = below("hip-sank", 0.5, SHANKS, "a lunge sinks by half a shank", tr("The hips sank: that is a lunge."))
REAR_KNEE_STAYS = below("rear-knee-sank", 0.45, SHANKS, "a lunge sinks by half a shank", tr("The rear knee sank: that is a lunge."))
KNEE_PAST_TOES = tr(
    "Horizontal distance from the toe tip to the middle of the knee where it is furthest forward with the heel still down; "
    "positive = past the toes."
)
ABOUT_THE_WALL = tr(
    "The wall itself is not found: a tape from the toe to the wall reads about 5 cm more, because the knee's center is about 5 cm "
    "behind the front of the kneecap."
)


class KneeToWall(WeightBearingLunge):
    """The knee-to-wall test."""

    name = "knee-to-wall"
    title = tr("Knee-to-wall test")
    short_title = tr("Knee to wall")
    prescription = Prescription(sets=1, reps=3, per_leg=True)
    least_found = 3  # the test has three trials; a calf stretch in a stride also leans forward once or twice
    rule = RepRule(min_rise=8.0, range_share=0.3, min_duration_s=0.8, max_duration_s=12.0, unit="°")
    faults: ClassVar[tuple[FaultCode, ...]] = ("heel-lifted", "partial", "foot-slid")
    poses: ClassVar[dict[WorkingSide, str]] = {
        "left": tr("Stand: left foot in front"),
        "right": tr("Stand: right foot in front"),
        "both": tr("Stand with one foot in front"),
    }
    guide = Guide(
        what=tr(
            "Standing in front of a wall, the heel stays down while the front knee is driven forward to "
            "touch it: the test of ankle range that clinics use. Three trials a leg; the report gives the "
            "best and the mean."
        ),
        why=tr("It is how ankle range under load is compared: between your legs, and between today and next month."),
        steps=(
            tr(
                "Shoes off. Stand in front of a wall, one foot ahead, its second toe and heel in a line that "
                "meets the wall squarely."
            ),
            tr("Bring the knee forward over the second toe until it touches the wall. The heel stays down, the hands on the wall."),
            tr(
                "Move the foot back a little and try again. The farthest place where knee and heel both keep contact "
                "is your result."
            ),
            tr("Three slow trials there, then the other leg in a video of its own."),
        ),
        filming=tr("From the side of the front leg, whole body in the picture and the camera level; wall and toes both in it."),
        figure="knee_to_wall.svg",
        go=tr("Forward"),
        back=tr("And back"),
    )
    trends: ClassVar[tuple[TrackedMeasure, ...]] = (
        range_trend("knee-to-wall", tr("Knee to wall, tibial inclination with the heel down"), "knee-to-wall"),
        TrackedMeasure(
            key="knee-to-wall-cm",
            title=tr("Knee to wall, knee past the toes"),
            exercise="knee-to-wall",
            noun=tr("knee's reach"),
            unit="cm",
            mean_column="mean_knee_over_toe_cm",
            best_column="best_knee_over_toe_cm",
            mdc=1.9,
            mdc_source=POWDEN_2015,
            side_mdc=1.5,
            side_mdc_source="Chisholm 2012 (PMC3484905)",
        ),
    )
    measures: ClassVar[tuple[Measure, ...]] = tuple(
        replace(
            measure,
            definition=" ".join((KNEE_PAST_TOES, ABOUT_THE_WALL)),
            usual=tr(
                "A change below 1.9 cm, or a difference between the legs below 1.1 cm, is within the error of the tape test "
                "(Powden 2015, PMID 25704110; Chisholm 2012, PMC3484905: 1.5 cm for a change of the difference, divided by √2 for "
                "one)."
            ),
        )
        if measure.name == "knee_over_toe_cm"
        else measure
        for measure in WeightBearingLunge.measures
        if measure.name not in ("hold_s", "range_of_motion_deg")
    )
    summary_measures: ClassVar[tuple[Measure, ...]] = (
        Measure(
            "best_knee_over_toe_cm",
            tr("Best knee past toes"),
            "cm",
            1,
            tr("The largest of the trials without a fault; if all have one, among all."),
        ),
        Measure(
            "mean_knee_over_toe_cm",
            tr("Mean knee past toes"),
            "cm",
            1,
            tr("Mean of the trials with the heel down, the foot in place and the full range."),
        ),
    )

    def judge_pose(self, view: View) -> Sequence[Criterion]:
        """Standing with the working foot well ahead of the other, the rear knee off the floor, the trunk up."""
        front, rear, shoulder = view.leg, view.other_leg, view.shoulder

        def over_foot(path: FloatArray) -> FloatArray:
            return view.height_of(path - front.ankle)

        stagger = view.ahead_of(front.ankle - rear.ankle)
        return (
            STAGGERED.of(stagger),
            NO_LONG_STRIDE.of(stagger),
            FEET_LEVEL.of(np.abs(over_foot(rear.ankle))),
            REAR_KNEE_UP.of(over_foot(rear.knee)),
            KNEE_UP.of(over_foot(front.knee)),
            HIP_UP.of(over_foot(front.hip)),
            TRUNK_UP.of(over_foot(shoulder) - over_foot(front.hip)),
            FOOT_IN_PICTURE.of(view.contains(front.toe)),
            *judge_upper_body(view),
        )

    def judge_rep(self, view: View, rep: RepSpan) -> Sequence[Criterion]:
        """The shank must come well forward, both feet stay, and hips and rear knee not sink as they do in a lunge."""
        front, rear = view.leg, view.other_leg

        def drop(path: FloatArray) -> float:
            return float(np.ptp(view.height_of(path[view.frames_of(rep)])))

        return (
            FORWARD.of(rep.peak),
            FEET_STAY.of(max(view.travel_of(path, rep) for path in (front.toe, front.ankle, rear.ankle))),
            HIP_STAYS.of(drop(front.hip)),
            REAR_KNEE_STAYS.of(drop(rear.knee)),
        )

    def summarize(self, reps: list[Values], spans: list[RepSpan], chosen: list[int], mass_kg: float | None) -> Values:
        """The best distance past the toes, and the mean of the trials that count for the test."""
        reach = np.array([r["knee_over_toe_cm"] for r in reps])
        counted = reach[chosen]
        return {
            "best_knee_over_toe_cm": float(np.nanmax(reach)) if np.isfinite(reach).any() else float("nan"),
            "mean_knee_over_toe_cm": float(np.mean(counted)) if len(counted) else float("nan"),
        }
