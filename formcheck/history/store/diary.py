"""The programme's diary in the store: pain, answers, levels and weights, test results, questionnaires."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Literal, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from formcheck.history.store.athletes import get_athlete_record
from formcheck.history.store.diary_tables import AnswerRecord, DrillSettingRecord, PainRecord, QuestionnaireRecord, ResultRecord
from formcheck.history.store.sets import SetStore
from formcheck.support.errors import UsageError
from formcheck.training.calendar_tests import Result
from formcheck.training.catalogue import CalendarTest, Drill, WorkSide, current_catalogue
from formcheck.training.pain import MAX_PAIN, MOMENTS, PainMoment, PainScores
from formcheck.training.questionnaires import score
from formcheck.training.red_flags import raised_flags
from formcheck.training.tracks import choose_track

Topic = Literal["red-flags", "track", "running"]
# In a round of red flags: the day whose pain it was asked for.
_PAIN_DAY = "pain-day"
# More than any backpack used for heel drops; a larger number is a typing error.
MAX_KG = 300.0
_Record = TypeVar("_Record", PainRecord, DrillSettingRecord, ResultRecord, QuestionnaireRecord)


@dataclass(frozen=True, slots=True)
class Answers:
    """The newest round of answers on a topic."""

    day: date
    answers: dict[str, str]


@dataclass(frozen=True, slots=True)
class QuestionnaireScore:
    """A questionnaire as it was filled in, with its score."""

    questionnaire: str
    day: date
    points: int
    answered: int
    score: float


class Diary:
    """The diary of a store, at ``store.diary``."""

    def __init__(self, store: SetStore) -> None:
        """Work on an open store."""
        self._store = store

    # --- pain -----------------------------------------------------------------------------------------------------

    def note_pain(self, athlete_id: int, day: date, moment: PainMoment, score: int | None) -> None:
        """Keep a pain score from 0 to 10 for a session's day; None takes it back."""
        if moment not in MOMENTS:
            raise UsageError(f"{moment} is not a moment for a pain score; choose from {', '.join(MOMENTS)}.")
        if score is not None and not 0 <= score <= MAX_PAIN:
            raise UsageError(f"Pain {score} is not between 0 and {MAX_PAIN}.")

        def change(session: Session) -> None:
            get_athlete_record(session, athlete_id)
            where = {"athlete_id": athlete_id, "day": day, "moment": moment}
            _put(session, PainRecord, where, None if score is None else {"score": score})

        self._store.write("saving the pain score", change)

    def pain(self, athlete_id: int) -> dict[date, PainScores]:
        """Every day's scores."""
        query = select(PainRecord.day, PainRecord.moment, PainRecord.score).where(PainRecord.athlete_id == athlete_id)
        found: dict[date, PainScores] = {}
        with self._store.reading() as session:
            for day, moment, value in session.execute(query.order_by(PainRecord.day)):
                found[day] = replace(found.get(day, PainScores()), **{moment: value})
        return found

    # --- answers --------------------------------------------------------------------------------------------------

    def must_ask_red_flags(self, athlete_id: int, since: date) -> bool:
        """Whether the red flags must be asked: they were not asked since a day (the plan's first), or pain exceeded the limit.

        A round that was asked because of a day's pain notes that day, so that the same pain asks once.
        """
        newest = self.answers(athlete_id, "red-flags")
        if newest is None or newest.day < since:
            return True
        limit, asked_for = current_catalogue().pain.tolerated_up_to, newest.answers.get(_PAIN_DAY)
        high = [day for day, scores in self.pain(athlete_id).items() if (scores.worst or 0) > limit]
        return any(day >= newest.day and day.isoformat() != asked_for for day in high)

    def answer_red_flags(self, athlete_id: int, day: date, answers: Mapping[str, bool]) -> None:
        """Keep a round of answers to all red flags; a round without a yes lets a stopped plan continue."""
        raised_flags(answers, current_catalogue())
        if missing := [flag.code for flag in current_catalogue().red_flags if flag.code not in answers]:
            raise UsageError(f"Every red flag needs an answer; missing: {', '.join(missing)}.")
        stored = {code: "yes" if yes else "no" for code, yes in answers.items()}
        self._answer(
            athlete_id, day, "red-flags", {**stored, _PAIN_DAY: day.isoformat()} if self._hurt(athlete_id, day) else stored
        )

    def _hurt(self, athlete_id: int, day: date) -> bool:
        scores = self.pain(athlete_id).get(day, PainScores())
        return (scores.worst or 0) > current_catalogue().pain.tolerated_up_to

    def answer_track(self, athlete_id: int, day: date, answers: Mapping[str, str]) -> None:
        """Keep the answers to the five questions that choose the track."""
        choose_track(answers, current_catalogue())
        self._answer(athlete_id, day, "track", answers)

    def answer_running(self, athlete_id: int, day: date, answers: Mapping[str, str]) -> None:
        """Keep answers to the entry criteria of the return to running: ``walk-pain`` 0-10, ``hops-pain-free`` yes or no."""
        allowed = {"walk-pain": [str(n) for n in range(MAX_PAIN + 1)], "hops-pain-free": ["yes", "no"]}
        for question, answer in answers.items():
            if answer not in allowed.get(question, []):
                raise UsageError(f"{question} = {answer} is not an answer to an entry criterion.")
        self._answer(athlete_id, day, "running", answers)

    def _answer(self, athlete_id: int, day: date, topic: Topic, answers: Mapping[str, str]) -> None:
        now = datetime.now(UTC)

        def change(session: Session) -> None:
            get_athlete_record(session, athlete_id)
            session.add_all(
                AnswerRecord(athlete_id=athlete_id, topic=topic, question=question, answer=answer, day=day, answered_at=now)
                for question, answer in answers.items()
            )

        self._store.write("saving the answers", change)

    def answers(self, athlete_id: int, topic: Topic) -> Answers | None:
        """The newest round of answers; None where none was given."""
        query = (
            select(AnswerRecord)
            .where(AnswerRecord.athlete_id == athlete_id, AnswerRecord.topic == topic)
            .order_by(AnswerRecord.answered_at.desc(), AnswerRecord.id)
        )
        with self._store.reading() as session:
            records = list(session.scalars(query))
        if not records:
            return None
        newest = [record for record in records if record.answered_at == records[0].answered_at]
        return Answers(newest[0].day, {record.question: record.answer for record in newest})

    # --- levels and weights ---------------------------------------------------------------------------------------

    def set_level(self, athlete_id: int, day: date, drill: str, level: str, side: WorkSide = "both") -> None:
        """Set an exercise's level by hand, from a day on; for both legs or for one."""
        ladder = _find_drill(drill)
        if ladder.index_of(level) is None:
            raise UsageError(f"{ladder.title} has no level {level}; choose from {', '.join(item.id for item in ladder.levels)}.")
        if side not in ("left", "right", "both"):
            raise UsageError(f"A level is set for the left leg, the right leg or both, not for {side}.")
        self._set(athlete_id, day, drill, {"level": level}, side)

    def set_kg(self, athlete_id: int, day: date, drill: str, kg: float) -> None:
        """Keep the weight with which an exercise was done on a day, in kg."""
        _find_drill(drill)
        if not (math.isfinite(kg) and 0 <= kg <= MAX_KG):
            raise UsageError(f"{kg:g} kg is not between 0 and {MAX_KG:g} kg.")
        self._set(athlete_id, day, drill, {"kg": kg})

    def _set(self, athlete_id: int, day: date, drill: str, values: dict[str, Any], side: WorkSide = "both") -> None:
        def change(session: Session) -> None:
            get_athlete_record(session, athlete_id)
            _put(session, DrillSettingRecord, {"athlete_id": athlete_id, "day": day, "drill": drill, "side": side}, values)

        self._store.write("saving the exercise's level", change)

    def chosen_levels(self, athlete_id: int) -> dict[str, dict[date, str]]:
        """The levels that were set by hand for both legs, by exercise and day."""
        found: dict[str, dict[date, str]] = {}
        for drill, side, day, level, _ in self._settings(athlete_id):
            if level is not None and side == "both":
                found.setdefault(drill, {})[day] = level
        return found

    def leg_levels(self, athlete_id: int) -> dict[tuple[str, str], dict[date, str]]:
        """The levels that were set by hand for one leg, by exercise and leg, and by day."""
        found: dict[tuple[str, str], dict[date, str]] = {}
        for drill, side, day, level, _ in self._settings(athlete_id):
            if level is not None and side != "both":
                found.setdefault((drill, side), {})[day] = level
        return found

    def kg(self, athlete_id: int) -> dict[str, dict[date, float]]:
        """The weights, by exercise and day."""
        found: dict[str, dict[date, float]] = {}
        for drill, _, day, _, kg in self._settings(athlete_id):
            if kg is not None:
                found.setdefault(drill, {})[day] = kg
        return found

    def _settings(self, athlete_id: int) -> list[tuple[str, str, date, str | None, float | None]]:
        record = DrillSettingRecord
        query = select(record.drill, record.side, record.day, record.level, record.kg)
        with self._store.reading() as session:
            rows = session.execute(query.where(record.athlete_id == athlete_id).order_by(record.day))
            return [(drill, side, day, level, kg) for drill, side, day, level, kg in rows]

    # --- tests and questionnaires ---------------------------------------------------------------------------------

    def add_result(self, athlete_id: int, result: Result) -> None:
        """Keep a test result that was entered by hand; the same test on the same day and side is replaced."""
        kind = current_catalogue().tests.kinds.get(result.kind)
        if kind is None:
            raise UsageError(f"There is no test called {result.kind}; choose from {', '.join(current_catalogue().tests.kinds)}.")
        if result.side not in kind.sides:
            raise UsageError(f"{kind.title} is done on {' or '.join(kind.sides)}, not on {result.side}.")
        check_result(kind, result)

        def change(session: Session) -> None:
            get_athlete_record(session, athlete_id)
            where = {"athlete_id": athlete_id, "day": result.day, "test": result.kind, "side": result.side}
            _put(session, ResultRecord, where, {"value": result.value, "end_reason": result.end_reason})

        self._store.write("saving the test", change)

    def results(self, athlete_id: int) -> list[Result]:
        """The results that were entered by hand, by day."""
        query = select(ResultRecord).where(ResultRecord.athlete_id == athlete_id).order_by(ResultRecord.day, ResultRecord.id)
        with self._store.reading() as session:
            return [Result(r.test, _side(r.side), r.day, r.value, r.end_reason) for r in session.scalars(query)]

    def add_questionnaire(self, athlete_id: int, day: date, name: str, points: int, answered: int | None = None) -> float:
        """Keep a questionnaire's points and number of answered items.

        Returns
        -------
        float
            Its score.
        """
        form = current_catalogue().questionnaires.get(name)
        if form is None:
            raise UsageError(
                f"There is no questionnaire called {name}; choose from {', '.join(current_catalogue().questionnaires)}."
            )
        value = score(form, points, answered)

        def change(session: Session) -> None:
            get_athlete_record(session, athlete_id)
            where = {"athlete_id": athlete_id, "day": day, "questionnaire": name}
            _put(session, QuestionnaireRecord, where, {"points": points, "answered": form.items if answered is None else answered})

        self._store.write("saving the questionnaire", change)
        return value

    def questionnaires(self, athlete_id: int) -> list[QuestionnaireScore]:
        """The questionnaires by day; one that the programme no longer has, or scores otherwise, is left out."""
        record, forms = QuestionnaireRecord, current_catalogue().questionnaires
        query = select(record).where(record.athlete_id == athlete_id).order_by(record.day, record.id)
        found = []
        with self._store.reading() as session:
            for item in session.scalars(query):
                form = forms.get(item.questionnaire)
                if form is not None and item.answered <= form.items:
                    value = score(form, item.points, item.answered)
                    found.append(
                        QuestionnaireScore(
                            questionnaire=item.questionnaire, day=item.day, points=item.points, answered=item.answered, score=value
                        )
                    )
        return found


