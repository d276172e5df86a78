"""MediaPipe's PoseLandmarker wrapped in one small class. No other module imports mediapipe."""

from __future__ import annotations

import os
from typing import Any, NamedTuple, Self

import numpy as np

from formcheck.pose.bundles import ModelName, find_bundle, pack_without_detector
from formcheck.pose.leg_swaps import order_legs
from formcheck.pose.track import LANDMARK_COUNT, Landmark
from formcheck.support.arrays import FloatArray
from formcheck.video.frames import Image

# The network's input is 256 × 256 pixels around the person. A person who fills 480 lines has all the detail that it can use.
POSE_SHORT_SIDE = 480


# Landmarkers that are open. Closing one submits to a thread pool, and the garbage collector may run in the middle of such a
# submission: a landmarker that the collector closes can lock its thread forever. One that nobody closes stays open to the end.
_OPEN: set[Any] = set()


def _opposite(landmark: Landmark) -> Landmark:
    """Return the landmark on the other side of the body; the nose is its own."""
    name = landmark.name
    return Landmark[name.replace("LEFT", "RIGHT") if "LEFT" in name else name.replace("RIGHT", "LEFT")]


# For each landmark, the index of its counterpart on the other side of the body.
MIRRORED = [_opposite(landmark).value for landmark in Landmark]


class Pose(NamedTuple):
    """One frame's landmarks: ``points`` (33, 2) in frame fractions, ``visibility`` (33,), ``lateral`` (2,); see `PoseTrack`."""

    points: FloatArray
    visibility: FloatArray
    lateral: FloatArray

    def moved(self, homography: FloatArray, size: tuple[int, ...]) -> Pose:
        """Return the pose in another picture of ``size`` (width, height); ``homography`` (3, 3) maps pixels to that picture."""
        pixels = np.column_stack([self.points * size, np.ones(LANDMARK_COUNT)]) @ homography.T
        return self._replace(points=pixels[:, :2] / pixels[:, 2:] / size)

    def with_legs(self, rows: list[int]) -> Pose:
        """Return the pose with its landmarks in another order (see `leg_swaps.order_legs`)."""
        return self._replace(points=self.points[rows], visibility=self.visibility[rows])


def _load(model: ModelName, still: bool, people: int, in_box: bool) -> tuple[Any, Any]:
    """Return the mediapipe package and a new landmarker."""
    asset = {"model_asset_buffer": pack_without_detector(model)} if in_box else {"model_asset_path": str(find_bundle(model).path)}
    os.environ.setdefault("GLOG_minloglevel", "2")  # hide the native library's log messages from users
    import mediapipe as mp  # takes 1.5 s, so it is imported only when a pose is estimated
    from mediapipe.tasks import python as tasks
    from mediapipe.tasks.python import vision

    options = vision.PoseLandmarkerOptions(
        base_options=tasks.BaseOptions(**asset),
        running_mode=vision.RunningMode.IMAGE if still else vision.RunningMode.VIDEO,
        num_poses=people,
    )
    return mp, vision.PoseLandmarker.create_from_options(options)


class PoseEstimator:
    """One landmarker for one stream of frames. It tracks, so it must get every frame in order.

    With ``still=True`` each frame is analyzed on its own instead: slower, nothing is carried over, and order does not matter.
    With ``in_box=True`` too, nobody is sought: each picture is the box of one person, a square around the middle of their hips.
    Use as a context manager. Not thread-safe: use one estimator per thread.
    """

    def __init__(self, model: ModelName = "full", *, still: bool = False, people: int = 1, in_box: bool = False) -> None:
        """Load the bundle ``model`` (raises `ModelError` if it is missing or altered), to find at most ``people`` people."""
        self._still = still
        self._last_ms = -1
        self._mp, self._landmarker = _load(model, still, people, in_box)
        _OPEN.add(self._landmarker)

    def __enter__(self) -> Self:
        """Return the estimator itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Free the native landmarker."""
        self._landmarker.close()
        _OPEN.discard(self._landmarker)

    def estimate(self, image: Image, time_s: float = 0.0) -> Pose | None:
        """Return the pose in an (H, W, 3) RGB frame, or None if nobody is seen. Times must not decrease (unless ``still``)."""
        return next(iter(self.estimate_all(image, time_s)), None)

    def estimate_all(self, image: Image, time_s: float = 0.0) -> list[Pose]:
        """Return the poses of all people found, the most certain first."""
        picture = self._mp.Image(image_format=self._mp.ImageFormat.SRGB, data=image)
        if self._still:
            result = self._landmarker.detect(picture)
        else:
            stamp = max(self._last_ms + 1, round(time_s * 1000))
            self._last_ms = stamp
            result = self._landmarker.detect_for_video(picture, stamp)
        return [_read_pose(*found) for found in zip(result.pose_landmarks, result.pose_world_landmarks, strict=True)]

    def estimate_both_ways(self, image: Image) -> Pose | None:
        """Return the mean of the poses in a frame and in its mirror image (for ``still`` estimators).

        If the pose is found in only one of the two, that one is returned. The networks are not symmetric: they measure a leg facing
        left and the same leg facing right some degrees apart. The mean halves the error that comes from this disagreement.
        """
        poses = [self.estimate(image), _mirror(self.estimate(np.ascontiguousarray(image[:, ::-1])))]
        found = [p for p in poses if p is not None]
        if not found:
            return None
        found = [found[0], *(p.with_legs(order_legs(p.points, found[0].points)) for p in found[1:])]
        return Pose(*(np.mean([getattr(p, name) for p in found], axis=0) for name in Pose._fields))


def _read_pose(found: Any, world: Any) -> Pose:
    table = np.array([(mark.x, mark.y, mark.visibility) for mark in found], float)
    left, right = world[Landmark.LEFT_SHOULDER], world[Landmark.RIGHT_SHOULDER]
    return Pose(table[:, :2], table[:, 2], np.array([left.x - right.x, left.z - right.z]))


def _mirror(pose: Pose | None) -> Pose | None:
    """Convert the pose of a mirrored frame to the original frame: flip x and exchange left and right."""
    if pose is None:
        return None
    points = pose.points * (-1.0, 1.0) + (1.0, 0.0)
    # left and right are exchanged, so the line between them keeps its direction across the image and reverses in depth
    return Pose(points[MIRRORED], pose.visibility[MIRRORED], pose.lateral * (1.0, -1.0))
