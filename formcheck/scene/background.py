"""The background of a film, followed from frame to frame: corners that are not on the person, against one reference picture.

Each frame is compared with the reference itself, not with the frame before it, so errors do not add up. Only when too little of the
reference is still in the picture does the last good frame become the next reference.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.support.arrays import FloatArray
from formcheck.video.frames import Image

# The background is followed at this many lines: a corner is located to some 0.1 pixel, 60 of them together to 0.02 (0.2 mm on a
# person of 1.7 m who fills the picture's height).
SHORT_SIDE = 240
# Corners are spread evenly over a grid, so that a patterned rug does not outvote the rest.
GRID = (8, 8)
CORNERS_PER_CELL = 2
MIN_CORNER_DISTANCE_PX = 6
CORNER_QUALITY = 0.003
# The strongest corner in nothing but noise (3 levels of 255) has this least eigenvalue of its gradients (OpenCV's scale).
MIN_CORNER_STRENGTH = 4e-4
# A person is this much larger than the hull of their landmarks (hair, fingertips, shadow at the feet).
HULL_MARGIN = 1.3
# A corner that lies further than this from where a similarity of all corners puts it is a mismatch. Real parallax stays below it:
# a hand that moves by 2 cm shifts the person against the wall behind by half a pixel of 240 lines.
MISMATCH_PX = 2.5
MIN_MATCHES = 12
# With less of the reference in the picture than this, or less of that recognized, the next reference is taken.
MIN_SHARE_OF_REFERENCE, MIN_SHARE_MATCHED = 0.4, 0.3
# After half a second in which nothing is recognized (a hand before the lens) the film goes on from what is seen then.
MAX_LOST_FRAMES = 8
# The camera has begun to move once the background has been this far away for two frames: far beyond the corners' noise together.
STEADY_FROM_PX, STEADY_AFTER_FRAMES, MOST_CORNERS = 0.5, 2, 0.75
# The steady picture stays where the camera was on average over so many frames (10 s of 15 a second), so that it follows a phone
# that is put elsewhere; and at most this share of its width away from the frame.
STEADY_FRAMES, MAX_STEADY_SHIFT = 150, 0.1
MAX_REFERENCES_LIVE = 8
FLOW = {"winSize": (15, 15), "maxLevel": 3, "criteria": (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 12, 0.02)}


@dataclass(frozen=True)
class Reference:
    """A picture that frames are compared with: (H, W) brightness and (N, 2) corners of the background, pixels.

    ``taken_from`` is the number of the frame it is; ``linked`` says whether that frame was itself matched to an earlier reference.
    """

    picture: Image
    corners: NDArray[np.float32]
    taken_from: int
    linked: bool


@dataclass(frozen=True)
class Matches:
    """Corners of a reference found in one frame: the reference's number, their (M,) indices there, their (M, 2) places here."""

    reference: int
    corners: NDArray[np.int16]
    places: NDArray[np.float32]


