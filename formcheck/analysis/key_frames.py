"""Key frames: the pose is read once more on a few frames of a set, by the heavy model and by MoveNet."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self

import numpy as np

from formcheck.pose.blazepose import Pose, PoseEstimator
from formcheck.pose.bundles import ModelName
from formcheck.pose.headless import BoxedEstimator, place_box
from formcheck.pose.leg_swaps import order_legs
from formcheck.pose.movenet import ShankReader
from formcheck.pose.track import SIDES, Landmark
from formcheck.pose.tracker import TRACKING_SHORT_SIDE
from formcheck.scene.scene import Scene
from formcheck.scene.view import View
from formcheck.signals.evidence import Estimate, without_gross_errors
from formcheck.signals.geometry import compute_inclination
from formcheck.support.arrays import FloatArray
from formcheck.video.frames import Image, Rgb

KEY_MODEL: ModelName = "heavy"
# The networks that read knee and ankle on key frames, and the standard deviation of the shank's angle by each, degrees, without its
# gross errors: those are in the RMS on 57 pictures (2.0 and 1.8°, docs/research-log.md), and `fuse` adds them by itself. The
# networks' errors hardly correlate (r = 0.28).
NETWORKS = (("heavy model", without_gross_errors(2.0)), ("MoveNet", without_gross_errors(1.8)))
# The person's box is widened by this share before the key frame is cropped, so that the detector sees context.
CROP_MARGIN = 0.25
# A smaller part of the picture shows too little to read a pose in; the whole is read instead. By design.
MIN_CROP_PX = 32
SHINS = [[Landmark.of(side, part) for part in ("knee", "ankle")] for side in SIDES]
# A key-frame pose further than this (in shank lengths) from the tracked one belongs to another person.
SAME_PERSON_SHANKS = 0.6
# From repetition to repetition the followed angle and the key frames' are off alike (on 265 rendered peaks either alone has an RMS
# error of 1.9°), by errors of their own: their mean is better than either. Their difference has an SD of 1.5° within a set. Further
# apart than 2.7 times that (2 % of 305 peaks) one of them is a gross error, and the followed angle, of which the neighboring frames
# tell the same, stays.
OWN_SHARE, MOST_OWN_DEG = 0.5, 4.0


@dataclass(frozen=True)
class KeyPose:
    """The pose read on one key frame: its index in the track, (33, 2) pixels, knee and ankle by each of `NETWORKS`, (K, 2, 2)."""

    frame: int
    points: FloatArray
    shanks: FloatArray

    def read_inclination(self, scene: Scene) -> list[Estimate]:
        """Return the shank's inclination in the picture as each network reads it, degrees."""
        knees, ankles = self.shanks[:, 0], self.shanks[:, 1]
        seen = compute_inclination(ankles, knees, scene.up, scene.forward)
        return [Estimate(float(value), sd, name) for value, (name, sd) in zip(seen, NETWORKS, strict=False)]


def scale_of(view: View) -> float:
    """Return how many pixels the pictures that are read have for one of the video's."""
    return min(1.0, TRACKING_SHORT_SIDE / min(view.scene.frame_size))


