"""From a close-up film of a foot with stickers to a report: the counterpart of `analysis.pipeline` for films without a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np

from formcheck.analysis.build_report import Measured, drop_impossible_frames, settle_measures
from formcheck.analysis.quality import judge_frame_rate, make_warning
from formcheck.analysis.settings import Settings
from formcheck.exercises.short_foot import ShortFoot, StickerRecording
from formcheck.foot.sticker_track import StickerTrack, follow_stickers
from formcheck.foot.stickers import SAMPLES, are_surely_stickers, find_stickers
from formcheck.pose.track import Side
from formcheck.report.schema import Quality, QualityWarning
from formcheck.scene.camera import first_look
from formcheck.scene.scene import FOOT_PER_HEIGHT, Scene
from formcheck.signals.criteria import Criterion
from formcheck.signals.movements import count_movements
from formcheck.signals.reps import RepSpan
from formcheck.support.arrays import FloatArray
from formcheck.support.errors import InputError
from formcheck.support.progress import Progress
from formcheck.video.frames import Image
from formcheck.video.reader import VideoInfo, read_frames, scale_to

# Stickers are sought and followed at this many lines, a limit for speed.
SHORT_SIDE = 720
# The pictures in which the stickers are sought first are this far apart, so that one blurred moment does not hide them.
SAMPLE_EVERY_S = 0.3
# Shares of the frames on which all stickers are seen: below the first the report warns, below the second there is none. By design.
MIN_SEEN_SHARE = 0.9
MIN_FOLLOWED_SHARE = 0.5


def see_stickers(info: VideoInfo) -> bool:
    """Return whether the beginning of a video clearly shows stickers on a foot."""
    pictures = _read_beginning(info)
    return are_surely_stickers(find_stickers(pictures), pictures)


def _read_beginning(info: VideoInfo) -> list[Image]:
    return [frame.rgb(SHORT_SIDE) for frame in islice(read_frames(info, max_fps=1 / SAMPLE_EVERY_S), SAMPLES)]


def follow_film(info: VideoInfo, max_fps: float | None, progress: Progress | None) -> StickerTrack:
    """Find and follow the stickers of a video, in pixels of its full frame.

    Raises
    ------
    InputError
        If fewer than two stickers are seen at its beginning, or if they are not seen for half of it.
    """
    stickers = find_stickers(_read_beginning(info))
    if not stickers:
        raise InputError(
            f"{info.path}: no two round stickers of one color are seen in its first seconds; put one on the navicular bone and "
            "one on the big-toe joint, and film the foot close from its inner side"
        )

    def report(count: int) -> None:
        if progress and count % 10 == 0 and info.frames:
            expected = info.duration_s * min(info.fps, max_fps or info.fps)
            progress(min(1.0, count / max(expected, 1.0)), "Following the stickers")

    def frames() -> Iterator[tuple[float, Image]]:
        for count, frame in enumerate(read_frames(info, max_fps=max_fps)):
            report(count)
            yield frame.time_s, frame.rgb(SHORT_SIDE)

    track = follow_stickers(frames(), stickers)
    if track.seen.all(axis=1).mean() < MIN_FOLLOWED_SHARE:
        raise InputError(f"{info.path}: the stickers were out of sight for half of it; keep the whole foot in the picture")
    return track.scaled(1.0 / scale_to(info, SHORT_SIDE))


def record(track: StickerTrack, info: VideoInfo, exercise: ShortFoot, settings: Settings) -> StickerRecording:
    """Return what the stickers did, and the repetitions found in the arch's rise."""
    scene = make_scene(info, settings.roll_deg or 0.0, which_foot(track)[1])
    mm_per_px = settings.sticker_mm / track.diameter_px
    height_cm = settings.athlete.height_cm
    film = StickerRecording.of(track, exercise, scene, mm_per_px, 10.0 * FOOT_PER_HEIGHT * height_cm if height_cm else None)
    return replace(film, spans=count_movements(film.time_s, film.arch_mm, np.isfinite(film.arch_mm), exercise.rule).reps)


def which_foot(track: StickerTrack) -> tuple[Side, Side]:
    """Return the foot, and the side of the picture that its toes point to.

    Seen from its inner side, a left foot points to the picture's right.
    """
    ahead = float(np.nanmedian(track.points[:, 1, 0] - track.points[:, 0, 0]))
    return ("left", "right") if ahead > 0 else ("right", "left")


def make_scene(info: VideoInfo, roll_deg: float, facing: Side) -> Scene:
    """Return the scene, as far as it is known without a visible body."""
    size = info.width, info.height
    return Scene(first_look(size, np.nan, np.nan, roll_deg), facing, "side", None, size)


def measure_stickers(film: StickerRecording, info: VideoInfo, max_fps: float | None) -> Measured:
    """Measure and judge the repetitions seen on stickers; at most ``max_fps`` frames a second were asked for."""
    exercise, track, spans = film.exercise, film.stickers, film.spans
    measures, reasons = settle_measures(exercise, [exercise.measure(film, span) for span in spans], spans)
    coverage = float(track.seen.all(axis=1).mean())
    quality = Quality(
        pose_coverage=round(coverage, 4),
        usable=bool(spans),
        warnings=_warn(track, coverage, judge_frame_rate(info, track.time_s, max_fps), any_reps=bool(spans)),
        expected_error={m.name: m.error for m in exercise.measures if m.error is not None},
    )
    seen = [round(_share_seen(track, span), 3) for span in spans]
    return Measured(film, measures, reasons, exercise.find_faults(measures, spans), seen, quality)


def _share_seen(track: StickerTrack, span: RepSpan) -> float:
    frames = (track.time_s >= span.start_s) & (track.time_s <= span.end_s)
    return float(track.seen[frames].all(axis=1).mean()) if frames.any() else 0.0


def _warn(track: StickerTrack, coverage: float, rate: Criterion, *, any_reps: bool) -> list[QualityWarning]:
    return [
        *([make_warning("sticker-lost", 100 * (1 - coverage))] if coverage < MIN_SEEN_SHARE else []),
        *([make_warning("camera-moved")] if not track.steadied else []),
        *([] if rate.holds else [QualityWarning(code="low-frame-rate", message=rate.message)]),
        *([make_warning("no-exercise")] if not any_reps else []),
    ]


def list_signals(recording: StickerRecording) -> dict[str, FloatArray]:
    """Return the (T,) signals over time by name: heights in mm above rest, and the stickers' places in pixels."""
    track = recording.stickers
    places = {
        f"{name}_{axis}_px": track.raw[:, k, column]
        for k, name in enumerate(("navicular", "joint", "toe")[: track.raw.shape[1]])
        for column, axis in enumerate("xy")
    }
    heights = {"arch_rise_mm": recording.arch_mm, "joint_lift_mm": recording.joint_mm, "joint_to_toe_mm": recording.toe_mm}
    return drop_impossible_frames({**heights, **places})