@dataclass
class BackgroundFollower:
    """Follows the background through consecutive frames; one for each part of a film that is followed on its own.

    For each frame call `match`, then `note` where the person was found in it.

    Attributes
    ----------
    references, frames
        What frames are compared with, and what was matched in each frame (None: nothing).
    counted_from
        The first frame that counts: a part may begin a little before its own first frame.
    last
        The newest frame, (H, W) brightness.
    """

    references: list[Reference] = field(default_factory=list)
    frames: list[Matches | None] = field(default_factory=list)
    counted_from: int = 0
    last: Image | None = None
    _current: int = 0
    _lost: int = 0
    _similarity: FloatArray | None = None
    _hull: FloatArray | None = None
    _away: int = 0
    _anchor: FloatArray = field(default_factory=lambda: np.eye(3))
    _anchored_to: int = -1

    def match(self, image: Image) -> FloatArray | None:
        """Take the next frame, (H, W, 3) RGB, and match the background.

        Returns
        -------
        (3, 3) from the frame's pixels to those of a steady picture, for showing it to a network that takes the camera to be still;
        None while the camera has not moved. It is the background's motion, which is not quite the person's.
        """
        scale = min(1.0, SHORT_SIDE / min(image.shape[:2]))
        grey = _make_small(image, scale)
        if self.last is not None and self.last.shape != grey.shape:  # a live camera may change its pictures' size
            self._begin_anew()
        matches = self._match(grey) if self.references else None
        self._lost = 0 if matches is not None else self._lost + 1
        self.frames.append(matches)
        self.last = grey
        return self._steady(matches, scale, grey.shape[1])

    def note(self, person: FloatArray | None, image_width: int) -> None:
        """Take where the person is in the newest frame: (33, 2) landmarks in pixels of a picture that wide; None for nobody."""
        if self.last is None:
            return
        self._hull = _find_hull(person, self.last.shape[1] / image_width)
        if not self.references:  # only now is it known what of the picture is not background
            self.frames[-1] = self._start(self.last, len(self.frames) - 1, linked=True)

    def _steady(self, matches: Matches | None, scale: float, width: int) -> FloatArray | None:
        if matches is None or self._similarity is None:
            return None
        if self._away < STEADY_AFTER_FRAMES:
            moved = matches.places - self.references[matches.reference].corners[matches.corners]
            # a shadow moves some corners, a camera nearly all
            shift = float(np.percentile(np.linalg.norm(moved, axis=1), 100 * (1 - MOST_CORNERS)))
            self._away = self._away + 1 if shift > STEADY_FROM_PX else 0
            return None
        here = np.vstack([self._similarity, [0.0, 0.0, 1.0]])
        if matches.reference != self._anchored_to:
            self._anchor, self._anchored_to = here, matches.reference
        self._anchor = self._anchor + (here - self._anchor) / STEADY_FRAMES
        steady = self._anchor @ np.linalg.inv(here)
        middle = np.array([width / 2, width / 2, 1.0])
        if float(np.linalg.norm((steady @ middle - middle)[:2])) > MAX_STEADY_SHIFT * width:
            self._anchor, steady = here, np.eye(3)
        enlarge = np.diag([1 / scale, 1 / scale, 1.0])
        return np.asarray(enlarge @ steady @ np.linalg.inv(enlarge))

    def forget(self) -> None:
        """Drop what only `camera_motion` needs afterwards, for a camera that may stay on for hours."""
        del self.frames[:-1]
        if len(self.references) > MAX_REFERENCES_LIVE:
            self._begin_anew()

    def _begin_anew(self) -> None:
        self.references, self.frames, self._hull, self.last = [], [], None, None
        self._current, self._similarity, self._anchored_to = 0, None, -1

    def _start(self, grey: Image, frame: int, *, linked: bool) -> Matches | None:
        """Make a frame the reference; it matches itself. None, and no reference, where it has too few corners."""
        corners = find_corners(grey, self._hull)
        if len(corners) < MIN_MATCHES:
            return None
        self.references.append(Reference(grey, corners, frame, linked))
        self._current, self._similarity = len(self.references) - 1, None
        return Matches(self._current, np.arange(len(corners), dtype=np.int16), corners)

    def _match(self, grey: Image) -> Matches | None:
        """Match a frame to the current reference, or to the frame before, or to the first reference, or else begin anew."""
        matches = self._match_to(self._current, self.references[self._current], grey, self._similarity)
        if matches is not None and self._shows_enough(self.references[self._current], matches, grey.shape):
            return matches
        before = self.frames[-1]
        if before is not None and self.last is not None:
            corners = find_corners(self.last, self._hull)
            reference = Reference(self.last, corners, len(self.frames) - 1, linked=True)
            again = self._match_to(len(self.references), reference, grey, None)
            if again is not None and (matches is None or len(again.corners) > len(matches.corners)):
                self.references.append(reference)
                self._current = len(self.references) - 1
                return again
        if matches is None and (first := self._match_to(0, self.references[0], grey, None)) is not None:
            self._current = 0
            return first
        if matches is None and self._lost >= MAX_LOST_FRAMES:
            return self._start(grey, len(self.frames), linked=False)
        return matches

    def _shows_enough(self, reference: Reference, matches: Matches, shape: tuple[int, ...]) -> bool:
        """Whether enough of a reference is still in the picture, and enough of that, less what the person hides, was matched."""
        if self._similarity is None:
            return False
        places = reference.corners @ self._similarity[:, :2].T + self._similarity[:, 2]
        inside = (places >= 0).all(axis=1) & (places < shape[1::-1]).all(axis=1)
        seen = inside & ~_is_inside(places, self._hull)
        return bool(inside.mean() > MIN_SHARE_OF_REFERENCE and len(matches.corners) > MIN_SHARE_MATCHED * seen.sum())

    def _match_to(self, number: int, reference: Reference, grey: Image, similarity: FloatArray | None) -> Matches | None:
        found = match_corners(reference, grey, self._hull, similarity)
        self._similarity = None if found is None else found[2]
        return None if found is None else Matches(number, found[0], found[1])


