"""Names shared by the command line, the report and the exercises. This module imports nothing, so that it loads at once."""

from __future__ import annotations

from typing import Literal

ExerciseName = Literal[
    "half-kneeling", "heel-raise", "soleus-raise", "knee-to-wall", "short-foot", "single-leg-balance", "step-drop"
]

# A variant is chosen, tracked and compared as an exercise of its own; a report calls it by the exercise that it is a case of.
VariantName = Literal["soleus-raise"]
VARIANTS: dict[VariantName, ExerciseName] = {"soleus-raise": "heel-raise"}

WorkingSide = Literal["left", "right", "both"]

ConditionName = Literal["eyes-open", "eyes-closed", "cushion"]

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
    "foot-touched",
    "stance-moved",
]
