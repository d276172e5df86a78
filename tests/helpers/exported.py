"""What a history exports, as data: two histories of the same content export the same."""

from __future__ import annotations

import json
from typing import Any

from formcheck.history.exchange.json_file import export_json
from formcheck.history.store.store import Store


def read_export(store: Store) -> dict[str, Any]:
    """The exported document without the moment of the export."""
    document: dict[str, Any] = json.loads(export_json(store))
    del document["exported_at"]
    return document
