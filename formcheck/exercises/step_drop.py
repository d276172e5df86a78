"""Heel drop off a step: up on the toes, then the heel sinks slowly below the edge, on one leg (Alfredson 1998).

The camera counts the drops and times them by the body, which sinks and rises with the heel. How far the heel goes below the edge is
not measured: the step's edge hides or touches the heel's outline, by which a heel is measured on the floor, and the landmarks of
heel and toe follow the heel by half to two thirds only (two rendered clips, docs/measurements.md).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from formcheck.exercises.base import PoseExercise, Recording, Values, good_form
from formcheck.exercises.describe import Curve, Guide, Measure, Prescription
from formcheck.exercises.heel_height import lowering_of_knee
from formcheck.exercises.heel_raise import rise_by_thirds
from formcheck.exercises.raise_form import compute_upright_rise, measure_trunk_lean
from formcheck.exercises.standing import judge_standing
from formcheck.report.names import FaultCode
from formcheck.report.schema import WorkingSide
from formcheck.scene.view import View
from formcheck.signals.criteria import SHANKS, Criterion, above, below
from formcheck.signals.reps import RepRule, RepSpan
from formcheck.support.arrays import FloatArray
from formcheck.support.language import tr

OWN_WORK = "the geometry of a foot that turns about its ball; tried on stick figures only"
# A trunk that leans further stoops, degrees: as in the heel raise.
MOST_LEAN_DEG = 35.0
# The movement. A foot that turns by 40° about its ball lets the body sink by a quarter of a shank; twice that is a squat.
NO_SQUAT = below("sank-far", 0.45, SHANKS, OWN_WORK, tr("The body sank too far: that is a squat."))
LEAST_HEEL_SHARE = 0.15
HEEL_SANK = above("heel-stayed", LEAST_HEEL_SHARE, SHANKS, OWN_WORK, tr("The heel did not sink with the body."))
TOES_STAY = below("toes-moved", 0.25, SHANKS, OWN_WORK, tr("The toes did not stay on the step."))
# Good form. "Slowly" in Alfredson's program has no number: a drop within a second is a fall, as in the heel raise.
SLOW = good_form("dropped", 1.0, "s", "a second each way, as the heel raise asks for", "at least")
# The knee keeps its angle, straight or bent: more is a squat.
KNEE_KEPT = good_form("knee-bent", 15.0, "°", "`KNEE_BENT_DEG` of the heel raise", "at most")
TRUNK_STAYS = good_form("trunk-lean", 15.0, "°", OWN_WORK, "at most")
# Over this the drop counts as one with a bent knee. Alfredson asks for straight and bent, without a number.
BENT_KNEE_DEG = 20.0
# The lowest point is held within this share of the way.
LOW_SHARE = 0.1
# The other foot is off the step if its toes sink by this share of the body's way.
OTHER_TOE_SHARE = 0.3
DEPTH_UNREAD = tr("how far the heel goes below the step's edge is not measured: the edge hides the heel's outline")


class StepDrop(PoseExercise):
    """The eccentric heel drop; ``side`` is the leg that lowers."""

    name = "step-drop"
    title = tr("Heel drop off a step")
    short_title = tr("Heel drop")
    headline = "lower_s"
    prescription = Prescription(sets=3, reps=15, per_leg=True)
    # Smallest sinking of the body, shank lengths: 2 cm with a shank of 42 cm, six times the jitter of the smoothed trunk.
    rule = RepRule(min_rise=0.05, range_share=0.35, min_duration_s=0.8, max_duration_s=20.0, unit=SHANKS)
    standing = True
    reads_foot = False
    is_detectable = False
    faults: ClassVar[tuple[FaultCode, ...]] = ("dropped", "knee-bent", "trunk-lean")
    sides: ClassVar[tuple[WorkingSide, ...]] = ("left", "right", "both")
    poses: ClassVar[dict[WorkingSide, str]] = {"both": tr("Stand on the step's edge, heels up")}
    guide = Guide(
        what=tr("With the front of the foot on a step, rise on both legs, then lower one heel slowly below the edge."),
        why=tr(
            "Slow lowering loads the calf and its tendon; runners with a painful Achilles tendon trained with it "
            "for twelve weeks (Alfredson 1998)."
        ),
        steps=(
            tr("Stand with the front of both feet on a step, a hand on the rail or the wall."),
            tr("Rise on both legs. Take one foot off the step."),
            tr(
                "Lower the other heel slowly, for two seconds or more, until it is below the step. If the pain "
                "is where the tendon meets the heel bone, lower only to the height of the step."
            ),
            tr("Put the other foot back and rise on both legs. Fifteen times; then again with the knee bent."),
        ),
        filming=tr("From the side of the leg that lowers, whole body and both feet in the picture."),
        figure="step_drop.svg",
        go=tr("Lower slowly"),
        back=tr("Up on both legs"),
    )
    curve = Curve("sink_pct_shank", tr("Body lowered"), "% of shank")
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure(
            "lower_s", tr("Down"), "s", 1, tr("Time in which the body sinks from the top to the lowest point; slower is better.")
        ),
        Measure("hold_s", tr("Below"), "s", 1, tr("Time within a tenth of the way of the lowest point.")),
        Measure("rise_s", tr("Up"), "s", 1, tr("Time from the lowest point back to the top.")),
        Measure(
            "knee_flexion_deg",
            tr("Knee"),
            "°",
            0,
            tr("Knee angle at the lowest point; 0 = straight, over {limit:.0f}° it is the drop with a bent knee.").format(
                limit=BENT_KNEE_DEG
            ),
        ),
        Measure(
            "knee_flexion_change_deg", tr("Knee bend"), "°", 0, tr("How much the knee bends from the top to the lowest point.")
        ),
        Measure(
            "trunk_lean_deg",
            tr("Trunk lean"),
            "°",
            0,
            tr("How far the trunk leaned beyond where it was at the top."),
            only_with="trunk-lean",
        ),
        Measure("drop_cm", tr("Below the step"), "cm", 1, tr("How far the heel goes below the step's edge; not measured so far.")),
    )

    def judge_pose(self, view: View) -> Sequence[Criterion]:
        """Standing upright on a leg that is straight or a little bent."""
        return judge_standing(view, MOST_LEAN_DEG)

    def compute_signal(self, view: View) -> FloatArray:
        """How far the body has sunk, shank lengths, without what a bending knee adds; only its change has a meaning."""
        flexion = np.fmin(view.leg.knee_flexion(), view.other_leg.knee_flexion())
        return -(compute_upright_rise(view) + lowering_of_knee(flexion))

    def judge_rep(self, view: View, rep: RepSpan) -> Sequence[Criterion]:
        """The heel sank with the body, and the toes stayed on the step."""
        frames = view.frames_of(rep)
        heel = view.height_of(view.leg.heel - view.leg.toe)[frames]
        sank = -rise_by_thirds(heel, self.compute_signal(view)[frames])
        return (
            NO_SQUAT.of(rep.rise),
            HEEL_SANK.of(sank, LEAST_HEEL_SHARE * rep.rise),
            TOES_STAY.of(view.travel_of(view.leg.toe, rep)),
        )

    def find_side(self, view: View, reps: list[RepSpan]) -> WorkingSide:
        """The leg that stays on the step while the body sinks: the other foot's toes are off it, and sink with the body."""
        toe = view.height_of(view.other_leg.toe)
        sinks = [abs(toe[view.at(rep.peak_s)] - toe[view.at(rep.start_s)]) > OTHER_TOE_SHARE * rep.rise for rep in reps]
        return view.side if sum(sinks) > len(sinks) / 2 else "both"

    def list_signals(self, recording: Recording) -> dict[str, FloatArray]:
        """How far the body is below its highest place, % of a shank."""
        sunk = self.compute_signal(recording.view)
        return {self.curve.signal: 100.0 * (sunk - np.nanmin(sunk))}

    def explain_gaps(
        self, measures: Mapping[str, float], foot_px: float = math.inf, *, heel_hidden: bool = False
    ) -> dict[str, str]:
        """Explain why the depth is unknown."""
        return {"drop_cm": DEPTH_UNREAD} if np.isnan(measures["drop_cm"]) else {}

    def measure(self, recording: Recording, rep: RepSpan) -> Values:
        """Measure one drop; see ``measures`` for the definitions."""
        view = recording.view
        frames = view.frames_of(rep)
        time, signal = view.time_s[frames], self.compute_signal(view)[frames]
        low = np.flatnonzero(signal >= np.nanmax(signal) - LOW_SHARE * (np.nanmax(signal) - signal[0]))
        first, last = float(time[low[0]]), float(time[low[-1]])
        flexion = view.leg.knee_flexion()[frames]
        at_low = float(np.nanmedian(flexion[low[0] : low[-1] + 1]))
        return {
            "lower_s": first - rep.start_s,
            "hold_s": last - first if rep.came_back else float("nan"),
            "rise_s": rep.end_s - last if rep.came_back else float("nan"),
            "knee_flexion_deg": at_low,
            "knee_flexion_change_deg": at_low - float(flexion[0]),
            "trunk_lean_deg": measure_trunk_lean(view, rep),
            "drop_cm": float("nan"),
        }

    def judge_form(self, reps: list[Values], spans: list[RepSpan], expected_error: Mapping[str, float]) -> list[list[Criterion]]:
        """A slow way down, a knee that keeps its angle, a trunk that stays upright."""
        return [
            [SLOW.of(rep["lower_s"]), KNEE_KEPT.of(rep["knee_flexion_change_deg"]), TRUNK_STAYS.of(rep["trunk_lean_deg"])]
            for rep in reps
        ]
