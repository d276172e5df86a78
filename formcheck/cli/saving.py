"""``--save``: whose history a set goes into, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from formcheck.cli.history_common import opened

if TYPE_CHECKING:
    from formcheck.export.curves import Curves
    from formcheck.report.schema import SetReport


def check_owner(name: str | None) -> None:
    """Refuse, before a set is filmed or analyzed, to save it where the history cannot be opened or does not say whose it is."""
    with opened() as store:
        store.check_owner(name)


def save_set(report: SetReport, name: str | None, *, video: Path | None = None, curves: Curves | None = None) -> str:
    """Save a set for an athlete, added if new, and return a sentence about it."""
    from formcheck.support.files import hash_file

    with opened() as store:
        saved = store.save_report(report, name, recording_sha256=None if video is None else hash_file(video), curves=curves)
        owner = store.get_athlete(saved.row.athlete_id).name
    if saved.kept_corrections:
        return f"This set is in the history of {owner} already, as set {saved.id}, corrected by hand, and was left as it is."
    if saved.already_saved:
        return f"This set was in the history of {owner} already, as set {saved.id}."
    return f"Saved to the history of {owner} as set {saved.id}."
