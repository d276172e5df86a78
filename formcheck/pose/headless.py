"""Follow somebody who stands with the head out of the picture.

BlazePose's detector looks for a face, and its landmark network takes the trunk's place from it: without a head the shoulders and
hips wander, and often nothing fits. In a box of the right place and size the same network still sees the feet. MoveNet, which was
trained on pictures of people cut off anywhere, sees shoulders, hips and knees. Together they give the pose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from formcheck.pose.blazepose import Pose, PoseEstimator
from formcheck.pose.bundles import ModelName
from formcheck.pose.leg_swaps import order_legs
from formcheck.pose.movenet import CELL_PX, INPUT_PX, MIN_SCORE, UNSEEN_SCORE, JointReader, cut_square
from formcheck.pose.track import HEAD, SIDES, Landmark, PoseTrack
from formcheck.support.arrays import FloatArray
from formcheck.video.frames import Image

# *full* loses a body without a head: of legs alone, its own score for a person was under 0.2 on half of the frames where this
# model's was 0.9.
HEADLESS_MODEL: ModelName = "heavy"
# MediaPipe's box around a person is a square around the middle of the hips, 1.25 times as large as twice the way to the body's
# farthest point. Of somebody who stands, hips and ankles are at 0.530 and 0.039 of the height, and a shank is 0.246 of it (Winter
# 2009, fig. 4.1). In shank lengths: the square's side, and how far its middle is above the ankles.
BOX_SHANKS = 1.25 * 2 * 0.530 / 0.246
MIDDLE_OVER_ANKLES = (0.530 - 0.039) / 0.246
# Somebody who does heel raises stays in place. A box that is the median over this long, a few raises, does not rise with them.
STEADY_S = 8.0
# What is not seen on more than this share of the pictures, a shin or a shoulder, is taken as out of the picture.
MOST = 0.5
# Indices among COCO's 17 keypoints: left, right.
SHINS, EYES = ((13, 15), (14, 16)), [1, 2]
# A joint that MoveNet puts within a cell of its heat map from the picture's upper edge may be beyond it.
EDGE_PX = CELL_PX


def _keypoints(**of_left: int) -> dict[Landmark, int]:
    """Return the COCO keypoint of each part's left and right landmark; the left one's is given, and the right one's follows."""
    return {Landmark.of(side, part): left + number for part, left in of_left.items() for number, side in enumerate(SIDES)}


# What MoveNet gives; the rest of the body is BlazePose's, except the head, which nobody sees.
FROM_MOVENET = _keypoints(shoulder=5, hip=11, knee=13)
# By these both networks agree on which leg is the left one.
LEGS = _keypoints(hip=11, knee=13, ankle=15)
# Orders of COCO's keypoints: as they are, and with left and right exchanged. After the nose they come in pairs.
ORDERS = list(range(17)), [0, *(index for left in range(1, 17, 2) for index in (left + 1, left))]


def carry_shoulders(track: PoseTrack) -> PoseTrack:
    """Return the track with each shoulder, where it is not seen, as far from its hip as before and after.

    At the top of a raise the shoulders may leave the picture; the trunk goes with them. A shoulder that is not seen on more than
    half of the frames with a person stays unknown there.
    """
    points = track.points.copy()
    for side in SIDES:
        shoulder, hip = Landmark.of(side, "shoulder"), Landmark.of(side, "hip")
        trunk = points[:, shoulder] - points[:, hip]
        known = np.isfinite(trunk).all(axis=1)
        if known.sum() > MOST * track.present.sum():
            carried = np.stack([np.interp(track.time_s, track.time_s[known], trunk[known, axis]) for axis in range(2)], axis=1)
            points[:, shoulder] = points[:, hip] + carried
    return track.with_points(points)


@dataclass(frozen=True)
class StandingBoxes:
    """Where the box of a standing person is in a film.

    Attributes
    ----------
    time_s
        (K,) seconds, increasing, K ≥ 1.
    places
        (K, 3) the box's middle, x and y, and its side, in widths of the picture; the middle may lie above the picture.
    """

    time_s: FloatArray
    places: FloatArray

    def at(self, time_s: float) -> FloatArray:
        """Return the (3,) box at a time, as in ``places``."""
        return np.array([np.interp(time_s, self.time_s, column) for column in self.places.T])


class BoxedEstimator:
    """BlazePose's landmark network in a given box. Not thread-safe: use one per thread."""

    def __init__(self) -> None:
        """Load the network (raises `ModelError` if its bundle is missing or altered)."""
        self._estimator = PoseEstimator(HEADLESS_MODEL, still=True, in_box=True)

    def __enter__(self) -> Self:
        """Return the estimator itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Free the native landmarker."""
        self._estimator.__exit__()

    def estimate(self, image: Image, box: FloatArray, *, both_ways: bool = False) -> Pose | None:
        """Return the pose in the (3,) ``box``, pixels (middle and side), of an (H, W, 3) RGB picture; None if nobody is there.

        ``both_ways`` as `PoseEstimator.estimate_both_ways`.
        """
        view, corner = cut_box(image, box)
        pose = self._estimator.estimate_both_ways(view) if both_ways else self._estimator.estimate(view)
        return None if pose is None else pose._replace(points=(pose.points * box[2] + corner) / image.shape[1::-1])


