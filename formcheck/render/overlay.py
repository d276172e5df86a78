"""What formcheck saw, drawn on the video: the working leg, the live number, the count, the faults.

The ``draw_*`` functions take an RGB image and points in its pixels, and know nothing of where they come from: the live view and
the annotated file draw with the same ones.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from formcheck.exercises.half_kneeling import LIFTED_PCT_FOOT
from formcheck.export.facts import format_number
from formcheck.foot import FOOT_PER_SHANK
from formcheck.pose.track import Landmark, Side
from formcheck.render.colours import VIDEO
from formcheck.render.drawing import (
    draw_arc,
    draw_check_mark,
    draw_dashes,
    draw_dot,
    draw_label,
    draw_line,
    draw_plate,
    draw_text,
    draw_warning_mark,
    is_drawable,
    measure_text,
    stroke_of,
    unit_of,
)
from formcheck.render.words import name_fault
from formcheck.signals.geometry import rotate
from formcheck.support.arrays import FloatArray, nearest_index
from formcheck.support.errors import OutputError
from formcheck.support.progress import Progress
from formcheck.video.frame_cache import PictureStore
from formcheck.video.frames import Image
from formcheck.video.reader import read_frames, scale_to
from formcheck.video.writer import VideoSink

if TYPE_CHECKING:
    from formcheck.analysis.pipeline import Analysis
    from formcheck.analysis.refine import Picture

MAX_SHORT_SIDE = 720
# A fault stays on the picture this long after its repetition, to be read.
FAULT_LINGER_S = 1.2
# As many marks as fit under the counter; of a longer set the last ones are shown.
MAX_MARKS = 15
MARKS_A_ROW = 5
# Frames drawn on at once, beside the encoder, which is the slower.
DRAWERS = 2
LARGE_TEXT, SMALL_TEXT = 0.058, 0.036


def _text_size(image: Image, share: float) -> int:
    """Return letters' height for the picture: ``share`` of the shorter side, but never too small to read."""
    return max(13, round(unit_of(image) * share))


def draw_leg(image: Image, points: FloatArray, side: Side, *, heel_up: bool = False) -> Image:
    """Draw the working leg: hip, knee, ankle, heel and toe of (33, 2) landmarks in the image's pixels.

    ``heel_up`` marks a heel that should be on the floor and is not. Landmarks that are not known are left out.
    """
    hip, knee, ankle, heel, toe = (points[Landmark.of(side, p)] for p in ("hip", "knee", "ankle", "heel", "foot_index"))
    width = stroke_of(image)
    bones = [(hip, knee), (knee, ankle), (ankle, heel), (heel, toe), (ankle, toe)]
    for start, stop in bones:
        if is_drawable(image, start, stop):
            draw_line(image, start, stop, VIDEO["good"], width)
    for joint in (hip, knee, ankle, toe):
        if is_drawable(image, joint):
            draw_dot(image, joint, VIDEO["ink"], width * 1.1)
    if is_drawable(image, heel):
        draw_dot(image, heel, VIDEO["fault"] if heel_up else VIDEO["ink"], width * (1.8 if heel_up else 1.1))
    return image


