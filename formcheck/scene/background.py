"""Follow a video's background from frame to frame: match corners that are not on the person with a reference picture.

Each frame is compared with the reference itself, not with the previous frame, so errors do not add up. The last good frame becomes
the next reference only when too little of the current one is still in the picture.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.pose.track import SIDES, Landmark
from formcheck.support.arrays import FloatArray
from formcheck.video.frames import Image

# The background is followed at this many lines. A corner is located to about 0.1 pixel, 60 of them together to 0.02 (0.2 mm for a
# person of 1.7 m who fills the picture's height).
SHORT_SIDE = 240
# Corners are spread evenly over a grid (columns, rows), so that a patterned rug does not outvote the rest. Their number,
# distance and quality (a share of the best corner's, as in OpenCV) were chosen by trial; on which clips was not recorded.
GRID = (8, 8)
CORNERS_PER_CELL = 2
MIN_CORNER_DISTANCE_PX = 6
MAX_CORNERS = 600  # before those of crowded cells are left out
CORNER_QUALITY = 0.003
# In pure noise (3 levels of 255), the strongest corner's gradients have this smallest eigenvalue (OpenCV's scale).
MIN_CORNER_STRENGTH = 4e-4
# A person is larger than the hull of their landmarks by this factor (fingertips, shadow at the feet).
HULL_MARGIN = 1.3
# From the ears to the crown, and to the hair behind, relative to the distance from the shoulders to the ears: the ears are 0.117 of
# body height over the shoulders and 0.065 below the crown (Winter 2009, fig. 4.1: shoulder 0.818, eye 0.936), and hair adds some.
HEAD_REACH = 0.8
# A corner that lies farther than this from its place under the similarity of all corners is a mismatch. Real parallax stays below
# it: a hand-held camera that moves by 2 cm shifts the person against the wall behind by half a pixel of 240 lines.
MISMATCH_PX = 2.5
# Random pairs of corners that are tried for that similarity. Even with two thirds of the corners mismatched every ninth pair is
# good, and so many tries miss all of these less than once in a billion.
RANSAC_TRIES = 200
# A similarity has four unknowns, and a corner gives two equations: six times as many as are needed.
MIN_MATCHES = 12
# Below this fraction of the reference still in the picture, or of that part matched, the next reference is taken.
MIN_SHARE_OF_REFERENCE, MIN_SHARE_MATCHED = 0.4, 0.3
# After half a second without a match (such as a hand in front of the lens), the current frame becomes a new reference.
MAX_LOST_FRAMES = 8
# The camera has started to move once most corners were this far from their places for two frames, far beyond their joint noise.
STEADY_FROM_PX, STEADY_AFTER_FRAMES, MOST_CORNERS = 0.5, 2, 0.75
# The steady picture shows the camera's mean position over this many frames (10 s at 15 per second), so it follows a phone that is
# moved to another place. It is shifted by at most this fraction of the frame's width.
STEADY_FRAMES, MAX_STEADY_SHIFT = 150, 0.1
# A live camera that has shown more views than this forgets the oldest one, so that memory does not grow.
MAX_REFERENCES_LIVE = 8
# Lucas-Kanade: window in pixels, pyramid levels, iterations and the step in pixels that ends them. A smaller window and fewer
# iterations than OpenCV's defaults (21 pixels, 30), for speed.
FLOW = {"winSize": (15, 15), "maxLevel": 3, "criteria": (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 12, 0.02)}


@dataclass(frozen=True)
class Reference:
    """A picture that frames are compared with: (H, W) brightness, and (N, 2) corners of the background, pixels.

    ``taken_from`` is its frame number. ``linked`` is True if that frame was itself matched to an earlier reference.
    """

    picture: Image
    corners: NDArray[np.float32]
    taken_from: int
    linked: bool


@dataclass(frozen=True)
class Matches:
    """A reference's corners found in one frame: the reference's number, (M,) corner indices, and (M, 2) places in the frame."""

    reference: int
    corners: NDArray[np.int16]
    places: NDArray[np.float32]


@dataclass
class BackgroundFollower:
    """Follows the background through consecutive frames. Each part of a video that is tracked separately needs its own.

    For each frame, call `match`, then call `note` with the person's landmarks.

    Attributes
    ----------
    references, frames
        The pictures that frames are compared with, and each frame's matches (None if there are none).
    counted_from
        The first frame that is in the track. Tracking may start a little before a part's own first frame.
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
        """Take the next frame, (H, W, 3) RGB, and match its background.

        Returns
        -------
        The (3, 3) homography from the frame's pixels to a steady picture, for a network that assumes a still camera; None while the
        camera has not moved. It follows the background's motion, which is not quite the person's.
        """
        scale = min(1.0, SHORT_SIDE / min(image.shape[:2]))
        gray = _make_small(image, scale)
        if self.last is not None and self.last.shape != gray.shape:  # a live camera may change its picture size
            self._begin_anew()
        matches = self._match(gray) if self.references else None
        self._lost = 0 if matches is not None else self._lost + 1
        self.frames.append(matches)
        self.last = gray
        return self._steady(matches, scale, gray.shape[1])

    def note(self, person: FloatArray | None, image_width: int) -> None:
        """Set the person in the newest frame: (33, 2) landmarks in pixels of a picture ``image_width`` wide; None for nobody."""
        if self.last is None:
            return
        self._hull = _find_hull(person, self.last.shape[1] / image_width)
        if not self.references:  # only now is it known which part of the picture is the person
            self.frames[-1] = self._start(self.last, len(self.frames) - 1, linked=True)

    def _steady(self, matches: Matches | None, scale: float, width: int) -> FloatArray | None:
        if matches is None or self._similarity is None:
            return None
        if self._away < STEADY_AFTER_FRAMES:
            moved = matches.places - self.references[matches.reference].corners[matches.corners]
            # a moving shadow shifts some corners; a moving camera shifts nearly all
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
        """Drop the data that only `camera_motion` needs later, because a live camera may stay on for hours."""
        del self.frames[:-1]
        if len(self.references) > MAX_REFERENCES_LIVE:
            self._begin_anew()

    def _begin_anew(self) -> None:
        self.references, self.frames, self._hull, self.last = [], [], None, None
        self._current, self._similarity, self._anchored_to = 0, None, -1

    def _start(self, gray: Image, frame: int, *, linked: bool) -> Matches | None:
        """Make a frame the reference and return its match to itself; None, without a reference, if it has too few corners."""
        corners = find_corners(gray, self._hull)
        if len(corners) < MIN_MATCHES:
            return None
        self.references.append(Reference(gray, corners, frame, linked))
        self._current, self._similarity = len(self.references) - 1, None
        return Matches(self._current, np.arange(len(corners), dtype=np.int16), corners)

    def _match(self, gray: Image) -> Matches | None:
        """Match a frame to the current reference, the previous frame or the first reference, in this order; otherwise restart."""
        matches = self._match_to(self._current, self.references[self._current], gray, self._similarity)
        if matches is not None and self._shows_enough(self.references[self._current], matches, gray.shape):
            return matches
        before = self.frames[-1]
        if before is not None and self.last is not None:
            corners = find_corners(self.last, self._hull)
            reference = Reference(self.last, corners, len(self.frames) - 1, linked=True)
            again = self._match_to(len(self.references), reference, gray, None)
            if again is not None and (matches is None or len(again.corners) > len(matches.corners)):
                self.references.append(reference)
                self._current = len(self.references) - 1
                return again
        if matches is None and (first := self._match_to(0, self.references[0], gray, None)) is not None:
            self._current = 0
            return first
        if matches is None and self._lost >= MAX_LOST_FRAMES:
            return self._start(gray, len(self.frames), linked=False)
        return matches

    def _shows_enough(self, reference: Reference, matches: Matches, shape: tuple[int, ...]) -> bool:
        """Whether enough of a reference is still in the picture, and enough of what the person does not hide was matched."""
        if self._similarity is None:
            return False
        places = reference.corners @ self._similarity[:, :2].T + self._similarity[:, 2]
        inside = (places >= 0).all(axis=1) & (places < shape[1::-1]).all(axis=1)
        seen = inside & ~_is_inside(places, self._hull)
        return bool(inside.mean() > MIN_SHARE_OF_REFERENCE and len(matches.corners) > MIN_SHARE_MATCHED * seen.sum())

    def _match_to(self, number: int, reference: Reference, gray: Image, similarity: FloatArray | None) -> Matches | None:
        found = match_corners(reference, gray, self._hull, similarity)
        self._similarity = None if found is None else found[2]
        return None if found is None else Matches(number, found[0], found[1])


