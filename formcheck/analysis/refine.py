"""The refining pass: once the repetitions are known, their pixels are read again more closely than is possible for a whole video.

Three things are read: how the foot turned (`formcheck.foot`, every frame of every repetition); where knee and ankle are on a
few key frames (the heavy model and MoveNet, each frame and its mirror image), which removes the tracking model's bias; and,
on one frame, how the camera was turned (`formcheck.scene.camera_from_edges`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

import cv2
import numpy as np

from formcheck.analysis.film import Film
from formcheck.analysis.flat_feet import (
    Window,
    drop_contradicted,
    flat_foot,
    lay_feet,
    list_windows,
    move_ankle,
    stands_free,
    stood,
)
from formcheck.analysis.key_frames import KeyPose, KeyReader, cut_out, scale_of
from formcheck.analysis.viewpoint import hides_heel
from formcheck.exercises import PoseExercise
from formcheck.foot import FootFollower, FootMotion
from formcheck.foot.raised import Raise, drop_odd
from formcheck.foot.rest import find_rest
from formcheck.pose.track import Landmark, Side
from formcheck.pose.tracker import TRACKING_SHORT_SIDE
from formcheck.scene.camera_from_edges import CameraTurn, find_camera_turn
from formcheck.scene.view import View
from formcheck.signals.reps import RepSpan
from formcheck.support.arrays import FloatArray, nearest_index
from formcheck.support.cores import count_workers
from formcheck.support.progress import Progress
from formcheck.video.frame_cache import KeptFrame
from formcheck.video.frames import Image, Picture, Rgb
from formcheck.video.sampling import SAME_FRAME_S

# Repetitions with key frames, a limit for speed: the bias that they remove is one number for the set.
MAX_KEY_REPS = 5
# A repetition of which more frames than this are missing at its start, as in a live set's memory, is not followed.
LATE = 2
# Camera movement is measured in a picture of this size.
THUMBNAIL = (160, 120)


@dataclass(frozen=True)
class PictureQuality:
    """The quality of the pictures: ``drift`` is how far they moved as a whole between repetitions, in picture widths.

    ``contrast`` is the spread of brightness where the working leg is, of 255; None if it was not measured.
    """

    drift: float = 0.0
    contrast: float | None = None


@dataclass(frozen=True)
class Refinement:
    """The results of the refining pass; ``turn`` is None if the background does not show how the camera was turned.

    ``raises`` has, of each repetition in which a heel was seen to rise, what each source says of the rise at the peak and what they
    say together; their unit is the foot's length. ``foot_px`` is that length where the foot stands, pixels, if its silhouette
    shows it. ``level`` is the frame from whose flat foot all heights are measured; None if it is where each repetition begins.
    """

    foot: FootMotion
    keys: list[KeyPose]
    picture: PictureQuality = field(default_factory=PictureQuality)
    turn: CameraTurn | None = None
    raises: Sequence[Raise | None] = ()
    foot_px: float | None = None
    level: int | None = None


class _Background(NamedTuple):
    """What one frame shows besides the person: how the camera was turned, and the contrast of the working leg."""

    turn: CameraTurn | None
    contrast: float | None


@dataclass
class Evidence:
    """What the pixels of a set's repetitions have shown so far.

    A film adds all of its repetitions at once, a live set each one when it has ended: what has been read is not read again.
    ``level`` is the frame before or after the set on which the foot was flat, if it was not where the repetitions begin; it is
    looked for unless it ``is_placed``.
    """

    level: int | None = None
    is_placed: bool = False

    windows: list[Window] = field(default_factory=list)
    followers: list[FootFollower] = field(default_factory=list)
    thumbnails: list[Image] = field(default_factory=list)
    keys: list[KeyPose] = field(default_factory=list)
    background: _Background | None = None
    _raises: list[FootMotion] = field(default_factory=list)

    def add(
        self,
        view: View,
        exercise: PoseExercise,
        spans: Sequence[RepSpan],
        film: Film,
        *,
        key_frames: bool = True,
        progress: Progress | None = None,
    ) -> None:
        """Read the frames of the repetitions that have not been read.

        Parameters
        ----------
        spans
            All repetitions so far, beginning with those of the last call.
        key_frames
            Whether there is time to read knee and ankle again, with the heavy model and MoveNet, if the exercise needs it.
        """
        new = spans[len(self.windows) :]
        # a foot pointing at the camera turns out of the image plane
        if not new or hides_heel(view.scene, exercise) or view.from_front or not exercise.reads_foot:
            return
        if not self.is_placed:
            self.level, self.is_placed = exercise.find_level(view, spans), True
        keyed = MAX_KEY_REPS - sum(w.key for w in self.windows)
        reads_keys = key_frames and (exercise.reads_shank or exercise.lifts_heel)
        windows = list_windows(view, new, keyed if reads_keys else 0, self.level)
        lifts, every = exercise.lifts_heel, [*self.windows, *windows]
        at_once = count_workers(film.settings.workers)
        groups = [g for g in np.array_split(np.arange(len(windows)), min(at_once, len(windows))) if len(g)]
        pool = ThreadPoolExecutor(len(groups), thread_name_prefix="refine")
        # on a single core, the key frames are read on the same thread, after the rest
        with pool, KeyReader(view, pool if at_once == 1 else None) as keys:
            if any(w.key for w in windows):
                keys.load()
            background = pool.submit(_read_background, view, windows[0], film) if self.background is None else None
            turn = self._take_background(background).turn if lifts else None
            poses = lay_feet(view, every, turn) if lifts else [flat_foot(view, w) for w in every]
            new_poses = poses[len(self.windows) :]
            followers = [
                FootFollower(
                    p,
                    w.index_of(w.peak),
                    stays_down=not lifts,
                    outlined=lifts and stands_free(view, w, p),
                    low=w.index_of(w.end) if w.apart else None,
                )
                for p, w in zip(new_poses, windows, strict=True)
            ]
            futures = [
                pool.submit(_read_windows, view, [windows[k] for k in g], [followers[k] for k in g], keys, film) for g in groups
            ]
            for number, future in enumerate(futures):
                self.thumbnails += future.result()
                if progress:
                    progress((number + 1) / len(groups), "Measuring the foot")
            self._take_background(background)
            self.keys += keys.collect()
        self.windows += windows
        self.followers += followers

    def _take_background(self, reading: Future[_Background] | None) -> _Background:
        if self.background is None:
            self.background = reading.result() if reading else _Background(None, None)
        return self.background

    def settle(self, view: View, exercise: PoseExercise) -> Refinement:
        """Return what the pixels read so far show of the repetitions, all of them taken together."""
        motion, scale = FootMotion.empty(len(view.track)), scale_of(view)
        lowest = {}
        motions = self._solve(view, exercise)
        raises = drop_odd([f.raised for f in self.followers])
        for window, follower, seen, raised in zip(self.windows, self.followers, motions, raises, strict=True):
            if raised is not follower.raised:  # dropped
                continue
            shown = seen.take(slice(int(window.apart), None)).scaled(1.0 / scale)
            motion.put(slice(window.first, window.first + len(shown.turn_deg)), shown)
            if window.apart and len(shown.turn_deg) > window.end - window.first:
                lowest[window.end] = shown.heel_rise_px[window.end - window.first]
        for frame, height_px in lowest.items():  # where the next repetition's frames may have been put over it
            motion.heel_rise_px[frame] = height_px
        found = self.background or _Background(None, None)
        return Refinement(
            motion,
            self.keys,
            PictureQuality(_measure_drift(self.thumbnails), found.contrast),
            found.turn,
            raises,
            self._measure_foot(scale),
            self.level,
        )

    def _measure_foot(self, scale: float) -> float | None:
        """Return the median length of the foot, pixels, in the repetitions whose silhouette shows it; None without one."""
        lengths = [f.pose.length_px / scale for f in self.followers if f.filmed is not None]
        return float(np.median(lengths)) if lengths else None

    def _solve(self, view: View, exercise: PoseExercise) -> list[FootMotion]:
        if not exercise.lifts_heel:
            pairs = zip(self.windows, self.followers, strict=True)
            return [drop_contradicted(view, window, f.pose, f.measure_turn()) for window, f in pairs]
        for window, follower in list(zip(self.windows, self.followers, strict=True))[len(self._raises) :]:
            follower.rest_on(*find_rest(follower, self.followers))
            moved = [move_ankle(view, window, frame, follower.pose, self.keys) for frame in (window.peak, window.end)]
            seen = follower.measure_raise(*moved)
            self._raises.append(seen if stood(view, window) else FootMotion.empty(len(seen.turn_deg)))
        return self._raises


def _read_background(view: View, window: Window, film: Film) -> _Background:
    """Read what the first frame of a repetition shows besides the person."""
    start_s, scale = float(view.time_s[window.first]), scale_of(view)
    frame = next(iter(film.frames(max(0.0, start_s - SAME_FRAME_S), start_s + SAME_FRAME_S)), None)
    if frame is None:
        return _Background(None, None)
    gray = film.motion.steady(frame.gray(TRACKING_SHORT_SIDE), frame.time_s)
    person = view.track.points[window.first] * scale
    return _Background(find_camera_turn(gray, person, view.scene.focal_px * scale), measure_contrast(gray, person, view.side))


def _read_windows(view: View, windows: list[Window], followers: list[FootFollower], keys: KeyReader, film: Film) -> list[Image]:
    """Feed the followers the frames of some neighboring repetitions; return a thumbnail of each repetition's first frame."""
    track = view.track
    thumbnails: list[Image] = []
    wanted_keys = {frame for w in windows if w.key for frame in (w.flat, w.peak)}
    _read_level(view, [(f, w) for f, w in zip(followers, windows, strict=True) if w.apart], keys, film)
    start_s = max(0.0, float(track.time_s[windows[0].first]) - SAME_FRAME_S)
    stop_s = float(track.time_s[windows[-1].last]) + SAME_FRAME_S
    for frame in film.frames(start_s, stop_s):
        index = nearest_index(track.time_s, frame.time_s)
        if abs(track.time_s[index] - frame.time_s) > SAME_FRAME_S:
            continue
        watching = [
            (f, w)
            for f, w in zip(followers, windows, strict=True)
            if f.frames >= w.apart and w.first <= index <= (w.last if f.frames > w.apart else w.first + LATE)
        ]
        if not watching:
            continue
        if starting := [f for f, w in watching if f.frames == w.apart]:
            gray = film.motion.steady(frame.gray(TRACKING_SHORT_SIDE), frame.time_s)
            thumbnails += [np.asarray(cv2.resize(gray, THUMBNAIL, interpolation=cv2.INTER_AREA), np.uint8)] * len(starting)
        rgb = _read_colors(frame, film)
        for follower, _ in watching:
            follower.feed(rgb)
        if index in wanted_keys:
            keys.read(index, rgb)
    return thumbnails


