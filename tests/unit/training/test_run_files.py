"""Runs from GPX, FIT and tables: the distance is right, and any damage ends in runs or in one line."""

from __future__ import annotations

import struct
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.support.errors import InputError
from formcheck.training import run_files
from formcheck.training.run_files import read_runs, read_runs_file

# One degree of latitude on a sphere of 6371.0088 km.
KM_PER_DEGREE = 111.195


def gpx(points: list[tuple[float, float]], time: str | None = "2026-03-03T12:00:00Z", head: str = "") -> bytes:
    body = "".join(f'<trkpt lat="{lat}" lon="{lon}">{f"<time>{time}</time>" if time else ""}</trkpt>' for lat, lon in points)
    return (
        f'<?xml version="1.0"?>{head}<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1">'
        f"<trk><trkseg>{body}</trkseg></trk></gpx>"
    ).encode()


def crc16(data: bytes) -> int:
    """The FIT protocol's checksum."""
    table = (0x0, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401)
    table += (0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400)
    crc = 0
    for byte in data:
        for nibble in (byte & 0xF, byte >> 4):
            crc = (crc >> 4) ^ table[crc & 0xF] ^ table[nibble]
    return crc


def fit(start: datetime, metres: float, sport: int = 1, before: bytes = b"") -> bytes:
    """A FIT file with one session: sport (1 = running), start time and total distance; ``before`` are messages that come first."""
    fit_epoch = datetime(1989, 12, 31, tzinfo=UTC)
    seconds = int((start - fit_epoch).total_seconds())
    definition = bytes([0x40, 0, 0]) + struct.pack("<HB", 18, 4)  # message 18: session
    definition += bytes([253, 4, 0x86, 2, 4, 0x86, 9, 4, 0x86, 5, 1, 0x00])
    data = bytes([0x00]) + struct.pack("<IIIB", seconds + 1800, seconds, int(metres * 100), sport)
    body = before + definition + data
    header = struct.pack("<BBHI4s", 14, 0x10, 2100, len(body), b".FIT")
    header += struct.pack("<H", crc16(header))
    return header + body + struct.pack("<H", crc16(header + body))


# A definition of records (message 20) with no field, and a record by it.
EMPTY_DEFINITION, EMPTY_RECORD = b"\x40\x00\x00\x14\x00\x00", b"\x00"


def test_a_gpx_track_is_as_long_as_its_great_circles() -> None:
    [run] = read_runs("run.gpx", gpx([(48.0, 11.0), (48.01, 11.0), (48.02, 11.0)]))
    assert run.km == pytest.approx(0.02 * KM_PER_DEGREE, abs=0.001)
    assert (run.day, run.source) == (date(2026, 3, 3), "gpx")


def test_a_jump_of_a_lost_fix_is_not_distance_run() -> None:
    [run] = read_runs("run.gpx", gpx([(48.0, 11.0), (48.01, 11.0), (52.0, 13.0), (52.01, 13.0)]))
    assert run.km == pytest.approx(0.02 * KM_PER_DEGREE, abs=0.001)


def test_a_fit_session_has_its_distance() -> None:
    [run] = read_runs("run.fit", fit(datetime(2026, 3, 3, 12, tzinfo=UTC), 7512.0))
    assert (run.km, run.day, run.source) == (7.512, date(2026, 3, 3), "fit")


def test_a_bicycle_ride_is_not_a_run() -> None:
    with pytest.raises(InputError, match="no run"):
        read_runs("ride.fit", fit(datetime(2026, 3, 3, 12, tzinfo=UTC), 30_000.0, sport=2))


@pytest.mark.parametrize(
    ("text", "km"),
    [
        ("date,km\n2026-03-03,7.5\n", 7.5),
        ("Datum;Distanz\n03.03.2026;7,5\n", 7.5),
        ("Date\tMiles\n2026-03-03\t10\n", 16.093),
        ("start time,distance_m\n2026-03-03T18:00:00,7500\n", 7.5),
        ('date,m\n2026-03-03,"7,500.4"\n', 7.5),
        ("Datum;m\n03.03.2026;7.500,4\n", 7.5),
        ("\ufeffDate,Type,Distance\n2026-03-03,Trail Running,7.5\n2026-03-03,Cycling,40\n", 7.5),
    ],
)
def test_tables_of_several_kinds_are_read(text: str, km: float) -> None:
    [run] = read_runs("runs.csv", text.encode())
    assert (run.day, run.km) == (date(2026, 3, 3), km)


def test_a_column_named_twice_does_not_end_a_short_row_in_an_error() -> None:
    with pytest.raises(InputError, match="line 2"):
        read_runs("a.csv", b"date,note,note,km\n2026-03-01,a\n")


