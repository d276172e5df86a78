"""The tables of the programme's diary: pain, answers, levels and weights, test results, questionnaires."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from formcheck.history.store.tables import Base, UtcDateTime


class PainRecord(Base):
    """A pain score from 0 to 10. ``day`` is the session's day; the score of the next morning has the same day."""

    __tablename__ = "pain_scores"
    __table_args__ = (UniqueConstraint("athlete_id", "day", "moment"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    athlete_id: Mapped[int] = mapped_column(ForeignKey("athletes.id", ondelete="CASCADE"))
    day: Mapped[date] = mapped_column(Date)
    moment: Mapped[str] = mapped_column(String(10))
    score: Mapped[int]


class AnswerRecord(Base):
    """One answer of a round of questions; every round is kept, and the newest one counts.

    ``topic`` is "red-flags", "track" or "running"; the answers of one round share ``answered_at``.
    """

    __tablename__ = "plan_answers"
    __table_args__ = (
        UniqueConstraint("athlete_id", "topic", "question", "answered_at"),
        Index("ix_plan_answers_athlete_topic", "athlete_id", "topic"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    athlete_id: Mapped[int] = mapped_column(ForeignKey("athletes.id", ondelete="CASCADE"))
    topic: Mapped[str] = mapped_column(String(20))
    question: Mapped[str] = mapped_column(String(40))
    answer: Mapped[str] = mapped_column(String(40))
    day: Mapped[date] = mapped_column(Date)
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DrillSettingRecord(Base):
    """What was set by hand for an exercise on a day: its level by id (``side``: of one leg, or "both"), or its weight in kg."""

    __tablename__ = "drill_settings"
    __table_args__ = (UniqueConstraint("athlete_id", "day", "drill", "side"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    athlete_id: Mapped[int] = mapped_column(ForeignKey("athletes.id", ondelete="CASCADE"))
    day: Mapped[date] = mapped_column(Date)
    drill: Mapped[str] = mapped_column(String(40))
    side: Mapped[str] = mapped_column(String(10), server_default="both")
    level: Mapped[str | None] = mapped_column(String(40))
    kg: Mapped[float | None]


class ResultRecord(Base):
    """A test result that was entered by hand; a filmed one is read from its set."""

    __tablename__ = "test_results"
    __table_args__ = (UniqueConstraint("athlete_id", "day", "test", "side"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    athlete_id: Mapped[int] = mapped_column(ForeignKey("athletes.id", ondelete="CASCADE"))
    day: Mapped[date] = mapped_column(Date)
    test: Mapped[str] = mapped_column(String(40))
    side: Mapped[str] = mapped_column(String(10))
    value: Mapped[float]
    end_reason: Mapped[str | None] = mapped_column(Text)


class QuestionnaireRecord(Base):
    """A questionnaire: the points and how many of its items were answered; the score follows from them."""

    __tablename__ = "questionnaire_scores"
    __table_args__ = (UniqueConstraint("athlete_id", "day", "questionnaire"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    athlete_id: Mapped[int] = mapped_column(ForeignKey("athletes.id", ondelete="CASCADE"))
    day: Mapped[date] = mapped_column(Date)
    questionnaire: Mapped[str] = mapped_column(String(40))
    points: Mapped[int]
    answered: Mapped[int]
