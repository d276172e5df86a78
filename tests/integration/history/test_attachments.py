"""What is kept with a set beside its report: curves always, pictures and video only where wanted, and gone when it goes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from formcheck.analysis.correction import remove_rep
from formcheck.export.curves import POINTS, Curves
from formcheck.history.exchange.json_file import export_json, import_json
from formcheck.history.store import migration
from formcheck.history.store.store import Store, open_store
from formcheck.render.frames import encode_jpeg
from tests.helpers.exported import read_export
from tests.helpers.factories import half_kneeling_report

JPEG = encode_jpeg(np.zeros((9, 16, 3), np.uint8))


def make_curves() -> Curves:
    time_s = np.arange(0.0, 14.0, 1 / 30)
    lean = 20 + 10 * np.sin(2 * np.pi * time_s / 4)
    lean[(time_s > 5.0) & (time_s < 5.4)] = np.nan
    return Curves.sample(time_s, {"tibial_inclination_deg": lean}, 0.0, 12.0)


def test_curves_lose_less_than_a_tenth_of_a_degree_and_keep_gaps_open() -> None:
    curves = Curves.model_validate_json(make_curves().model_dump_json())
    reps = half_kneeling_report().reps
    shown = curves.of_reps("tibial_inclination_deg", reps)
    assert shown.shape == (3, POINTS)
    time_s = np.linspace(reps[0].start_s, reps[0].end_s, POINTS)
    np.testing.assert_allclose(shown[0], 20 + 10 * np.sin(2 * np.pi * time_s / 4), atol=0.11)
    assert 0.05 < np.isnan(shown[1]).mean() < 0.25
    assert np.isnan(curves.of_reps("heel_rise_cm", reps)).all()


def test_curves_and_pictures_come_back_by_rep_also_after_a_correction(store: Store, tmp_path: Path) -> None:
    report, curves = half_kneeling_report(), make_curves()
    saved = store.save_report(report, "Ada", curves=curves)
    assert store.get_curves(saved.id) == curves
    assert store.get_pictures(saved.id) == {}
    store.keep_pictures(saved.id, {1: JPEG, 3: JPEG + b"3"})
    store.replace_report(saved.id, remove_rep(report, 2))
    assert store.get_pictures(saved.id) == {1: JPEG, 2: JPEG + b"3"}
    with open_store(f"sqlite:///{tmp_path / 'other.sqlite3'}") as other:
        import_json(other, export_json(store))
        assert other.get_curves(1) == curves
        assert other.get_pictures(1) == {1: JPEG, 2: JPEG + b"3"}
        assert read_export(other) == read_export(store)


def test_pictures_are_deleted_with_the_athlete_and_with_the_emptied_bin(sqlite_store: Store) -> None:
    store = sqlite_store
    store.reports_folder.mkdir(parents=True, exist_ok=True)
    videos = [store.reports_folder / f"set-{k}.mp4" for k in (1, 2)]
    for number, video in enumerate(videos):
        video.write_bytes(b"film")
        report = half_kneeling_report((30.0 + number,))
        saved = store.save_report(report, f"Athlete {number}", curves=make_curves(), recording_path=video)
        store.keep_pictures(saved.id, {1: JPEG})
    store.delete_sets([1])
    assert videos[0].is_file()
    store.purge()
    assert not videos[0].exists()
    store.delete_athlete(store.get_set(2).athlete_id)
    assert not videos[1].exists()
    for path in Path(str(store.url.database)).parent.glob("history*"):
        assert JPEG not in path.read_bytes(), path


def test_a_history_without_curves_is_migrated_after_a_backup(database_url: str) -> None:
    report = half_kneeling_report()
    with open_store(database_url) as store:
        saved = store.save_report(report, "Ada")

        def age(session: object) -> None:
            newer = ("pain_scores", "plan_answers", "drill_settings", "test_results", "questionnaire_scores")
            for table in ("set_pictures", "set_curves", "set_errors", *newer):
                session.execute(text(f"DROP TABLE {table}"))  # type: ignore[attr-defined]
            for column in ("view", "yaw_deg", "picture_height_cm", "headline", "test", "condition", "unjudged_reps"):
                session.execute(text(f"ALTER TABLE sets DROP COLUMN {column}"))  # type: ignore[attr-defined]
            session.execute(text("ALTER TABLE plan_enrolments DROP COLUMN track"))  # type: ignore[attr-defined]
            session.execute(text("UPDATE alembic_version SET version_num = '0003'"))  # type: ignore[attr-defined]

        store.write("aging", age)
    with open_store(database_url) as store:
        backup = store.migrated_from
        assert backup is not None
        assert "before-migration-from-0003" in backup.name
        assert store.get_report(saved.id).reps == report.reps
        assert (store.get_curves(saved.id), store.get_pictures(saved.id)) == (None, {})
        # the same set, analyzed again, brings its curves
        assert store.save_report(report, "Ada", curves=make_curves()).already_saved
        assert store.get_curves(saved.id) == make_curves()
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(backup)) as copy:
            assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [("0003",)]
            assert copy.execute("SELECT count(*) FROM sets").fetchone() == (1,)
    assert migration.HEAD > "0003"


@pytest.mark.parametrize("damage", ["{}", '{"first_s": 0, "signals": {"x": {"unit": 0, "steps": []}}}'])
def test_a_strangers_curves_are_refused(damage: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Curves.model_validate_json(damage)
