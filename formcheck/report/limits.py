"""What a body cannot do: the limits that no number of a report may exceed, each with its source.

A value beyond its limit is an error of measurement. `drop_impossible` makes it null with a reason before anything is judged or
summed up, together with whatever was read off the same evidence; the report's schema refuses what is left.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Literal, NamedTuple

from formcheck.report.names import ExerciseName

# A movement shorter than this is not a repetition of any exercise, seconds (the exercises' own rules start at 0.6 s).
MIN_REP_S = 0.4
# No angle, length or time of a set comes near, and a history of such numbers can still be summed.
MAX_NUMBER = 1e9

Evidence = Literal["foot", "shank", "reach", "clock", "sticker", "body"]


class Limit(NamedTuple):
    """The least and the largest possible value of a measure, in its unit, what it is read off, and why no body exceeds it."""

    low: float
    high: float
    unit: str
    evidence: Evidence
    source: str

    def allows(self, value: float) -> bool:
        """Whether a body can have this value; False for NaN."""
        return self.low <= value <= self.high


# The foot and the shank in shares of the body's height: Drillis & Contini 1966, in Winter 2009, fig. 4.1.
_FOOT, _SHANK = 0.152, 0.246
# The tallest athlete that a report takes (`schema.Athlete`), cm: lengths in % of the foot are the tighter limit of anybody smaller.
_TALLEST_CM = 250.0
_FOOT_CM = _FOOT * _TALLEST_CM

MAX_TURN_DEG = 70.0
MAX_SHANK_DEG = 60.0
MAX_HEEL_PCT_FOOT = 60.0
_TURN = "the big toe's base joint, about which the foot turns, extends by 70° (AAOS 1965, Joint Motion)"
_HEEL = "the heel's underside is 0.6 foot lengths behind the ball of the foot (`foot.shape`): even on end it rises no further"
_LEAN = (
    "44.9 ± 5.5° of weight-bearing dorsiflexion, the largest of three methods (PMID 28108266): 60° is 2.7 standard deviations "
    "above; a shank farther forward means sitting on the heels"
)
_REACH = "follows from the shank's limit: a shank of 1.62 foot lengths, the ankle a quarter of the foot ahead of the heel"
_HELD = "a repetition never lasts ten minutes"
_HEEL_LOWEST = -30.0  # % of the foot: a heel below a step's edge, with 30° of dorsiflexion about the ball
_HEEL_LOWEST_CM = _HEEL_LOWEST / 100 * _FOOT_CM

LIMITS: dict[str, Limit] = {
    **dict.fromkeys(("height_pct_foot", "heel_rise_pct_foot"), Limit(_HEEL_LOWEST, MAX_HEEL_PCT_FOOT, "% foot", "foot", _HEEL)),
    **dict.fromkeys(("height_cm", "heel_rise_cm"), Limit(_HEEL_LOWEST_CM, MAX_HEEL_PCT_FOOT / 100 * _FOOT_CM, "cm", "foot", _HEEL)),
    "malleolus_rise_cm": Limit(_HEEL_LOWEST_CM, 0.5 * _FOOT_CM, "cm", "foot", "the malleolus is 0.47 of the foot behind its ball"),
    **dict.fromkeys(("foot_turn_deg", "plantarflexion_deg"), Limit(-30.0, MAX_TURN_DEG, "°", "foot", _TURN)),
    **dict.fromkeys(("tibial_inclination_deg", "valid_peak_deg"), Limit(-MAX_SHANK_DEG, MAX_SHANK_DEG, "°", "shank", _LEAN)),
    "dorsiflexion_deg": Limit(-MAX_TURN_DEG, MAX_SHANK_DEG, "°", "shank", _LEAN),
    "range_of_motion_deg": Limit(-2 * MAX_SHANK_DEG, 2 * MAX_SHANK_DEG, "°", "shank", _LEAN),
    "knee_over_toe_pct_foot": Limit(-220.0, 75.0, "% foot", "reach", _REACH),
    **dict.fromkeys(
        ("knee_over_toe_cm", "best_knee_over_toe_cm", "mean_knee_over_toe_cm"),
        Limit(-2.2 * _FOOT_CM, 0.75 * _FOOT_CM, "cm", "reach", _REACH),
    ),
    "knee_flexion_change_deg": Limit(
        -160.0, 160.0, "°", "body", "a knee bends by 144 ± 6.5° (Roaas & Andersson 1982, Acta Orthop Scand 53:205)"
    ),
    "trunk_lean_deg": Limit(0.0, 120.0, "°", "body", "the hips bend by 120° (Roaas & Andersson 1982, Acta Orthop Scand 53:205)"),
    "side_difference_pct": Limit(-100.0, 100.0, "%", "body", "a difference in % of the larger side"),
    "symmetry_pct": Limit(0.0, 100.0, "%", "body", "the smaller in % of the larger side"),
    **dict.fromkeys(("rise_s", "hold_s", "lower_s"), Limit(0.0, 600.0, "s", "clock", _HELD)),
    "cadence_per_min": Limit(0.0, 200.0, "1/min", "clock", "a third more than repetitions of `MIN_REP_S` each"),
    "arch_rise_mm": Limit(
        -30.0, 30.0, "mm", "sticker", "twice the drop of the navicular bone that counts as abnormal, 15 mm (Brody 1982)"
    ),
    "arch_rise_pct_foot": Limit(-15.0, 15.0, "% foot", "sticker", "30 mm of a foot of 200 mm"),
    "joint_lift_mm": Limit(-50.0, 50.0, "mm", "sticker", "a joint that lifts further belongs to a foot that left the floor"),
    "toe_curl_pct": Limit(-100.0, 100.0, "%", "sticker", "a distance shrinks by all of itself at most"),
}

# The measures that are read off the same evidence, and are as wrong as an impossible value among them.
_SHARED: dict[Evidence, frozenset[str]] = {
    "foot": frozenset(
        [
            *("height_cm", "height_pct_foot", "malleolus_rise_cm", "plantarflexion_deg", "rise_s", "hold_s", "lower_s"),
            *("heel_rise_cm", "heel_rise_pct_foot", "valid_peak_deg", "dorsiflexion_deg", "range_of_motion_deg"),
            *("foot_slide_cm", "foot_slide_pct_foot"),
        ]
    ),
    "shank": frozenset(
        [
            *("tibial_inclination_deg", "valid_peak_deg", "dorsiflexion_deg", "range_of_motion_deg", "hold_s"),
            *("knee_over_toe_cm", "knee_over_toe_pct_foot"),
        ]
    ),
    # The foot's length is part of it, so an impossible reach does not prove the shank wrong.
    "reach": frozenset(("knee_over_toe_cm", "knee_over_toe_pct_foot")),
    "sticker": frozenset(("arch_rise_mm", "arch_rise_pct_foot", "hold_s")),
}

# The limit of a set's best, mean and headline, whichever unit the headline has.
HEADLINE_LIMITS: dict[ExerciseName, Limit] = {
    "half-kneeling": LIMITS["valid_peak_deg"],
    "knee-to-wall": LIMITS["valid_peak_deg"],
    "heel-raise": LIMITS["height_pct_foot"],
    "soleus-raise": LIMITS["height_pct_foot"],
    "short-foot": LIMITS["arch_rise_mm"],
    "single-leg-balance": LIMITS["hold_s"],
    "step-drop": LIMITS["lower_s"],
}

# A value over twice its set's median is doubted if the movement itself was less than 1.5 times as large as usual; one under half
# of it, if the movement was more than 1 / 1.5 of the usual. By design: a movement that went half of the way there bears the value
# out. Two repetitions have no usual value.
OUTLYING, UNSUPPORTED, LEAST_REPS = 2.0, 1.5, 3
COMPARED = ("height_pct_foot", "tibial_inclination_deg", "arch_rise_mm")


def is_possible(name: str, value: float) -> bool:
    """Whether a body can have this value of a measure; a measure without a limit may be any number up to `MAX_NUMBER`."""
    limit = LIMITS.get(name)
    return abs(value) <= MAX_NUMBER and (limit is None or limit.allows(value))


def drop_impossible(
    reps: Sequence[Mapping[str, float]], rises: Sequence[float] = ()
) -> tuple[list[dict[str, float]], list[dict[str, str]]]:
    """Return a set's measures without the impossible values, and for each repetition the reasons by measure.

    Parameters
    ----------
    reps
        The measures of each repetition; NaN where not measured.
    rises
        How far the movement itself rose in each repetition, in any unit: the evidence against which a value far over the others is
        held. Empty or NaN where it is not known.
    """
    kept: list[dict[str, float]] = []
    reasons: list[dict[str, str]] = []
    for rep in reps:
        found: dict[str, str] = {}
        for name, value in rep.items():
            if not math.isnan(value) and not is_possible(name, value):
                found |= _explain(rep, name, _describe(name, value))
        reasons.append(found)
        kept.append({name: math.nan if name in found else value for name, value in rep.items()})
    for name in COMPARED:
        for number, far_off in _find_outlying([rep.get(name, math.nan) for rep in kept], rises).items():
            found = _explain(
                kept[number], name, f"{far_off} the set's median, while the movement itself was as large as in the others"
            )
            reasons[number] |= found
            kept[number] |= dict.fromkeys(found, math.nan)
    return kept, reasons


def _describe(name: str, value: float) -> str:
    if not abs(value) <= MAX_NUMBER:
        return "it came out as an impossible number"
    limit = LIMITS[name]
    return f"it came out as {value:.0f} {limit.unit}, which no body can do (limits: {limit.low:.0f} to {limit.high:.0f})"


def _explain(rep: Mapping[str, float], name: str, reason: str) -> dict[str, str]:
    """Return the reason for a measure, and for whatever was read off the same evidence."""
    limit = LIMITS.get(name)
    shared = _SHARED.get(limit.evidence, ()) if limit else ()
    also = f"read off the same evidence as an impossible value ({name})"
    return {other: also for other in shared if other in rep and other != name and not math.isnan(rep[other])} | {name: reason}


def _find_outlying(values: Sequence[float], rises: Sequence[float]) -> dict[int, str]:
    """Return by number which of a set's values are far from their median, unlike their own movement; in words, which way."""
    known = [value for value in values if math.isfinite(value)]
    moved = [rise for rise in rises if math.isfinite(rise)]
    if len(known) < LEAST_REPS or len(moved) != len(values):
        return {}
    usual, usual_rise = median(known), median(moved)
    found = {}
    for number, (value, rise) in enumerate(zip(values, rises, strict=True)):
        if value > OUTLYING * usual > 0 and rise < UNSUPPORTED * usual_rise:
            found[number] = "over twice"
        elif value * OUTLYING < usual and rise * UNSUPPORTED > usual_rise:
            found[number] = "under half"
    return found
