"""A live camera's frames as if it stood still: poses, repetitions and the foot's pixels fit together whatever the hand does."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from formcheck.pose.blazepose import POSE_SHORT_SIDE, Pose
from formcheck.scene.background import BackgroundFollower
from formcheck.scene.camera_motion import warp
from formcheck.support.arrays import FloatArray
from formcheck.video.frames import Image, shrink


class SteadyFrame(NamedTuple):
    """A frame made steady: ``image`` as large as it was, ``small`` for the pose network.

    ``to_frame`` is (3, 3), from the steady image's pixels to the frame's own; None where the frame is steady as it is.
    """

    image: Image
    small: Image
    to_frame: FloatArray | None


class SteadyView:
    """Follows the background of a live camera and makes its frames steady; where the camera stands still it changes nothing."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._background = BackgroundFollower()
        self._to_small_frame: FloatArray | None = None

    def show(self, image: Image) -> SteadyFrame:
        """Take the next (H, W, 3) frame; call `note` with the pose found in what is returned."""
        small = shrink(image, POSE_SHORT_SIDE)
        to_steady = self._background.match(small)
        self._background.forget()
        if to_steady is None:
            self._to_small_frame = None
            return SteadyFrame(image, small, None)
        self._to_small_frame = np.asarray(np.linalg.inv(to_steady), float)
        enlarge = np.diag([image.shape[1] / small.shape[1]] * 2 + [1.0])
        to_frame = np.asarray(enlarge @ self._to_small_frame @ np.linalg.inv(enlarge), float)
        width = small.shape[1]
        return SteadyFrame(warp(image, to_steady, width), warp(small, to_steady, width), to_frame)

    def note(self, pose: Pose | None, frame: SteadyFrame) -> None:
        """Take the pose found in a steady frame, so that the person is not taken for background in the next one."""
        size = frame.small.shape[1::-1]
        if pose is not None and self._to_small_frame is not None:
            pose = pose.moved(self._to_small_frame, size)
        self._background.note(None if pose is None else pose.points * size, size[0])
