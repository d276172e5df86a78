"""Pictures of single moments: the best repetition and every faulty one, at the peak, with the number drawn in."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from formcheck.export.facts import best_rep
from formcheck.pose.track import Landmark
from formcheck.render.overlay import LegAnnotator, MeasureAnnotator, Overlay, StickerAnnotator
from formcheck.report.schema import Rep, SetReport
from formcheck.support.arrays import FloatArray, nearest_index
from formcheck.video.frames import Image
from formcheck.video.reader import Frame, VideoInfo, read_frames

if TYPE_CHECKING:
    from formcheck.analysis.pipeline import Analysis

# Faulty repetitions beyond this many look alike, and a page should stay small enough to send.
MAX_PICTURES = 12
# Moments closer together than this are read in one go: a seek costs about as much as decoding in between.
JUMP_S = 8.0
SAME_TIME_S = 1e-4
MAX_SHORT_SIDE = 1080
PICTURE_HEIGHT = 560
# Shown around the leg, in shank lengths.
MARGIN_SHANKS = 0.55
ASPECT = 4 / 3
JPEG_QUALITY = 82
MIN_PICTURE_PX = 32.0
# Crops of small videos are enlarged so that lines and letters stay fine; beyond this nothing is gained.
MAX_ENLARGEMENT = 2.0
# Letters larger than on the video: these pictures are shown small.
TEXT_SHARE = 0.07


def choose_reps(report: SetReport) -> list[Rep]:
    """Return the repetitions worth a picture: the best, then the faulty ones in their order, at most ``MAX_PICTURES``."""
    best = best_rep(report)
    faulty = [rep for rep in report.reps if rep.faults and rep is not best]
    return ([best] if best else []) + faulty[: MAX_PICTURES - 1]


def rep_pictures(analysis: Analysis) -> dict[int, bytes]:
    """Return JPEG pictures by the number of the repetition: the best one and the faulty ones, at their peaks."""
    times = analysis.track.time_s
    wanted = {find_top(analysis, rep): rep for rep in choose_reps(analysis.report)}
    pictures: dict[int, bytes] = {}
    for index, frame in _read_at(analysis.info, {k: float(times[k]) for k in wanted}):
        rep = wanted[index]
        pictures[rep.number] = encode_jpeg(_draw(analysis, rep, index, analysis.steady(frame.rgb(MAX_SHORT_SIDE), frame.time_s)))
    return dict(sorted(pictures.items()))


def picture_at(analysis: Analysis, time_s: float) -> bytes | None:
    """Return the whole picture at a moment of the video, in seconds, as JPEG; None if no frame is there."""
    for _, frame in _read_at(analysis.info, {0: time_s}):
        return encode_jpeg(analysis.steady(frame.rgb(MAX_SHORT_SIDE), frame.time_s))
    return None


def find_top(analysis: Analysis, rep: Rep) -> int:
    """Return the frame of a repetition on which its angle or height is largest."""
    times = analysis.track.time_s
    reads_shank = analysis.exercise is not None and analysis.exercise.reads_shank
    signal = analysis.signals.get("tibial_inclination_deg" if reads_shank else "heel_rise_pct_foot", np.full(len(times), np.nan))
    inside = np.where((times >= rep.start_s) & (times <= rep.end_s), signal, np.nan)
    return int(np.nanargmax(inside)) if np.isfinite(inside).any() else nearest_index(times, rep.peak_s)


def _read_at(info: VideoInfo, moments: dict[int, float]) -> Iterator[tuple[int, Frame]]:
    """Yield the frames at the moments (index → s), reading close ones in one go and seeking over long gaps."""
    ordered = sorted(moments.items(), key=lambda item: item[1])
    breaks = [k for k in range(1, len(ordered)) if ordered[k][1] - ordered[k - 1][1] > JUMP_S]
    for first, last in itertools.pairwise([0, *breaks, len(ordered)]):
        group = ordered[first:last]
        if not group:
            continue
        pending = iter(group)
        index, moment = next(pending)
        for frame in read_frames(info, max_fps=None, start_s=max(0.0, moment - SAME_TIME_S)):
            if frame.time_s < moment - SAME_TIME_S:
                continue
            yield index, frame
            following = next(pending, None)
            if following is None:
                break
            index, moment = following


def _draw(analysis: Analysis, rep: Rep, frame_index: int, image: Image) -> Image:
    """Cut out the working leg with some margin, bring it to ``PICTURE_HEIGHT``, and draw the number in.

    The drawing comes last, so that letters and lines fit the picture's size and none is cut off.
    """
    height, width = image.shape[:2]
    scale = width / analysis.info.width
    corner, size = _frame_leg(analysis, frame_index, scale, (width, height))
    x0, y0, x1, y1 = (round(float(v)) for v in (*corner, *(corner + size)))
    cut = image[y0:y1, x0:x1]
    factor = min(MAX_ENLARGEMENT, PICTURE_HEIGHT / cut.shape[0])
    size_px = max(1, round(cut.shape[1] * factor)), max(1, round(cut.shape[0] * factor))
    cut = np.asarray(cv2.resize(cut, size_px, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC), np.uint8)
    # The same analysis cut down to two frames: the rep's start, where the heel stood, and its top.
    frames = np.unique([int(np.searchsorted(analysis.track.time_s, rep.start_s)), frame_index])
    info = replace(analysis.info, width=round(size[0] / scale), height=round(size[1] / scale))
    here = replace(analysis, info=info, recording=analysis.recording.take(frames, corner / scale))
    return Overlay(
        [LegAnnotator(), MeasureAnnotator(angle_decimals=1, text_share=TEXT_SHARE), StickerAnnotator(TEXT_SHARE)]
    ).annotate(cut, here, len(frames) - 1)


def _frame_leg(analysis: Analysis, frame_index: int, scale: float, whole: tuple[int, int]) -> tuple[FloatArray, FloatArray]:
    """Return the corner and size of the part of the picture to show, pixels: the whole of it where the leg is not known."""
    full = np.zeros(2), np.array(whole, float)
    if analysis.leg is None:
        return full
    points = analysis.track.points[frame_index, Landmark.of_leg(analysis.leg)] * scale
    margin = MARGIN_SHANKS * analysis.scene.shank_px * scale
    if not (np.isfinite(points).all() and np.isfinite(margin)):
        return full
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    size = high - low
    size = np.maximum(size, size[::-1] * (ASPECT, 1 / ASPECT))
    size = np.clip(size, MIN_PICTURE_PX, full[1])
    return np.clip((low + high - size) / 2, 0, full[1] - size), size


def encode_jpeg(image: Image) -> bytes:
    """Return an RGB picture as JPEG."""
    ok, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not ok:
        raise ValueError(f"a picture of shape {image.shape} cannot be written as JPEG")
    return data.tobytes()