def draw_inclination(
    image: Image,
    ankle: FloatArray,
    knee: FloatArray,
    up: FloatArray,
    angle_deg: float,
    *,
    forward: FloatArray | None = None,
    decimals: int = 0,
    text_share: float = LARGE_TEXT,
) -> Image:
    """Draw the shank's angle against the vertical: the vertical through the ankle, the arc, and the number behind it.

    Parameters
    ----------
    ankle, knee
        (2,) pixels.
    up, forward
        (2,) unit vectors in the image; without ``forward`` the number is written on the side away from the knee.
    angle_deg
        The number to write, degrees: the tibial inclination, which may have been corrected for the view.
    text_share
        The number's height as a share of the picture's shorter side.
    """
    if not (is_drawable(image, ankle, knee) and np.isfinite(angle_deg)):
        return image
    shank = knee - ankle
    length = float(np.linalg.norm(shank))
    if length < 1.0:
        return image
    if forward is None:
        right = rotate(up, 90.0)
        forward = right if shank @ right >= 0 else -right
    width = stroke_of(image, 0.005)
    draw_dashes(image, ankle, ankle + up * length, VIDEO["ink"], max(2, width * 2 // 3))
    draw_line(image, ankle, knee, VIDEO["watch"], width)
    start, stop = (float(np.degrees(np.arctan2(v[1], v[0]))) for v in (up, shank))
    stop = start + (stop - start + 180.0) % 360.0 - 180.0
    draw_arc(image, ankle, length * 0.55, start, stop, VIDEO["watch"], width)
    for joint in (ankle, knee):
        draw_dot(image, joint, VIDEO["ink"], width)
    text = f"{format_number(angle_deg, decimals)}°"
    draw_label(image, text, ankle + up * length * 0.3, _text_size(image, text_share), VIDEO["watch"], towards=-forward)
    return image


def draw_heel_height(
    image: Image,
    floor: FloatArray,
    up: FloatArray,
    rise_px: float,
    text: str,
    *,
    forward: FloatArray,
    foot_px: float,
    text_share: float = LARGE_TEXT,
) -> Image:
    """Draw how high the heel is: the level it stood on, a bar from there, and the number behind it.

    Parameters
    ----------
    floor
        (2,) pixels, where the heel stood.
    rise_px, foot_px
        How far it has risen, and the foot's length (for the level line), in the image's pixels.
    """
    if not (is_drawable(image, floor) and np.isfinite(rise_px)):
        return image
    width = stroke_of(image, 0.005)
    behind = floor - forward * foot_px * 0.18
    top = behind + up * rise_px
    cap = forward * foot_px * 0.07
    draw_dashes(image, floor - forward * foot_px * 0.35, floor + forward * foot_px, VIDEO["ink"], max(2, width * 2 // 3))
    draw_line(image, behind, top, VIDEO["watch"], width)
    draw_line(image, top - cap, top + cap, VIDEO["watch"], width)
    anchor = behind - cap + up * max(rise_px, foot_px * 0.1)
    draw_label(image, text, anchor, _text_size(image, text_share), VIDEO["watch"], towards=-forward)
    return image


def draw_counter(image: Image, count: int, marks: Sequence[bool] = ()) -> Image:
    """Write the count in the upper left corner; under it a tick for every clean repetition and a triangle for every faulty one.

    ``marks`` holds whether each repetition so far was clean.
    """
    unit = unit_of(image)
    margin, pad = unit * 0.03, unit * 0.022
    big, small = _text_size(image, 0.13), _text_size(image, SMALL_TEXT)
    shown = list(marks)[-MAX_MARKS:]
    rows = [shown[k : k + MARKS_A_ROW] for k in range(0, len(shown), MARKS_A_ROW)]
    size = small * 0.85
    number, word = str(count), "rep" if count == 1 else "reps"
    number_width, number_height = measure_text(number, big)
    word_width, _ = measure_text(word, small)
    width = 2 * pad + max(number_width + small * 0.4 + word_width, MARKS_A_ROW * size * 1.25)
    draw_plate(image, margin, margin, width, number_height + pad + len(rows) * size * 1.4, radius=unit * 0.02)
    draw_text(image, number, margin + pad, margin + pad * 0.3, big, VIDEO["ink"])
    # the word stands on the number's baseline: Inter's ascent is 0.97 of its size
    draw_text(
        image, word, margin + pad + number_width + small * 0.4, margin + pad * 0.3 + 0.97 * (big - small), small, VIDEO["ink_soft"]
    )
    for row, entries in enumerate(rows):
        for column, clean in enumerate(entries):
            place = margin + pad + column * size * 1.25, margin + number_height + pad * 0.3 + row * size * 1.4
            (draw_check_mark if clean else draw_warning_mark)(image, *place, size, VIDEO["good" if clean else "fault"])
    return image


def draw_faults(image: Image, labels: Sequence[str]) -> Image:
    """Write faults in the upper right corner, one under the other."""
    unit = unit_of(image)
    size = _text_size(image, SMALL_TEXT * 1.15)
    margin, pad = unit * 0.03, size * 0.5
    top = margin
    for label in labels:
        width, height = measure_text(label, size)
        whole = width + size * 1.3 + 2 * pad
        left = image.shape[1] - margin - whole
        draw_plate(image, left, top, whole, height + pad, radius=unit * 0.014, opacity=0.85)
        draw_warning_mark(image, left + pad, top + pad / 2 + (height - size) / 2, size, VIDEO["fault"])
        draw_text(image, label, left + pad + size * 1.3, top + pad / 2, size, VIDEO["fault"])
        top += height + pad * 1.6
    return image


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
        if analysis.detection is None:
            return image
        time_s = analysis.track.time_s[frame_index]
        lifting = any("heel-lifted" in rep.faults and rep.start_s <= time_s <= rep.end_s for rep in analysis.report.reps)
        heel_up = lifting and _value(analysis, "heel_rise_pct_foot", frame_index) > LIFTED_PCT_FOOT
        points = analysis.track.points[frame_index] * _scale_of(image, analysis)
        return draw_leg(image, points, analysis.detection.leg, heel_up=heel_up)


class MeasureAnnotator:
    """The drill's own number, live: the shank's angle, or the heel's height."""

    def __init__(self, angle_decimals: int = 0, text_share: float = LARGE_TEXT) -> None:
        """Write angles with ``angle_decimals``: whole degrees are enough for a moving picture."""
        self._angle_decimals = angle_decimals
        self._text_share = text_share

    def annotate(self, image: Image, analysis: Analysis, frame_index: int) -> Image:
        """Draw it."""
        if analysis.detection is None:
            return image
        if analysis.detection.exercise.reads_shank:
            return self._angle(image, analysis, frame_index)
        return self._height(image, analysis, frame_index)

    def _angle(self, image: Image, analysis: Analysis, frame_index: int) -> Image:
        assert analysis.detection is not None
        points = analysis.track.points[frame_index] * _scale_of(image, analysis)
        ankle, knee = (points[Landmark.of(analysis.detection.leg, p)] for p in ("ankle", "knee"))
        angle = _value(analysis, "tibial_inclination_deg", frame_index)
        return draw_inclination(
            image,
            ankle,
            knee,
            analysis.scene.up,
            angle,
            forward=analysis.scene.forward,
            decimals=self._angle_decimals,
            text_share=self._text_share,
        )

    def _height(self, image: Image, analysis: Analysis, frame_index: int) -> Image:
        assert analysis.detection is not None
        track, scene = analysis.track, analysis.scene
        time_s = track.time_s[frame_index]
        rep = next((r for r in analysis.report.reps if r.start_s <= time_s <= r.end_s), None)
        if rep is None:
            return image
        scale = _scale_of(image, analysis)
        foot_px = FOOT_PER_SHANK * scene.shank_px * scale
        share = _value(analysis, "heel_rise_pct_foot", frame_index)
        in_cm = _value(analysis, "heel_rise_cm", frame_index)
        text = f"{format_number(in_cm, 1)} cm" if np.isfinite(in_cm) else f"{format_number(share, 0)} % of foot"
        start = int(np.searchsorted(track.time_s, rep.start_s))
        floor = track.points[start, Landmark.of(analysis.detection.leg, "heel")] * scale
        return draw_heel_height(
            image, floor, scene.up, share / 100 * foot_px, text, forward=scene.forward, foot_px=foot_px, text_share=self._text_share
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
            towards = -analysis.scene.forward
            draw_label(
                image, f"{format_number(rise, 1)} mm", anchor, _text_size(image, self._text_share), VIDEO["watch"], towards=towards
            )
        return image


class CountAnnotator:
    """The repetitions so far, and the faults of the one just done."""

    def annotate(self, image: Image, analysis: Analysis, frame_index: int) -> Image:
        """Draw them."""
        time_s = analysis.track.time_s[frame_index]
        reps = analysis.report.reps
        done = [rep for rep in reps if rep.end_s <= time_s]
        draw_counter(image, len(done), [not rep.faults for rep in done])
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
    """Write the analysed video with everything drawn in: H.264 that browsers play, one frame for every frame analysed.

    The frames come from ``pictures`` where the analysis kept all of them there, else the original file is streamed once more;
    memory does not grow with its length.

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
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written ({(error.strerror or 'no such folder').lower()}); choose another folder"
        ) from error
    width, height = round(info.width * scale), round(info.height * scale)
    kept = pictures is not None and pictures.holds(len(times))
    frames: Iterable[Picture] = pictures.read(0.0, math.inf) if pictures and kept else read_frames(info, times_s=times)

    def draw(frame: Picture) -> tuple[Image, float]:
        index = nearest_index(times, frame.time_s)
        return overlay.annotate(analysis.steady(frame).rgb(max_short_side), analysis, index), frame.time_s

    with VideoSink(path, width, height, fps=analysis.track.fps or 30.0) as sink:
        for number, (image, time_s) in enumerate(_map_ahead(draw, frames), start=1):
            sink.write(image, time_s)
            if progress and number % 10 == 0:
                progress(min(1.0, number / len(times)), "Drawing the video")
    if progress:
        progress(1.0, "Drawing the video")


def _map_ahead(draw: Callable[[Picture], tuple[Image, float]], frames: Iterable[Picture]) -> Iterator[tuple[Image, float]]:
    """Draw on every frame, in order, some frames ahead of who takes them, so that drawing and compressing go on side by side."""
    waiting: deque[Future[tuple[Image, float]]] = deque()
    with ThreadPoolExecutor(DRAWERS, thread_name_prefix="draw") as pool:
        for frame in frames:
            waiting.append(pool.submit(draw, frame))
            if len(waiting) > DRAWERS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
