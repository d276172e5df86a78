"""What the voice says: counts, faults and instructions, in a few words."""

from __future__ import annotations

from formcheck.exercises import EXERCISES
from formcheck.report.faults import FAULTS
from formcheck.report.names import FaultCode

# fmt: off
NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)
# fmt: on
TENS = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety"}
# With this many repetitions or fewer to go, the number left is spoken too.
SAY_LEFT_FROM = 3


def say_number(number: int) -> str:
    """Return a number in words, up to ninety-nine; digits beyond."""
    if number <= 20:
        return NUMBERS[number]
    if number >= 100:
        return str(number)
    tens, ones = number // 10 * 10, number % 10
    return f"{TENS[tens]}-{NUMBERS[ones]}" if ones else TENS[tens]


def say_count(count: int, target: int | None) -> str:
    """Return the words for a counted repetition: "eight, two to go"."""
    left = target - count if target else 0
    if target and left == 0:
        return f"{say_number(count)}, done"
    if 0 < left <= SAY_LEFT_FROM:
        return f"{say_number(count)}, {say_number(left)} to go" if left > 1 else f"{say_number(count)}, last one"
    return say_number(count)


def say_fault(code: FaultCode) -> str:
    """Return the one or two words for a fault."""
    return FAULTS[code].cue


def say_pose(exercise: str, side: str) -> str:
    """Return how to take the starting position; exercise and side may be ``auto``."""
    if exercise == "auto":
        return "Kneel or stand, and keep still"
    poses = EXERCISES[exercise].poses
    either = poses.get("both", "Take the starting position")
    return poses.get("left", either) if side == "left" else poses.get("right", either) if side == "right" else either
