"""What a video file says of itself: which way is up, how wide a pixel is, when it was filmed, and nothing else."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import av
import pytest

from formcheck.analysis.pipeline import Analysis
from formcheck.video.metadata import read_moment
from formcheck.video.reader import probe_video, read_frames
from tests.helpers.clips import write_clip


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("2026-03-03T18:30:00.000000Z", datetime(2026, 3, 3, 18, 30, tzinfo=UTC)),
        ("1970-01-01T00:00:00.000000Z", None),  # a clock that was never set
        ("2999-01-01T00:00:00.000000Z", None),
        (None, None),
    ],
)
def test_the_day_of_filming_is_the_cameras(tmp_path: Path, stored: str | None, expected: datetime | None) -> None:
    path = tmp_path / "a.mp4"
    write_clip(path, 3)
    if stored:
        with av.open(str(path)) as source, av.open(str(tmp_path / "b.mp4"), "w") as target:
            target.metadata["creation_time"] = stored
            stream = target.add_stream_from_template(source.streams.video[0])
            for packet in source.demux(source.streams.video[0]):
                if packet.dts is not None:
                    packet.stream = stream
                    target.mux(packet)
        path = tmp_path / "b.mp4"
    recorded_at = probe_video(path).recorded_at
    assert (datetime.fromisoformat(recorded_at) if recorded_at else None) == expected


def test_of_what_a_phone_writes_into_a_video_only_the_time_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "Ada Lovelace"
    folder.mkdir()
    write_clip(tmp_path / "a.mov", 3)
    tags = {
        "location": "+47.3769+008.5417/",
        "make": "Phonemaker",
        "model": "Phone 7",
        "artist": "Ada Lovelace",
        "comment": "at home",
    }
    with av.open(str(tmp_path / "a.mov")) as source, av.open(str(folder / "b.mov"), "w") as target:
        target.metadata.update(tags)
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    info = probe_video(folder / "b.mov")
    assert b"+47.3769" in info.path.read_bytes()
    read = repr(replace(info, path=Path(info.path.name)))
    assert not [value for value in tags.values() if value.strip("/") in read]


def test_a_report_carries_the_videos_name_and_not_its_folder(sample_analysis: Analysis) -> None:
    path = sample_analysis.info.path
    text = sample_analysis.report.model_dump_json()
    assert path.name in text
    assert str(path.parent) not in text
    assert path.parent.name not in text


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_phone_held_any_way_round_gives_upright_frames(tmp_path: Path, turn: int) -> None:
    info = probe_video(write_clip(tmp_path / "a.mp4", 3, size=(240, 320), turn=turn))
    assert (info.width, info.height, info.rotation_deg) == (240, 320, turn)
    picture = next(iter(read_frames(info))).rgb()
    assert picture.shape == (320, 240, 3)
    lower_left, lower_right = picture[280, 60].astype(int), picture[280, 180].astype(int)
    assert lower_left[0] > lower_left[2] + 100, "red belongs to the lower left"
    assert lower_right[2] > lower_right[0] + 100, "blue belongs to the lower right"


def test_pixels_that_are_not_square_give_the_size_that_a_player_shows(tmp_path: Path) -> None:
    info = probe_video(write_clip(tmp_path / "a.mp4", 3, size=(360, 288), aspect=Fraction(16, 11)))
    assert (info.width, info.height) == (round(360 * 16 / 11), 288)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system cannot change its zone while a program runs")
@pytest.mark.parametrize(
    ("zone", "tags", "filmed"),
    [
        ("America/Los_Angeles", {"creation_time": "2026-03-04T02:30:00.000000Z"}, "2026-03-03T18:30:00-08:00"),
        ("Europe/Berlin", {"creation_time": "2026-03-02T23:15:00.000000Z"}, "2026-03-03T00:15:00+01:00"),
        # a phone that states its own zone: there it was evening, wherever the film is analyzed
        ("Europe/Berlin", {"com.apple.quicktime.creationdate": "2026-03-03T18:30:00-0800"}, "2026-03-03T18:30:00-08:00"),
    ],
)
def test_a_set_filmed_on_march_3_is_of_march_3(
    zone: str, tags: dict[str, str], filmed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert read_moment(tags) == filmed
    finally:
        monkeypatch.undo()
        time.tzset()
