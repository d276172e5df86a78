"""What the voice says: counts, faults and instructions, in a few words."""

from __future__ import annotations

from formcheck.exercises import EXERCISES
from formcheck.live.state import LiveState
from formcheck.report.faults import FAULTS
from formcheck.report.names import FaultCode
from formcheck.support.language import tr, tr_count
from formcheck.support.numbers import say_number

TAKE_POSE = tr("Take the starting position")
# With this many repetitions or fewer to go, the number left is spoken too.
SAY_LEFT_FROM = 3


def say_count(count: int, target: int | None) -> str:
    """Return the words for a counted repetition: "eight, two to go"."""
    left = target - count if target else 0
    if target and left == 0:
        return tr("{count}, done").format(count=say_number(count))
    if 0 < left <= SAY_LEFT_FROM:
        if left == 1:
            return tr("{count}, last one").format(count=say_number(count))
        return tr("{count}, {left} to go").format(count=say_number(count), left=say_number(left))
    return say_number(count)


def is_timed(exercise: str | None) -> bool:
    """Whether the exercise is held for a time, such as balance, and not repeated."""
    return exercise in EXERCISES and EXERCISES[exercise].trial_s is not None


def describe_amount(count: int, *, timed: bool) -> str:
    """Return how much was counted: "8 reps", or "2 holds" of an exercise that is held for a time."""
    return tr_count("1 hold", "{count} holds", count) if timed else tr_count("1 rep", "{count} reps", count)


def show_count(state: LiveState) -> tuple[str, str]:
    """Return the large number and the words beside it: reps and their target, or the seconds of this hold and those asked for."""
    if state.exercise is not None and (asked_s := EXERCISES[state.exercise].trial_s) is not None:
        return str(int(state.hold_s)), tr("of {seconds:.0f} s").format(seconds=asked_s)
    words = tr("of {target}").format(target=state.target) if state.target else tr_count("rep", "reps", state.count)
    return str(state.count), words


def say_fault(code: FaultCode) -> str:
    """Return the one or two words for a fault."""
    return FAULTS[code].cue


def say_pose(exercise: str, side: str) -> str:
    """Return how to take the starting position; exercise and side may be ``auto``."""
    if exercise == "auto":
        return tr("Kneel or stand, and keep still")
    poses = EXERCISES[exercise].poses
    either = poses.get("both", TAKE_POSE)
    return poses.get("left", either) if side == "left" else poses.get("right", either) if side == "right" else either
