"""The programme's diary in the JSON document: pain, answers, levels and weights, test results, questionnaires."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from formcheck.history.exchange.parts import Code, Day, Moment, Part, Text
from formcheck.history.store.diary import MAX_KG
from formcheck.history.store.diary_tables import AnswerRecord, DrillSettingRecord, PainRecord, QuestionnaireRecord, ResultRecord
from formcheck.training.pain import MAX_PAIN, PainMoment

Record = PainRecord | AnswerRecord | DrillSettingRecord | ResultRecord | QuestionnaireRecord


class PainPart(Part):
    """A pain score."""

    day: Day
    moment: PainMoment
    score: Annotated[int, Field(ge=0, le=MAX_PAIN)]


class AnswerPart(Part):
    """An answer."""

    topic: Literal["red-flags", "track", "running"]
    question: Code
    answer: Code
    day: Day
    answered_at: Moment


class DrillSettingPart(Part):
    """An exercise's level or weight, set by hand."""

    day: Day
    drill: Code
    side: Literal["left", "right", "both"] = "both"
    level: Code | None = None
    kg: Annotated[float, Field(ge=0, le=MAX_KG)] | None = None


class ResultPart(Part):
    """A test result that was entered by hand."""

    day: Day
    test: Code
    side: Literal["left", "right", "both"]
    value: Annotated[float, Field(ge=-100, le=1000)]
    end_reason: Annotated[Text, Field(max_length=600)] | None = None


class QuestionnairePart(Part):
    """A questionnaire's points."""

    day: Day
    questionnaire: Code
    points: Annotated[int, Field(ge=0, le=1000)]
    answered: Annotated[int, Field(ge=0, le=100)]


class DiaryParts(Part):
    """The diary of one athlete."""

    pain: Annotated[list[PainPart], Field(fail_fast=True)] = []
    answers: Annotated[list[AnswerPart], Field(fail_fast=True)] = []
    drill_settings: Annotated[list[DrillSettingPart], Field(fail_fast=True)] = []
    test_results: Annotated[list[ResultPart], Field(fail_fast=True)] = []
    questionnaires: Annotated[list[QuestionnairePart], Field(fail_fast=True)] = []


# Each list of the diary with its table, its part, and the columns that make an entry the same one.
_KINDS: tuple[tuple[str, type[Record], type[Part], tuple[str, ...]], ...] = (
    ("pain", PainRecord, PainPart, ("day", "moment")),
    ("answers", AnswerRecord, AnswerPart, ("topic", "question", "answered_at")),
    ("drill_settings", DrillSettingRecord, DrillSettingPart, ("day", "drill", "side")),
    ("test_results", ResultRecord, ResultPart, ("day", "test", "side")),
    ("questionnaires", QuestionnaireRecord, QuestionnairePart, ("day", "questionnaire")),
)


def read_diary(session: Session, athlete_id: int) -> dict[str, list[Part]]:
    """The diary's lists of one athlete, by their names in the document."""
    found: dict[str, list[Part]] = {}
    for name, table, part, _ in _KINDS:
        records = session.scalars(select(table).where(table.athlete_id == athlete_id).order_by(table.id))
        found[name] = [part.of(item) for item in records]
    return found


def add_diary(session: Session, athlete_id: int, diary: DiaryParts) -> None:
    """Add the entries that are not there yet; what is there stays as it is."""
    for name, table, _, keys in _KINDS:
        entries: Sequence[Part] = getattr(diary, name)
        records = session.scalars(select(table).where(table.athlete_id == athlete_id))
        known = {tuple(getattr(item, key) for key in keys) for item in records}
        for entry in entries:
            key = tuple(getattr(entry, column) for column in keys)
            if key not in known:
                known.add(key)
                session.add(table(athlete_id=athlete_id, **entry.model_dump()))