def test_two_equal_runs_of_a_day_are_two_and_the_same_table_again_is_the_same() -> None:
    text = b"date,km\n2026-03-03,5\n2026-03-03,5\n"
    keys = [run.source_key for run in read_runs("a.csv", text)]
    assert len(set(keys)) == 2
    assert keys == [run.source_key for run in read_runs("b.csv", text)]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("run.txt", b"x"),
        ("run", b"x"),
        ("run.gpx", b""),
        ("run.gpx", b"<gpx>"),
        ("run.gpx", b"\x00\x01\x02"),
        ("run.gpx", gpx([])),
        ("run.gpx", gpx([(48.0, 11.0), (48.01, 11.0)], time=None)),
        ("run.gpx", gpx([(48.0, 11.0), (48.01, 11.0)], time="yesterday")),
        ("run.gpx", gpx([(48.0, 11.0), (48.01, 11.0)], time="0001-01-01T00:00:00Z")),
        ("run.gpx", gpx([(99.0, 11.0), (48.01, 11.0)])),
        ("run.gpx", gpx([(float("nan"), 11.0), (48.01, 11.0)])),
        ("run.gpx", gpx([(48.0, 11.0)], head=BOMB)),
        ("run.gpx", gpx([(48.0, 11.0)], head=OUTSIDE)),
        ("run.gpx", b'<?xml version="1.0" encoding="no-such"?><gpx/>'),
        ("run.fit", b""),
        ("run.fit", b"not a FIT file at all, but text"),
        ("run.fit", fit(datetime(2026, 3, 3, tzinfo=UTC), 7512.0)[:-6]),
        ("run.fit", fit(datetime(2026, 3, 3, tzinfo=UTC), 9_999_999.0)),
        ("run.csv", b""),
        ("run.csv", b"a,b\n1,2\n"),
        ("run.csv", b"date,km\n2026-03-03,seven\n"),
        ("run.csv", b"date,km\n2026-03-03,nan\n"),
        ("run.csv", b"date,km\n2026-03-03,-5\n"),
        ("run.csv", b"date,km\n2026-03-03,1e300\n"),
        ("run.csv", b"date,km\n31/31/2026,5\n"),
        ("run.csv", b"date,km\n0001-01-01,5\n"),
        ("run.csv", b"date,km\n"),
        ("run.csv", b"date,km\n2026-03-03\n"),
        ("run.csv", b'date,km\n"2026-03-03,5\n'),
        ("run.csv", "date,km\n2026-03-03,5\n".encode("utf-16")),
    ],
)
def test_a_file_that_cannot_be_used_ends_in_one_line_with_its_name(name: str, data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read_runs(name, data)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("sets", [1, 3])
def test_a_fit_file_defines_its_sixteen_kinds_of_message_before_it_uses_them(sets: int) -> None:
    before = (EMPTY_DEFINITION * 15 + EMPTY_RECORD * 15) * sets
    [run] = read_runs("run.fit", fit(datetime(2026, 3, 3, tzinfo=UTC), 7512.0, before=before))
    assert run.km == 7.512


def test_fit_definitions_that_nothing_uses_end_the_file() -> None:
    """15 MB of them took over a minute."""
    with pytest.raises(InputError, match=r"run\.fit is not a readable FIT file"):
        read_runs("run.fit", fit(datetime(2026, 3, 3, tzinfo=UTC), 7512.0, before=EMPTY_DEFINITION * 16))


@pytest.mark.parametrize(
    ("before", "values"),
    [
        (EMPTY_DEFINITION + EMPTY_RECORD * 50, 51),
        (b"\x40\x00\x00\x14\x00\x02\x05\x04\x86\x49\x02\x84" + (b"\x00" + b"\x01" * 6) * 10, 33),
    ],
    ids=["records", "values"],
)
def test_a_fit_file_may_hold_so_many_values(before: bytes, values: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = fit(datetime(2026, 3, 3, tzinfo=UTC), 7512.0, before=before)
    own = 2 + 5 + 5  # header and checksum; the session's definition and the session, each with four fields
    monkeypatch.setattr(run_files, "MAX_FIT_VALUES", values + own - 1)
    with pytest.raises(InputError, match="more than a day"):
        read_runs("run.fit", data)
    monkeypatch.setattr(run_files, "MAX_FIT_VALUES", values + own)
    assert len(read_runs("run.fit", data)) == 1


@pytest.mark.parametrize("kind", ["csv", "gpx", "fit"])
@settings(max_examples=300)
@given(data=st.data())
def test_any_damage_ends_in_runs_or_in_one_line(kind: str, data: st.DataObject) -> None:
    whole = {
        "csv": b"date,km,type\n2026-03-03,5,Run\n2026-03-04,7.25,Run\n",
        "gpx": gpx([(48.0, 11.0), (48.01, 11.0)]),
        "fit": fit(datetime(2026, 3, 3, tzinfo=UTC), 7512.0),
    }[kind]
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(0, len(damaged) - 1)))
        damaged[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    if kind == "fit" and len(damaged) > 16 and data.draw(st.booleans()):
        # past the checksum: the damage reaches the messages
        damaged[-2:] = struct.pack("<H", crc16(bytes(damaged[:-2])))
    try:
        runs = read_runs(f"run.{kind}", bytes(damaged))
    except InputError as error:
        runs = []
        message = str(error)
        if "\n" in message or "run." not in message:
            pytest.fail(message)
    assert all(0 < run.km <= 500 and 1970 <= run.day.year <= 2200 for run in runs)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.gpx"):
        read_runs_file(tmp_path / "none.gpx")
    (tmp_path / "a.gpx").write_bytes(gpx([(48.0, 11.0), (48.01, 11.0)]))
    assert len(read_runs_file(tmp_path / "a.gpx")) == 1
