"""The faults in words: each one's name, what to do about it, what is said during the set, and the measures of its size."""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.report.names import FaultCode


@dataclass(frozen=True)
class FaultWords:
    """A fault's name as a user reads it, what to do about it on the next rep, and the one or two words said during the set.

    ``amounts`` are the measures that say how large it is, with their unit and decimals: the first one that the rep has counts.
    """

    label: str
    advice: str
    cue: str
    amounts: tuple[tuple[str, str, int], ...] = ()


FAULTS: dict[FaultCode, FaultWords] = {
    "heel-lifted": FaultWords(
        "Heel lifted",
        "Keep the heel on the floor: stop where it wants to lift. Beyond that, the movement isn't coming from your ankle.",
        "Heel down",
        (("heel_rise_cm", "cm", 1), ("heel_rise_pct_foot", "% foot", 0)),
    ),
    "short-hold": FaultWords(
        "Hold too short",
        "Stay at the end of the movement for as long as the exercise asks before you go back.",
        "Hold",
        (("hold_s", "s", 1),),
    ),
    "partial": FaultWords("Partial rep", "Go as far as on your best rep, or rest before the next one.", "Further"),
    "rushed": FaultWords(
        "Rushed", "Move slowly: about two seconds forward in the mobilization, a second up in a heel raise.", "Slower"
    ),
    "foot-slid": FaultWords(
        "Foot slid",
        "Keep the foot where it is; a mat or a bare foot gives it grip.",
        "Keep the foot still",
        (("foot_slide_cm", "cm", 1), ("foot_slide_pct_foot", "% foot", 0)),
    ),
    "partial-height": FaultWords("Not full height", "Rise as high as on your best rep; if you cannot, the set is over.", "Higher"),
    "knee-bent": FaultWords(
        "Knee bent",
        "Keep the knee as straight as when you stand, so that the calf does the lifting.",
        "Straight knee",
        (("knee_flexion_change_deg", "°", 0),),
    ),
    "dropped": FaultWords(
        "Dropped", "Lower under control, for a second or two, instead of dropping.", "Lower slowly", (("lower_s", "s", 1),)
    ),
    "not-lowered": FaultWords(
        "Not lowered fully", "Bring the heel all the way down before the next rep.", "All the way down", (("left_up_pct", "%", 0),)
    ),
    "trunk-lean": FaultWords(
        "Trunk leaned",
        "Stay upright; touch a wall with the fingertips for balance.",
        "Stand tall",
        (("trunk_lean_deg", "°", 0),),
    ),
    "ball-lost": FaultWords(
        "Ankles drifted apart", "Squeeze the ball between the ankles all the way up and down.", "Squeeze the ball"
    ),
    "toes-curled": FaultWords(
        "Toes curled",
        "Keep the toes flat and long, and let the arch do the work: a smaller rise without the toes is worth more.",
        "Toes flat",
        (("joint_lift_mm", "mm", 1), ("toe_curl_pct", "%", 0)),
    ),
    "foot-touched": FaultWords(
        "Foot touched the floor",
        "Lift the free foot by a hand's width, look at one fixed point, and keep a wall within reach.",
        "Foot up",
        (("hold_s", "s", 1),),
    ),
    "stance-moved": FaultWords(
        "Standing foot moved",
        "Stand on a foot that stays in its place: press its whole sole into the floor and bend the knee a little.",
        "Keep the foot still",
        (("stance_moved_pct_foot", "% foot", 0),),
    ),
}
