"""What formcheck saw, drawn on the frames of an analysis, and the annotated video."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from formcheck.exercises.weight_bearing_lunge import LIFTED_PCT_FOOT
from formcheck.export.facts import format_number
from formcheck.pose.track import Landmark, Side
from formcheck.render.colors import VIDEO
from formcheck.render.drawing import draw_dot, draw_label, draw_line, is_drawable, stroke_of
from formcheck.render.marks import (
    LARGE_TEXT,
    draw_counter,
    draw_faults,
    draw_heel_height,
    draw_inclination,
    draw_leg,
    text_size,
)
from formcheck.render.words import name_fault
from formcheck.report.form import find_unjudged
from formcheck.support.arrays import nearest_index
from formcheck.support.language import tr
from formcheck.support.progress import Progress
from formcheck.video.frame_cache import PictureStore
from formcheck.video.frames import Image, Picture
from formcheck.video.reader import read_frames, scale_to
from formcheck.video.writer import VideoSink

if TYPE_CHECKING:
    from formcheck.analysis.pipeline import Analysis

# Pixels of the annotated video. What is drawn can be read, and the file stays small enough to send.
MAX_SHORT_SIDE = 720
# A fault stays on the picture this long after its repetition, so that it can be read.
FAULT_LINGER_S = 1.2
# Frames drawn at the same time, beside the encoder, which is slower.
DRAWERS = 2


class Annotator(Protocol):
    """Draws one thing on one frame of an analysis."""

    def annotate(self, image: Image, analysis: Analysis, frame_index: int) -> Image:
        """Draw in place on an (H, W, 3) RGB image of any size of that frame; return it."""
        ...


def _scale_of(image: Image, analysis: Analysis) -> float:
    """Image pixels per pixel of the full frame."""
    return float(image.shape[1]) / analysis.info.width


def _value(analysis: Analysis, name: str, frame_index: int) -> float:
    signal = analysis.signals.get(name)
    return float("nan") if signal is None else float(signal[frame_index])


class LegAnnotator:
    """The working leg."""

    def annotate(self, image: Image, analysis: Analysis, frame_index: int) -> Image:
        """Draw it, the heel marked where it is off the floor in a repetition that has this fault."""
        if analysis.leg is None:
            return image
        time_s = analysis.track.time_s[frame_index]
        lifting = any("heel-lifted" in rep.faults and rep.start_s <= time_s <= rep.end_s for rep in analysis.report.reps)
        heel_up = lifting and _value(analysis, "heel_rise_pct_foot", frame_index) > LIFTED_PCT_FOOT
        points = analysis.track.points[frame_index] * _scale_of(image, analysis)
        return draw_leg(image, points, analysis.leg, heel_up=heel_up)


class MeasureAnnotator:
    """The exercise's own number over time: the shank's angle, or the heel's height."""

    def __init__(self, angle_decimals: int = 0, text_share: float = LARGE_TEXT) -> None:
        """Write angles with ``angle_decimals``: whole degrees are enough for a moving picture."""
        self._angle_decimals = angle_decimals
        self._text_share = text_share

    def annotate(self, image: Image, analysis: Analysis, frame_index: int) -> Image:
        """Draw it."""
        if analysis.exercise is None or analysis.leg is None:
            return image
        draw = self._angle if analysis.exercise.reads_shank else self._height
        return draw(image, analysis, frame_index, analysis.leg)

    def _angle(self, image: Image, analysis: Analysis, frame_index: int, leg: Side) -> Image:
        points = analysis.track.points[frame_index] * _scale_of(image, analysis)
        ankle, knee = (points[Landmark.of(leg, p)] for p in ("ankle", "knee"))
        angle = _value(analysis, "tibial_inclination_deg", frame_index)
        if not np.isfinite(angle):
            return image
        text, scene = f"{format_number(angle, self._angle_decimals)}°", analysis.scene
        return draw_inclination(image, ankle, knee, scene.up, text, forward=scene.forward, text_share=self._text_share)

    def _height(self, image: Image, analysis: Analysis, frame_index: int, leg: Side) -> Image:
        track, scene = analysis.track, analysis.scene
        time_s = track.time_s[frame_index]
        rep = next((r for r in analysis.report.reps if r.start_s <= time_s <= r.end_s), None)
        if rep is None:
            return image
        scale = _scale_of(image, analysis)
        foot_px = analysis.foot_px * scale
        share = _value(analysis, "heel_rise_pct_foot", frame_index)
        in_cm = _value(analysis, "heel_rise_cm", frame_index)
        text = (
            f"{format_number(in_cm, 1)} cm" if np.isfinite(in_cm) else tr("{share} % of foot").format(share=format_number(share, 0))
        )
        start = int(np.searchsorted(track.time_s, rep.start_s))
        floor = track.points[start, Landmark.of(leg, "heel")] * scale
        return draw_heel_height(
            image, floor, scene.up, share / 100 * foot_px, text, foot=scene.forward * foot_px, text_share=self._text_share
        )


