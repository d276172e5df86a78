"""The refining pass: once the repetitions are known, their pixels are read again more closely than is possible for a whole video.

Three things are read: how the foot turned (`formcheck.foot`, every frame of every repetition); where knee and ankle are on a
few key frames (the heavy model and MoveNet, each frame and its mirror image), which removes the tracking model's bias; and,
on one frame, how the camera was turned (`formcheck.scene.camera_from_edges`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import cv2
import numpy as np

from formcheck.analysis.film import Film
from formcheck.analysis.key_frames import KeyPose, KeyReader, cut_out, scale_of
from formcheck.analysis.viewpoint import hides_heel
from formcheck.exercises import PoseExercise
from formcheck.foot import FOOT_PER_SHANK, FootFollower, FootMotion, FootPose, find_forward
from formcheck.foot.raised import Raise
from formcheck.foot.silhouette import SEARCHED
from formcheck.pose.track import Landmark, Side
from formcheck.pose.tracker import TRACKING_SHORT_SIDE, count_workers
from formcheck.scene.camera_from_all import estimate_camera
from formcheck.scene.camera_from_edges import CameraTurn, find_camera_turn
from formcheck.scene.view import View
from formcheck.signals.reps import RepSpan
from formcheck.support.arrays import FloatArray, nearest_index
from formcheck.support.progress import Progress
from formcheck.video.frame_cache import KeptFrame
from formcheck.video.frames import Picture, Rgb
from formcheck.video.reader import Image
from formcheck.video.sampling import SAME_FRAME_S

# Repetitions with key frames, a limit for speed: the bias that they remove is one number for the set.
MAX_KEY_REPS = 5
# A repetition's frames are read from this long before its start on, when the foot is still flat.
LEAD_S = 0.4
# A repetition of which more frames than this are missing at its start, as in a live set's memory, is not followed.
LATE = 2
# The foot is flat, and its landmarks are averaged, this long before and after the repetition's start.
REST_S = 0.2
# The floor's slope where the foot stands, 1 σ: a yaw off by 12° where the camera looks down at the feet by 25°, and what an error
# of the pitch adds, per radian: with the usual 8° of a propped-up phone, 0.14 together.
FLOOR_SLOPE_SD, FLOOR_SLOPE_PER_RAD = 0.1, 0.7
# Feet whose middles are nearer to each other than this, in foot lengths (6 cm), stand in the same place.
SAME_PLACE_FEET = 0.25
# A heel raise leaves the toes in place: a rolling sole carries them by up to 0.15 foot lengths, and a landmark wanders by half of
# that. If they travel further, the foot was elsewhere when it was flat.
MAX_TOE_TRAVEL_FEET = 0.25
# A leg reaches this far to either side of the line between its landmarks (4 cm, half an ankle's or a foot's width, and the
# landmarks' error), in foot lengths; the line is tested at this many points.
LEG_REACH_FEET, LINE_POINTS = 0.15, 12
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


@dataclass(frozen=True)
class _Window:
    """One repetition's frames in the track: first, peak and last (inclusive), and whether its key frames are read.

    ``flat`` is the frame on which its foot is flat: the first, or one before the set (`PoseExercise.find_level`).
    """

    first: int
    peak: int
    last: int
    key: bool
    flat: int

    @property
    def apart(self) -> bool:
        """Whether the flat foot is on a frame of its own, which is read before the others."""
        return self.flat != self.first


@dataclass
class Evidence:
    """What the pixels of a set's repetitions have shown so far.

    A film adds all of its repetitions at once, a live set each one when it has ended: what has been read is not read again.
    ``level`` is the frame before the set on which the foot was flat, if it was not where the repetitions begin.
    """

    level: int | None = None

    windows: list[_Window] = field(default_factory=list)
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
        if self.level is None and not self.windows:
            self.level = exercise.find_level(view, spans)
        keyed = MAX_KEY_REPS - sum(w.key for w in self.windows)
        reads_keys = key_frames and (exercise.reads_shank or exercise.lifts_heel)
        windows = _list_windows(view, new, keyed if reads_keys else 0, self.level)
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
            poses = _lay_feet(view, every, turn) if lifts else [_flat_foot(view, w) for w in every]
            new_poses = poses[len(self.windows) :]
            followers = [
                FootFollower(p, w.peak - w.first + w.apart, not lifts, lifts and _stands_free(view, w, p))
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
        for window, seen in zip(self.windows, self._solve(view, exercise), strict=True):
            seen = seen.take(slice(int(window.apart), None))
            rows = slice(window.first, window.first + len(seen.turn_deg))
            motion.put(rows, seen.scaled(1.0 / scale))
        found = self.background or _Background(None, None)
        return Refinement(
            motion,
            self.keys,
            PictureQuality(_measure_drift(self.thumbnails), found.contrast),
            found.turn,
            [f.raised for f in self.followers],
            self._measure_foot(scale),
            self.level,
        )

    def _measure_foot(self, scale: float) -> float | None:
        """Return the median length of the foot, pixels, in the repetitions whose silhouette shows it; None without one."""
        lengths = [f.pose.length_px / scale for f in self.followers if f.filmed is not None]
        return float(np.median(lengths)) if lengths else None

    def _solve(self, view: View, exercise: PoseExercise) -> list[FootMotion]:
        if not exercise.lifts_heel:
            return [follower.measure_turn() for follower in self.followers]
        for window, follower in list(zip(self.windows, self.followers, strict=True))[len(self._raises) :]:
            seen = follower.measure_raise(_move_ankle(view, window, follower.pose, self.keys))
            self._raises.append(seen if _stood(view, window) else FootMotion.empty(len(seen.turn_deg)))
        return self._raises


def _list_windows(view: View, spans: Sequence[RepSpan], keyed: int, level: int | None) -> list[_Window]:
    """Return each repetition's frames; key frames are read in at most ``keyed`` of them, spread over the set."""
    keys = set(np.linspace(0, len(spans) - 1, min(keyed, len(spans))).round().astype(int).tolist())
    time_s, windows = view.time_s, []
    for number, span in enumerate(spans):
        first = int(np.searchsorted(time_s, span.start_s - LEAD_S))
        last = min(len(time_s) - 1, int(np.searchsorted(time_s, span.end_s + 1e-9)))
        windows.append(_Window(first, view.at(span.peak_s), last, number in keys, first if level is None else level))
    return windows


