"""The guide's drills with their prescriptions, and the 12 weeks in three phases.

The drills, their sets and reps, and the three phases are the runner's guide's. The spread over the days of a week is
formcheck's own: hard days apart, recovery and cross-training between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

WorkName = Literal["half-kneeling", "heel-raise", "short-foot", "run", "cross-training", "recovery"]
WorkSide = Literal["left", "right", "both"]

WEEKS = 12
PLAN_DAYS = 7 * WEEKS

WARNINGS = (
    "Stop when it hurts. A stretch or a tired muscle is fine; sharp pain, or pain that is still there the next morning, is not.",
    "See a doctor or a physiotherapist about pain that stays for more than a few days, about swelling, numbness or an "
    "ankle that gives way, and before you start if you had an injury or an operation there.",
    "This plan is general advice for healthy adults. It does not diagnose or treat anything.",
)


@dataclass(frozen=True)
class Work:
    """One kind of work: a drill with its prescription, or a run, cross-training or recovery (no sets)."""

    name: WorkName
    title: str
    how: str
    sets: int = 1
    reps: int | None = None
    per_leg: bool = False
    is_drill: bool = True

    @property
    def prescription(self) -> str:
        """The prescription in the guide's notation, such as "3×10 per leg"."""
        if self.reps is None:
            return ""
        return f"{self.sets}×{self.reps}" + (" per leg" if self.per_leg else "")

    @property
    def sides(self) -> tuple[WorkSide, ...]:
        """The sides that are counted apart."""
        return ("left", "right") if self.per_leg else ("both",)


_WORK = (
    Work(
        "half-kneeling",
        "Half-kneeling ankle mobilization",
        "One knee on the ground, the other foot flat in front. Keep the heel down, shift the knee forward over the "
        "toes, hold for a second, come back.",
        sets=3,
        reps=10,
        per_leg=True,
    ),
    Work(
        "heel-raise",
        "Calf raise with a ball",
        "Feet hip-width apart, a small ball or yoga block squeezed between the ankles. Raise the heels slowly, lower with control.",
        sets=3,
        reps=15,
    ),
    Work(
        "short-foot",
        "Short foot",
        "Foot flat. Draw the ball of the foot towards the heel so that the arch rises, without curling the toes; hold for "
        "five seconds, let go slowly. The page Drills guides you through it and ticks it; a film with stickers measures it.",
        sets=3,
        reps=10,
    ),
    Work(
        "run",
        "Easy run",
        "At a pace at which you can talk. Stay under this week's ceiling.",
        is_drill=False,
    ),
    Work(
        "cross-training",
        "Cross-training",
        "Something without impact: cycling, swimming, walking. Easy to moderate.",
        is_drill=False,
    ),
    Work(
        "recovery",
        "Recovery day",
        "No drills and no run. Tissue adapts on the days between.",
        is_drill=False,
    ),
)
WORK: dict[str, Work] = {work.name: work for work in _WORK}


@dataclass(frozen=True)
class Phase:
    """A third of the plan. ``days`` is the work of each of the seven days of its weeks."""

    number: int
    title: str
    aim: str
    first_week: int
    last_week: int
    days: tuple[tuple[WorkName, ...], ...]


_ALL: tuple[WorkName, ...] = ("half-kneeling", "heel-raise", "short-foot")
PHASES = (
    Phase(
        1,
        "Mobility and activation",
        "Win range in the ankle and wake the small muscles of the foot.",
        1,
        4,
        (
            _ALL,
            ("half-kneeling", "cross-training"),
            _ALL,
            ("recovery",),
            _ALL,
            ("half-kneeling", "cross-training"),
            ("recovery",),
        ),
    ),
    Phase(
        2,
        "Strength and stability",
        "Load the calf and the arch through the range you won.",
        5,
        8,
        (
            _ALL,
            ("cross-training",),
            _ALL,
            ("recovery",),
            _ALL,
            ("heel-raise", "short-foot", "cross-training"),
            ("recovery",),
        ),
    ),
    Phase(
        3,
        "Return to running",
        "Keep range and strength while the kilometres come back, ten per cent a week at the most.",
        9,
        12,
        (
            _ALL,
            ("run",),
            ("half-kneeling", "cross-training"),
            ("run",),
            _ALL,
            ("run",),
            ("recovery",),
        ),
    ),
)
