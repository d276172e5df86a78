"""The short-foot exercise, measured on films of a drawn foot with exact truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from formcheck.analysis.pipeline import Analysis, run_analysis
from formcheck.analysis.settings import Settings
from formcheck.analysis.sticker_films import make_scene
from formcheck.exercises import EXERCISES
from formcheck.exercises.short_foot import ShortFoot, StickerRecording
from formcheck.export.csv import format_csv
from formcheck.foot.sticker_track import follow_stickers
from formcheck.foot.stickers import find_stickers
from formcheck.report.schema import Athlete
from formcheck.support.errors import InputError
from formcheck.video.reader import VideoInfo
from tests.helpers.feet import STICKER_MM, Camera, Film, write_film

PER_SECOND = 6.0


def follow(film: Film) -> tuple[StickerRecording, np.ndarray]:
    """What the stickers of a film did, and the navicular bone's true height over rest, mm."""
    camera = Camera(film)
    times = np.arange(0.0, film.seconds, 1.0 / PER_SECOND)
    pictures = [camera.draw(t) for t in times]
    track = follow_stickers(zip(times, pictures, strict=True), find_stickers(pictures[:3]))
    height = np.array([film.places(t)["navicular"][1] for t in times])
    scene = make_scene(VideoInfo(Path("foot.mp4"), 1.0, 6.0, 6, 640, 480, 0, 0.0, "h264"), 0.0, "right")
    return StickerRecording.of(track, ShortFoot(), scene, STICKER_MM / track.diameter_px, 250.0), height - height[0]


@pytest.mark.parametrize(
    ("film", "within_mm"),
    [
        (Film(rises_mm=(5.0,), hold_s=1.0, color=(240, 240, 240)), 0.15),
        (Film(rises_mm=(5.0,), hold_s=1.0, color=(30, 90, 220), skin=(95, 62, 45), mirrored=True), 0.15),
        (Film(rises_mm=(4.0,), hold_s=1.0, shake_px=1.5, shake_deg=0.2, light=0.15, noise=5.0), 0.7),
    ],
    ids=["white stickers", "dark skin, right foot", "shaky, noisy, changing light"],
)
def test_the_arch_is_followed_to_a_fraction_of_a_millimeter(film: Film, within_mm: float) -> None:
    seen, truth = follow(film)
    assert np.nanmax(np.abs(seen.arch_mm - truth)) < within_mm
    assert np.isfinite(seen.arch_mm).mean() > 0.95


def test_a_picture_without_round_blobs_has_no_stickers() -> None:
    rng = np.random.default_rng(3)
    picture = np.clip(rng.normal(128, 30, (270, 480, 3)), 0, 255).astype(np.uint8)
    assert find_stickers([picture] * 3) == []


@pytest.fixture(scope="module")
def film() -> Film:
    """Three holds: a good one, one with curled toes, a half one."""
    return Film(rises_mm=(5.0, 4.5, 2.0), curls_mm=(0.0, 4.0, 0.0), hold_s=5.2, nail=True, fps=8.0)


@pytest.fixture(scope="module")
def analysis(film: Film, tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    path = write_film(film, tmp_path_factory.mktemp("foot") / "foot.mp4")
    return run_analysis(path, Settings("short-foot", athlete=Athlete(height_cm=250.0 / 1.52)))


def test_holds_are_counted_and_measured(analysis: Analysis, film: Film) -> None:
    report = analysis.report
    assert (report.exercise, report.side, report.scale.source) == ("short-foot", "left", "sticker")
    assert report.warning_codes == ["low-frame-rate"]  # the film has eight a second, to be quick
    rises = [rep.measures["arch_rise_mm"] for rep in report.reps]
    assert rises == pytest.approx(film.rises_mm, abs=0.3)
    assert [rep.measures["arch_rise_pct_foot"] for rep in report.reps] == pytest.approx([r / 2.5 for r in rises], abs=0.01)  # type: ignore[operator]
    assert [rep.faults for rep in report.reps] == [[], ["toes-curled"], ["partial"]]
    assert all(5.2 <= (rep.measures["hold_s"] or 0.0) <= 6.4 for rep in report.reps)
    assert report.reps[1].measures["joint_lift_mm"] == pytest.approx(4.0, abs=0.4)
    assert report.summary.best == pytest.approx(max(rises), abs=1e-3)  # type: ignore[type-var]


def test_the_table_of_frames_has_the_stickers_and_no_landmarks(analysis: Analysis) -> None:
    header = format_csv(analysis).splitlines()[0].split(",")
    assert {"arch_rise_mm", "navicular_x_px", "joint_y_px", "toe_x_px"} <= set(header)
    assert not any(name.startswith("left_knee") for name in header)


def test_a_foot_that_is_not_named_is_recognized_in_the_message(analysis: Analysis) -> None:
    with pytest.raises(InputError, match="--exercise short-foot"):
        run_analysis(analysis.info.path, Settings(max_fps=1.0))


def test_curled_toes_are_found_without_a_third_sticker() -> None:
    exercise = EXERCISES["short-foot"]
    assert isinstance(exercise, ShortFoot)
    rep = {"arch_rise_mm": 5.0, "hold_s": 5.0, "toe_curl_pct": float("nan")}
    assert exercise.find_faults([{**rep, "joint_lift_mm": 3.0}], []) == [["toes-curled"]]
    assert exercise.find_faults([{**rep, "joint_lift_mm": 0.3}], []) == [[]]