def _find_drill(name: str) -> Drill:
    """The programme's exercise of this name (raises `UsageError`)."""
    drills = current_catalogue().drills
    if name not in drills:
        raise UsageError(f"There is no exercise called {name}; choose from {', '.join(drills)}.")
    return drills[name]


def check_result(kind: CalendarTest, result: Result) -> None:
    """Refuse a value that the test cannot have, and an ending that it does not know.

    Raises
    ------
    UsageError
        In one line, with what the test allows.
    """
    value, unit = result.value, kind.unit
    if not kind.lowest <= value <= kind.highest:  # also false for NaN
        raise UsageError(f"{kind.title}: {value:g} {unit} is not between {kind.lowest:g} and {kind.highest:g} {unit}.")
    if unit == "reps" and not value.is_integer():
        raise UsageError(f"{kind.title}: {value:g} is not a whole number of reps.")
    if result.end_reason is not None and result.end_reason not in kind.ends:
        raise UsageError(f"{kind.title} does not end with '{result.end_reason}'; choose from {', '.join(kind.ends)}.")


def _side(text: str) -> WorkSide:
    return "left" if text == "left" else "right" if text == "right" else "both"


def _put(session: Session, kind: type[_Record], where: dict[str, Any], values: dict[str, Any] | None) -> None:
    """Add or change the one record of these keys; None removes it."""
    found = session.scalar(select(kind).filter_by(**where))
    if values is None:
        if found is not None:
            session.delete(found)
    elif found is None:
        session.add(kind(**where, **values))
    else:
        for name, value in values.items():
            setattr(found, name, value)
