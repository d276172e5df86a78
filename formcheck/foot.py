"""What the pixels say of the foot: landmarks say where it is, pixels say how far it turned.

BlazePose sees the whole body in 256 pixels and was never scored on feet: its heel is centimetres short at the top of a
heel raise and centimetres high while planted. So the hindfoot is looked at in the video's own pixels, in two ways:

* corners on it are followed from the flat foot through each repetition (pyramidal Lucas–Kanade with a forward–backward
  check; Bouguet 2001, Kalal 2010): small turns, and what happens in between;
* the picture of the flat hindfoot is turned about the ball of the foot by every likely angle and compared (normalised
  cross-correlation): nothing adds up over a hundred frames there. For large turns, with the picture at the peak, about every likely
  ball; for a foot that should stay down, with every picture, by its edges against the floor, which no shank covers.

Either way the foot is a rigid body that turns about its ball, and the heel's rise follows from the turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.scene import FOOT_PER_HEIGHT, SHANK_PER_HEIGHT
from formcheck.track import FloatArray

if TYPE_CHECKING:
    from formcheck.video import Image

FOOT_PER_SHANK = FOOT_PER_HEIGHT / SHANK_PER_HEIGHT
Outline = tuple[tuple[float, float], ...]

# Places on the foot in foot lengths, (from the back of the heel forward, from the sole up). The ankle's axis (tips of the malleoli)
# is at a quarter of the foot's length, 0.039 of the height over the floor (Winter 2009, table 4.1 and fig. 4.1). A heel raise turns
# about the transverse axis through the first two metatarsal heads (Bojsen-Møller 1979, J Anat 129:165), at 0.72 of the foot's
# length (Hawes & Sovak 1994, doi 10.1080/00140139408963639) and 4.4 cm, 0.16 of it, below the ankle's (in the man of 1.80 m of
# Delp 1990, IEEE Trans Biomed Eng 37:757). The heel stands on the calcaneus's tubercles, behind which the fat pad curves up for
# an eighth of it.
ANKLE = (0.25, 0.039 / FOOT_PER_HEIGHT)
BALL = (0.72, 0.10)
PLANTAR_HEEL = (0.12, 0.0)
# The landmarks lie in heel and toe, not under them: the heel's hindmost point, where the Achilles tendon ends, and the top of the
# big toe are some 2 cm over the sole: no measured source, chosen over 1 cm by rendered heel raises (docs/accuracy.md, sixth round).
LANDMARK_OVER_SOLE = 0.08
# The hindfoot as seen from the side, well inside its outline, so that no corner of it lies on the floor or the wall behind.
HINDFOOT = ((0.08, 0.04), (0.50, 0.04), (0.50, 0.20), (0.34, 0.34), (0.10, 0.34))
# The ball is looked for within this much of where the landmarks put it (their error on feet, in foot lengths).
BALL_SEARCH_X = np.linspace(-0.2, 0.2, 8)
BALL_SEARCH_Y = np.linspace(-0.12, 0.12, 5)
TURN_STEP_DEG = 0.5
MAX_TURN_DEG = 60.0
AGREE_FEET = 0.04  # a corner within this many foot lengths (1 cm) of where a turn puts it agrees with it
MIN_AGREEING = 4
MIN_AGREEING_SHARE = 0.3
MAX_CORNERS = 150
FORWARD_BACKWARD_PX = 0.7
# The pictures are compared on the hindfoot with its outline, where the contrast is, at this many of its pixels.
HINDFOOT_WITH_OUTLINE = ((-0.02, 0.0), (0.50, 0.02), (0.50, 0.20), (0.34, 0.34), (0.02, 0.34))
# What of it stays in sight while the shank leans over it, with the floor around.
EDGE_ON_FLOOR = ((-0.06, -0.03), (0.50, -0.03), (0.50, 0.16), (-0.06, 0.16))
EDGE_TURNS_DEG = np.arange(-5.0, 41.0, 1.0)
# A foot that slid further than this along the floor, in foot lengths, is not found by its edges.
EDGE_SLIDES = np.arange(-0.3, 0.301, 0.03)
# Edges less alike than this are not the flat foot's (planted and lifted ones are at 0.93 to 1), and they tell nothing of a
# repetition on which they are not seen for this share of it.
MIN_EDGE_LIKENESS = 0.9
MIN_EDGE_SHARE = 0.8
# A shadow that passes the heel is taken for its edge for a picture or two: the median of so many is told.
EDGE_MEDIAN = 5
COMPARED_PIXELS = 700
COMPARED_STEP_DEG = 1.5
# Below this correlation the turned flat foot is not what is seen at the peak.
MIN_CORRELATION = 0.72
# How much likeness a ball at the edge of the search must bring to be preferred to the anatomical one, and a turn at the edge of
# what is possible to the one that the rest of the body tells.
UNLIKELY = 0.2
# Corners and pictures that disagree by more than this share: the corners slipped.
MAX_DISAGREEMENT = 0.6


@dataclass(frozen=True)
class FootPose:
    """The flat foot in the image: ``back`` (2,) the sole under the back of the heel, its directions, its length in pixels.

    ``up`` is a unit vector; ``forward`` is shorter by as much as the foot is foreshortened, where the camera is not side-on.
    """

    back: FloatArray
    up: FloatArray
    forward: FloatArray
    length_px: float

    @classmethod
    def from_landmarks(cls, heel: FloatArray, toe: FloatArray, up: FloatArray, forward: FloatArray, shank_px: float) -> FootPose:
        """Lay a foot of the usual length over the two landmarks, centred between them, its sole under the lower of the two.

        ``forward`` is as in `FootPose`.
        """
        length = FOOT_PER_SHANK * shank_px
        middle = (heel + toe) / 2
        sole = min(heel @ up, toe @ up) - LANDMARK_OVER_SOLE * length
        return cls(middle - forward * length / 2 + up * (sole - middle @ up), up, forward, length)

    def place(self, x: float | FloatArray, y: float | FloatArray) -> FloatArray:
        """Foot lengths from the back of the heel forward and from the sole up → (..., 2) pixels."""
        x, y = np.asarray(x, float), np.asarray(y, float)
        return self.back + self.length_px * (x[..., None] * self.forward + y[..., None] * self.up)


@dataclass(frozen=True)
class FootMotion:
    """The foot over time, from the pixels; NaN on frames where they did not tell.

    Attributes
    ----------
    heel_rise_px
        (T,) rise of the plantar heel above the flat foot of the same repetition.
    turn_deg
        (T,) turn of the foot about its ball from flat; positive = heel up (plantarflexion of the foot against the floor).
    support
        (T,) share of the followed corners that agree on that turn.
    slide_px
        (T,) how far the foot has slid along the floor since the repetition's start, along itself; positive = forward. It is told of
        a foot that should stay down.
    """

    heel_rise_px: FloatArray
    turn_deg: FloatArray
    support: FloatArray
    slide_px: FloatArray

    @classmethod
    def empty(cls, frames: int) -> FootMotion:
        """Nothing known."""
        return cls(np.full(frames, np.nan), np.full(frames, np.nan), np.zeros(frames), np.full(frames, np.nan))

    def put(self, rows: slice, part: FootMotion) -> None:
        """Take over what ``part`` tells of as many frames as ``rows`` are."""
        for told in fields(self):
            getattr(self, told.name)[rows] = getattr(part, told.name)

    def take(self, rows: slice) -> FootMotion:
        """Return what is told of some of the frames, in arrays of their own."""
        return FootMotion(*(getattr(self, told.name)[rows].copy() for told in fields(self)))


class ExpectedTurn(NamedTuple):
    """How far a foot may turn up to a repetition's peak, degrees, before it is looked at: at least, likeliest, and at most."""

    least: float
    likeliest: float
    most: float

    def doubt(self, turns: FloatArray) -> FloatArray:
        """(A,) degrees → (A,) how unlikely: 0 for the likeliest, 1 at the edges, growing with the square."""
        reach = np.where(turns > self.likeliest, self.most - self.likeliest, self.likeliest - self.least)
        return np.asarray(((turns - self.likeliest) / reach) ** 2)

    def steps(self, step_deg: float) -> FloatArray:
        """(A,) turns from least to most."""
        return np.arange(self.least, self.most + step_deg, step_deg)