def _make_small(image: Image, scale: float) -> Image:
    size = round(image.shape[1] * scale), round(image.shape[0] * scale)
    return np.asarray(cv2.resize(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), size, interpolation=cv2.INTER_AREA), np.uint8)


def _find_hull(person: FloatArray | None, scale: float) -> FloatArray | None:
    """Return the (K, 2) outline of a person, `HULL_MARGIN` times the size of the hull of their landmarks and their head."""
    if person is None:
        return None
    known = np.concatenate([person, _find_head(person)])
    known = known[np.isfinite(known).all(axis=1)] * scale
    if len(known) < 3:
        return None
    middle = (known.min(axis=0) + known.max(axis=0)) / 2
    return np.asarray(cv2.convexHull((middle + HULL_MARGIN * (known - middle)).astype(np.float32))[:, 0])


def _find_head(person: FloatArray) -> FloatArray:
    """Return (N, 2) places around the head: the landmarks are in the face, and hair seen from the side lies far behind them."""
    ears, shoulders = (person[[Landmark.of(side, part) for side in SIDES]].mean(axis=0) for part in ("ear", "shoulder"))
    around = np.radians(np.arange(0.0, 360.0, 30.0))
    circle = np.stack([np.cos(around), np.sin(around)], axis=1)
    return np.asarray(ears + HEAD_REACH * float(np.linalg.norm(ears - shoulders)) * circle)


