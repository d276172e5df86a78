"""What a migration makes of a history written before it: fixed, literal values, whatever the program computes today."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import text

from formcheck.history.store import database, migration
from formcheck.history.store.tables import CompressedText

# Sets as version 0007 kept them. Their reports have only what the later migrations read; the last one is damaged.
LUNGE = {
    "exercise": "half-kneeling",
    "reps": [
        {"faults": [], "heel_rise_pct_foot": 0.5, "valid_peak_deg": 34.0, "knee_over_toe_cm": 2.0},
        {"faults": ["heel-lifted"], "heel_rise_pct_foot": 9.0, "valid_peak_deg": 41.0, "knee_over_toe_cm": 5.0},
        {"faults": [], "heel_rise_pct_foot": None, "valid_peak_deg": None, "knee_over_toe_cm": 1.0},
        {"faults": ["rushed"], "heel_rise_pct_foot": None, "valid_peak_deg": 36.0, "knee_over_toe_cm": None},
    ],
}
RAISE_FROM_SIDE = {
    "exercise": "heel-raise",
    "reps": [
        {"faults": [], "height_pct_foot": None, "height_cm": None},
        {"faults": ["knee-bent"], "height_pct_foot": 34.0, "height_cm": None},
        {"faults": ["rushed"], "height_pct_foot": 38.0, "height_cm": None},
    ],
}
RAISE_FROM_FRONT = {"exercise": "heel-raise", "reps": [{"faults": [], "height_pct_foot": None, "side_difference_pct": 4.0}]}
BALANCE = {
    "exercise": "single-leg-balance",
    "reps": [{"faults": [], "hold_s": 30.2}, {"faults": ["stance-moved"], "hold_s": 31.0}],
}
SETS: list[dict[str, Any] | None] = [LUNGE, RAISE_FROM_SIDE, RAISE_FROM_FRONT, BALANCE, None]


def make_history(url: str, revision: str) -> sa.Engine:
    """A history in the format ``revision`` that has `SETS`, with two faultless reps and a best of 50.0 in each row's columns."""
    engine = database.connect(database.database_url(url))
    with database.writer(engine).begin() as connection:
        migration.upgrade(connection, revision)
        tables = sa.MetaData()
        tables.reflect(connection, only=["athletes", "sessions", "sets", "set_reports"])
        when = text("'2026-01-01 00:00:00'")
        connection.execute(
            tables.tables["athletes"].insert().values(id=1, name="Ada", name_key="ada", created_at=when, sample=False)
        )
        connection.execute(tables.tables["sessions"].insert().values(id=1, athlete_id=1, day=text("'2026-01-01'")))
        for number, report in enumerate(SETS, start=1):
            row = {
                **{"id": number, "athlete_id": 1, "session_id": 1, "recorded_at": when, "day": text("'2026-01-01'")},
                **{"saved_at": when, "corrected": False, "origin": "video", "exercise": (report or LUNGE)["exercise"]},
                **{"side": "left", "usable": True, "warnings": "", "rep_count": 4, "clean_reps": 2, "measures_version": 2},
                **{"model": "full", "model_sha256": "", "formcheck_version": "0.1.0", "mediapipe_version": "0.10.31"},
                **{"content_key": f"key {number}", "best": 50.0, "best_valid_peak_deg": 50.0},
            }
            connection.execute(tables.tables["sets"].insert().values(row))
            stored = b"\x00" if report is None else CompressedText().process_bind_param(json.dumps(report), connection.dialect)
            connection.execute(tables.tables["set_reports"].insert().values(set_id=number, report=stored))
    return engine


def read_columns(engine: sa.Engine, *names: str) -> list[tuple[Any, ...]]:
    """These columns of the sets, by their numbers."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT {', '.join(names)} FROM sets ORDER BY id"))]


@pytest.fixture
def migrated(database_url: str) -> sa.Engine:
    """A history of format 0007, brought up to date."""
    engine = make_history(database_url, "0007")
    migration.migrate(engine)
    return engine


def test_reps_not_judged_are_counted_from_the_reports_as_0008_does(migrated: sa.Engine) -> None:
    """Of a damaged report nothing is known, so none of its two faultless reps is judged."""
    assert read_columns(migrated, "unjudged_reps") == [(1,), (1,), (0,), (0,), (2,)]
    migrated.dispose()


def test_the_best_of_a_saved_set_becomes_that_of_a_rep_without_a_fault_as_0009_does(migrated: sa.Engine) -> None:
    """Of the first set 34.0 and 2.0, not the 41.0 and 5.0 that a lifted heel gave; of the second, where every measured rep
    has a fault, the largest; the damaged one keeps what it had."""
    found = read_columns(migrated, "best", "best_valid_peak_deg", "best_knee_over_toe_cm", "best_height_cm", "best_height_pct_foot")
    assert found == [
        (34.0, 34.0, 2.0, None, None),
        (38.0, None, None, None, 38.0),
        (None, None, None, None, None),
        (30.2, None, None, None, None),
        (50.0, 50.0, None, None, None),
    ]
    migrated.dispose()