class HeadlessEstimator(BoxedEstimator):
    """Both networks together. Not thread-safe: use one per thread."""

    def __init__(self) -> None:
        """Load the networks (raises `ModelError` if a bundle is missing or altered)."""
        super().__init__()
        self._movenet = JointReader()
        self._before: FloatArray | None = None

    def estimate_person(self, image: Image, box: FloatArray) -> Pose | None:
        """Return the pose in the ``box`` of the next frame, as `estimate`; its landmarks of the head are NaN.

        The networks see each frame by itself, so a leg has the label of the leg that was nearest on the frame before.
        """
        pose = self.estimate(image, box)
        if pose is None:
            return None
        seen = lower_part(box)
        view, corner = cut_box(image, seen)
        joints, scores = self._movenet.read(view)
        joints = joints * (seen[2] / INPUT_PX) + corner
        scores = np.where(joints[:, 1] < EDGE_PX * seen[2] / INPUT_PX, 0.0, scores)
        pose = merge(pose, joints / image.shape[1::-1], scores)
        if self._before is not None:
            pose = pose.with_legs(order_legs(pose.points, self._before))
        self._before = pose.points
        return pose


def merge(pose: Pose, joints: FloatArray, scores: FloatArray) -> Pose:
    """Return a pose with the trunk and the knees of MoveNet: (17, 2) ``joints`` in fractions of the frame, and (17,) ``scores``."""
    seen = np.where(scores[:, None] >= MIN_SCORE, joints, np.nan)
    gaps = [np.nansum(np.linalg.norm(pose.points[list(LEGS)] - seen[order][list(LEGS.values())], axis=1)) for order in ORDERS]
    order = ORDERS[int(gaps[1] < gaps[0])]
    points, visibility = pose.points.copy(), pose.visibility.copy()
    points[HEAD], visibility[HEAD] = np.nan, 0.0
    points[list(FROM_MOVENET)] = seen[order][list(FROM_MOVENET.values())]
    visibility[list(FROM_MOVENET)] = scores[order][list(FROM_MOVENET.values())]
    return pose._replace(points=points, visibility=visibility)


def lower_part(box: FloatArray) -> FloatArray:
    """Return the largest square in a (3,) box, with the same bottom, that does not reach above the picture's upper edge.

    Below a black margin MoveNet sees shoulders with half of the score.
    """
    x, y, side = box
    inside = min(float(side), float(y + side / 2))
    return np.array([x, y + (side - inside) / 2, inside])


def cut_box(image: Image, box: FloatArray) -> tuple[Image, FloatArray]:
    """Return what both networks see of a (3,) box in pixels, (256, 256, 3), and the (2,) box's upper left corner."""
    corner = box[:2] - box[2] / 2
    return cut_square(image, corner, INPUT_PX / float(box[2])), corner


def find_standing_boxes(times_s: Sequence[float], pictures: Sequence[Image]) -> StandingBoxes | None:
    """Return the boxes of the person who stands in the pictures of a film, (H, W, 3) RGB; None if most show no shin."""
    movenet = JointReader()
    known_s, places = [], []
    for time_s, picture in zip(times_s, pictures, strict=True):
        joints, scores = movenet.find(picture)
        box = place_box(_find_shins(joints, scores))
        if box is not None:
            known_s.append(time_s)
            places.append(box / picture.shape[1])
    if len(places) <= MOST * len(pictures):
        return None
    at_s, found = np.array(known_s, float), np.array(places)
    near = np.abs(at_s[:, None] - at_s) <= STEADY_S / 2
    return StandingBoxes(at_s, np.array([np.median(found[rows], axis=0) for rows in near]))


def measure_head_room(pictures: Sequence[Image]) -> float:
    """Return how far below the upper edge of (H, W, 3) RGB pictures a person's eyes are, shank lengths.

    The median over the pictures that show a shin; 0 where the head is not seen, NaN if no picture shows a shin.
    """
    movenet, rooms = JointReader(), []
    for picture in pictures:
        joints, scores = movenet.find(picture)
        shins = _find_shins(joints, scores)
        shank = np.nanmax(np.linalg.norm(shins[:, 0] - shins[:, 1], axis=1), initial=0.0)
        if shank > 0:
            rooms.append(float(joints[EYES, 1].mean()) / shank if scores[EYES].mean() >= UNSEEN_SCORE else 0.0)
    return float(np.median(rooms)) if rooms else float("nan")


def _find_shins(joints: FloatArray, scores: FloatArray) -> FloatArray:
    """Return knee and ankle of the left and the right leg, (2, 2, 2), among (17, 2) joints; NaN where not seen."""
    return np.asarray(np.where(scores[:, None] >= MIN_SCORE, joints, np.nan)[np.array(SHINS)])


def place_box(shins: FloatArray) -> FloatArray | None:
    """Return the (3,) box of somebody who stands on these legs, (2, 2, 2) knee and ankle of either; None if no shin is known.

    Who stands on one leg stands on the one whose ankle is lower; the shin held up may point at the camera.
    """
    known = shins[np.isfinite(shins).all(axis=(1, 2))]
    if not len(known):
        return None
    knee, ankle = known[np.argmax(known[:, 1, 1])]
    shank = float(np.linalg.norm(known[:, 0] - known[:, 1], axis=1).max())
    return np.array([(knee[0] + ankle[0]) / 2, ankle[1] - MIDDLE_OVER_ANKLES * shank, BOX_SHANKS * shank])
