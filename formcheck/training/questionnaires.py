"""Questionnaire scores by their published rules, which allow a few missing answers in some questionnaires."""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.support.errors import UsageError
from formcheck.training.catalogue import Questionnaire

# The share of items that may be missing if the score is a share (FAAM: 19 of 21, and 7 of 8, must be answered).
MAX_MISSING_SHARE = 0.10


@dataclass(frozen=True, slots=True)
class QuestionnaireChange:
    """A change of a score, in points, and whether it exceeds measurement error and is large enough to matter."""

    points: float
    more_than_error: bool | None
    large_enough: bool | None


def least_answers(form: Questionnaire) -> int:
    """How many items a score needs: all for a sum; for a share all but a tenth, or all but one of a short form."""
    return form.items if form.scale == "sum" else form.items - max(1, int(form.items * MAX_MISSING_SHARE))


def score(form: Questionnaire, points: int, answered: int | None = None) -> float:
    """The score from the sum of points and the number of items that were answered.

    Returns
    -------
    float
        0–100 for a share, the points themselves for a sum; higher is better.

    Raises
    ------
    UsageError
        If there are too few answers, or more points than they can give.
    """
    count = form.items if answered is None else answered
    if not 0 <= count <= form.items:
        raise UsageError(f"{form.title} has {form.items} items; {count} cannot have been answered.")
    if count < least_answers(form):
        raise UsageError(f"{form.title} needs at least {least_answers(form)} of its {form.items} items; only {count} are answered.")
    most = (form.points_per_item or 0) * count if form.scale == "share" else (form.max_points or 0)
    if not 0 <= points <= most:
        raise UsageError(f"{form.title}: {points} points are not between 0 and {most}.")
    return 100.0 * points / most if form.scale == "share" else float(points)


def compare_scores(form: Questionnaire, first: float, last: float) -> QuestionnaireChange:
    """Judge a change by the questionnaire's own published limits; None where none is published."""
    points = last - first
    return QuestionnaireChange(
        points,
        None if form.mdc is None else abs(points) > form.mdc,
        None if form.mcid is None else abs(points) >= form.mcid,
    )
