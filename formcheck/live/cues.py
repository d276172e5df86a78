"""What is said: numbers, faults and encouragement, in few words."""

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
# From here on the repetitions that are left are said too.
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
    """Return what is said at a counted repetition: "eight, two to go"."""
    left = target - count if target else 0
    if target and left == 0:
        return f"{say_number(count)}, done"
    if 0 < left <= SAY_LEFT_FROM:
        return f"{say_number(count)}, {say_number(left)} to go" if left > 1 else f"{say_number(count)}, last one"
    return say_number(count)


def say_fault(code: FaultCode) -> str:
    """Return the one or two words that are said at a fault."""
    return FAULTS[code].cue


def say_pose(exercise: str, side: str) -> str:
    """Return how to take the starting position of a drill; ``auto`` where drill or side are not given."""
    if exercise == "auto":
        return "Kneel or stand, and keep still"
    poses = EXERCISES[exercise].poses
    anyhow = poses.get("both", "Take the starting position")
    return poses.get("left", anyhow) if side == "left" else poses.get("right", anyhow) if side == "right" else anyhow