class StickerAnnotator:
    """The stickers of a close film of a foot, and the arch's rise beside the navicular bone's."""

    def __init__(self, text_share: float = LARGE_TEXT) -> None:
        """Write the rise this large, as a share of the picture's shorter side."""
        self._text_share = text_share

    def annotate(self, image: Image, analysis: Analysis, frame_index: int) -> Image:
        """Draw them."""
        if analysis.stickers is None:
            return image
        scale = _scale_of(image, analysis)
        places = analysis.stickers.raw[frame_index] * scale
        width = stroke_of(image, 0.005)
        if is_drawable(image, places[0], places[1]):
            draw_line(image, places[0], places[1], VIDEO["good"], width)
        for place in places:
            if is_drawable(image, place):
                draw_dot(image, place, VIDEO["ink"], width * 1.1)
        rise = _value(analysis, "arch_rise_mm", frame_index)
        if is_drawable(image, places[0]) and np.isfinite(rise):
            anchor = places[0] + analysis.scene.up * analysis.stickers.diameter_px * scale
            toward = -analysis.scene.forward
            draw_label(
                image, f"{format_number(rise, 1)} mm", anchor, text_size(image, self._text_share), VIDEO["watch"], toward=toward
            )
        return image


class CountAnnotator:
    """The repetitions so far, and the faults of the one just done."""

    def annotate(self, image: Image, analysis: Analysis, frame_index: int) -> Image:
        """Draw them."""
        time_s = analysis.track.time_s[frame_index]
        reps = analysis.report.reps
        done = [rep for rep in reps if rep.end_s <= time_s]
        draw_counter(image, len(done), [None if find_unjudged(rep) else not rep.faults for rep in done])
        now = [code for rep in reps if rep.peak_s <= time_s <= rep.end_s + FAULT_LINGER_S for code in rep.faults]
        return draw_faults(image, [name_fault(code) for code in dict.fromkeys(now)])


class Overlay:
    """Everything that is drawn on a frame."""

    def __init__(self, annotators: Sequence[Annotator] | None = None) -> None:
        """Draw with ``annotators``, in their order; leg, number and count by default."""
        self._annotators = (
            annotators if annotators is not None else (LegAnnotator(), MeasureAnnotator(), StickerAnnotator(), CountAnnotator())
        )

    def annotate(self, image: Image, analysis: Analysis, frame_index: int) -> Image:
        """Draw in place on an (H, W, 3) RGB image of frame ``frame_index`` of the analysis, in any size; return it."""
        for annotator in self._annotators:
            image = annotator.annotate(image, analysis, frame_index)
        return image


def write_annotated(
    analysis: Analysis,
    path: str | Path,
    *,
    pictures: PictureStore | None = None,
    progress: Progress | None = None,
    max_short_side: int | None = MAX_SHORT_SIDE,
) -> None:
    """Write the analyzed video with everything drawn in: H.264 that browsers play, one frame for every frame analyzed.

    The frames come from ``pictures`` if the analysis kept all of them; otherwise the original file is read once more. Memory does
    not grow with its length.

    Raises
    ------
    InputError
        If the original can no longer be read.
    OutputError
        If the file cannot be written; none is left behind then.
    Cancelled
        If ``progress`` raised it.
    """
    info, times = analysis.info, analysis.track.time_s
    scale = scale_to(info, max_short_side)
    overlay = Overlay()
    width, height = round(info.width * scale), round(info.height * scale)
    kept = pictures is not None and pictures.holds(len(times))
    frames: Iterable[Picture] = pictures.read(0.0, math.inf) if pictures and kept else read_frames(info, times_s=times)

    def draw(frame: Picture) -> tuple[Image, float]:
        index = nearest_index(times, frame.time_s)
        return overlay.annotate(analysis.steady(frame.rgb(max_short_side), frame.time_s), analysis, index), frame.time_s

    with VideoSink(path, width, height, fps=analysis.track.fps or 30.0) as sink:
        for number, (image, time_s) in enumerate(_map_ahead(draw, frames), start=1):
            sink.write(image, time_s)
            if progress and number % 10 == 0:
                progress(min(1.0, number / len(times)), tr("Drawing the video"))
    if progress:
        progress(1.0, tr("Drawing the video"))


def _map_ahead(draw: Callable[[Picture], tuple[Image, float]], frames: Iterable[Picture]) -> Iterator[tuple[Image, float]]:
    """Draw on every frame, in order, some frames ahead of the encoder, so that drawing and compressing run side by side."""
    waiting: deque[Future[tuple[Image, float]]] = deque()
    with ThreadPoolExecutor(DRAWERS, thread_name_prefix="draw") as pool:
        for frame in frames:
            waiting.append(pool.submit(draw, frame))
            if len(waiting) > DRAWERS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
