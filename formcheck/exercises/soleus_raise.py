"""Soleus raise: a heel raise with the knees bent and kept bent, on one leg or two.

A bent knee slackens the gastrocnemius, which crosses it, so the soleus does the work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np

from formcheck.exercises.base import FOOT_IN_PICTURE, PoseExercise, Recording, Values
from formcheck.exercises.describe import Guide, Measure, Prescription, TrackedMeasure
from formcheck.exercises.heel_raise import HeelRaise, rise_at, rise_by_thirds
from formcheck.exercises.heel_raise_limits import FOOT_STILL, NO_STANDING_UP
from formcheck.exercises.heel_raise_measures import MEASURES
from formcheck.exercises.raise_form import compute_step_speed
from formcheck.report.names import FaultCode
from formcheck.report.schema import WorkingSide
from formcheck.scene.view import View
from formcheck.signals.criteria import BY_TRIAL, SHANKS, Criterion, above, below
from formcheck.signals.reps import RepRule, RepSpan
from formcheck.support.arrays import FloatArray
from formcheck.support.language import tr

# The pose. A bent knee slackens the gastrocnemius; exercise books ask for 30 to 90°. At more than 100° the person squats or sits.
KNEE_BENT = above(
    "knee-straight",
    30.0,
    "°",
    "exercise books: 30 to 90°",
    tr("The knee was bent by only {value:.0f}°; the soleus raise takes {limit:.0f}° or more."),
)
NO_SQUAT = below("knee-bent", 100.0, "°", "exercise books: 30 to 90°", tr("The knee was bent by {value:.0f}°: that is a squat."))
# The shank leans forward by up to 45° over the foot.
KNEE_UP = above("knee-low", 0.65, SHANKS, "0.71 at 45° of lean", tr("The knee was too low."))
# The other knee is off the floor too; otherwise the person kneels. The lowest is that of a leg held up behind.
OTHER_KNEE_UP = above("other-knee-low", 0.4, SHANKS, BY_TRIAL, tr("The other knee was near the floor: that is kneeling."))
# The bent leg stands. A leg that is lifted (ankle circles, knee lifts) has its foot higher than the other one, or the other leg is
# straight: side by side, a bent leg and a straight one cannot both stand on the floor. With both feet on it, far toes were seen
# up to 0.2 shanks higher than near ones. The other knee was bent by 21° or more in 19 sets, by 3 to 9° in a person's knee lifts.
OFF_FLOOR_SHANKS = 0.3
FOOT_ON_FLOOR = below("foot-raised", OFF_FLOOR_SHANKS, SHANKS, BY_TRIAL, tr("The foot was off the floor."))
OTHER_BENT_DEG = 15.0
OTHER_BENT_TOO = above(
    "other-knee-straight",
    OTHER_BENT_DEG,
    "°",
    "half of `KNEE_BENT`: the other knee is bent too",
    tr("The other leg was straight: it carried the body. Bend both knees, or hold the other foot off the floor."),
    if_unknown=True,
)
# The thigh rises from the knee. Someone sitting on a chair has a level thigh, and does another exercise.
HIP_UP = above("hip-low", 0.25, SHANKS, BY_TRIAL, tr("The hips were as low as the knee: that is sitting."))
# From the front a knee that bends toward the camera is not seen to bend.
FROM_SIDE = above(
    "from-front", 0.5, "yes = 1", "a bend toward the camera is not seen", tr("It was filmed from the front; film from the side.")
)
# The movement.
KNEE_KEPT = below("knee-moved", NO_STANDING_UP.limit, "°", NO_STANDING_UP.source, tr("The knee's angle changed by {value:.0f}°."))
# With the knee's angle kept, the shank is lifted as a whole and the hips with it: the knee rises at least half as far as the ankle.
# In a squat the knee rises too, but the ankle does not.
LEAST_SHARE = 0.5
KNEE_ROSE = above("knee-stayed", LEAST_SHARE, SHANKS, "the shank is lifted as a whole", tr("The knee did not rise with the ankle."))
HEEL_ROSE = above("heel-stayed", LEAST_SHARE, SHANKS, "the foot is lifted at its heel", tr("The heel did not rise with the ankle."))
# If the body sinks while the ankle rises, the knee is bending.
HIP_STAYS = above("hip-sank", -0.03, SHANKS, BY_TRIAL, tr("The hips sank while the heel rose."))
FOOT_STAYS = below("foot-moved", 0.15, SHANKS, BY_TRIAL, tr("The foot did not stay in its place: that is a step."))
LEFT_OUT = ("knee_flexion_change_deg", "trunk_lean_deg", "side_difference_pct", "ankle_drift_cm")


class SoleusRaise(HeelRaise):
    """The heel raise with bent knees."""

    name = "soleus-raise"
    title = tr("Soleus raise (bent knees)")
    short_title = tr("Soleus raise")
    prescription = Prescription(sets=3, reps=15, per_leg=False)
    # Smallest rise of the ankle, shank lengths: 2 cm with a shank of 42 cm. The ankle's landmark wanders by 1 cm.
    rule = RepRule(min_rise=0.05, range_share=0.3, min_duration_s=0.6, max_duration_s=15.0, unit=SHANKS)
    standing = False
    magnify_foot = PoseExercise.magnify_foot  # its heights stay in the picture's scale
    faults: ClassVar[tuple[FaultCode, ...]] = ("partial-height", "rushed", "dropped", "not-lowered")
    poses: ClassVar[dict[WorkingSide, str]] = {
        "left": tr("Bend your left knee, heel on the floor"),
        "right": tr("Bend your right knee, heel on the floor"),
        "both": tr("Bend your knees, heels on the floor"),
    }
    guide = Guide(
        what=tr("Knees bent by 30 to 90 degrees and kept there: the heels rise slowly and come down under control."),
        why=tr("With a bent knee the soleus does most of the work, the deeper of the two calf muscles."),
        steps=(
            tr("Stand at a wall with both hands on it and bend the knees, heels on the floor."),
            tr("Raise the heels slowly, as high as they go. The knees stay as bent as they are."),
            tr("Lower them under control, in a second or two, all the way to the floor. Fifteen times."),
            tr("On one leg: hold the other foot off the floor."),
        ),
        filming=tr("From the side. Whole body and both feet in the picture."),
        figure="soleus_raise.svg",
        go=tr("Heels up"),
        back=tr("Lower slowly"),
    )
    trends: ClassVar[tuple[TrackedMeasure, ...]] = (
        TrackedMeasure(
            key="soleus-height",
            title=tr("Soleus-raise height"),
            exercise="soleus-raise",
            noun=tr("soleus raise"),
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

    def judge_pose(self, view: View) -> Sequence[Criterion]:
        """The knee bent over a standing foot whose toes stay where they are, the hips above it, the other knee off the floor."""
        leg, rear, flexion = view.leg, view.other_leg, view.leg.knee_flexion()
        lifted = view.height_of(leg.toe - rear.toe)
        return (
            KNEE_BENT.of(flexion),
            NO_SQUAT.of(flexion),
            KNEE_UP.of(view.height_of(leg.knee - leg.ankle)),
            OTHER_KNEE_UP.of(view.height_of(rear.knee - leg.toe)),
            HIP_UP.of(view.height_of(leg.hip - leg.knee)),
            FOOT_ON_FLOOR.of(lifted),
            OTHER_BENT_TOO.of(np.where(lifted < -OFF_FLOOR_SHANKS, np.nan, rear.knee_flexion())),
            FOOT_STILL.of(compute_step_speed(view, leg.toe)),
            FOOT_IN_PICTURE.of(view.contains(leg.toe)),
            FROM_SIDE.of(np.full(len(view.track), 0.0 if view.from_front else 1.0)),
        )

    def compute_signal(self, view: View) -> FloatArray:
        """Rise of the ankle over the toes, shank lengths: the trunk may lean on a wall, and the head be out of the picture."""
        return view.height_of(view.leg.ankle - view.leg.toe)

    def compute_course(self, view: View, rep: RepSpan, level: int | None) -> FloatArray:
        """(T,) shank lengths, how far the ankle rose over where the repetition began: the trunk leans on a wall."""
        signal = self.compute_signal(view)
        return np.asarray(np.clip(signal - signal[view.at(rep.start_s)], 0.0, None))

    def judge_rep(self, view: View, rep: RepSpan) -> Sequence[Criterion]:
        """The knee keeps its angle and rises with the ankle, the hips do not sink, the heel rises, the toes stay."""
        leg, frames = view.leg, view.frames_of(rep)
        signal = self.compute_signal(view)[frames]

        def rise(path: FloatArray) -> float:
            return rise_by_thirds(view.height_of(path)[frames], signal)

        least = LEAST_SHARE * rise(leg.ankle - leg.toe)
        return (
            KNEE_KEPT.of(float(np.ptp(leg.knee_flexion()[frames]))),
            KNEE_ROSE.of(rise(leg.knee - leg.toe), least),
            HEEL_ROSE.of(rise(leg.heel - leg.toe), least),
            HIP_STAYS.of(rise(leg.hip)),
            FOOT_STAYS.of(view.travel_of(leg.toe, rep)),
        )

    def find_side(self, view: View, reps: list[RepSpan]) -> WorkingSide:
        """Both where both knees are bent alike and both ankles rise; otherwise this leg."""
        height = view.height_of(view.other_leg.ankle - view.other_leg.toe)
        rises = [rise_at(view, height, rep) > LEAST_SHARE * rep.rise for rep in reps]
        return "both" if sum(rises) > len(rises) / 2 else view.side

    def measure(self, recording: Recording, rep: RepSpan) -> Values:
        """Measure one repetition; see ``measures`` for the definitions."""
        measured = super().measure(recording, rep)
        return {m.name: measured[m.name] for m in self.measures}

    def judge_form(self, reps: list[Values], spans: list[RepSpan], expected_error: Mapping[str, float]) -> list[list[Criterion]]:
        """As in the heel raise; what is left out is not known."""
        return super().judge_form([dict.fromkeys(LEFT_OUT, float("nan")) | rep for rep in reps], spans, expected_error)
