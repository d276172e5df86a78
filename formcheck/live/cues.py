"""What is said: numbers, faults and encouragement, in few words."""

from __future__ import annotations

from formcheck.report import FaultCode

# fmt: off
NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)
# fmt: on
TENS = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety"}
# From here on the repetitions that are left are said too.
SAY_LEFT_FROM = 3

FAULT_WORDS: dict[FaultCode, str] = {
    "heel-lifted": "Heel down",
    "short-hold": "Hold",
    "partial": "Further",
    "rushed": "Slower",
    "foot-slid": "Keep the foot still",
    "partial-height": "Higher",
    "knee-bent": "Straight knee",
    "dropped": "Lower slowly",
    "not-lowered": "All the way down",
    "trunk-lean": "Stand tall",
    "ball-lost": "Squeeze the ball",
}


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


POSES: dict[tuple[str, str | None], str] = {
    ("half-kneeling", "left"): "Kneel: left foot in front",
    ("half-kneeling", "right"): "Kneel: right foot in front",
    ("half-kneeling", None): "Kneel: one foot in front",
    ("heel-raise", "left"): "Stand on your left leg",
    ("heel-raise", "right"): "Stand on your right leg",
    ("heel-raise", None): "Stand upright and still",
}


def say_pose(exercise: str, side: str) -> str:
    """Return how to take the starting position of a drill; ``auto`` where drill or side are not given."""
    if exercise == "auto":
        return "Kneel or stand, and keep still"
    leg = side if side in ("left", "right") else None
    return POSES[exercise, leg]
