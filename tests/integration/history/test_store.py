"""Saved sets: when two are the same, how they are found, deleted, brought back and corrected."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from formcheck.analysis.correction import remove_rep, rename_side, undo_last
from formcheck.history.exchange.backup import back_up
from formcheck.history.store.report_columns import stored_report
from formcheck.history.store.store import Store, open_store
from formcheck.history.values import Period
from formcheck.report.schema import SetReport
from formcheck.support.errors import InputError, OutputError, UsageError
from formcheck.support.files import hash_file
from tests.helpers.factories import half_kneeling_report, heel_raise_report


def test_a_saved_report_comes_back_as_it_was_but_for_the_frames(store: Store) -> None:
    report = half_kneeling_report()
    saved = store.save_report(report, "Ada")
    assert store.get_report(saved.id) == stored_report(report)
    assert not saved.already_saved


def test_the_row_of_a_set_holds_its_measures(store: Store) -> None:
    row = store.get_set(store.save_report(half_kneeling_report((30.0, None, 36.0)), "Ada").id)
    assert (row.mean_valid_peak_deg, row.best_valid_peak_deg) == (33.0, 36.0)
    assert (row.exercise, row.side, row.rep_count, row.measures_version) == ("half-kneeling", "left", 3, 1)
    assert row.mean_height_cm is None
    assert row.model_sha256 == "ab" * 32
    raised = store.get_set(store.save_report(heel_raise_report((9.0, 8.0)), "Ada").id)
    assert (raised.mean_height_cm, raised.best_height_cm, raised.height_fade_pct) == (8.5, 9.0, -11.1)


def test_a_variant_has_rows_of_its_own(store: Store) -> None:
    straight = heel_raise_report((9.0, 8.0))
    bent = SetReport.model_validate(straight.model_dump(mode="json") | {"variant": "soleus-raise"})
    saved = store.save_report(bent, "Ada")
    assert store.get_set(saved.id).exercise == "soleus-raise"
    assert not store.save_report(straight, "Ada").already_saved
    assert [row.id for row in store.list_sets(exercise="soleus-raise")] == [saved.id]


def test_the_day_of_a_set_is_the_day_where_the_person_was(store: Store) -> None:
    late = store.save_report(half_kneeling_report(recorded_at="2026-03-03T23:30:00-08:00"), "Ada")
    row = store.get_set(late.id)
    assert row.day == date(2026, 3, 3)
    assert row.recorded_at == datetime(2026, 3, 4, 7, 30, tzinfo=UTC)


def test_the_same_report_saved_twice_is_one_set(store: Store) -> None:
    first = store.save_report(half_kneeling_report(), "Ada")
    copy = half_kneeling_report(file="copy of left.mp4", recorded_at="2026-03-05T09:00:00+01:00")  # a copy may have another date
    again = store.save_report(copy, "ada ")
    assert again.already_saved
    assert again.id == first.id
    assert len(store.list_sets()) == 1


def test_the_same_recording_analyzed_with_another_model_is_one_set(store: Store) -> None:
    first = store.save_report(half_kneeling_report(), "Ada", recording_sha256="1" * 64)
    again = store.save_report(
        half_kneeling_report((30.4, 32.4, 34.4), model="pose_landmarker_lite"), "Ada", recording_sha256="1" * 64
    )
    assert again.already_saved
    assert again.id == first.id


def test_a_report_is_found_by_what_was_measured_and_by_its_recording(store: Store) -> None:
    report = half_kneeling_report()
    saved = store.save_report(report, "Ada", recording_sha256="1" * 64)
    with_another_model = half_kneeling_report((31.0, 32.0, 34.0))
    assert store.find_set(saved.row.athlete_id, report) == saved.id
    assert store.find_set(saved.row.athlete_id, with_another_model, "1" * 64) == saved.id
    assert store.find_set(saved.row.athlete_id, with_another_model, "2" * 64) is None


def test_a_later_measure_definition_is_another_set(store: Store) -> None:
    first = store.save_report(half_kneeling_report(), "Ada", recording_sha256="1" * 64)
    second = store.save_report(half_kneeling_report(measures_version=2), "Ada", recording_sha256="1" * 64)
    assert not second.already_saved
    assert first.id != second.id


def test_two_live_sets_with_equal_numbers_are_two_sets(store: Store) -> None:
    one = half_kneeling_report(origin="live", recorded_at="2026-03-03T18:30:00+01:00")
    two = half_kneeling_report(origin="live", recorded_at="2026-03-03T18:40:00+01:00")
    store.save_report(one, "Ada")
    assert not store.save_report(two, "Ada").already_saved


def test_the_same_report_of_another_athlete_is_another_set(store: Store) -> None:
    store.save_report(half_kneeling_report(), "Ada")
    assert not store.save_report(half_kneeling_report(), "Grace").already_saved


def test_a_recording_is_known_by_its_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "a.mp4", tmp_path / "b.mp4"
    one.write_bytes(b"video")
    two.write_bytes(b"video")
    assert hash_file(one) == hash_file(two)
    with pytest.raises(InputError, match=r"missing\.mp4"):
        hash_file(tmp_path / "missing.mp4")


def test_sets_are_listed_by_athlete_exercise_leg_and_period(store: Store) -> None:
    days = [f"2026-03-{day:02d}T10:00:00+00:00" for day in (1, 2, 3)]
    for i, day in enumerate(days):
        store.save_report(half_kneeling_report((30.0 + i,), recorded_at=day), "Ada")
        store.save_report(half_kneeling_report((40.0 + i,), side="right", recorded_at=day), "Ada")
    store.save_report(heel_raise_report(), "Ada")
    store.save_report(half_kneeling_report(), "Grace")
    ada = store.find_athlete("ADA")
    assert ada is not None
    found = store.list_sets(ada.id, exercise="half-kneeling", side="left", period=Period(date(2026, 3, 2), date(2026, 3, 3)))
    assert [row.mean_valid_peak_deg for row in found] == [31.0, 32.0]
    assert [row.day.day for row in store.list_sets(ada.id, side="right", newest_first=True, limit=2)] == [3, 2]
    assert [row.exercise for row in store.latest_sets(ada.id, 1)] == ["heel-raise"]


def test_a_deleted_set_is_gone_and_undo_brings_it_back(store: Store) -> None:
    saved = store.save_report(half_kneeling_report(), "Ada")
    store.delete_sets([saved.id])
    assert store.get_set(saved.id).deleted_at is not None
    assert store.list_sets() == []
    assert [row.id for row in store.list_sets(deleted=True)] == [saved.id]
    assert [row.id for row in store.undo_delete()] == [saved.id]
    assert store.get_report(saved.id) == stored_report(half_kneeling_report())
    assert [row.id for row in store.list_sets()] == [saved.id]
    assert store.undo_delete() == []


def test_undo_brings_back_what_was_deleted_together(store: Store) -> None:
    ids = [store.save_report(half_kneeling_report((30.0 + i,)), "Ada").id for i in range(4)]
    store.delete_sets(ids[:1])
    store.delete_sets(ids[1:3])
    assert [row.id for row in store.undo_delete()] == ids[1:3]
    assert [row.id for row in store.undo_delete(ids[0])] == ids[:1]


def test_saving_a_deleted_set_again_brings_it_back(store: Store) -> None:
    saved = store.save_report(half_kneeling_report(), "Ada")
    store.delete_sets([saved.id])
    again = store.save_report(half_kneeling_report(), "Ada")
    assert (again.id, again.already_saved) == (saved.id, False)
    assert len(store.list_sets()) == 1


def test_the_bin_can_be_emptied_for_good(store: Store) -> None:
    saved = store.save_report(half_kneeling_report(), "Ada")
    kept = store.save_report(heel_raise_report(), "Ada")
    store.delete_sets([saved.id])
    assert store.purge() == 1
    with pytest.raises(InputError, match=f"no set {saved.id}"):
        store.get_report(saved.id)
    assert [row.id for row in store.list_sets()] == [kept.id]


def test_a_corrected_set_keeps_its_number_and_is_marked(store: Store) -> None:
    saved = store.save_report(half_kneeling_report(side="left"), "Ada")
    corrected = half_kneeling_report((30.0, 32.0), side="right")
    row = store.replace_report(saved.id, corrected)
    assert (row.id, row.side, row.rep_count, row.corrected) == (saved.id, "right", 2, True)
    assert store.get_report(saved.id) == stored_report(corrected)
    other = store.save_report(half_kneeling_report((50.0,)), "Ada")
    with pytest.raises(UsageError, match="already"):
        store.replace_report(other.id, corrected)


def test_deleting_an_athlete_leaves_nothing_of_them(sqlite_store: Store, home: Path) -> None:
    store = sqlite_store
    store.reports_folder.mkdir()
    page, elsewhere = store.reports_folder / "set-1.html", home.parent / "mine.mp4"
    page.write_text("page")
    elsewhere.write_text("video")
    saved = store.save_report(half_kneeling_report(), "Ada Lovelace", html_path=page, recording_path=elsewhere)
    ada = store.get_athlete(saved.row.athlete_id)
    store.running.add_run(ada.id, date(2026, 3, 1), 5.0, note="along Lovelace road")
    store.plans.start(ada.id, date(2026, 3, 1))
    store.plans.tick(ada.id, date(2026, 3, 1), "short-foot")
    store.note_session(ada.id, date(2026, 3, 3), "Lovelace felt fine")
    erased = store.delete_athlete(ada.id)
    assert (erased.sets, erased.files_removed, erased.files_left) == (1, [str(page)], [str(elsewhere)])
    assert not page.exists()
    assert elsewhere.exists()
    assert store.list_athletes() == []
    assert store.list_sets() == store.list_sets(deleted=True) == []
    folder = Path(str(store.url.database)).parent
    for path in folder.iterdir():
        if path.is_file():
            assert b"Lovelace" not in path.read_bytes(), path


def test_a_path_that_came_with_an_import_reads_and_deletes_nothing_of_others(sqlite_store: Store, tmp_path: Path) -> None:
    own = sqlite_store.reports_folder
    own.mkdir()
    other = tmp_path / "store" / "other.sqlite3"
    other.write_text("another person's history")
    (own / "link.html").symlink_to(other)
    paths = [
        str(other),
        str(own / ".." / other.name),
        str(own / "link.html"),
        str(own),
        "\0",
        "a" * 5000,
        str(sqlite_store.url.database),
    ]
    for number, path in enumerate(paths):
        saved = sqlite_store.save_report(half_kneeling_report((20.0 + number,)), "Eve", html_path=path)
        assert sqlite_store.find_own_file(sqlite_store.get_set(saved.id).html_path) is None
    erased = sqlite_store.delete_athlete(saved.row.athlete_id)
    assert str(other) in erased.files_left
    assert other.read_text() == "another person's history"
    assert sqlite_store.list_sets() == []


def test_a_corrected_set_has_the_errors_of_its_new_report_and_nobody_elses(store: Store) -> None:
    ada, bob = (store.save_report(half_kneeling_report(error_deg=error), name) for name, error in (("Ada", 1.5), ("Bob", 9.0)))
    store.replace_report(ada.id, half_kneeling_report(error_deg=2.5))
    assert store.list_errors(ada.row.athlete_id, "valid_peak_deg") == {ada.id: 2.5}
    columns = store.trend_columns(ada.row.athlete_id, "half-kneeling", "left", ["id"], error_of="valid_peak_deg")
    assert (columns["id"].tolist(), columns["error"].tolist()) == ([ada.id], [2.5])
    assert store.list_errors(bob.row.athlete_id, "valid_peak_deg") == {bob.id: 9.0}


def test_one_athlete_a_name(store: Store) -> None:
    store.add_athlete("Ada", height_cm=170, mass_kg=60, birth_year=1990, sex="female")
    with pytest.raises(UsageError, match="already"):
        store.add_athlete(" ADA ")
    assert store.resolve_athlete().name == "Ada"
    store.add_athlete("Grace")
    with pytest.raises(UsageError, match="several"):
        store.resolve_athlete()
    with pytest.raises(UsageError, match="no athlete called Bob"):
        store.resolve_athlete("Bob")
    grace = store.resolve_athlete("grace")
    changed = store.update_athlete(grace.id, name="Grace H", height_cm=None, mass_kg=55.5, birth_year=None, sex=None)
    assert store.get_athlete(grace.id) == changed
    with pytest.raises(UsageError, match="already"):
        store.update_athlete(grace.id, name="ada", height_cm=None, mass_kg=None, birth_year=None, sex=None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "a\0b"},
        {"name": "x" * 201},
        {"name": "A", "height_cm": 1.7},
        {"name": "A", "mass_kg": 5.0},
        {"name": "A", "birth_year": 1066},
        {"name": "A", "sex": "x"},
    ],
)
def test_impossible_values_of_a_person_are_refused(sqlite_store: Store, wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        sqlite_store.add_athlete(**wrong)  # type: ignore[arg-type]
    assert sqlite_store.list_athletes() == []


def test_a_missing_set_or_athlete_is_an_error_message(store: Store) -> None:
    for ask in (store.get_set, store.get_report, store.undo_delete):
        with pytest.raises(InputError, match="no set 7"):
            ask(7)
    with pytest.raises(InputError, match="no set 7"):
        store.delete_sets([7])
    with pytest.raises(InputError, match="no athlete 7"):
        store.save_report(half_kneeling_report(), 7)


def test_the_history_is_private(home: Path) -> None:
    with open_store() as store:
        store.save_report(half_kneeling_report(), "Ada")
        modes = {path.name: path.stat().st_mode & 0o777 for path in home.iterdir()}
    assert home.stat().st_mode & 0o777 == 0o700
    assert modes
    assert set(modes.values()) == {0o600}, modes


def test_a_backup_that_cannot_be_written_is_an_error(sqlite_store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="file"):
        back_up(sqlite_store, tmp_path / "file" / "copy.sqlite3")
    with pytest.raises(OutputError, match="itself"):
        back_up(sqlite_store, Path(str(sqlite_store.url.database)))


def test_a_day_of_training_can_have_a_note(store: Store) -> None:
    ada = store.add_athlete("Ada")
    store.note_session(ada.id, date(2026, 3, 3), "stiff after the long run")
    assert store.session_notes(ada.id) == {date(2026, 3, 3): "stiff after the long run"}
    store.note_session(ada.id, date(2026, 3, 3), None)
    assert store.session_notes(ada.id) == {}


def test_a_damaged_report_and_a_missing_one_have_different_messages(sqlite_store: Store) -> None:
    saved = sqlite_store.save_report(half_kneeling_report(), "Ada")

    def damage(session: object) -> None:
        session.connection().exec_driver_sql("UPDATE set_reports SET report = x'789c00'")  # type: ignore[attr-defined]

    sqlite_store.write("damaging", damage)
    with pytest.raises(InputError, match="damaged"):
        sqlite_store.get_report(saved.id)


def test_a_corrected_set_takes_the_place_of_the_same_set_as_it_was_counted(store: Store) -> None:
    counted = half_kneeling_report((30.0, 40.0, 33.0))
    saved = store.save_report(counted, "Ada", recording_sha256="1" * 64)
    corrected = rename_side(remove_rep(counted, 2), "right")
    again = store.save_report(corrected, "Ada", recording_sha256="1" * 64)
    assert (again.id, again.already_saved, again.corrected, again.kept_corrections) == (saved.id, True, True, False)
    assert (again.row.corrected, again.row.rep_count, again.row.side, again.row.mean) == (True, 2, "right", 31.5)
    assert store.get_report(saved.id) == stored_report(corrected)
    assert len(store.list_sets()) == 1


def test_analyzing_the_video_again_does_not_lose_the_correction(store: Store) -> None:
    counted = half_kneeling_report((30.0, 40.0, 33.0))
    saved = store.save_report(remove_rep(counted, 2), "Ada", recording_sha256="1" * 64)
    assert saved.row.corrected
    # another run of the analysis measures a little differently, under another name of the file
    anew = half_kneeling_report((30.1, 40.1, 33.1), file="copy.mp4")
    again = store.save_report(anew, "Ada", recording_sha256="1" * 64)
    assert (again.id, again.already_saved, again.kept_corrections) == (saved.id, True, True)
    assert (again.row.rep_count, again.row.mean) == (2, 31.5)
    assert len(store.list_sets()) == 1


def test_a_correction_taken_back_leaves_the_set_unmarked(store: Store) -> None:
    counted = half_kneeling_report((30.0, 40.0, 33.0))
    saved = store.save_report(remove_rep(counted, 2), "Ada")
    row = store.replace_report(saved.id, undo_last(store.get_report(saved.id)))
    assert (row.corrected, row.rep_count) == (False, 3)
    assert store.get_report(saved.id) == stored_report(counted)
