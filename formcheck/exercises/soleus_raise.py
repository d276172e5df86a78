"""Soleus raise: a heel raise with the knees bent and kept bent, on one leg or two.

A bent knee slackens the gastrocnemius, which crosses it, so the soleus does the work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import numpy as np

from formcheck.exercises.base import BoolArray, Guide, Measure, Prescription, Recording, TrackedMeasure, View
from formcheck.exercises.heel_raise import LEAST_TURN_DEG, MAX_STRAIGHTENING_DEG, MAX_TOE_SPEED, STEP_HZ, HeelRaise
from formcheck.exercises.heel_raise_measures import MEASURES
from formcheck.foot import MAX_TURN_DEG, ExpectedTurn, FootMotion
from formcheck.report.names import FaultCode
from formcheck.report.schema import WorkingSide
from formcheck.signals.filters import compute_speed, smooth
from formcheck.signals.reps import RepRule, RepSpan
from formcheck.support.arrays import FloatArray

# A bent knee slackens the gastrocnemius; exercise books ask for 30 to 90°. At more than 100° the person squats or sits.
MIN_FLEXION_DEG, MAX_FLEXION_DEG = 30.0, 100.0
# All in shank lengths. The shank leans forward by up to 45° over the foot.
MIN_KNEE_HEIGHT = 0.65
# The other knee is off the floor too: on it, the person kneels. It is at most as low as that of a leg held up behind.
MIN_OTHER_KNEE_HEIGHT = 0.4
# The thigh rises from the knee: who sits on a chair has it level, and does another exercise.
MIN_HIP_OVER_KNEE = 0.25
# With the knee's angle kept, the shank is lifted as a whole and the hips with it: the knee rises at least half as far as the ankle.
# In a squat the knee rises too, but the ankle does not.
MIN_KNEE_SHARE = 0.5
# What lowers the body while the ankle rises is a knee that bends.
MAX_HIP_DROP = 0.03
MAX_TOE_TRAVEL = 0.15
LEFT_OUT = ("knee_flexion_change_deg", "trunk_lean_deg", "side_difference_pct", "ankle_drift_cm")


class SoleusRaise(HeelRaise):
    """The heel raise with bent knees."""

    name = "soleus-raise"
    title = "Soleus raise (bent knees)"
    short_title = "Soleus raise"
    prescription = Prescription(sets=3, reps=15, per_leg=False)
    # Of the ankle's rise, shank lengths: 2 cm of a shank of 42 cm. The ankle's landmark wanders by one.
    rule = RepRule(min_rise=0.05, range_share=0.3, min_duration_s=0.6, max_duration_s=15.0)
    standing = False
    is_variant = True
    faults: ClassVar[tuple[FaultCode, ...]] = ("partial-height", "rushed", "dropped", "not-lowered")
    poses: ClassVar[dict[WorkingSide, str]] = {
        "left": "Bend your left knee, heel on the floor",
        "right": "Bend your right knee, heel on the floor",
        "both": "Bend your knees, heels on the floor",
    }
    guide = Guide(
        what="Knees bent by 30 to 90 degrees and kept there: the heels rise slowly and come down under control.",
        why="With a bent knee the soleus does the work, the calf muscle that carries most of the load of running.",
        steps=(
            "Stand at a wall with both hands on it and bend the knees, heels on the floor.",
            "Raise the heels slowly, as high as they go. The knees stay as bent as they are.",
            "Lower them under control, in a second or two, all the way to the floor. Fifteen times.",
            "On one leg: hold the other foot off the floor.",
        ),
        filming="From the side. Whole body and both feet in the picture.",
        figure="soleus_raise.svg",
        go="Heels up",
        back="Lower slowly",
    )
    trends: ClassVar[tuple[TrackedMeasure, ...]] = (
        TrackedMeasure(
            key="soleus-height",
            title="Soleus-raise height",
            exercise="soleus-raise",
            noun="soleus raise",
            unit="cm",
            mean_column="mean",
            best_column="best",
        ),
    )
    measures: ClassVar[tuple[Measure, ...]] = tuple(
        replace(measure, usual="") if measure.name == "malleolus_rise_cm" else measure
        for measure in MEASURES
        if measure.name not in LEFT_OUT
    )

    def compute_ready(self, view: View) -> BoolArray:
        """The knee bent over a foot whose toes stay where they are, the hips above it, the other knee off the floor."""
        leg, rear = view.leg, view.other_leg
        toe = np.stack([smooth(view.time_s, leg.toe[:, axis], STEP_HZ) for axis in (0, 1)], axis=1)
        toe_speed = compute_speed(view.time_s, toe) / view.shank_px
        flexion = leg.knee_flexion()

        def over(upper: FloatArray, lower: FloatArray) -> FloatArray:
            return view.height_of(upper - lower)

        if view.from_front:  # a knee that bends toward the camera is not seen to bend
            return np.zeros(len(view.track), bool)
        with np.errstate(invalid="ignore"):
            return np.asarray(
                (flexion > MIN_FLEXION_DEG)
                & (flexion < MAX_FLEXION_DEG)
                & (over(leg.knee, leg.ankle) > MIN_KNEE_HEIGHT)
                & (over(rear.knee, leg.toe) > MIN_OTHER_KNEE_HEIGHT)
                & (over(leg.hip, leg.knee) > MIN_HIP_OVER_KNEE)
                & (toe_speed < MAX_TOE_SPEED)
                & view.contains(leg.toe)
            )

    def compute_signal(self, view: View) -> FloatArray:
        """Rise of the ankle over the toes, shank lengths: the trunk may lean on a wall, and the head be out of the picture."""
        return view.height_of(view.leg.ankle - view.leg.toe)

    def confirm(self, view: View, rep: RepSpan) -> bool:
        """The knee keeps its angle and rises with the ankle, the hips do not sink, the heel rises, the toes stay."""
        leg, frames = view.leg, view.frames_of(rep)
        signal = self.compute_signal(view)[frames]

        def rise(path: FloatArray) -> float:
            """How far a path is higher while the ankle is up than while it is down (medians over the signal's outer thirds)."""
            height = view.height_of(path[frames])
            third = (np.nanmax(signal) - np.nanmin(signal)) / 3
            up, down = signal > np.nanmax(signal) - third, signal < np.nanmin(signal) + third
            return float(np.nanmedian(height[up]) - np.nanmedian(height[down]))

        flexion = leg.knee_flexion()[frames]
        ankle = rise(leg.ankle - leg.toe)
        return bool(
            np.ptp(flexion) < MAX_STRAIGHTENING_DEG
            and rise(leg.knee - leg.toe) > MIN_KNEE_SHARE * ankle
            and rise(leg.heel - leg.toe) > MIN_KNEE_SHARE * ankle
            and rise(leg.hip) > -MAX_HIP_DROP
            and view.travel_of(leg.toe, rep) < MAX_TOE_TRAVEL
        )

    def find_side(self, view: View, reps: list[RepSpan]) -> WorkingSide:
        """Both where both knees are bent alike and both ankles rise; otherwise this leg."""
        height = view.height_of(view.other_leg.ankle - view.other_leg.toe)

        def rises(rep: RepSpan) -> bool:
            start, top, end = (view.at(t) for t in (rep.start_s, rep.peak_s, rep.end_s))
            return bool(height[top] - (height[start] + height[end]) / 2 > MIN_KNEE_SHARE * rep.rise)

        return "both" if reps and np.mean([rises(rep) for rep in reps]) > 0.5 else view.side

    def expected_turn(self, view: View, rep: RepSpan) -> ExpectedTurn:
        """Whatever a foot can do: the trunk says nothing of it here."""
        return ExpectedTurn(LEAST_TURN_DEG, MAX_TURN_DEG / 2, MAX_TURN_DEG)

    def complete_foot(self, view: View, rep: RepSpan, foot: FootMotion) -> FootMotion:
        """Return the foot as its pixels show it; where they do not, nothing else says how high it rose."""
        return foot

    def measure(self, recording: Recording, rep: RepSpan) -> dict[str, float]:
        """Measure one repetition; see ``measures`` for the definitions."""
        measured = super().measure(recording, rep)
        return {m.name: measured[m.name] for m in self.measures}

    def find_faults(
        self, reps: list[dict[str, float]], spans: list[RepSpan], expected_error: Mapping[str, float] | None = None
    ) -> list[list[FaultCode]]:
        """Partial height, rushed, dropped, not lowered."""
        unknown = dict.fromkeys(LEFT_OUT, float("nan"))
        found = super().find_faults([{**unknown, **rep} for rep in reps], spans, expected_error)
        return [[code for code in faults if code in self.faults] for faults in found]
