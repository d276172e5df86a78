"""MediaPipe's PoseLandmarker behind one small class; nothing else imports mediapipe."""

from __future__ import annotations

import os
from typing import Any, NamedTuple, Self

import numpy as np

from formcheck.pose.bundles import ModelName, find_bundle
from formcheck.pose.leg_swaps import order_legs
from formcheck.pose.track import LANDMARK_COUNT, Landmark
from formcheck.support.arrays import FloatArray
from formcheck.video.reader import Image

# The network looks at 256 × 256 pixels of the person; a person filling 480 lines has all the detail that it can take in.
POSE_SHORT_SIDE = 480


# For every landmark, the one on the body's other side.
MIRRORED = [Landmark[k.name.replace("LEFT", "#").replace("RIGHT", "LEFT").replace("#", "RIGHT")].value for k in Landmark]


class Pose(NamedTuple):
    """One frame's landmarks: ``points`` (33, 2) in shares of the frame, ``visibility`` (33,), ``lateral`` (2,); see `PoseTrack`."""

    points: FloatArray
    visibility: FloatArray
    lateral: FloatArray

    def moved(self, homography: FloatArray, size: tuple[int, ...]) -> Pose:
        """Return the pose in another picture of the same ``size`` (width, height), into whose pixels (3, 3) leads."""
        pixels = np.column_stack([self.points * size, np.ones(LANDMARK_COUNT)]) @ homography.T
        return self._replace(points=pixels[:, :2] / pixels[:, 2:] / size)

    def with_legs(self, rows: list[int]) -> Pose:
        """Return the pose with its landmarks in another order (see `legs.order_legs`)."""
        return self._replace(points=self.points[rows], visibility=self.visibility[rows])


class PoseEstimator:
    """One landmarker for one stream of frames: it tracks, so it must see every frame in order.

    With ``still=True`` every frame is looked at for itself instead: slower, nothing carried over, order does not matter.
    Use as a context manager. Not thread-safe: one estimator a thread.
    """

    def __init__(self, model: ModelName = "full", *, still: bool = False, people: int = 1) -> None:
        """Load the bundle ``model`` (raises `ModelError` if it is missing or altered); look for at most ``people``."""
        bundle = find_bundle(model)
        os.environ.setdefault("GLOG_minloglevel", "2")  # the native library's chatter is not for our users
        import mediapipe as mp  # heavy: 1.5 s; only who estimates a pose pays for it
        from mediapipe.tasks import python as tasks
        from mediapipe.tasks.python import vision

        self._mp: Any = mp
        self._still = still
        self._last_ms = -1
        self._landmarker: Any = vision.PoseLandmarker.create_from_options(
            vision.PoseLandmarkerOptions(
                base_options=tasks.BaseOptions(model_asset_path=str(bundle.path)),
                running_mode=vision.RunningMode.IMAGE if still else vision.RunningMode.VIDEO,
                num_poses=people,
            )
        )

    def __enter__(self) -> Self:
        """Return the estimator itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Free the native landmarker."""
        self._landmarker.close()

    def estimate(self, image: Image, time_s: float = 0.0) -> Pose | None:
        """Return the pose in an (H, W, 3) RGB frame, or None where nobody is seen. Times must not fall (unless ``still``)."""
        return next(iter(self.estimate_all(image, time_s)), None)

    def estimate_all(self, image: Image, time_s: float = 0.0) -> list[Pose]:
        """Return the poses of everybody found, the surest first."""
        picture = self._mp.Image(image_format=self._mp.ImageFormat.SRGB, data=image)
        if self._still:
            result = self._landmarker.detect(picture)
        else:
            stamp = max(self._last_ms + 1, round(time_s * 1000))
            self._last_ms = stamp
            result = self._landmarker.detect_for_video(picture, stamp)
        return [_read_pose(*found) for found in zip(result.pose_landmarks, result.pose_world_landmarks, strict=True)]

    def estimate_both_ways(self, image: Image) -> Pose | None:
        """Return the mean of the pose in a frame and in its mirror image, where both were found (for ``still`` estimators).

        The networks are not symmetric: a leg facing left and the same leg facing right are read some degrees apart. The mean of
        the two halves what they disagree by.
        """
        poses = [self.estimate(image), _mirror(self.estimate(np.ascontiguousarray(image[:, ::-1])))]
        found = [p for p in poses if p is not None]
        if not found:
            return None
        found = [found[0], *(p.with_legs(order_legs(p.points, found[0].points)) for p in found[1:])]
        return Pose(*(np.mean([getattr(p, name) for p in found], axis=0) for name in Pose._fields))


def _read_pose(found: Any, world: Any) -> Pose:
    table = np.fromiter((v for p in found for v in (p.x, p.y, p.visibility)), dtype=np.float64, count=3 * LANDMARK_COUNT).reshape(
        LANDMARK_COUNT, 3
    )
    left, right = world[Landmark.LEFT_SHOULDER], world[Landmark.RIGHT_SHOULDER]
    return Pose(table[:, :2], table[:, 2], np.array([left.x - right.x, left.z - right.z]))


def _mirror(pose: Pose | None) -> Pose | None:
    """Read the pose of a mirrored frame as one of the frame itself: x turned round, left and right exchanged."""
    if pose is None:
        return None
    points = pose.points * (-1.0, 1.0) + (1.0, 0.0)
    # the mirror's left is the right: the line between them keeps its way across the image and turns round in depth
    return Pose(points[MIRRORED], pose.visibility[MIRRORED], pose.lateral * (1.0, -1.0))
