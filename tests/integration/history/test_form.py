"""A set with reps whose heel was not seen: saved, migrated, exported, imported, and what is said of it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from formcheck.history.exchange.csv_tables import import_tables, write_tables
from formcheck.history.exchange.json_file import export_json, import_json
from formcheck.history.store.report_columns import content_key
from formcheck.history.store.store import Store, open_store
from formcheck.history.trends.progress import gather_progress
from formcheck.report.schema import SetReport
from formcheck.support.errors import InputError
from formcheck.support.form import FormCount
from tests.helpers.factories import half_kneeling_report


def with_unseen(heels_pct: tuple[float | None, ...] = (0.5, 9.0, None), **changes: object) -> SetReport:
    """Three reps as an earlier version wrote them: the heel down, lifted (a fault), and not seen."""
    data = half_kneeling_report(**changes).model_dump(mode="json")  # type: ignore[arg-type]
    for rep, heel in zip(data["reps"], heels_pct, strict=True):
        rep["heel_rise_pct_foot"] = heel
    del data["summary"]["unjudged_reps"]
    return SetReport.model_validate(data)


def test_a_saved_set_says_how_many_of_its_reps_were_judged(store: Store) -> None:
    row = store.save_report(with_unseen(), "Ada").row
    assert row.form == FormCount(reps=3, faultless=2, unjudged=1)
    assert (row.form.clean, row.form.judged) == (1, 2)


def test_sets_saved_before_are_counted_from_their_reports(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'history.sqlite3'}"
    with open_store(url) as store:
        store.save_report(with_unseen(), "Ada")
        store.save_report(with_unseen((0.5, 9.0, 0.5), side="right"), "Ada")
        store.save_report(with_unseen(file="damaged.mp4", origin="live"), "Ada")
    with closing(sqlite3.connect(tmp_path / "history.sqlite3")) as older:
        older.execute("ALTER TABLE sets DROP COLUMN unjudged_reps")
        older.execute("UPDATE set_reports SET report = x'00' WHERE set_id = 3")
        older.execute("UPDATE alembic_version SET version_num = '0007'")
        older.commit()
    with open_store(url) as store:
        assert store.migrated_from is not None
        assert [row.form.unjudged for row in store.list_sets()] == [1, 0, 2]


def test_an_earlier_export_is_the_same_set_again(store: Store) -> None:
    store.save_report(with_unseen(), "Ada")
    earlier = json.loads(export_json(store))
    del earlier["athletes"][0]["sets"][0]["report"]["summary"]["unjudged_reps"]
    done = import_json(store, json.dumps(earlier))
    assert (done.sets, done.already_there) == (0, 1)
    assert store.list_sets()[0].form.unjudged == 1


def test_the_key_of_a_set_is_that_of_the_earlier_version() -> None:
    """Computed by formcheck before it counted unjudged reps: a set saved then is known again today."""
    assert content_key(with_unseen()) == "50937932d13d646aab2af3c32fffc751a41cb3bfe63e2569e7c4d21a2bdac827"


def test_the_number_of_unjudged_reps_survives_both_exports(store: Store, tmp_path: Path) -> None:
    store.save_report(with_unseen(), "Ada")
    exported, tables = export_json(store), write_tables(store, tmp_path / "tables")
    assert "unjudged_reps" in tables.paths[0].read_text(encoding="utf-8").splitlines()[0]
    ways = (lambda into: import_json(into, exported), lambda into: import_tables(into, tmp_path / "tables"))
    for number, bring in enumerate(ways):
        with open_store(f"sqlite:///{tmp_path / f'{number}.sqlite3'}") as other:
            assert bring(other).sets == 1
            assert other.list_sets()[0].form == FormCount(3, 2, 1)


@pytest.mark.parametrize("unjudged", [-1, 3, 2.5, "many", 10**12])
def test_an_import_with_an_impossible_count_is_refused(store: Store, unjudged: object) -> None:
    store.save_report(with_unseen(), "Ada")
    hostile = json.loads(export_json(store))
    hostile["athletes"][0]["sets"][0]["report"]["summary"]["unjudged_reps"] = unjudged
    hostile["athletes"][0]["name"] = "Eve"
    with pytest.raises(InputError):
        import_json(store, json.dumps(hostile))
    assert [athlete.name for athlete in store.list_athletes()] == ["Ada"]


@pytest.mark.parametrize(
    ("heels", "said"),
    [
        ((0.5, 9.0, 0.5), "1 set with 3 reps, 67 % of them clean."),
        ((0.5, 9.0, None), "1 set with 3 reps; of the 2 whose form was seen 50 % were clean."),
    ],
)
def test_the_progress_report_counts_the_reps_whose_form_was_seen(store: Store, heels: tuple[float | None, ...], said: str) -> None:
    saved = store.save_report(with_unseen(heels), "Ada")
    athlete = store.get_athlete(saved.row.athlete_id)
    (drill,) = gather_progress(store, athlete, date(2026, 3, 1), date(2026, 3, 31)).drills
    assert drill.amount.replace("\u00a0", " ") == said
