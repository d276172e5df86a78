"""What is kept with a set beside its report: curves, and pictures where the person wants them kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from formcheck.history.store.set_records import get_set_record, load_curves, put_pictures
from formcheck.history.store.sets import SetStore
from formcheck.history.store.tables import PictureRecord

if TYPE_CHECKING:
    from formcheck.export.curves import Curves


class AttachmentStore(SetStore):
    """The store's methods about curves and pictures."""

    def keep_pictures(self, set_id: int, pictures: dict[int, bytes]) -> None:
        """Keep JPEG pictures of a set, by the number of the rep whose peak they show; they replace those that it has."""
        reps = {rep.number: rep for rep in self.get_report(set_id).reps}
        moments = {round(1000 * reps[number].peak_s): jpeg for number, jpeg in pictures.items() if number in reps}

        def change(session: Session) -> None:
            put_pictures(session, get_set_record(session, set_id), moments)

        self.write("keeping the pictures", change)

    def get_pictures(self, set_id: int) -> dict[int, bytes]:
        """The JPEG pictures that are kept of a set, by the number that the rep shown has now; empty where none are."""
        reps = self.get_report(set_id).reps
        with self.reading() as session:
            found = session.execute(
                select(PictureRecord.at_ms, PictureRecord.jpeg).where(PictureRecord.set_id == set_id).order_by(PictureRecord.at_ms)
            ).all()
        shown = {at_ms: next((r.number for r in reps if r.start_s <= at_ms / 1000 <= r.end_s), None) for at_ms, _ in found}
        return {number: jpeg for at_ms, jpeg in found if (number := shown[at_ms]) is not None}

    def get_curves(self, set_id: int) -> Curves | None:
        """The set's curves; None where none were kept."""
        with self.reading() as session:
            return load_curves(session, set_id)
