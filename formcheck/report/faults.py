"""The faults in words: each one's name, what to do about it, what is said during the set, and the measures of its size."""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.report.names import FaultCode
from formcheck.support.language import tr


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
        tr("Heel lifted"),
        tr("Keep the heel on the floor: stop where it wants to lift. Beyond that, the movement isn't coming from your ankle."),
        tr("Heel down"),
        (("heel_rise_cm", "cm", 1), ("heel_rise_pct_foot", tr("% foot"), 0)),
    ),
    "short-hold": FaultWords(
        tr("Hold too short"),
        tr("Stay at the end of the movement for as long as the exercise asks before you go back."),
        tr("Hold"),
        (("hold_s", "s", 1),),
    ),
    "partial": FaultWords(tr("Partial rep"), tr("Go as far as on your best rep, or rest before the next one."), tr("Further")),
    "rushed": FaultWords(
        tr("Rushed"), tr("Move slowly: about two seconds forward in the mobilization, a second up in a heel raise."), tr("Slower")
    ),
    "foot-slid": FaultWords(
        tr("Foot slid"),
        tr("Keep the foot where it is; a mat or a bare foot gives it grip."),
        tr("Keep the foot still"),
        (("foot_slide_cm", "cm", 1), ("foot_slide_pct_foot", tr("% foot"), 0)),
    ),
    "partial-height": FaultWords(
        tr("Not full height"), tr("Rise as high as on your best rep; if you can't, end the set."), tr("Higher")
    ),
    "knee-bent": FaultWords(
        tr("Knee bent"),
        tr("Keep the knee as straight as when you stand, so that the calf does the lifting."),
        tr("Straight knee"),
        (("knee_flexion_change_deg", "°", 0),),
    ),
    "dropped": FaultWords(
        tr("Dropped"),
        tr("Lower under control, for a second or two, instead of dropping."),
        tr("Lower slowly"),
        (("lower_s", "s", 1),),
    ),
    "not-lowered": FaultWords(
        tr("Not lowered fully"),
        tr("Bring the heel all the way down before the next rep."),
        tr("All the way down"),
        (("left_up_pct", "%", 0),),
    ),
    "trunk-lean": FaultWords(
        tr("Trunk leaned"),
        tr("Stay upright; touch a wall with the fingertips for balance."),
        tr("Stand tall"),
        (("trunk_lean_deg", "°", 0),),
    ),
    "ball-lost": FaultWords(
        tr("Ankles drifted apart"), tr("Squeeze the ball between the ankles all the way up and down."), tr("Squeeze the ball")
    ),
    "toes-curled": FaultWords(
        tr("Toes curled"),
        tr("Keep the toes flat and long, and let the arch do the work: a smaller rise without the toes is worth more."),
        tr("Toes flat"),
        (("joint_lift_mm", "mm", 1), ("toe_curl_pct", "%", 0)),
    ),
    "foot-touched": FaultWords(
        tr("Foot touched the floor"),
        tr("Lift the free foot by a hand's width, look at one fixed point, and keep a wall within reach."),
        tr("Foot up"),
        (("hold_s", "s", 1),),
    ),
    "stance-moved": FaultWords(
        tr("Standing foot moved"),
        tr("Keep the standing foot in place: press the whole sole into the floor and bend the knee a little."),
        tr("Keep the foot still"),
        (("stance_moved_pct_foot", tr("% foot"), 0),),
    ),
}
