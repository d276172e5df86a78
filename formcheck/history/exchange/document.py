"""The parts of the JSON document ``formcheck.history/1``, and how they are made from the store's rows."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Base64Bytes, ConfigDict, Field, ValidationError
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session, selectinload

from formcheck.export.curves import Curves
from formcheck.history.exchange.diary_parts import DiaryParts, read_diary
from formcheck.history.exchange.parts import Day, Key, Moment, Part, Text
from formcheck.history.store.tables import AthleteRecord, EnrolmentRecord, RunRecord, SessionRecord, SetRecord, TickRecord
from formcheck.history.values import Sex
from formcheck.report.schema import SetReport
from formcheck.training.run import MAX_RUN_KM

SCHEMA = "formcheck.history/1"
_WITH_SET = (selectinload(SetRecord.report), selectinload(SetRecord.curves), selectinload(SetRecord.pictures))


PictureMoment = Annotated[int, Field(ge=0, lt=2**31)]


class SetPart(Part):
    """A set: its report, and what the history knows beyond it."""

    recorded_at: Moment
    day: Day
    saved_at: Moment
    deleted_at: Moment | None = None
    corrected: bool = False
    recording_key: Key | None = None
    html_path: Text | None = None
    recording_path: Text | None = None
    report: SetReport
    curves: Curves | None = None
    pictures: dict[PictureMoment, Base64Bytes] = {}


class PausePart(Part):
    """Days on which the plan was paused."""

    first_day: Day
    resumed_on: Day | None = None


class EnrolmentPart(Part):
    """A run through the plan."""

    started_on: Day
    track: Annotated[Text, Field(max_length=40)] = "prevention"
    created_at: Moment
    ended_at: Moment | None = None
    pauses: Annotated[list[PausePart], Field(fail_fast=True)] = []


class TickPart(Part):
    """Work ticked by hand."""

    day: Day
    work: Annotated[Text, Field(max_length=40)]
    side: Annotated[Text, Field(max_length=10)]
    sets_done: Annotated[int, Field(ge=1, le=100)]


class RunPart(Part):
    """A run."""

    day: Day
    km: Annotated[float, Field(gt=0, le=MAX_RUN_KM)]
    source: Annotated[Text, Field(max_length=10)]
    source_key: Key | None = None
    note: Text | None = None


class AthletePart(DiaryParts):
    """Everything about one athlete. The sets stand last, after their athlete is known."""

    name: Text
    height_cm: float | None = None
    mass_kg: float | None = None
    birth_year: int | None = None
    sex: Sex | None = None
    created_at: Moment
    sample: bool = False
    notes: dict[Day, Text] = {}
    enrolments: Annotated[list[EnrolmentPart], Field(fail_fast=True)] = []
    ticks: Annotated[list[TickPart], Field(fail_fast=True)] = []
    runs: Annotated[list[RunPart], Field(fail_fast=True)] = []
    sets: Annotated[list[SetPart], Field(fail_fast=True)] = []


class HistoryDocument(Part):
    """The whole history, or that of one athlete. ``unreadable`` names damaged sets that are missing."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    schema_: Literal["formcheck.history/1"] = Field("formcheck.history/1", alias="schema")
    exported_at: Moment
    unreadable: Annotated[list[Text], Field(fail_fast=True)] = []
    athletes: Annotated[list[AthletePart], Field(fail_fast=True)]


@dataclass
class Exporter:
    """Reads the history part by part. ``unreadable`` names the sets that had to be left out, by day, time and athlete."""

    session: Session
    athlete_id: int | None = None
    unreadable: list[str] = field(default_factory=list)

    def athletes(self) -> Iterator[tuple[AthletePart, Iterator[SetPart]]]:
        """Everything about each athlete: the sets apart, so that one after the other is read."""
        query = select(AthleteRecord).order_by(AthleteRecord.id)
        if self.athlete_id is not None:
            query = query.where(AthleteRecord.id == self.athlete_id)
        for record in self.session.scalars(query).all():
            yield _athlete_part(self.session, record), self._sets(record)

    def _sets(self, mine: AthleteRecord) -> Iterator[SetPart]:
        """An athlete's sets, also those in the bin; one that is damaged does not stop the others."""
        moments = select(SetRecord.id, SetRecord.recorded_at).where(SetRecord.athlete_id == mine.id)
        for set_id, moment in self.session.execute(moments.order_by(SetRecord.recorded_at, SetRecord.id)).all():
            try:
                record = self.session.scalars(select(SetRecord).where(SetRecord.id == set_id).options(*_WITH_SET)).one()
                part = _set_part(record)
            except (zlib.error, ValidationError, ValueError, DatabaseError):
                self.unreadable.append(f"the set of {moment.astimezone():%Y-%m-%d %H:%M} ({mine.name})")
                continue
            yield part
            self.session.expunge(record)


def _athlete_part(session: Session, record: AthleteRecord) -> AthletePart:
    mine = record.id
    notes = session.execute(
        select(SessionRecord.day, SessionRecord.note)
        .where(SessionRecord.athlete_id == mine, SessionRecord.note.is_not(None))
        .order_by(SessionRecord.day)
    )
    enrolments = select(EnrolmentRecord).where(EnrolmentRecord.athlete_id == mine).order_by(EnrolmentRecord.id)
    ticks = select(TickRecord).where(TickRecord.athlete_id == mine).order_by(TickRecord.day, TickRecord.id)
    runs = select(RunRecord).where(RunRecord.athlete_id == mine).order_by(RunRecord.day, RunRecord.id)
    return AthletePart(
        name=record.name,
        height_cm=record.height_cm,
        mass_kg=record.mass_kg,
        birth_year=record.birth_year,
        sex=record.sex,
        created_at=record.created_at,
        sample=record.sample,
        notes={day: str(note) for day, note in notes},
        enrolments=[EnrolmentPart.of(item) for item in session.scalars(enrolments)],
        ticks=[TickPart.of(item) for item in session.scalars(ticks)],
        runs=[RunPart.of(item) for item in session.scalars(runs)],
        **read_diary(session, mine),
    )


def _set_part(record: SetRecord) -> SetPart:
    return SetPart(
        recorded_at=record.recorded_at,
        day=record.day,
        saved_at=record.saved_at,
        deleted_at=record.deleted_at,
        corrected=record.corrected,
        recording_key=record.recording_key,
        html_path=record.html_path,
        recording_path=record.recording_path,
        report=SetReport.model_validate_json(record.report.report),
        curves=None if record.curves is None else Curves.model_validate_json(record.curves.curves),
        pictures={item.at_ms: base64.b64encode(item.jpeg) for item in sorted(record.pictures, key=lambda item: item.at_ms)},
    )
