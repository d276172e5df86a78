"""MoveNet, a second opinion on where knee and ankle are. Its design and training differ from BlazePose's, and so do its errors.

Its knees and ankles are used near the places that BlazePose found. Of somebody whose head is out of the picture, shoulders, hips
and knees are its own (`pose.headless`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.pose.bundles import find_bundle
from formcheck.support.arrays import FloatArray
from formcheck.video.frames import Image

# The network's own: the side of its input, and of the grid that its heat maps have.
INPUT_PX, HEAD_CELLS = 256, 64
CELL_PX = INPUT_PX / HEAD_CELLS
# Indices among COCO's 17 keypoints: left, right.
KNEES, ANKLES = (13, 14), (15, 16)
# Side of the square given to the network, in shank lengths: the shank, and enough around it to distinguish it from the other.
VIEW_SHANKS = 3.0
# A joint is searched for around its expected place: 1 σ of a normal weight, in shank lengths.
NEAR_SHANKS = 0.3
# Below this score MoveNet's own tracker counts a keypoint as not seen (MIN_CROP_KEYPOINT_SCORE, TensorFlow's MoveNet tutorial).
MIN_SCORE = 0.2
# Indices among COCO's 17 keypoints: nose and shoulders, which show a person's upper body.
HEAD_AND_SHOULDERS = (0, 5, 6)
# Above SURE_SCORE legs are surely seen; below UNSEEN_SCORE head and shoulders are surely not. In 7 videos without the upper body
# the better of knees and ankles scored 0.46 to 0.92, head and shoulders 0.29 at most; in 36 others the best of these 0.43 and more.
SURE_SCORE, UNSEEN_SCORE = 0.4, 0.3


def shows_legs_only(images: Sequence[Image]) -> bool:
    """Whether (H, W, 3) RGB pictures show a person's legs but neither head nor shoulders (mean scores over the pictures)."""
    if not images:
        return False
    net = _Network()
    scores = []
    for image in images:
        (heat,) = net.run(cut_square(image, *_around(image)), "heatmap")
        scores.append(_score(heat.reshape(len(heat), -1).max(axis=1)))
    mean = np.mean(scores, axis=0)
    legs = max(mean[list(KNEES)].mean(), mean[list(ANKLES)].mean())  # of legs cut off at the thigh the knees score less
    return bool(legs > SURE_SCORE and mean[list(HEAD_AND_SHOULDERS)].max() < UNSEEN_SCORE)


def load_runtime() -> Any:
    """Return ONNX Runtime, with its telemetry switched off. It takes a tenth of a second to load, so it is loaded when needed."""
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # Windows has some; newer Linux wheels too: see the pin
    return onnxruntime


class _Network:
    """MoveNet in ONNX Runtime, which takes less than half of the time that OpenCV does for the same numbers.

    It runs on the calling thread: the other cores follow the foot at the same time.
    """

    def __init__(self) -> None:
        path = find_bundle("movenet").path
        onnxruntime = load_runtime()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors only
        self._session: Any = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(self, view: Image, *heads: str) -> list[FloatArray]:
        """Return the named heads, (channels, 64, 64), for an (256, 256, 3) RGB picture."""
        return [np.asarray(head[0]) for head in self._session.run(list(heads), {"image": _as_input(view)})]


class JointReader:
    """MoveNet Thunder's 17 keypoints (COCO's) of the person in a picture. Not thread-safe: use one per thread."""

    def __init__(self) -> None:
        """Load the network (raises `ModelError` if it is missing or altered)."""
        self._net = _Network()

    def read(self, view: Image) -> tuple[FloatArray, FloatArray]:
        """Return the keypoints of an (256, 256, 3) RGB picture, (17, 2) pixels, and their (17,) scores."""
        heat, offset = self._net.run(view, "heatmap", "offset")
        best = heat.reshape(len(heat), -1).argmax(axis=1)
        rows, columns = np.unravel_index(best, heat.shape[1:])
        joints = np.arange(len(heat))
        down, right = offset[2 * joints, rows, columns], offset[2 * joints + 1, rows, columns]
        return np.stack([columns + right, rows + down], axis=1) * CELL_PX, _score(heat[joints, rows, columns])

    def find(self, image: Image) -> tuple[FloatArray, FloatArray]:
        """Return the keypoints of an (H, W, 3) RGB picture, and their scores, as `read`."""
        corner, scale = _around(image)
        joints, scores = self.read(cut_square(image, corner, scale))
        return joints / scale + corner, scores