def _make_small(image: Image, scale: float) -> Image:
    size = round(image.shape[1] * scale), round(image.shape[0] * scale)
    return np.asarray(cv2.resize(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), size, interpolation=cv2.INTER_AREA), np.uint8)


def _find_hull(person: FloatArray | None, scale: float) -> FloatArray | None:
    """(K, 2) the outline that holds a person, a little larger than their landmarks."""
    if person is None:
        return None
    known = person[np.isfinite(person).all(axis=1)] * scale
    if len(known) < 3:
        return None
    middle = (known.min(axis=0) + known.max(axis=0)) / 2
    return np.asarray(cv2.convexHull((middle + HULL_MARGIN * (known - middle)).astype(np.float32))[:, 0])


def _is_inside(places: FloatArray | NDArray[np.float32], hull: FloatArray | None) -> NDArray[np.bool_]:
    """(N,) which of (N, 2) places lie within an outline."""
    if hull is None:
        return np.zeros(len(places), bool)
    outline = hull.astype(np.float32)
    return np.array([cv2.pointPolygonTest(outline, (float(x), float(y)), False) >= 0 for x, y in places], bool)


def find_corners(grey: Image, hull: FloatArray | None) -> NDArray[np.float32]:
    """(N, 2) corners outside ``hull``, the strongest `CORNERS_PER_CELL` of each cell of `GRID`."""
    mask = np.full(grey.shape, 255, np.uint8)
    if hull is not None:
        cv2.fillConvexPoly(mask, np.round(hull).astype(np.int32), 0)
    mask[cv2.cornerMinEigenVal(grey, 3) < MIN_CORNER_STRENGTH] = 0
    found = cv2.goodFeaturesToTrack(grey, 600, CORNER_QUALITY, MIN_CORNER_DISTANCE_PX, mask=mask)
    if found is None:
        return np.empty((0, 2), np.float32)
    corners = np.asarray(found, np.float32).reshape(-1, 2)  # the strongest first
    size = np.array(grey.shape[::-1], float)
    cells = (corners / size * GRID).astype(int) @ (1, GRID[0])
    rank = np.array([np.sum(cells[:k] == cell) for k, cell in enumerate(cells)])
    return corners[rank < CORNERS_PER_CELL]


def match_corners(
    reference: Reference, grey: Image, hull: FloatArray | None, similarity: FloatArray | None
) -> tuple[NDArray[np.int16], NDArray[np.float32], FloatArray] | None:
    """Find a reference's corners in another picture (pyramidal Lucas-Kanade); None where fewer than `MIN_MATCHES` agree.

    ``similarity`` is (2, 3), from the reference to about where the picture is, None for the same place.

    Returns
    -------
    (M,) indices of the corners, their (M, 2) places in the picture, and the similarity that they agree on.
    """
    corners = reference.corners
    if len(corners) < MIN_MATCHES:
        return None
    guess = corners if similarity is None else np.asarray(corners @ similarity[:, :2].T + similarity[:, 2], np.float32)
    # optical flow takes a point to keep its brightness, so a change of exposure is undone first
    exposed = cv2.convertScaleAbs(grey, alpha=float(reference.picture.mean() / max(grey.mean(), 1.0)))
    places, ok, _ = cv2.calcOpticalFlowPyrLK(  # type: ignore[call-overload]
        reference.picture, exposed, corners[:, None], guess[:, None].copy(), flags=cv2.OPTFLOW_USE_INITIAL_FLOW, **FLOW
    )
    places = places.reshape(-1, 2)
    height, width = grey.shape
    good = (ok.ravel() > 0) & (places >= 0).all(axis=1) & (places[:, 0] < width) & (places[:, 1] < height)
    good &= ~_is_inside(places, hull)
    kept = np.flatnonzero(good)
    if len(kept) < MIN_MATCHES:
        return None
    turn, inliers = cv2.estimateAffinePartial2D(corners[kept], places[kept], ransacReprojThreshold=MISMATCH_PX, maxIters=200)
    if turn is None or inliers.sum() < MIN_MATCHES:
        return None
    agreed = kept[inliers.ravel() > 0]
    return agreed.astype(np.int16), np.asarray(places[agreed], np.float32), np.asarray(turn, float)