class _Template(NamedTuple):
    """What is looked for: (N, 2) places in foot lengths, and (N,) brightness there, standardised."""

    places: FloatArray
    values: NDArray[np.float32]


@dataclass
class FootFollower:
    """Watches one foot from the frame on which it is flat; feed frames in order, then `solve_turns`.

    Attributes
    ----------
    pose
        The flat foot.
    peak
        Which of the frames (counted from the first fed) shows the repetition's peak.
    stays_down
        Whether the foot should stay flat: then its edges on the floor are compared in every frame.
    paths, alive
        For each frame fed the (N, 2) positions of the followed corners in its pixels, and (N,) which passed every check so far.
    edge_turns, edge_slides
        For each frame fed the turn in degrees that its edges tell, and how far along the floor they are from where they were, in
        foot lengths; NaN where they do not.
    """

    pose: FootPose
    peak: int
    stays_down: bool = False
    paths: list[FloatArray] = field(default_factory=list)
    alive: list[NDArray[np.bool_]] = field(default_factory=list)
    edge_turns: list[float] = field(default_factory=list)
    edge_slides: list[float] = field(default_factory=list)
    _edge: _Template | None = None
    _flat: Image | None = None
    _top: Image | None = None
    _last: Image | None = None
    _offset: tuple[int, int] = (0, 0)

    def _crop(self, grey: Image) -> Image:
        """Cut out the foot and its surroundings: flow needs no more, and costs by the pixel."""
        centre, reach = self.pose.place(0.4, 0.25), 0.95 * self.pose.length_px
        if not np.isfinite([*centre, reach]).all():  # the landmarks did not say where it is
            return np.empty((0, 0), np.uint8)
        left, top = (max(0, int(v - reach)) for v in centre)
        right, bottom = (max(0, int(v + reach)) for v in centre)
        self._offset = (left, top)
        return np.ascontiguousarray(grey[top:bottom, left:right])

    def feed(self, grey: Image) -> None:
        """Take the next frame, (H, W) brightness; the first one is the flat foot."""
        crop = self._crop(grey)
        offset = np.asarray(self._offset, float)
        if self._last is None:
            self._flat = crop
            corners = self._find_corners(crop, offset)
            self.paths.append(corners)
            self.alive.append(np.ones(len(corners), dtype=bool))
        elif len(self.paths[-1]):
            here = (self.paths[-1] - offset).astype(np.float32)
            side = max(9, int(self.pose.length_px / 9) | 1)
            there, found = _flow(self._last, crop, here, side)
            back, found_back = _flow(crop, self._last, there, side)
            returned = np.linalg.norm(back - here, axis=1) < FORWARD_BACKWARD_PX
            self.paths.append(there.astype(float) + offset)
            self.alive.append(self.alive[-1] & found & found_back & returned)
        else:
            self.paths.append(self.paths[-1])
            self.alive.append(self.alive[-1])
        if self.stays_down:
            turn, slide = self._compare_edge(crop)
            self.edge_turns.append(turn)
            self.edge_slides.append(slide)
        self._last = crop
        if len(self.paths) == self.peak + 1:
            self._top = crop

    def _find_corners(self, crop: Image, offset: FloatArray) -> FloatArray:
        outline = self.pose.place(*np.asarray(HINDFOOT).T) - offset
        if min(crop.shape, default=0) < 16:
            return np.empty((0, 2))
        mask = np.zeros(crop.shape, np.uint8)
        cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], 255)
        spacing = max(2.0, self.pose.length_px / 60)
        corners = cv2.goodFeaturesToTrack(crop, MAX_CORNERS, 0.001, spacing, mask=mask, blockSize=3)
        return np.empty((0, 2)) if corners is None else corners.reshape(-1, 2).astype(float) + offset

    def compare(self, expected: ExpectedTurn) -> tuple[FloatArray, FloatArray] | None:
        """Return, for each likely ball, how well the turned flat hindfoot can look like the peak's, and the turn for it.

        Returns
        -------
        (C,) correlations, less what speaks against the turn, and (C,) turns in degrees for `list_balls`; None where the pictures do
        not show the foot.
        """
        if self._flat is None or self._top is None:
            return None
        template = self._cut_template(self._flat, HINDFOOT_WITH_OUTLINE)
        if template is None:
            return None
        top = _blur(self._top, self.pose.length_px / 60)
        turns = expected.steps(COMPARED_STEP_DEG)
        against = UNLIKELY * expected.doubt(turns)
        table = np.asarray([self._find_turn(template, top, ball, turns, against) for ball in list_balls()])
        return table[:, 0], table[:, 1]

    def _cut_template(self, flat: Image, outline: Outline) -> _Template | None:
        """Take the flat foot's pixels within an outline; None where there are hardly any."""
        if min(flat.shape) < 16:
            return None
        blurred = _blur(flat, self.pose.length_px / 60)
        offset = np.asarray(self._offset, float)
        mask = np.zeros(flat.shape, np.uint8)
        cv2.fillPoly(mask, [np.round(self.pose.place(*np.asarray(outline).T) - offset).astype(np.int32)], 255)
        rows, columns = np.nonzero(mask)
        chosen = slice(None, None, max(1, len(rows) // COMPARED_PIXELS))
        pixels = np.stack([columns[chosen], rows[chosen]], axis=1).astype(float)
        if len(pixels) < COMPARED_PIXELS // 8:
            return None
        return _Template(self._in_feet(pixels + offset), _standardize(blurred[rows[chosen], columns[chosen]]))

    def _find_turn(
        self,
        template: _Template,
        picture: NDArray[np.float32],
        ball: FloatArray,
        turns: FloatArray,
        against: FloatArray | float = 0.0,
        slide: float = 0.0,
    ) -> tuple[float, float]:
        """Return how well a template turned about ``ball`` can look like a blurred picture, and by which of (A,) even turns.

        ``against``, (A,) or one, is what speaks against each turn: it comes off their correlations. The foot has slid by ``slide``.
        """
        likeness = self._compare(template, picture, _turned(template.places, ball, turns) + np.array([slide, 0.0])) - against
        return _find_best(turns, likeness)

    def _compare(self, template: _Template, picture: NDArray[np.float32], places: FloatArray) -> NDArray[np.float32]:
        """(K,) correlations of a template with a blurred picture, its pixels at (K, N, 2) places of the foot."""
        pixels = (self.pose.place(places[..., 0], places[..., 1]) - np.asarray(self._offset, float)).astype(np.float32)
        values = np.asarray(cv2.remap(picture, pixels[..., 0], pixels[..., 1], cv2.INTER_LINEAR), np.float32)
        return np.asarray((_standardize(values) * template.values).mean(axis=1))

    def _compare_edge(self, crop: Image) -> tuple[float, float]:
        """Return the turn (degrees) and the slide (foot lengths) of the foot's edges on the floor; NaN where they are not seen."""
        if len(self.edge_turns) == 0:
            self._edge = self._cut_template(crop, EDGE_ON_FLOOR)
        if self._edge is None:
            return float("nan"), float("nan")
        picture, ball = _blur(crop, self.pose.length_px / 60), np.asarray(BALL)
        in_place, turn = self._find_turn(self._edge, picture, ball, EDGE_TURNS_DEG)
        seen_in_place = in_place >= MIN_EDGE_LIKENESS
        turned = _turned(self._edge.places, ball, turn if seen_in_place else 0.0)
        slid = turned + np.stack([EDGE_SLIDES, np.zeros_like(EDGE_SLIDES)], axis=1)[:, None]
        likeness, slide = _find_best(EDGE_SLIDES, self._compare(self._edge, picture, slid))
        if likeness < MIN_EDGE_LIKENESS:
            return float("nan"), float("nan")
        if not seen_in_place:  # how far it turned was looked for in the wrong place
            turn = self._find_turn(self._edge, picture, ball, EDGE_TURNS_DEG, slide=slide)[1]
        return turn, slide

    def read_edge(self) -> tuple[FloatArray, FloatArray] | None:
        """(F,) turn, degrees, and (F,) slide, foot lengths, that the foot's edges on the floor tell, NaN where they do not.

        None where they tell too little.
        """
        seen = np.isfinite(self.edge_turns)
        if len(seen) <= self.peak or not seen[self.peak] or seen.mean() < MIN_EDGE_SHARE:
            return None
        turn, slide = (_median_around(np.asarray(values), seen) for values in (self.edge_turns, self.edge_slides))
        return turn, slide

    def score(self, expected: ExpectedTurn) -> FloatArray:
        """(C,) share of the followed corners that agree on one turn about each likely ball at the peak."""
        turns = expected.steps(TURN_STEP_DEG)
        alive = self.alive[self.peak]
        start, top = (self._in_feet(self.paths[frame])[alive] for frame in (0, self.peak))
        return np.asarray(_score(start, top, list_balls(), turns).max(axis=1))

    def follow(self, ball: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(F,) turn about ``ball`` that most corners agree on, frame after frame, and the share that does."""
        turn, support = np.full(len(self.paths), np.nan), np.zeros(len(self.paths))
        start, previous = self._in_feet(self.paths[0]), 0.0
        for frame, (path, alive) in enumerate(zip(self.paths, self.alive, strict=True)):
            if alive.sum() < MIN_AGREEING:
                break
            now = self._in_feet(path)[alive]
            near = np.arange(previous - 6.0, previous + 6.0 + TURN_STEP_DEG, TURN_STEP_DEG)
            likely = float(near[int(np.argmax(_score(start[alive], now, ball[None], near)[0]))])
            angle = _refine(start[alive], now, ball, likely)
            agreeing = _residual(start[alive], now, ball, angle) < 2 * AGREE_FEET
            if agreeing.sum() >= MIN_AGREEING:
                previous = angle
                if agreeing.mean() >= MIN_AGREEING_SHARE:
                    turn[frame], support[frame] = angle, float(agreeing.mean())
        return turn, support

    def _in_feet(self, points: FloatArray) -> FloatArray:
        """(N, 2) pixels → foot lengths forward of the back of the heel and above the sole."""
        offset = (points - self.pose.back) / self.pose.length_px
        return np.stack([offset @ self.pose.forward / (self.pose.forward @ self.pose.forward), offset @ self.pose.up], axis=1)


def list_balls() -> FloatArray:
    """(C, 2) places where the ball of the foot may be, in foot lengths (forward of the back of the heel, above the sole)."""
    grid = np.meshgrid(BALL[0] + BALL_SEARCH_X, BALL[1] + BALL_SEARCH_Y, indexing="ij")
    return np.stack(grid, axis=-1).reshape(-1, 2)


def solve_turns(followers: list[FootFollower], expected: Sequence[ExpectedTurn], *, compare: bool) -> list[FootMotion]:
    """Return the motion of the foot on each follower's frames.

    It is one foot and one camera all along: the ball that fits all the repetitions of the set best is taken for each.

    Parameters
    ----------
    expected
        For each follower the turns to consider at its peak. A heel raise that lifted the whole body cannot be 0°, so the
        still floor behind the foot is not taken for it.
    compare
        Whether to settle the turn at the peak by comparing pictures too, as for large turns, not by corners alone.
    """
    balls = list_balls()
    # where the pictures hardly differ, the anatomical ball
    unlikely = UNLIKELY * np.sum(((balls - BALL) / (BALL_SEARCH_X[-1], BALL_SEARCH_Y[-1])) ** 2, axis=1)
    complete = [len(f.paths) > f.peak for f in followers]
    tables = [f.compare(r) if compare and c else None for f, r, c in zip(followers, expected, complete, strict=True)]
    seen = [table[0] for table in tables if table is not None]
    likeness = np.mean(seen, axis=0) if seen else np.zeros(len(balls))
    alike = bool(seen) and float(np.max(likeness - unlikely)) >= MIN_CORRELATION
    if not alike:
        scores = [f.score(r) for f, r, c in zip(followers, expected, complete, strict=True) if c]
        likeness = np.mean(scores, axis=0) if scores else likeness
    chosen = int(np.argmax(likeness - unlikely))
    solved = []
    for follower, table, whole in zip(followers, tables, complete, strict=True):
        turn, support = (
            follower.follow(balls[chosen]) if whole else (np.full(len(follower.paths), np.nan), np.zeros(len(follower.paths)))
        )
        if alike and table is not None:
            turn = _match_peak(turn, follower.peak, float(table[1][chosen]))
            support[follower.peak] = max(support[follower.peak], table[0][chosen])
        rise, slide, ball = np.full(len(turn), np.nan), np.full(len(turn), np.nan), balls[chosen]
        edge = follower.read_edge()
        if edge is not None:
            turn, slide = edge
            support, ball = np.isfinite(turn).astype(float), np.asarray(BALL)
        known = np.isfinite(turn)
        heel = _turned(np.asarray([PLANTAR_HEEL]), ball, turn[known])[:, 0, 1]
        rise[known] = follower.pose.length_px * (heel - PLANTAR_HEEL[1])
        solved.append(FootMotion(rise, turn, support, follower.pose.length_px * slide))
    return solved


def _match_peak(turn: FloatArray, peak: int, compared: float) -> FloatArray:
    """Bring the followed turn halfway to the compared one at its peak; keep only that one where the corners slipped."""
    followed = turn[peak]
    if np.isfinite(followed) and MAX_DISAGREEMENT < followed / compared < 1 / MAX_DISAGREEMENT:
        return np.asarray(turn * (1 + compared / followed) / 2)
    lost = np.full(len(turn), np.nan)
    lost[peak] = compared
    return lost


def _median_around(values: FloatArray, seen: NDArray[np.bool_]) -> FloatArray:
    """(F,) values → (F,) the median of each with its neighbours, NaN where it was not seen."""
    around = np.lib.stride_tricks.sliding_window_view(np.pad(values, EDGE_MEDIAN // 2, mode="edge"), EDGE_MEDIAN)
    medians = np.full(len(values), np.nan)
    medians[seen] = np.nanmedian(around[seen], axis=1)
    return medians


def _find_best(steps: FloatArray, likeness: NDArray[np.float32] | FloatArray) -> tuple[float, float]:
    """Return the greatest of (A,) likenesses and where it is among (A,) even steps, between them too."""
    likely = int(np.argmax(likeness))
    return float(likeness[likely]), float(steps[likely] + (steps[1] - steps[0]) * _vertex(likeness, likely))


def _vertex(values: FloatArray | NDArray[np.float32], index: int) -> float:
    """Return where the parabola through a maximum and its neighbours peaks, in steps from it (−0.5..0.5)."""
    if not 0 < index < len(values) - 1:
        return 0.0
    before, here, after = (float(v) for v in values[index - 1 : index + 2])
    bend = before - 2 * here + after
    return 0.5 * (before - after) / bend if bend < 0 else 0.0


def _flow(before: Image, after: Image, points: NDArray[np.float32], side: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Follow (N, 2) points from one picture to the next with windows of ``side`` pixels; also return which were found."""
    moved, found, _ = cv2.calcOpticalFlowPyrLK(before, after, points, np.empty_like(points), winSize=(side, side), maxLevel=2)
    return np.asarray(moved, np.float32), np.asarray(found).ravel().astype(bool)


def _turned(points: FloatArray, centre: FloatArray, angle_deg: float | FloatArray) -> FloatArray:
    """Turn (N, 2) foot coordinates heel-up about ``centre``; an (A,) angle gives (A, N, 2)."""
    angle = np.radians(np.asarray(angle_deg))[..., None]
    x, y = points[:, 0] - centre[0], points[:, 1] - centre[1]
    # the heel lies behind the ball (x < 0): turning clockwise, seen with the foot pointing right, lifts it
    return np.stack([centre[0] + np.cos(angle) * x + np.sin(angle) * y, centre[1] - np.sin(angle) * x + np.cos(angle) * y], -1)


def _residual(start: FloatArray, now: FloatArray, centre: FloatArray, angle_deg: float) -> FloatArray:
    distances: FloatArray = np.linalg.norm(_turned(start, centre, angle_deg) - now, axis=1)
    return distances


def _score(start: FloatArray, now: FloatArray, centres: FloatArray, turns: FloatArray) -> FloatArray:
    """(C, A) share of the corners that agree with each turn about each centre."""
    if not len(start):
        return np.zeros((len(centres), len(turns)))
    gaps = (np.linalg.norm(_turned(start, centre, turns) - now, axis=-1) for centre in centres)
    return np.stack([np.exp(-0.5 * (gap / AGREE_FEET) ** 2).mean(axis=-1) for gap in gaps])


def _blur(picture: Image, sigma_px: float) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), max(1.0, sigma_px)), np.float32)


def _standardize(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Take mean and spread out of the last axis, so that the mean product of two is their correlation."""
    centred = values - values.mean(axis=-1, keepdims=True)
    return np.asarray(centred / (centred.std(axis=-1, keepdims=True) + 1e-6), np.float32)


def _refine(start: FloatArray, now: FloatArray, centre: FloatArray, angle_deg: float) -> float:
    """Least-squares turn of the corners that agree with ``angle_deg``."""
    weight = np.exp(-0.5 * (_residual(start, now, centre, angle_deg) / AGREE_FEET) ** 2)
    a, b = start - centre, now - centre
    cross = np.sum(weight * (a[:, 1] * b[:, 0] - a[:, 0] * b[:, 1]))
    dot = np.sum(weight * (a * b).sum(axis=1))
    return float(np.degrees(np.arctan2(cross, dot))) if weight.sum() > 1e-6 else angle_deg