def _read_background(view: View, window: _Window, film: Film) -> _Background:
    """Read what the first frame of a repetition shows besides the person."""
    start_s, scale = float(view.time_s[window.first]), scale_of(view)
    frame = next(iter(film.frames(max(0.0, start_s - SAME_FRAME_S), start_s + SAME_FRAME_S)), None)
    if frame is None:
        return _Background(None, None)
    gray = film.motion.steady(frame.gray(TRACKING_SHORT_SIDE), frame.time_s)
    person = view.track.points[window.first] * scale
    return _Background(find_camera_turn(gray, person, view.scene.focal_px * scale), measure_contrast(gray, person, view.side))


def _read_windows(view: View, windows: list[_Window], followers: list[FootFollower], keys: KeyReader, film: Film) -> list[Image]:
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


def _read_level(view: View, pairs: Sequence[tuple[FootFollower, _Window]], keys: KeyReader, film: Film) -> None:
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


def _rest_of(view: View, frame: int) -> tuple[FloatArray, FloatArray]:
    """Return heel and toe around a frame, (2,) pixels each."""
    around = np.abs(view.time_s - view.time_s[frame]) <= REST_S
    return np.nanmedian(view.leg.heel[around], axis=0), np.nanmedian(view.leg.toe[around], axis=0)


def _flat_foot(view: View, window: _Window) -> FootPose:
    """The working foot where the repetition starts, in the flow picture's pixels."""
    scene, scale = view.scene, scale_of(view)
    heel, toe = _rest_of(view, window.first)
    forward = scene.forward_at((heel + toe) / 2)
    return FootPose.from_landmarks(heel * scale, toe * scale, scene.up, forward, scene.shank_px * scale)


