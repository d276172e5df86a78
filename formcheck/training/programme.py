"""The work of the programme: exercises at their levels, and activities, as a day of the plan lists them.

Doses, tracks and rules are in ``programme.toml`` (:mod:`formcheck.training.catalogue`); this module only reads them.
"""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.support.language import join_words, tr
from formcheck.training.catalogue import Catalogue, WorkSide, current_catalogue
from formcheck.training.ladder import Standing, describe_dose, dose_text, sets_of

# The plan's length, as its tracks and tests are written for it (`Catalogue.weeks`).
WEEKS = 12
PLAN_DAYS = 7 * WEEKS
# What a day's "run" can become, depending on the person's state of running.
RUNNING_WORK = ("run", "walk-run", "walk")

WARNINGS = (
    tr(
        "Stop if it hurts sharply. A stretch or a tired muscle is fine. Pain above 5 of 10, or worse the next morning, is too much."
    ),
    tr(
        "See a doctor or a physiotherapist before you start after an injury or an operation, if you do not know what a pain "
        "comes from, and if you notice swelling, numbness or an ankle that gives way."
    ),
    tr("This plan is general advice for adults. It does not diagnose or treat anything, and it promises nothing."),
)


@dataclass(frozen=True)
class Work:
    """One line of a day: an exercise at a level with its dose, or an activity (which has no sets).

    ``reps`` counts repetitions, or seconds if ``timed``. ``dose`` is in the guide's notation, such as "3×10 each leg"; empty for an
    activity. ``level`` counts from 0. ``exercise`` and ``condition`` say by which exercise the camera judges it and what the person
    has to say of it; None where it cannot be filmed.
    """

    name: str
    title: str
    how: str
    short: str = ""
    sets: int = 1
    reps: int | None = None
    per_leg: bool = False
    is_drill: bool = True
    timed: bool = False
    dose: str = ""
    level: int = 0
    loaded: bool = False
    filmed: bool = False
    exercise: str | None = None
    condition: str | None = None

    @property
    def sides(self) -> tuple[WorkSide, ...]:
        """The sides that are counted separately."""
        return ("left", "right") if self.per_leg else ("both",)


def drill_work(name: str, standing: Standing | None = None, catalogue: Catalogue | None = None, *, deload: bool = False) -> Work:
    """An exercise at the person's level."""
    catalogue, standing = catalogue or current_catalogue(), standing or Standing()
    drill = catalogue.drills[name]
    level = drill.levels[min(standing.level, len(drill.levels) - 1)]
    sets = sets_of(level, catalogue, eased=standing.eased, deload=deload)
    dose = dose_text(level)
    if sets < level.total_sets:
        dose = describe_dose(sets, level)
        if level.parts:
            dose = tr("{dose}, {parts} in turn").format(dose=dose, parts=join_words(level.parts))
    return Work(
        name=name,
        title=level.title,
        how=level.how,
        short=drill.short,
        sets=sets,
        reps=level.reps or level.seconds,
        per_leg=level.per_leg,
        timed=level.seconds is not None,
        dose=dose,
        level=standing.level,
        loaded=level.loaded,
        filmed=drill.camera and level.camera,
        exercise=(level.exercise or name) if drill.camera and level.camera else None,
        condition=level.condition,
    )


def activity_work(name: str, title: str | None = None, catalogue: Catalogue | None = None) -> Work:
    """An activity; ``title`` replaces its own title, for example with the walk–run session of the day."""
    activity = (catalogue or current_catalogue()).activities[name]
    return Work(name, title or activity.title, activity.how, activity.short, is_drill=False)


def all_work(catalogue: Catalogue | None = None) -> dict[str, Work]:
    """Every exercise at its first level, and every activity, by name."""
    catalogue = catalogue or current_catalogue()
    drills = {name: drill_work(name, catalogue=catalogue) for name in catalogue.drills}
    return drills | {name: activity_work(name, catalogue=catalogue) for name in catalogue.activities}


def sides_of(name: str) -> tuple[WorkSide, ...]:
    """Every side for which this work may be ticked, on any of its levels."""
    drill = current_catalogue().drills.get(name)
    if drill is None:
        return ("both",)
    per_leg = [level.per_leg for level in drill.levels]
    both: tuple[WorkSide, ...] = () if all(per_leg) else ("both",)
    return (*both, "left", "right") if any(per_leg) else both
