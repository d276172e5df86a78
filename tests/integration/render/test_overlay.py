"""The annotated video: it plays in browsers, keeps every frame's time, and shows what was seen and counted."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from formcheck.analysis.pipeline import Analysis
from formcheck.exercises.base import Recording
from formcheck.pose.track import Landmark
from formcheck.render.colors import VIDEO
from formcheck.render.frames import choose_reps, find_top, rep_pictures
from formcheck.render.marks import draw_counter, draw_faults, draw_heel_height, draw_inclination, draw_leg
from formcheck.render.overlay import Overlay, write_annotated
from formcheck.support.errors import Cancelled, OutputError
from formcheck.video.reader import probe_video

UP, RIGHT = np.array([0.0, -1.0]), np.array([1.0, 0.0])
SIZES = [(240, 320), (720, 1280), (1280, 720)]


def black(size: tuple[int, int]) -> np.ndarray:
    return np.zeros((*size, 3), np.uint8)


def drawn_box(image: np.ndarray) -> tuple[int, int, int, int]:
    ys, xs = np.nonzero(image.max(axis=2) > 120)
    return int(xs.min()), int(ys.min()), int(xs.max()), int(ys.max())


def decode(path: Path) -> tuple[av.video.stream.VideoStream, list[float], list[tuple[int, int]], int]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = [(f.time, (f.width, f.height), f.rotation) for f in container.decode(stream)]
        return stream, [f[0] for f in frames], [f[1] for f in frames], frames[0][2]


@pytest.fixture(scope="session")
def annotated(sample_analysis: Analysis, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("annotated") / "set.mp4"
    write_annotated(sample_analysis, path)
    return path


def test_the_annotated_video_plays_in_browsers(annotated: Path) -> None:
    with av.open(str(annotated)) as container:
        context = container.streams.video[0].codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
    data = annotated.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")  # playback starts before the whole file has come


def test_the_annotated_video_has_every_analyzed_frame_at_its_time(annotated: Path, sample_analysis: Analysis) -> None:
    _, times, sizes, _ = decode(annotated)
    assert len(times) == len(sample_analysis.track)
    assert np.allclose(np.diff(times), np.diff(sample_analysis.track.time_s), atol=1e-3)
    assert set(sizes) == {(960, 720)}
    assert probe_video(annotated).duration_s == pytest.approx(sample_analysis.report.video.duration_s, abs=2 / 30)


def test_nothing_is_left_behind_when_the_work_is_stopped(sample_analysis: Analysis, tmp_path: Path) -> None:
    def stop(share: float, stage: str) -> None:
        raise Cancelled("stop")

    with pytest.raises(Cancelled):
        write_annotated(sample_analysis, tmp_path / "set.mp4", progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_an_output_error(sample_analysis: Analysis, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_annotated(sample_analysis, tmp_path / "file" / "set.mp4")


def reencode(source: Path, target: Path, size: tuple[int, int], frames: int) -> None:
    """Write the first frames (two for each that is analyzed) in another size, without chroma subsampling: odd ones are allowed."""
    with av.open(str(source)) as old, av.open(str(target), "w") as new:
        stream = new.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv444p"
        for number, frame in enumerate(old.decode(video=0)):
            if number == frames:
                break
            new.mux(stream.encode(frame.reformat(*size, format="yuv444p")))
        new.mux(stream.encode(None))


def cut_to(analysis: Analysis, video: Path, frames: int) -> Analysis:
    """The same analysis of the first frames of another rendition of its video."""
    info = probe_video(video)
    assert isinstance(analysis.recording, Recording)
    recording = analysis.recording.take(np.arange(frames), np.zeros(2))
    scale = np.array([info.width / analysis.info.width, info.height / analysis.info.height])
    track = recording.view.track
    view = replace(recording.view, track=track.with_points(track.points * scale))
    return replace(analysis, info=info, recording=replace(recording, view=view))


def test_odd_sizes_become_even(sample_analysis: Analysis, sample_videos: Path, tmp_path: Path) -> None:
    reencode(sample_videos / sample_analysis.report.video.file, tmp_path / "odd.mp4", (321, 241), 2 * 20)
    write_annotated(cut_to(sample_analysis, tmp_path / "odd.mp4", 20), tmp_path / "out.mp4")
    _, times, sizes, _ = decode(tmp_path / "out.mp4")
    assert len(times) == 20
    assert set(sizes) == {(320, 240)}


def test_large_videos_are_shrunk_to_the_size_asked_for(sample_analysis: Analysis, tmp_path: Path) -> None:
    short = cut_to(sample_analysis, sample_analysis.info.path, 10)
    write_annotated(short, tmp_path / "out.mp4", max_short_side=360)
    assert set(decode(tmp_path / "out.mp4")[2]) == {(480, 360)}


def test_a_phone_video_filmed_upright_comes_out_upright(sample_analysis: Analysis, sample_videos: Path, tmp_path: Path) -> None:
    reencode(sample_videos / sample_analysis.report.video.file, tmp_path / "flat.mp4", (320, 240), 2 * 12)
    data = bytearray((tmp_path / "flat.mp4").read_bytes())
    # the track header's display matrix (ISO 14496-12 §8.3.2): a quarter turn, as phones write it
    matrix = data.index(b"tkhd") + 4 + 40
    data[matrix : matrix + 36] = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 240 * 65536, 0, 1 << 30)
    (tmp_path / "phone.mp4").write_bytes(data)
    write_annotated(cut_to(sample_analysis, tmp_path / "phone.mp4", 12), tmp_path / "out.mp4")
    _, times, sizes, rotation = decode(tmp_path / "out.mp4")
    assert len(times) == 12
    assert set(sizes) == {(240, 320)}
    assert rotation == 0


def test_the_knee_is_marked_where_it_was_seen(sample_analysis: Analysis) -> None:
    image = black((720, 960))
    frame = find_top(sample_analysis, sample_analysis.report.reps[0])
    Overlay().annotate(image, sample_analysis, frame)
    x, y = sample_analysis.track.points[frame, Landmark.RIGHT_KNEE]
    assert tuple(image[round(y), round(x)]) == VIDEO["ink"]


def test_a_lifted_heel_is_marked_and_a_planted_one_is_not(sample_analysis: Analysis) -> None:
    clean, lifted = sample_analysis.report.reps[0], sample_analysis.report.reps[1]
    for rep, color in ((clean, "ink"), (lifted, "fault")):
        image = black((720, 960))
        frame = find_top(sample_analysis, rep)
        Overlay().annotate(image, sample_analysis, frame)
        x, y = sample_analysis.track.points[frame, Landmark.RIGHT_HEEL]
        assert tuple(image[round(y), round(x)]) == VIDEO[color]


def test_an_analysis_without_an_exercise_still_gets_its_video(sample_analysis: Analysis) -> None:
    assert isinstance(sample_analysis.recording, Recording)
    nothing = replace(sample_analysis.recording, exercise=None, spans=[])
    bare = replace(sample_analysis, recording=nothing, report=sample_analysis.report.model_copy(update={"reps": []}))
    image = Overlay().annotate(black((720, 960)), bare, 100)
    assert image.max() > 0  # the counter, at zero


@pytest.mark.parametrize("size", SIZES)
def test_unknown_landmarks_draw_nothing(size: tuple[int, int]) -> None:
    image, nowhere = black(size), np.full(2, np.nan)
    draw_leg(image, np.full((33, 2), np.nan), "left")
    draw_inclination(image, nowhere, nowhere, UP, "30°")
    draw_heel_height(image, nowhere, UP, 10.0, "1 cm", foot=30.0 * RIGHT)
    assert image.max() == 0


@pytest.mark.parametrize("size", SIZES)
def test_a_landmark_far_outside_is_drawn_like_one_that_is_not_known(size: tuple[int, int]) -> None:
    points = np.zeros((33, 2))
    points[Landmark.LEFT_ANKLE] = 1e9, -1e9
    unknown = points.copy()
    unknown[Landmark.LEFT_ANKLE] = np.nan
    np.testing.assert_array_equal(draw_leg(black(size), points, "left"), draw_leg(black(size), unknown, "left"))
    assert draw_inclination(black(size), points[Landmark.LEFT_ANKLE], np.zeros(2), UP, "30°").max() == 0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("toward", [1, -1])
def test_the_angle_is_written_behind_the_shank_and_inside_the_picture(size: tuple[int, int], toward: int) -> None:
    height, width = size
    ankle = np.array([width / 2, height * 0.8])
    length = height * 0.3
    knee = ankle + length * np.array([np.sin(0.6) * toward, -np.cos(0.6)])
    image = draw_inclination(black(size), ankle, knee, UP, "34°")
    x0, y0, x1, y1 = drawn_box(image)
    assert 0 <= x0 < x1 < width
    assert 0 <= y0 < y1 < height
    behind, ahead = (x0, x1) if toward > 0 else (x1, x0)
    assert abs(ahead - knee[0]) < 0.05 * width
    assert abs(behind - ankle[0]) > 13  # the letters, on the side away from the knee


@pytest.mark.parametrize("size", SIZES)
def test_counter_and_faults_fit_into_the_picture(size: tuple[int, int]) -> None:
    height, width = size
    counter = drawn_box(draw_counter(black(size), 123, [True, False] * 30))
    faults = drawn_box(draw_faults(black(size), ["Ankles drifted apart", "Not lowered fully"]))
    assert counter[2] < 0.5 * width
    assert counter[3] < 0.5 * height
    assert faults[2] < width
    assert faults[0] > 0
    assert faults[3] < 0.3 * height


def test_a_rep_that_could_not_be_judged_gets_neither_tick_nor_triangle() -> None:
    clean, faulty, unjudged = (draw_counter(black((240, 320)), 1, [mark]).astype(int) for mark in (True, False, None))
    assert np.ptp(unjudged - clean) > 100
    assert np.ptp(unjudged - faulty) > 100
    inked = np.argwhere(np.abs(unjudged - draw_counter(black((240, 320)), 1, [])).max(axis=2) > 100)
    assert np.ptp(inked[:, 1]) > 2 * np.ptp(inked[:, 0])  # it is a dash: wider than high


def test_every_count_is_drawn_differently() -> None:
    pictures = {draw_counter(black((240, 320)), n).tobytes() for n in range(12)}
    assert len(pictures) == 12


def test_drawing_scales_with_the_picture() -> None:
    small, large = (drawn_box(draw_counter(black((k * 360, k * 640)), 7)) for k in (1, 3))
    assert np.allclose(np.array(large) / 3, small, atol=3)


def test_pictures_are_of_the_best_and_the_faulty_reps(sample_analysis: Analysis) -> None:
    pictures = rep_pictures(sample_analysis)
    assert sorted(pictures) == sorted(rep.number for rep in choose_reps(sample_analysis.report))
    assert {rep.number for rep in sample_analysis.report.reps if rep.faults} < set(pictures)
    for data in pictures.values():
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        assert image.shape[1] / image.shape[0] == pytest.approx(4 / 3, rel=0.02)


def test_a_heel_raise_picture_shows_its_height(heel_raise_analysis: Analysis) -> None:
    pictures = rep_pictures(heel_raise_analysis)
    data = next(iter(pictures.values()))
    image = cv2.cvtColor(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    amber = np.linalg.norm(image.astype(float) - VIDEO["watch"], axis=2) < 60
    assert amber.sum() > 100