class KeyReader:
    """Reads key frames beside the decoders: the heavy model on one thread and MoveNet, which needs its result, on another.

    Only one of each is in memory. Both threads may be that of a given pool, which must have no other.
    """

    def __init__(self, view: View, thread: ThreadPoolExecutor | None = None) -> None:
        """Read frames of a view's track; the models are loaded with the first one, or by `load`."""
        self._view, self._scale = view, scale_of(view)
        self._shank = [Landmark.of(view.side, part) for part in ("knee", "ankle")]
        self._first = thread or ThreadPoolExecutor(1, thread_name_prefix="keys")
        self._second = thread or ThreadPoolExecutor(1, thread_name_prefix="shanks")
        self._found: list[Future[Future[KeyPose | None]]] = []
        self._heavy: PoseEstimator | BoxedEstimator | None = None
        self._movenet: ShankReader | None = None

    def __enter__(self) -> Self:
        """Return the reader."""
        return self

    def load(self) -> None:
        """Begin to load the models before the first key frame is there; returns at once."""
        self._first.submit(self._load_heavy)
        self._second.submit(self._load_movenet)

    def _load_heavy(self) -> PoseEstimator | BoxedEstimator:
        if self._heavy is None:
            self._heavy = BoxedEstimator() if self._view.track.headless else PoseEstimator(KEY_MODEL, still=True)
        return self._heavy

    def _load_movenet(self) -> ShankReader:
        if self._movenet is None:
            self._movenet = ShankReader()
        return self._movenet

    def read(self, index: int, image: Rgb) -> None:
        """Take frame ``index`` of the track, (H, W, 3); returns at once. One in which nobody was followed is left out."""
        tracked = self._view.track.points[index]
        if not np.isfinite(tracked).any():
            return
        box, offset = cut_out(image, tracked * self._scale)
        self._found.append(self._first.submit(self._read, index, box, offset))

    def _read(self, index: int, box: Image, offset: FloatArray) -> Future[KeyPose | None]:
        pose = self._estimate(index, box, offset)
        return self._second.submit(self._add_shank, index, box, offset, pose)

    def _estimate(self, index: int, box: Image, offset: FloatArray) -> Pose | None:
        heavy = self._load_heavy()
        if isinstance(heavy, PoseEstimator):
            return heavy.estimate_both_ways(box)
        place = place_box(self._view.track.points[index][SHINS] * self._scale - offset)
        return None if place is None else heavy.estimate(box, place, both_ways=True)

    def _add_shank(self, index: int, box: Image, offset: FloatArray, pose: Pose | None) -> KeyPose | None:
        if pose is None:
            return None
        tracked, scale = self._view.track.points[index], self._scale
        points = pose.points * (box.shape[1], box.shape[0])
        points = points[order_legs(points, tracked * scale - offset)]
        shanks = [points[self._shank]]
        if (other := self._load_movenet().read(box, *points[self._shank])) is not None:
            shanks.append(other)
        points = (points + offset) / scale
        gap = np.linalg.norm(points - tracked, axis=1)[Landmark.LEFT_SHOULDER :]
        same = np.median(gap) < SAME_PERSON_SHANKS * self._view.shank_px
        return KeyPose(index, points, (np.asarray(shanks) + offset) / scale) if same else None

    def collect(self) -> list[KeyPose]:
        """Return the poses of all frames taken, without the frames that show no person or another one."""
        return [pose for future in self._found if (pose := future.result().result()) is not None]

    def __exit__(self, *_: object) -> None:
        """Wait for the frames taken, and free the models."""
        self._first.shutdown()
        self._second.shutdown()
        if self._heavy:
            self._heavy.__exit__()


def cut_out(image: Rgb, points: FloatArray) -> tuple[Image, FloatArray]:
    """Return the part of a picture around (N, 2) points with a margin, and its (2,) corner; the whole if that part is tiny."""
    low, high = np.nanmin(points, axis=0), np.nanmax(points, axis=0)
    margin = CROP_MARGIN * float(np.max(high - low))
    left, top = np.maximum(0, low - margin).astype(int)
    right, bottom = np.minimum(image.shape[1::-1], high + margin).astype(int)
    if min(right - left, bottom - top) < MIN_CROP_PX:
        return image[:, :], np.zeros(2)
    return image[top:bottom, left:right].copy(), np.array([left, top], float)  # copied, so that the frame need not stay in memory


def correct_by_keys(
    tracked_deg: FloatArray, key_deg: FloatArray, key_frames: Sequence[int], reps: Sequence[slice | None]
) -> FloatArray:
    """Return a (T,) tracked angle with its errors against the key frames removed.

    The bias is one number at rest and one at the peak (medians over the key frames); in between it is interpolated by the angle.
    What a peak's own key frame says beyond that is believed by half (`OWN_SHARE`).

    Parameters
    ----------
    tracked_deg
        (T,) degrees.
    key_deg, key_frames
        (K,) the angle read on the key frames, and their indices in the track.
    reps
        For each key frame at a repetition's peak the frames of that repetition; None for one at rest.
    """
    frames, at_peak = np.asarray(key_frames, int), np.array([rep is not None for rep in reps], bool)
    gap = key_deg - tracked_deg[frames]
    known = np.isfinite(gap)
    if not known.any():
        return tracked_deg
    if not (known & at_peak).any() or not (known & ~at_peak).any():
        return tracked_deg + float(np.median(gap[known]))
    low, high = (float(np.median(tracked_deg[frames][known & which])) for which in (~at_peak, at_peak))
    bias_low, bias_high = (float(np.median(gap[known & which])) for which in (~at_peak, at_peak))
    if high - low < 1.0:
        return tracked_deg + (bias_low + bias_high) / 2
    share = np.clip((tracked_deg - low) / (high - low), 0.0, 1.0)
    corrected = tracked_deg + bias_low + share * (bias_high - bias_low)
    for own, rep in zip(gap - bias_high, reps, strict=True):
        if rep is not None and abs(own) < MOST_OWN_DEG:
            corrected[rep] += OWN_SHARE * own * share[rep]
    return corrected
