"""Single-leg balance: how long a foot stays off the floor, and how often it touches down.

The camera sees the feet, so it measures seconds and counts touches. Whether the eyes are closed and what lies under the foot is the
person's statement (``conditions``). Sway is not measured: the pressure center's path, which balance tests report, is not in the
picture, and the hips' landmarks wander by about as much as a standing person sways.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from formcheck.exercises.base import FOOT_IN_PICTURE, PoseExercise, Recording, Values, good_form
from formcheck.exercises.describe import Curve, Guide, Measure, Prescription, TrackedMeasure
from formcheck.exercises.standing import OWN_WORK, judge_standing
from formcheck.foot import FOOT_PER_SHANK
from formcheck.report.names import FaultCode
from formcheck.report.schema import WorkingSide
from formcheck.scene.view import Leg, View
from formcheck.signals.criteria import SHANKS, Criterion, above, below
from formcheck.signals.holds import HoldRule
from formcheck.signals.reps import RepSpan
from formcheck.support.arrays import FloatArray
from formcheck.support.language import tr

# The programme's dose: 3 × 30 s on each leg (training/programme.toml).
ASKED_HOLD_S = 30.0
# A hold that is shorter by no more than this counts as the time asked for: its start and end are each known to a few frames.
HOLD_TOLERANCE_S = 0.5
# In shank lengths of 42 cm. Feet that stand beside each other differ by up to 8 cm in the picture, because the nearer one appears
# lower; the signal is therefore measured from where it rested. The guide asks for a hand's width, 8 cm and more: a foot counts as
# up once it has risen by 6 cm, and as down below 3 cm, twice what a landmark wanders by. The time runs from and to the level at
# which a foot leaves that noise, 1.3 cm.
LIFTED, TOUCHED, OFF_FLOOR = 0.15, 0.08, 0.03
# A trunk that leans further has lost the balance, degrees (`standing.OWN_WORK`).
MOST_LEAN_DEG = 50.0
# The hold. Where the standing foot sinks instead, the other one was put down.
FREE_FOOT_ROSE = above(
    "free-foot-stayed", 0.12, SHANKS, OWN_WORK, tr("The free foot did not rise itself: the other one came down.")
)
STANCE_STAYS = below("stance-foot-rose", 0.12, SHANKS, OWN_WORK, tr("The standing foot did not stay at its level: that is a step."))
STAYS_IN_PLACE = below("walked", 1.0, SHANKS, OWN_WORK, tr("The hips left their place: that is walking."))
# Good form. Some 6 cm: three times what the landmarks of a planted foot wander by. A smaller shift is not seen.
MOVED_PCT_FOOT = 25.0
NO_TOUCH = good_form("foot-touched", 0.5, "touches", "the exercise's own rule", "at most")
STANCE_KEPT = good_form(
    "stance-moved", MOVED_PCT_FOOT, "% foot", "three times what a planted foot's landmarks wander by", "at most"
)
# A landmark that jumps for less time than this is not a step.
KEPT_S = 0.4
# Five holds of two rendered clips (the foot takes 0.7 s for its way up) came out 0.28 to 0.37 s short: the first and last
# centimeter are lost in the landmarks' noise, and smoothing spreads a touch over a fifth of a second.
HOLD_ERROR_S = 0.4


def _lowest(view: View, leg: Leg) -> FloatArray:
    """(T,) height of the foot's lower end, heel or toe, shank lengths."""
    return np.minimum(view.height_of(leg.heel), view.height_of(leg.toe))


def _trend(condition: str, words: str) -> TrackedMeasure:
    return TrackedMeasure(
        key=f"balance-{condition}",
        title=tr("Balance on one leg, {condition}").format(condition=words),
        exercise="single-leg-balance",
        noun=tr("balance, {condition}").format(condition=words),
        unit="s",
        mean_column="headline",
        best_column="best",
        condition=condition,
    )


