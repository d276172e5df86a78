"""The exercises: what each one's pose, signal, measures, faults and words are. `EXERCISES` is the one list of them, by name.

An exercise reads no frames and draws nothing; :mod:`formcheck.analysis` runs it over a recording.
"""

from __future__ import annotations

from formcheck.exercises.base import Exercise, PoseExercise
from formcheck.exercises.describe import Measure, Prescription
from formcheck.exercises.half_kneeling import HalfKneeling
from formcheck.exercises.heel_raise import HeelRaise
from formcheck.exercises.knee_to_wall import KneeToWall
from formcheck.exercises.short_foot import ShortFoot
from formcheck.exercises.single_leg_balance import SingleLegBalance
from formcheck.exercises.soleus_raise import SoleusRaise
from formcheck.exercises.step_drop import StepDrop

EXERCISES: dict[str, Exercise] = {
    exercise.name: exercise
    for exercise in (HalfKneeling(), HeelRaise(), SoleusRaise(), KneeToWall(), ShortFoot(), SingleLegBalance(), StepDrop())
}

__all__ = ["EXERCISES", "Exercise", "Measure", "PoseExercise", "Prescription"]
