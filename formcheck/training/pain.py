"""The pain rules: what three scores from 0 to 10 mean for the next session.

The pain-monitoring model (Thomeé 1997; Silbernagel 2007): up to 2 is safe, up to 5 is acceptable if it has settled by the next
morning, and above 5 is too much. The limits are in the programme's data file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from formcheck.support.language import tr
from formcheck.support.numbers import count_in_words
from formcheck.training.catalogue import PainLimits

PainMoment = Literal["before", "after", "morning"]
PainAction = Literal["progress", "repeat", "step-back", "ask"]
MOMENTS: tuple[PainMoment, ...] = ("before", "after", "morning")
# The numeric rating scale of the pain-monitoring model: 0 to 10.
MAX_PAIN = 10


@dataclass(frozen=True, slots=True)
class PainScores:
    """Pain from 0 (none) to 10 (the worst imaginable) around one day's session; None if not entered.

    ``morning`` is the score of the morning after the session.
    """

    before: int | None = None
    after: int | None = None
    morning: int | None = None

    @property
    def worst(self) -> int | None:
        """The highest score that was entered."""
        known = [score for score in (self.before, self.after, self.morning) if score is not None]
        return max(known) if known else None


def judge_pain(scores: PainScores, limits: PainLimits) -> PainAction:
    """What one session's scores allow.

    A morning score above both the progress limit and the score before the session is "worse the next morning". Without a score
    before the session, the one after it is used. "ask" means that a deciding score is missing.
    """
    safe, tolerated = limits.progress_up_to, limits.tolerated_up_to
    if scores.worst is not None and scores.worst > tolerated:
        return "step-back"
    base = scores.before if scores.before is not None else scores.after
    if scores.morning is not None and scores.morning > safe and (base is None or scores.morning > base):
        return "step-back"
    if scores.after is None or scores.morning is None:
        return "ask"
    return "progress" if max(scores.before or 0, scores.after, scores.morning) <= safe else "repeat"


def count_step_backs(actions: Sequence[PainAction]) -> int:
    """The number of latest sessions in a row that were step-backs; sessions with a missing score are skipped."""
    count = 0
    for action in reversed([action for action in actions if action != "ask"]):
        if action != "step-back":
            break
        count += 1
    return count


def describe_help(limits: PainLimits) -> str:
    """Why to see a professional now."""
    again = count_in_words(limits.step_backs_before_help)
    words = tr("Pain was too high {count} sessions in a row. See a doctor or a physiotherapist before the next one.")
    return words.format(count=again)


def describe_lasting_pain(limits: PainLimits) -> str:
    """Why to see a professional about pain that is tolerable and does not come down."""
    weeks, safe = count_in_words(limits.weeks_before_help), limits.progress_up_to
    words = tr("Pain has stayed above {limit} for {weeks} weeks. See a doctor or a physiotherapist, and show them this plan.")
    return words.format(limit=safe, weeks=weeks)


def describe_action(action: PainAction, scores: PainScores, limits: PainLimits) -> str:
    """A session's action in a sentence."""
    safe, tolerated = limits.progress_up_to, limits.tolerated_up_to
    if action == "step-back":
        if scores.worst is not None and scores.worst > tolerated:
            return tr("Pain reached {worst}, above {limit}: go back one level.").format(worst=scores.worst, limit=tolerated)
        return tr("Pain was worse the next morning ({pain}): go back one level.").format(pain=scores.morning)
    if action == "repeat":
        return tr("Pain was {worst} and had settled by the morning: stay at this level.").format(worst=scores.worst)
    if action == "progress":
        return tr("Pain stayed at {limit} or less: this session counts toward the next level.").format(limit=safe)
    if scores.after is None:
        return tr("Enter your pain after the session: only then does the session count.")
    return tr("Enter your pain the next morning: only then does the session count.")