class SingleLegBalance(PoseExercise):
    """Standing on one leg; ``side`` is the standing leg."""

    name = "single-leg-balance"
    title = tr("Balance on one leg")
    short_title = tr("Balance")
    headline = "hold_s"
    prescription = Prescription(sets=3, reps=1, per_leg=True, hold_s=ASKED_HOLD_S)
    rule = HoldRule(min_rise=LIFTED, end_rise=TOUCHED, edge_rise=OFF_FLOOR, unit=SHANKS)
    standing = True
    reads_foot = False
    is_detectable = False
    trial_s = ASKED_HOLD_S
    conditions: ClassVar[dict[str, str]] = {
        "eyes-open": tr("Eyes open"),
        "eyes-closed": tr("Eyes closed"),
        "cushion": tr("On a cushion"),
    }
    faults: ClassVar[tuple[FaultCode, ...]] = ("foot-touched", "stance-moved")
    poses: ClassVar[dict[WorkingSide, str]] = {
        "left": tr("Stand on both feet, then lift your right foot"),
        "right": tr("Stand on both feet, then lift your left foot"),
        "both": tr("Stand on both feet, then lift one"),
    }
    guide = Guide(
        what=tr("Stand on one leg for thirty seconds. The camera times it and counts how often the other foot touches the floor."),
        why=tr(
            "It trains the ankle's reactions. High-school athletes who trained balance sprained their ankles "
            "less often (McGuine 2006)."
        ),
        steps=(
            tr("Stand on both feet beside a wall or a chair that you can reach, and keep still for a moment."),
            tr("Lift one foot by a hand's width or more, and do not let it rest on the other leg."),
            tr("Stand for thirty seconds. If the foot touches the floor, lift it again and go on."),
            tr(
                "When eyes open is easy, close the eyes; then stand on a firm cushion. Say which it was: the "
                "camera does not see it."
            ),
        ),
        filming=tr(
            "From the side, whole body and both feet in the picture. Begin with both feet on the floor: the "
            "time starts when one leaves it."
        ),
        figure="single_leg_balance.svg",
        go=tr("Foot up"),
        back=tr("Foot down"),
    )
    trends: ClassVar[tuple[TrackedMeasure, ...]] = (
        _trend("eyes-open", tr("eyes open")),
        _trend("eyes-closed", tr("eyes closed")),
        _trend("cushion", tr("on a cushion")),
    )
    curve = Curve("free_foot_pct_shank", tr("Free foot's height"), "% of shank")
    measures: ClassVar[tuple[Measure, ...]] = (
        Measure(
            "hold_s",
            tr("Balance"),
            "s",
            1,
            tr(
                "Time from the moment the free foot leaves the floor until it is back, or until the standing foot "
                "has moved. A hold that the film's end cuts off lasted at least that long."
            ),
            error=HOLD_ERROR_S,
        ),
        Measure(
            "touches",
            tr("Touches"),
            "",
            0,
            tr("1 where the free foot came down before the thirty seconds were over, 0 otherwise."),
        ),
        Measure(
            "stance_moved_pct_foot",
            tr("Standing foot moved"),
            "% foot",
            0,
            tr("How far the standing foot went from its place, in % of its length; a hop, a slide or a step."),
            only_with="stance-moved",
        ),
    )
    summary_measures: ClassVar[tuple[Measure, ...]] = (
        Measure("total_hold_s", tr("Balance in all"), "s", 1, tr("Sum of the holds.")),
        Measure(
            "total_touches", tr("Touches in all"), "", 0, tr("How often the free foot came down before thirty seconds were over.")
        ),
    )

    def judge_pose(self, view: View) -> Sequence[Criterion]:
        """Standing on a leg that is nearly straight, the hips over the foot, both feet in the picture."""
        return (*judge_standing(view, MOST_LEAN_DEG), FOOT_IN_PICTURE.of(view.contains(view.other_leg.toe)))

    def compute_signal(self, view: View) -> FloatArray:
        """Height of the free foot over the standing one, shank lengths; only its change has a meaning."""
        return _lowest(view, view.other_leg) - _lowest(view, view.leg)

    def judge_rep(self, view: View, rep: RepSpan) -> Sequence[Criterion]:
        """The free foot went up, the standing one did not come down, and the person stayed in place."""
        frames, first = view.frames_of(rep), view.at(rep.start_s)

        def rise(leg: Leg) -> float:
            height = _lowest(view, leg)
            return float(np.nanmedian(height[frames]) - height[first])

        return (
            FREE_FOOT_ROSE.of(rise(view.other_leg)),
            STANCE_STAYS.of(abs(rise(view.leg))),
            STAYS_IN_PLACE.of(float(np.ptp(view.ahead_of(view.leg.hip)[frames]))),
        )

    def list_signals(self, recording: Recording) -> dict[str, FloatArray]:
        """The free foot's height, % of a shank."""
        return {self.curve.signal: 100.0 * self.compute_signal(recording.view)}

    def measure(self, recording: Recording, rep: RepSpan) -> Values:
        """Measure one hold; see ``measures`` for the definitions."""
        view = recording.view
        frames = view.frames_of(rep)
        moved = _measure_travel(view, frames)
        gone = np.flatnonzero(moved > MOVED_PCT_FOOT)
        end_s = float(view.time_s[frames][gone[0]]) if len(gone) else rep.end_s
        held_s = end_s - rep.start_s
        came_down = not len(gone) and self._is_down(view, rep)
        return {
            "hold_s": held_s,
            "touches": float(came_down and held_s < ASKED_HOLD_S - HOLD_TOLERANCE_S),
            "stance_moved_pct_foot": float(np.nanmax(moved)) if np.isfinite(moved).any() else float("nan"),
        }

    def _is_down(self, view: View, rep: RepSpan) -> bool:
        """Whether the free foot was back at its starting level when the hold ended; otherwise the film or the pose ended first."""
        signal = self.compute_signal(view)
        start, end = (float(signal[view.at(when)]) for when in (rep.start_s, rep.end_s))
        return end < start + TOUCHED / 2

    def judge_form(self, reps: list[Values], spans: list[RepSpan], expected_error: Mapping[str, float]) -> list[list[Criterion]]:
        """The free foot stayed up, and the standing foot in its place, until the time was over."""
        judged = []
        for rep in reps:
            over = rep["hold_s"] >= ASKED_HOLD_S - HOLD_TOLERANCE_S
            judged.append([NO_TOUCH.of(rep["touches"]), STANCE_KEPT.of(0.0 if over else rep["stance_moved_pct_foot"])])
        return judged

    def choose_reps(self, headlines: Sequence[float], faults: Sequence[Sequence[FaultCode]]) -> list[int]:
        """The longest hold: balance tests are scored by the best trial."""
        known = [k for k, value in enumerate(headlines) if np.isfinite(value)]
        return [max(known, key=lambda k: headlines[k])] if known else []

    def summarize(self, reps: list[Values], spans: list[RepSpan], chosen: list[int], mass_kg: float | None) -> Values:
        """The seconds and touches of all holds."""
        return {
            "total_hold_s": float(np.nansum([r["hold_s"] for r in reps])),
            "total_touches": float(np.nansum([r["touches"] for r in reps])),
        }


def _measure_travel(view: View, frames: slice) -> FloatArray:
    """(N,) how far the standing foot is from its median place in a hold, % of its length; jumps of the landmarks are left out."""
    foot = ((view.leg.heel + view.leg.toe) / 2)[frames]
    away = np.linalg.norm(foot - np.nanmedian(foot, axis=0), axis=1)
    reach = max(1, round(KEPT_S / float(np.median(np.diff(view.time_s))) / 2))
    padded = np.pad(away, reach, mode="edge")
    kept = np.nanmedian(np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1), axis=1)
    return np.asarray(100.0 * kept / (FOOT_PER_SHANK * view.shank_px))
