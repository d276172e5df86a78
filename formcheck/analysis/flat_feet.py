"""Where a repetition's foot lies when it is flat, and which frames of the repetition show what."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from formcheck.analysis.key_frames import KeyPose, scale_of
from formcheck.foot import FOOT_PER_SHANK, FootMotion, FootPose, find_forward
from formcheck.foot.raised import ANKLE_SD, MAX_GAP_SD
from formcheck.foot.rigid import turn_of_ankle
from formcheck.foot.silhouette import SEARCHED
from formcheck.scene.camera_from_all import estimate_camera
from formcheck.scene.camera_from_edges import CameraTurn
from formcheck.scene.view import View
from formcheck.signals.reps import RepSpan
from formcheck.support.arrays import FloatArray, median_known

# A repetition's frames are read from this long before its start on, when the foot is still flat.
LEAD_S = 0.4
# The foot is flat, and its landmarks are averaged, this long before and after the repetition's start.
REST_S = 0.2
# The floor's slope where the foot stands, 1 σ: a yaw off by 12° where the camera looks down at the feet by 25°, and what an error
# of the pitch adds, per radian: with 11°, where nothing shows the pitch, 0.17 together.
FLOOR_SLOPE_SD, FLOOR_SLOPE_PER_RAD = 0.1, 0.7
# Feet whose middles are nearer to each other than this, in foot lengths (6 cm), stand in the same place.
SAME_PLACE_FEET = 0.25
# A heel raise leaves the toes in place: a rolling sole carries them by up to 0.15 foot lengths, and a landmark wanders by half of
# that. If they travel further, the foot was elsewhere when it was flat.
MAX_TOE_TRAVEL_FEET = 0.25
# A leg reaches this far to either side of the line between its landmarks (4 cm, half an ankle's or a foot's width, and the
# landmarks' error), in foot lengths; the line is tested at this many points.
LEG_REACH_FEET, LINE_POINTS = 0.15, 12


@dataclass(frozen=True, kw_only=True)
class Window:
    """One repetition's frames in the track.

    Attributes
    ----------
    first, last
        The frames that are read, both included: from `LEAD_S` before the repetition on.
    flat
        The frame on which its foot is flat: the first, or one apart from the set (`PoseExercise.find_level`).
    peak, end
        The frames of the repetition's peak and end; in a set on a step, the heel hangs where it ends.
    key
        Whether its key frames are read.
    """

    first: int
    flat: int
    peak: int
    end: int
    last: int
    key: bool

    @property
    def apart(self) -> bool:
        """Whether the flat foot is on a frame of its own, which is read before the others."""
        return self.flat != self.first

    def index_of(self, frame: int) -> int:
        """Return a frame's index among those that the window's follower is fed."""
        return frame - self.first + self.apart


def list_windows(view: View, spans: Sequence[RepSpan], keyed: int, level: int | None) -> list[Window]:
    """Return each repetition's frames; key frames are read in at most ``keyed`` of them, spread over the set."""
    keys = set(np.linspace(0, len(spans) - 1, min(keyed, len(spans))).round().astype(int).tolist())
    time_s, windows = view.time_s, []
    for number, span in enumerate(spans):
        first = int(np.searchsorted(time_s, span.start_s - LEAD_S))
        last = min(len(time_s) - 1, int(np.searchsorted(time_s, span.end_s + 1e-9)))
        flat = first if level is None else level
        peak, end = view.at(span.peak_s), view.at(span.end_s)
        windows.append(Window(first=first, flat=flat, peak=peak, end=end, last=last, key=number in keys))
    return windows


def _rest_of(view: View, frame: int) -> tuple[FloatArray, FloatArray]:
    """Return heel and toe around a frame, (2,) pixels each."""
    around = np.abs(view.time_s - view.time_s[frame]) <= REST_S
    return _middle_of(view.leg.heel[around]), _middle_of(view.leg.toe[around])


def _middle_of(path: FloatArray) -> FloatArray:
    """Return the (2,) median of a path's known places; NaN if there is none."""
    return np.array([median_known(along) for along in path.T])


def flat_foot(view: View, window: Window) -> FootPose:
    """The working foot where the repetition starts, in the flow picture's pixels."""
    scene, scale = view.scene, scale_of(view)
    heel, toe = _rest_of(view, window.first)
    forward = scene.forward_at((heel + toe) / 2)
    return FootPose.from_landmarks(heel * scale, toe * scale, scene.up, forward, scene.shank_px * scale)


def lay_feet(view: View, windows: Sequence[Window], turn: CameraTurn | None) -> list[FootPose]:
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


def stands_free(view: View, window: Window, pose: FootPose) -> bool:
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


def stood(view: View, window: Window) -> bool:
    """Whether the toes stayed where they were from the flat foot to the top."""
    before, top = (_rest_of(view, frame)[1] for frame in (window.flat, window.peak))
    return not float(np.linalg.norm(top - before)) > MAX_TOE_TRAVEL_FEET * FOOT_PER_SHANK * view.shank_px


def drop_contradicted(view: View, window: Window, pose: FootPose, seen: FootMotion) -> FootMotion:
    """Return the motion of a foot that should stay down without the lifts that the ankle's landmark contradicts.

    A heel that lifts takes the ankle's axis along, by four fifths of its rise. As for a raised foot (`foot.raised`), pixels and
    ankle that differ by more than `MAX_GAP_SD` of its error (4.5 cm) do not show the same foot: that was the floor's pattern, or
    a shadow.
    """
    frames = slice(window.first, window.first + len(seen.turn_deg))
    path, around = view.leg.ankle, np.abs(view.time_s - view.time_s[window.flat]) <= REST_S / 2
    moved = pose.in_feet(path[frames] * scale_of(view)) - pose.in_feet(_middle_of(path[around]) * scale_of(view))
    by_ankle = np.array([turn_of_ankle(each).heel_rise for each in moved])
    with np.errstate(invalid="ignore"):
        wrong = seen.heel_rise_px / pose.length_px - by_ankle > MAX_GAP_SD * ANKLE_SD
    kept = seen.take(slice(None))
    for signal in (kept.heel_rise_px, kept.turn_deg, kept.slide_px):
        signal[wrong] = np.nan
    return kept


def move_ankle(view: View, window: Window, frame: int, pose: FootPose, keys: Sequence[KeyPose]) -> list[FloatArray]:
    """Return how far each network's ankle moved from the flat foot to a frame, (2,) foot lengths forward and up."""
    tracked, time_s = view.leg.ankle, view.time_s
    around = [_middle_of(tracked[np.abs(time_s - time_s[k]) <= REST_S / 2]) for k in (window.flat, frame)]
    pairs = [tuple(around)]
    by_frame = {key.frame: key.shanks[:, 1] for key in keys}
    if window.flat in by_frame and frame in by_frame:
        pairs += list(zip(by_frame[window.flat], by_frame[frame], strict=False))
    moved = [np.diff(pose.in_feet(np.stack(pair) * scale_of(view)), axis=0)[0] for pair in pairs]
    return [m for m in moved if np.isfinite(m).all()]