def _read_level(view: View, pairs: Sequence[tuple[FootFollower, Window]], keys: KeyReader, film: Film) -> None:
    """Feed the followers the frame of the flat foot that lies before their repetitions; a live set may have forgotten it."""
    if not pairs:
        return
    at, level_s = pairs[0][1].flat, float(view.time_s[pairs[0][1].flat])
    frame = next(iter(film.frames(max(0.0, level_s - SAME_FRAME_S), level_s + SAME_FRAME_S)), None)
    if frame is None:
        return
    rgb = _read_colors(frame, film)
    for follower, _ in pairs:
        follower.feed(rgb)
    if any(window.key for _, window in pairs):
        keys.read(at, rgb)


def _read_colors(frame: Picture, film: Film) -> Rgb:
    """Return a frame's colors as the followers read them, without the camera's motion."""
    if isinstance(frame, KeptFrame) and film.motion.still:
        return frame.rgb_parts(TRACKING_SHORT_SIDE)
    return film.motion.steady(frame.rgb(TRACKING_SHORT_SIDE), frame.time_s)


def _measure_drift(thumbnails: list[Image]) -> float:
    """Return the largest shift of the picture between the first repetition's rest and another's, in picture widths.

    Phase correlation of the whole picture: the person rests in the same pose, so what moves is the camera.
    """
    window = cv2.createHanningWindow(THUMBNAIL, cv2.CV_32F)
    pictures = [np.asarray(t, np.float32) for t in thumbnails]
    shifts = [cv2.phaseCorrelate(pictures[0], later, window)[0] for later in pictures[1:]]
    return max((math.hypot(x, y) / THUMBNAIL[0] for x, y in shifts), default=0.0)


def measure_contrast(gray: Image, points: FloatArray, side: Side) -> float | None:
    """Return the difference between the darkest and brightest twentieth of a leg in a picture, 0..255; None if it is not seen.

    ``gray`` is (H, W), ``points`` (33, 2) its pixels.
    """
    leg = points[[Landmark.of(side, part) for part in ("knee", "ankle", "heel", "foot_index")]]
    if not np.isfinite(leg).all():
        return None
    dark, bright = np.percentile(cut_out(gray, leg)[0], (5, 95))
    return float(bright - dark)
