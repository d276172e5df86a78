"""The athletes in the history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from formcheck.history.store.copies import backups_folder
from formcheck.history.store.tables import AthleteRecord, SetRecord, get_row
from formcheck.history.store.transactions import StoreConnection
from formcheck.history.values import Athlete, Erased, Sex
from formcheck.report.schema import HEIGHTS_CM, MASSES_KG
from formcheck.support.dates import FIRST_YEAR
from formcheck.support.errors import UsageError
from formcheck.support.folders import BACKUP_FOLDERS

_ATHLETE_COLUMNS = [getattr(AthleteRecord, field.name) for field in fields(Athlete)]


class AthleteStore(StoreConnection):
    """The store's methods about people."""

    def add_athlete(
        self,
        name: str,
        *,
        height_cm: float | None = None,
        mass_kg: float | None = None,
        birth_year: int | None = None,
        sex: Sex | None = None,
        sample: bool = False,
    ) -> Athlete:
        """Add a person; a name that is taken is refused."""
        name = check_athlete(name=name, height_cm=height_cm, mass_kg=mass_kg, birth_year=birth_year, sex=sex)

        def change(session: Session) -> Athlete:
            if find_athlete_record(session, name) is not None:
                raise UsageError(f"There is an athlete called {name} already; choose another name.")
            record = add_athlete_record(session, name)
            record.height_cm, record.mass_kg, record.birth_year, record.sex = height_cm, mass_kg, birth_year, sex
            record.sample = sample
            return _athlete(record)

        return self.write("adding the athlete", change)

    def update_athlete(
        self,
        athlete_id: int,
        *,
        name: str,
        height_cm: float | None,
        mass_kg: float | None,
        birth_year: int | None,
        sex: Sex | None,
    ) -> Athlete:
        """Replace what is known about a person."""
        name = check_athlete(name=name, height_cm=height_cm, mass_kg=mass_kg, birth_year=birth_year, sex=sex)

        def change(session: Session) -> Athlete:
            record = get_athlete_record(session, athlete_id)
            namesake = find_athlete_record(session, name)
            if namesake is not None and namesake.id != athlete_id:
                raise UsageError(f"There is an athlete called {name} already; choose another name.")
            record.name, record.name_key = name, name_key(name)
            record.height_cm, record.mass_kg, record.birth_year, record.sex = height_cm, mass_kg, birth_year, sex
            return _athlete(record)

        return self.write("changing the athlete", change)

    def list_athletes(self) -> list[Athlete]:
        """All athletes, by name."""
        with self.reading() as session:
            query = select(*_ATHLETE_COLUMNS).order_by(AthleteRecord.name_key)
            return [Athlete(*row) for row in session.execute(query)]

    def get_athlete(self, athlete_id: int) -> Athlete:
        """The athlete with this number."""
        with self.reading() as session:
            return _athlete(get_athlete_record(session, athlete_id))

    def find_athlete(self, name: str) -> Athlete | None:
        """The athlete of this name, whatever its capitals."""
        with self.reading() as session:
            record = find_athlete_record(session, name)
            return None if record is None else _athlete(record)

    def resolve_athlete(self, name: str | None = None, *, create: bool = False) -> Athlete:
        """The athlete meant on a command line: by name, or the only one there is.

        With ``create``, a new name is added, or "Me" if there is no athlete yet.
        """
        if name is None:
            only = self._only_athlete(samples=not create)
            if only is not None:
                return only
            if not create:
                raise UsageError(
                    "The history is empty; save a set with formcheck analyze VIDEO --save, "
                    "or start the plan with formcheck plan start."
                )
            name = "Me"
        found = self.find_athlete(name)
        if found is not None:
            return found
        if not create:
            raise UsageError(
                f"There is no athlete called {_printable(name)} in the history; formcheck history athletes lists them."
            )
        return self._find_or_add(name)

    def check_owner(self, name: str | None) -> None:
        """Raise the `UsageError` that saving a set for this name would end in, and add nobody."""
        if name is None:
            self._only_athlete(samples=False)
        else:
            check_athlete(name=name)

    def _only_athlete(self, *, samples: bool) -> Athlete | None:
        """The only athlete there is, None if there is none; with ``samples`` the demo athlete counts where nobody else is."""
        everybody = self.list_athletes()
        athletes = [athlete for athlete in everybody if not athlete.sample] or (everybody if samples else [])
        if len(athletes) > 1:
            names = ", ".join(athlete.name for athlete in athletes)
            raise UsageError(f"The history has several athletes ({names}); say which with --athlete NAME.")
        return athletes[0] if athletes else None

    def _find_or_add(self, name: str) -> Athlete:
        """Find or add a person in one transaction, because two processes may be about to add the same one."""
        tidy = check_athlete(name=name)

        def change(session: Session) -> Athlete:
            return _athlete(find_athlete_record(session, tidy) or add_athlete_record(session, tidy))

        return self.write("adding the athlete", change)

    def delete_athlete(self, athlete_id: int) -> Erased:
        """Delete everything about an athlete for good: sets, plan, runs, and the reports that the history keeps.

        Files elsewhere and earlier backups are not touched; they are named in the answer.
        """

        def change(session: Session) -> tuple[str, int, list[str]]:
            record = get_athlete_record(session, athlete_id)
            paths = session.execute(
                select(SetRecord.html_path, SetRecord.recording_path).where(SetRecord.athlete_id == athlete_id)
            ).all()
            name = record.name
            session.delete(record)
            return name, len(paths), sorted({path for pair in paths for path in pair if path})

        name, sets, paths = self.write("deleting the athlete", change)
        removed, left = self._remove_files(paths)
        self.scrub()
        folder = backups_folder(self.url)
        places = [folder.with_name(name) for name in BACKUP_FOLDERS]
        backups = sorted(str(path) for place in places for path in place.rglob("*") if path.is_file())
        return Erased(athlete=name, sets=sets, files_removed=removed, files_left=left, backups_left=backups)

    def _remove_files(self, paths: Iterable[str]) -> tuple[list[str], list[str]]:
        """Remove the kept files of deleted sets, except those that another set names; return which are gone and which are left."""
        named = SetRecord.html_path.is_not(None) | SetRecord.recording_path.is_not(None)
        with self.reading() as session:
            pairs = session.execute(select(SetRecord.html_path, SetRecord.recording_path).where(named))
            needed = {path for pair in pairs for path in pair}
        removed: list[str] = []
        left: list[str] = []
        for path in paths:
            if path not in needed:
                (removed if self._remove_own_file(Path(path)) else left).append(path)
        return removed, left

    def _remove_own_file(self, path: Path) -> bool:
        """Remove a kept file if it lies in the history's own folder; return whether it is gone."""
        own = self.find_own_file(path)
        try:
            if own is None:
                return not path.exists()
            own.unlink(missing_ok=True)
        except (OSError, ValueError):
            return False
        return True