def _lay_feet(view: View, windows: Sequence[_Window], turn: CameraTurn | None) -> list[FootPose]:
    """The working foot where each repetition starts, in the flow picture's pixels, laid along the floor.

    A person who turns between repetitions turns the foot too, so each has its own yaw. Those that start in the same place share
    one direction, the median: the foot stays there, and only its landmarks wander.
    """
    scene, scale = replace(view.scene, camera=estimate_camera(view.scene, view.side, turn)), scale_of(view)
    shank_px = scene.shank_px * scale
    floor_sd = math.hypot(FLOOR_SLOPE_SD, FLOOR_SLOPE_PER_RAD * math.radians(scene.camera.pitch.sd))
    feet = [[place * scale for place in _rest_of(view, w.flat)] for w in windows]
    directions = []
    for window, (heel, toe) in zip(windows, feet, strict=True):
        turned = scene.with_yaw(view.track.points[window.first : window.last + 1])
        ahead = turned.forward_at((heel + toe) / 2 / scale)
        directions.append(find_forward(heel, toe, scene.up, ahead, shank_px, floor_sd=floor_sd))
    middles, all_directions = np.mean(feet, axis=1), np.array(directions)
    poses = []
    for (heel, toe), middle, direction in zip(feet, middles, directions, strict=True):
        same = np.linalg.norm(middles - middle, axis=1) < SAME_PLACE_FEET * FOOT_PER_SHANK * shank_px
        shared = np.median(all_directions[same], axis=0) if same.any() else direction
        poses.append(FootPose.laid_along(heel, toe, scene.up, shared, shank_px))
    return poses


def _stands_free(view: View, window: _Window, pose: FootPose) -> bool:
    """Whether nothing of the other leg is where the flat foot's silhouette is searched; in front of a near foot it cannot be."""
    if view.side == view.scene.near_side:
        return True
    other, around = view.other_leg, np.abs(view.time_s - view.time_s[window.flat]) <= REST_S
    parts = [np.median(path[around], axis=0) * scale_of(view) for path in (other.knee, other.ankle, other.heel, other.toe)]
    knee, ankle, heel, toe = places = pose.in_feet(np.stack(parts))
    if not np.isfinite(places).all():
        return False
    lines = [np.linspace(start, end, LINE_POINTS) for start, end in ((knee, ankle), (ankle, heel), (heel, toe), (ankle, toe))]
    area = np.asarray(SEARCHED, np.float32)
    inside = [cv2.pointPolygonTest(area, (float(x), float(y)), True) for x, y in np.concatenate(lines)]
    return max(inside) < -LEG_REACH_FEET


def _stood(view: View, window: _Window) -> bool:
    """Whether the toes stayed where they were from the flat foot to the top."""
    before, top = (_rest_of(view, frame)[1] for frame in (window.flat, window.peak))
    return not float(np.linalg.norm(top - before)) > MAX_TOE_TRAVEL_FEET * FOOT_PER_SHANK * view.shank_px


def _move_ankle(view: View, window: _Window, pose: FootPose, keys: Sequence[KeyPose]) -> list[FloatArray]:
    """Return how far each network's ankle moved from the flat foot to the peak, (2,) foot lengths forward and up."""
    tracked, time_s = view.leg.ankle, view.time_s
    around = [np.nanmedian(tracked[np.abs(time_s - time_s[k]) <= REST_S / 2], axis=0) for k in (window.flat, window.peak)]
    pairs = [tuple(around)]
    by_frame = {key.frame: key.shanks[:, 1] for key in keys}
    if window.flat in by_frame and window.peak in by_frame:
        pairs += list(zip(by_frame[window.flat], by_frame[window.peak], strict=False))
    moved = [np.diff(pose.in_feet(np.stack(pair) * scale_of(view)), axis=0)[0] for pair in pairs]
    return [m for m in moved if np.isfinite(m).all()]
