"""The drills, by name."""

from __future__ import annotations

from formcheck.exercises.base import Exercise, Measure, Prescription
from formcheck.exercises.half_kneeling import HalfKneeling
from formcheck.exercises.heel_raise import HeelRaise

EXERCISES: dict[str, Exercise] = {exercise.name: exercise for exercise in (HalfKneeling(), HeelRaise())}

__all__ = ["EXERCISES", "Exercise", "Measure", "Prescription"]