class ShankReader:
    """MoveNet Thunder on single pictures. Not thread-safe: use one per thread."""

    def __init__(self) -> None:
        """Load the network (raises `ModelError` if it is missing or altered)."""
        self._net = _Network()

    def read(self, image: Image, knee: FloatArray, ankle: FloatArray) -> FloatArray | None:
        """Return knee and ankle, (2, 2) pixels, of the shank near the given places; None if either is not clearly seen.

        ``image`` is (H, W, 3) RGB, ``knee`` and ``ankle`` (2,) pixels. The result is the mean of the picture and its mirror image.
        """
        shank = math.dist(knee, ankle)
        if not shank > 1.0:  # NaN, or no shank
            return None
        expected = np.stack([knee, ankle])
        scale = INPUT_PX / (VIEW_SHANKS * shank)
        corner = expected.mean(axis=0) - VIEW_SHANKS * shank / 2
        view = cut_square(image, corner, scale)
        near = (expected - corner) * scale
        mirrored = near * (-1.0, 1.0) + (INPUT_PX - 1, 0.0)
        spread = NEAR_SHANKS * shank * scale
        found = self._find(view, near, spread), self._find(np.ascontiguousarray(view[:, ::-1]), mirrored, spread)
        if found[0] is None or found[1] is None:
            return None
        both = (found[0] + (found[1] * (-1.0, 1.0) + (INPUT_PX - 1, 0.0))) / 2
        return np.asarray(both / scale + corner)

    def _find(self, view: Image, near: FloatArray, spread_px: float) -> FloatArray | None:
        """Return knee and ankle, (2, 2) pixels of a view, under either leg's label; None if one of them is not seen."""
        heat, offset = self._net.run(view, "heatmap", "offset")
        rows, columns = np.mgrid[:HEAD_CELLS, :HEAD_CELLS] * CELL_PX
        places = []
        for joints, (x, y) in zip((KNEES, ANKLES), near, strict=True):
            seen = _score(heat[list(joints)])
            weight = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * spread_px**2))
            best, row, column = np.unravel_index(int(np.argmax(seen * weight)), seen.shape)
            if seen[best, row, column] < MIN_SCORE:
                return None
            down, right = offset[2 * joints[best] : 2 * joints[best] + 2, row, column]
            places.append((column + right, row + down))
        return np.array(places) * CELL_PX


def _score(heat: FloatArray) -> FloatArray:
    """Convert a heat map's values, logits of any shape, to scores in 0..1."""
    return np.asarray(1 / (1 + np.exp(-np.clip(heat, -30, 30))))  # beyond ±30 a score is 0 or 1, and the exponential may overflow


def _as_input(view: Image) -> NDArray[np.float32]:
    """Convert (H, W, 3) in 0..255 to (1, 3, H, W) in −1..1."""
    return np.ascontiguousarray((view.astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)[None])


def _around(image: Image) -> tuple[FloatArray, float]:
    """Return the corner, (2,) pixels, and the scale for `cut_square` of the square around the whole of an (H, W, 3) picture."""
    longer = max(image.shape[:2])
    return np.array([image.shape[1] - longer, image.shape[0] - longer]) / 2, INPUT_PX / longer


def cut_square(image: Image, corner: FloatArray, scale: float) -> NDArray[np.uint8]:
    """Return the (256, 256, 3) square of an image whose top left is at ``corner``, scaled by ``scale``; black beyond its edges."""
    if scale < 1.0:  # blur before shrinking, against aliasing
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), 0.5 * math.sqrt(1 / scale**2 - 1) or 0.01), np.uint8)
    move = np.array([[scale, 0.0, -corner[0] * scale], [0.0, scale, -corner[1] * scale]])
    return np.asarray(cv2.warpAffine(image, move, (INPUT_PX, INPUT_PX), flags=cv2.INTER_LINEAR), np.uint8)
