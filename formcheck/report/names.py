"""The names that the command line, the report and the drills share. Nothing is imported here, so that they cost nothing to know."""

from __future__ import annotations

from typing import Literal

ExerciseName = Literal["half-kneeling", "heel-raise", "soleus-raise", "knee-to-wall", "short-foot"]

FaultCode = Literal[
    "heel-lifted",
    "short-hold",
    "partial",
    "rushed",
    "foot-slid",
    "partial-height",
    "knee-bent",
    "dropped",
    "not-lowered",
    "trunk-lean",
    "ball-lost",
    "toes-curled",
]