def _is_inside(places: FloatArray | NDArray[np.float32], hull: FloatArray | None) -> NDArray[np.bool_]:
    """Return (N,) whether each of (N, 2) places lies within an outline."""
    if hull is None:
        return np.zeros(len(places), bool)
    outline = hull.astype(np.float32)
    return np.array([cv2.pointPolygonTest(outline, (float(x), float(y)), False) >= 0 for x, y in places], bool)


def find_corners(gray: Image, hull: FloatArray | None) -> NDArray[np.float32]:
    """Return (N, 2) corners outside ``hull``: the strongest `CORNERS_PER_CELL` in each cell of `GRID`."""
    mask = np.full(gray.shape, 255, np.uint8)
    if hull is not None:
        cv2.fillConvexPoly(mask, np.round(hull).astype(np.int32), 0)
    mask[cv2.cornerMinEigenVal(gray, 3) < MIN_CORNER_STRENGTH] = 0
    found = cv2.goodFeaturesToTrack(gray, MAX_CORNERS, CORNER_QUALITY, MIN_CORNER_DISTANCE_PX, mask=mask)
    if found is None:
        return np.empty((0, 2), np.float32)
    corners = np.asarray(found, np.float32).reshape(-1, 2)  # the strongest first
    size = np.array(gray.shape[::-1], float)
    cells = (corners / size * GRID).astype(int) @ (1, GRID[0])
    rank = np.array([np.sum(cells[:k] == cell) for k, cell in enumerate(cells)])
    return corners[rank < CORNERS_PER_CELL]


def match_corners(
    reference: Reference, gray: Image, hull: FloatArray | None, similarity: FloatArray | None
) -> tuple[NDArray[np.int16], NDArray[np.float32], FloatArray] | None:
    """Find a reference's corners in another picture (pyramidal Lucas-Kanade); None if fewer than `MIN_MATCHES` agree.

    ``similarity``, (2, 3), is a first guess of the motion from the reference to the picture; None for no motion.

    Returns
    -------
    (M,) corner indices, (M, 2) places in the picture, and the (2, 3) similarity on which the corners agree.
    """
    corners = reference.corners
    if len(corners) < MIN_MATCHES:
        return None
    guess = corners if similarity is None else np.asarray(corners @ similarity[:, :2].T + similarity[:, 2], np.float32)
    # optical flow assumes constant brightness, so a change of exposure is undone first
    exposed = cv2.convertScaleAbs(gray, alpha=float(reference.picture.mean() / max(gray.mean(), 1.0)))
    places, ok, _ = cv2.calcOpticalFlowPyrLK(  # type: ignore[call-overload]
        reference.picture, exposed, corners[:, None], guess[:, None].copy(), flags=cv2.OPTFLOW_USE_INITIAL_FLOW, **FLOW
    )
    places = places.reshape(-1, 2)
    height, width = gray.shape
    good = (ok.ravel() > 0) & (places >= 0).all(axis=1) & (places[:, 0] < width) & (places[:, 1] < height)
    good &= ~_is_inside(places, hull)
    kept = np.flatnonzero(good)
    if len(kept) < MIN_MATCHES:
        return None
    turn, inliers = cv2.estimateAffinePartial2D(
        corners[kept], places[kept], ransacReprojThreshold=MISMATCH_PX, maxIters=RANSAC_TRIES
    )
    if turn is None or inliers.sum() < MIN_MATCHES:
        return None
    agreed = kept[inliers.ravel() > 0]
    return agreed.astype(np.int16), np.asarray(places[agreed], np.float32), np.asarray(turn, float)