def name_key(name: str) -> str:
    """A name as it is compared."""
    return " ".join(name.split()).casefold()


def _printable(name: str) -> str:
    """A name as it can be printed, whatever bytes it came from."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in name[:200])


def check_athlete(
    *,
    name: str,
    height_cm: float | None = None,
    mass_kg: float | None = None,
    birth_year: int | None = None,
    sex: str | None = None,
) -> str:
    """The name with its spaces tidied. Raises `UsageError` for values that no person can have."""
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > 200 or not tidy.isprintable():
        raise UsageError("An athlete needs a name of 1 to 200 printable characters.")
    if height_cm is not None and not HEIGHTS_CM[0] <= height_cm <= HEIGHTS_CM[1]:
        least, most = HEIGHTS_CM
        raise UsageError(f"A height of {height_cm:g} cm is not between {least:g} and {most:g} cm; give it in centimeters.")
    if mass_kg is not None and not MASSES_KG[0] <= mass_kg <= MASSES_KG[1]:
        least, most = MASSES_KG
        raise UsageError(f"A mass of {mass_kg:g} kg is not between {least:g} and {most:g} kg; give it in kilograms.")
    if birth_year is not None and not FIRST_YEAR <= birth_year <= date.today().year:
        raise UsageError(f"{birth_year} is not a birth year between {FIRST_YEAR} and now.")
    if sex not in (None, "female", "male"):
        raise UsageError("Sex is female, male, or left out; it is used for the published norms only.")
    return tidy


def find_athlete_record(session: Session, name: str) -> AthleteRecord | None:
    """The athlete of this name."""
    if not " ".join(name.split()).isprintable():  # no athlete has such a name, and invalid bytes must not reach a database
        return None
    return session.scalar(select(AthleteRecord).where(AthleteRecord.name_key == name_key(name)))


def add_athlete_record(session: Session, name: str) -> AthleteRecord:
    """Add an athlete of whom only the name, tidied by `check_athlete`, is known so far."""
    record = AthleteRecord(name=name, name_key=name_key(name), created_at=datetime.now(UTC), sample=False)
    session.add(record)
    session.flush()  # gives it its number
    return record


def get_athlete_record(session: Session, athlete_id: int) -> AthleteRecord:
    """The athlete of this number. Raises `InputError` if it does not exist."""
    missing = f"There is no athlete {athlete_id} in the history; formcheck history athletes lists them."
    return get_row(session, AthleteRecord, athlete_id, missing)


def _athlete(record: AthleteRecord) -> Athlete:
    return Athlete(*(getattr(record, field.name) for field in fields(Athlete)))
