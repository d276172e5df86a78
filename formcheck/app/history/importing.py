"""Imports of the app: read in a worker process, so that a file that fills its memory or crashes it costs the import alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from formcheck.app.shared import visits
from formcheck.app.shared.uploads import MAX_TABLE_BYTES, shown_name, store_upload
from formcheck.history.store.store import Store, open_store
from formcheck.history.values import Imported
from formcheck.support.language import tr

Progress = Callable[[float, str], None]
_OUTCOME = "imported.json"


def import_upload(store: Store, source: BinaryIO, name: str, athlete_id: int | None = None) -> Imported:
    """Import an uploaded file into the history; with an athlete, a file of their runs.

    Raises
    ------
    FormcheckError
        If the file is too large or cannot be imported.
    """
    visit = visits.visit()
    folder = visits.workspace().new_folder()
    visit.folders.append(folder)
    try:
        store_upload(source, folder, shown_name(name), MAX_TABLE_BYTES)
        url = store.url.render_as_string(hide_password=False)
        visits.helpers().run(read_import, url, folder, shown_name(name), athlete_id, progress=lambda share, stage: None)
        return Imported(**json.loads((folder / _OUTCOME).read_text(encoding="ascii")))
    finally:
        visit.drop(folder)


def read_import(url: str, folder: Path, name: str, athlete_id: int | None, progress: Progress) -> None:
    """Import ``folder/upload`` into the history at ``url``. A task for `formcheck.app.shared.worker_process`."""
    progress(0.0, tr("Reading the file"))
    with open_store(url) as store:
        done = _import(store, folder, name, athlete_id)
    (folder / _OUTCOME).write_text(json.dumps(asdict(done)), encoding="ascii")


def _import(store: Store, folder: Path, name: str, athlete_id: int | None) -> Imported:
    upload = folder / "upload"
    if athlete_id is not None:
        from formcheck.training.run_files import read_runs

        return store.running.add_imported(athlete_id, read_runs(name, upload.read_bytes()))
    if name.lower().endswith(".csv"):
        from formcheck.history.exchange.csv_tables import import_tables

        return import_tables(store, upload.rename(folder / "table.csv"))
    from formcheck.history.exchange.json_file import import_json

    return import_json(store, upload.read_bytes(), tr("This file"))
