"""A history that is exported and imported again is the same; an altered file changes nothing."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formcheck.analysis.correction import remove_rep, rename_side
from formcheck.history.exchange.csv_tables import import_tables, write_tables
from formcheck.history.exchange.json_file import export_json, import_json, stream_json
from formcheck.history.store.report_columns import stored_report
from formcheck.history.store.store import Store, open_store
from formcheck.report.schema import MAX_NUMBER, SetReport
from formcheck.support.errors import FormcheckError, InputError, UsageError
from tests.helpers.exported import read_export
from tests.helpers.factories import half_kneeling_report, heel_raise_report

numbers = st.none() | st.floats(-MAX_NUMBER, MAX_NUMBER)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@st.composite
def reports(draw: st.DrawFn) -> SetReport:
    """Any report that an analysis could write."""
    base = draw(st.sampled_from([half_kneeling_report(), heel_raise_report()])).model_dump(mode="json")
    base["reps"] = [
        {
            "number": i + 1,
            "start_s": float(i),
            "peak_s": i + 0.3,
            "end_s": i + 0.9,
            "faults": draw(st.lists(st.sampled_from(["partial", "short-hold", "dropped"]), max_size=2)),
            "confidence": draw(st.floats(0, 1)),
            "valid_peak_deg": None,
            "height_cm": None,
            **draw(st.dictionaries(st.sampled_from(["valid_peak_deg", "height_cm", "hold_s", "new_cm"]), numbers)),
        }
        for i in range(draw(st.integers(0, 4)))
    ]
    base["summary"]["mean"] = draw(numbers)
    base["video"]["file"] = draw(texts)
    base["athlete"]["name"] = draw(st.none() | texts)
    base["side"] = draw(st.sampled_from(["left", "right", "both", None]))
    base["quality"]["usable"] = draw(st.booleans())
    return SetReport.model_validate(base)


def filled(store: Store) -> Store:
    """A history with something of everything in it."""
    ada = store.add_athlete("Ada, the =first", height_cm=170.5, mass_kg=60, birth_year=1990, sex="female")
    one = store.save_report(half_kneeling_report(), ada, recording_sha256="1" * 64)
    store.save_report(half_kneeling_report((40.1, 41.2), side="right"), ada)
    store.delete_sets([store.save_report(heel_raise_report(), ada).id])
    store.replace_report(one.id, half_kneeling_report((33.0,)))
    store.save_report(heel_raise_report(side="left"), "Grace")
    store.note_session(ada.id, date(2026, 3, 3), "stiff\nbut fine")
    store.plans.start(ada.id, date(2026, 3, 1))
    store.plans.pause(ada.id, date(2026, 3, 5))
    store.plans.tick(ada.id, date(2026, 3, 3), "short-foot")
    store.running.add_run(ada.id, date(2026, 3, 2), 5.25, note="easy")
    return store


def test_json_out_and_in_again_loses_nothing(store: Store, tmp_path: Path) -> None:
    filled(store)
    with open_store(f"sqlite:///{tmp_path / 'other.sqlite3'}") as other:
        result = import_json(other, export_json(store))
        assert (result.athletes, result.sets, result.runs) == (2, 4, 1)
        assert read_export(other) == read_export(store)
        again = import_json(other, export_json(store))
        assert (again.athletes, again.sets, again.runs) == (0, 0, 0)
        assert read_export(other) == read_export(store)


def test_one_athlete_can_be_exported_alone(sqlite_store: Store) -> None:
    filled(sqlite_store)
    grace = sqlite_store.resolve_athlete("Grace")
    out = io.StringIO()
    stream_json(sqlite_store, out, grace.id)
    document = json.loads(out.getvalue())
    assert [athlete["name"] for athlete in document["athletes"]] == ["Grace"]


def test_what_an_import_would_refuse_is_not_saved(store: Store) -> None:
    """Otherwise one note would stop every later export."""
    ada = store.add_athlete("Ada").id
    store.plans.start(ada, date(2200, 6, 1))
    for wrong in (
        lambda: store.note_session(ada, date(2026, 3, 3), "x" * 200_000),
        lambda: store.note_session(ada, date(2026, 3, 3), "a\0b"),
        lambda: store.plans.shift(ada, 365, date(2200, 6, 1)),
    ):
        with pytest.raises(UsageError):
            wrong()
    store.note_session(ada, date(2026, 3, 3), "x" * 2000)
    store.plans.shift(ada, 100, date(2200, 6, 1))
    assert read_export(store)["athletes"][0]["notes"] == {"2026-03-03": "x" * 2000}


def test_csv_out_and_in_again_loses_no_set_and_no_run(sqlite_store: Store, tmp_path: Path) -> None:
    filled(sqlite_store)
    write_tables(sqlite_store, tmp_path / "tables")
    with open_store(f"sqlite:///{tmp_path / 'other.sqlite3'}") as other:
        result = import_tables(other, tmp_path / "tables")
        assert (result.sets, result.runs) == (4, 1)
        mine, theirs = read_export(sqlite_store), read_export(other)
        for athlete in (*mine["athletes"], *theirs["athletes"]):
            for only_in_json in ("notes", "enrolments", "ticks"):
                del athlete[only_in_json]
        assert theirs == mine
    with open_store(f"sqlite:///{tmp_path / 'third.sqlite3'}") as third:
        assert import_tables(third, tmp_path / "tables" / "sets.csv").sets == 4


def test_no_cell_of_the_tables_is_a_formula(sqlite_store: Store, tmp_path: Path) -> None:
    sqlite_store.save_report(half_kneeling_report(), "=HYPERLINK(A1)")
    for path in write_tables(sqlite_store, tmp_path).paths:
        with path.open(newline="") as table:
            cells = [cell for row in csv.reader(table) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "@"))]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(report=reports(), moment=st.datetimes(datetime(1990, 1, 1), datetime(2190, 1, 1)))
def test_any_report_survives_save_export_and_import(
    tmp_path_factory: pytest.TempPathFactory, report: SetReport, moment: datetime
) -> None:
    folder = tmp_path_factory.mktemp("round-trip")
    with open_store(f"sqlite:///{folder / 'a.sqlite3'}") as store, open_store(f"sqlite:///{folder / 'b.db'}") as other:
        saved = store.save_report(report, "Ada", recorded_at=moment.replace(tzinfo=UTC))
        assert store.get_report(saved.id) == stored_report(report)
        assert store.save_report(report, "Ada").already_saved
        import_json(other, export_json(store))
        assert read_export(other) == read_export(store)
        write_tables(store, folder / "tables")
        with open_store(f"sqlite:///{folder / 'c.db'}") as third:
            import_tables(third, folder / "tables")
            assert read_export(third) == read_export(store)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"schema": "formcheck.history/2", "exported_at": "2026-01-01T00:00:00Z", "athletes": []}',
        b'{"schema": "formcheck.history/1", "exported_at": "2026-01-01T00:00:00Z", "athletes": [{"name": ""}]}',
        b"[" * 100_000,
        b"\xff\xfe\x00",
        b"1e999999",
    ],
)
def test_a_file_that_is_not_an_export_is_refused_in_one_line(sqlite_store: Store, data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        import_json(sqlite_store, data, "x.json")
    assert "\n" not in str(caught.value)
    assert "x.json" in str(caught.value)
    assert sqlite_store.list_athletes() == []


@settings(max_examples=150)
@given(data=st.data())
def test_an_altered_export_is_imported_whole_or_refused(data: st.DataObject) -> None:
    with open_store("sqlite://") as store:
        text = bytearray(_EXPORT)
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(text) - 1))
            text[at : at + data.draw(st.integers(0, 8))] = data.draw(
                st.sampled_from([b"", b"9" * 30, b"null", b"\\u0000", b"-1e308", b'"', b"[", b"\xff", b"0000-00-00"])
            )
        refusal, sets = None, 0
        try:
            sets = import_json(store, bytes(text)).sets
        except FormcheckError as error:
            refusal = str(error)
        assert len(store.list_sets()) + len(store.list_sets(deleted=True)) == sets
        if refusal is not None:
            assert "\n" not in refusal
            assert store.list_athletes() == []


def _make_export() -> bytes:
    with open_store("sqlite://") as store:
        return export_json(filled(store)).encode()


_EXPORT = _make_export()


def test_an_import_that_fails_half_way_changes_nothing(sqlite_store: Store) -> None:
    document = json.loads(_EXPORT)
    document["athletes"][1]["sets"][0]["report"]["software"]["model"] = "x" * 300
    with pytest.raises(InputError, match="model"):
        import_json(sqlite_store, json.dumps(document))
    assert sqlite_store.list_athletes() == []
    document["athletes"][1]["sets"][0]["report"]["software"]["model"] = "m"
    document["athletes"][1]["sets"][0]["report"]["summary"]["rep_count"] = 10**9
    with pytest.raises(InputError, match="rep_count"):
        import_json(sqlite_store, json.dumps(document))
    assert sqlite_store.list_athletes() == []
    document["athletes"][1]["sets"][0]["report"]["summary"]["rep_count"] = 3
    for rep in document["athletes"][1]["sets"][0]["report"]["reps"]:
        rep["height_cm"] = -1.7e308
    document["athletes"][1]["sets"][0]["report"]["software"]["measures_version"] = 2
    with pytest.raises(InputError, match="height_cm"):
        import_json(sqlite_store, json.dumps(document))
    assert sqlite_store.list_athletes() == []
    # A report of the first definitions keeps what a body can do: the impossible number is not measured.
    document["athletes"][1]["sets"][0]["report"]["software"]["measures_version"] = 1
    import_json(sqlite_store, json.dumps(document))
    [row] = sqlite_store.list_sets(sqlite_store.resolve_athlete("Grace").id)
    assert row.mean_height_cm is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sets.csv", ""),
        ("sets.csv", "a,b\n1,2\n"),
        ("sets.csv", "athlete_name,report\nAda,{}\n"),
        ("sets.csv", 'athlete_name,report\nAda,"{""schema"": \n'),
        ("sets.csv", "athlete_name,report\nAda\n"),
        ("reps.csv", "athlete_name,number\nAda,1\n"),
        ("running.csv", "athlete_name,km\nAda,-3\n"),
    ],
)
def test_a_table_that_formcheck_did_not_write_is_refused(sqlite_store: Store, tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    if not text:
        assert import_tables(sqlite_store, path).sets == 0
        return
    with pytest.raises(FormcheckError) as caught:
        import_tables(sqlite_store, path)
    assert "\n" not in str(caught.value)
    assert sqlite_store.list_athletes() == []


def test_an_export_carries_corrections_to_a_history_that_has_the_set_without_them(sqlite_store: Store, tmp_path: Path) -> None:
    counted = half_kneeling_report((30.0, 40.0, 33.0))
    sqlite_store.save_report(remove_rep(counted, 2), "Ada")
    with open_store(f"sqlite:///{tmp_path / 'other.sqlite3'}") as other:
        other.save_report(counted, "Ada")
        import_json(other, export_json(sqlite_store))
        assert [(row.rep_count, row.corrected) for row in other.list_sets()] == [(2, True)]
        assert other.get_report(1).corrections[0].rep == 2
        # and one that lags behind changes nothing
        other.replace_report(1, rename_side(other.get_report(1), "right"))
        import_json(other, export_json(sqlite_store))
        assert other.list_sets()[0].side == "right"
