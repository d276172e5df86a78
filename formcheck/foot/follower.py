"""One foot through one repetition, looked at in each way, and the turns of all repetitions of a set solved together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from formcheck.foot.corners import CornerFollower
from formcheck.foot.edges import EdgeFollower
from formcheck.foot.motion import ExpectedTurn, FootMotion
from formcheck.foot.pictures import HINDFOOT_WITH_OUTLINE, Template, blur, find_contrast
from formcheck.foot.shape import BALL, PLANTAR_HEEL, Crop, FootPose, turn_about
from formcheck.support.arrays import FloatArray

if TYPE_CHECKING:
    from formcheck.video.reader import Image

# The ball is looked for within this much of where the landmarks put it (their error on feet, in foot lengths).
BALL_SEARCH_X = np.linspace(-0.2, 0.2, 8)
BALL_SEARCH_Y = np.linspace(-0.12, 0.12, 5)
COMPARED_STEP_DEG = 1.5
# Below this correlation the turned flat foot is not what is seen at the peak.
MIN_CORRELATION = 0.72
# How much likeness a ball at the edge of the search must bring to be preferred to the anatomical one, and a turn at the edge of
# what is possible to the one that the rest of the body tells.
UNLIKELY = 0.2
# Corners and pictures that disagree by more than this share: the corners slipped.
MAX_DISAGREEMENT = 0.6


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
    frames
        How many frames were fed.
    """

    pose: FootPose
    peak: int
    stays_down: bool = False
    frames: int = 0
    _contrast: FloatArray | None = None
    _flat: Crop | None = None
    _top: Crop | None = None

    def __post_init__(self) -> None:
        """Follow its corners and its edges."""
        self.corners, self.edges = CornerFollower(self.pose), EdgeFollower(self.pose)

    @property
    def complete(self) -> bool:
        """Whether the peak was fed."""
        return self.frames > self.peak

    def feed(self, rgb: Image) -> None:
        """Take the next frame, (H, W, 3); the first one is the flat foot."""
        crop = self.pose.crop(rgb)
        if self._contrast is None:
            self._contrast = find_contrast(crop, self.pose)
        distinct = crop.mixed(self._contrast)
        self.corners.feed(crop.grey())
        if self.stays_down:
            self.edges.feed(distinct)
        if self.frames == 0:
            self._flat = distinct
        if self.frames == self.peak:
            self._top = distinct
        self.frames += 1

    def compare(self, expected: ExpectedTurn) -> tuple[FloatArray, FloatArray] | None:
        """Return, for each likely ball, how well the turned flat hindfoot can look like the peak's, and the turn for it.

        Returns
        -------
        (C,) correlations, less what speaks against the turn, and (C,) turns in degrees for `list_balls`; None where the pictures do
        not show the foot.
        """
        if self._flat is None or self._top is None:
            return None
        template = Template.cut(self.pose, self._flat, HINDFOOT_WITH_OUTLINE)
        if template is None:
            return None
        top = blur(self._top, self.pose)
        turns = expected.steps(COMPARED_STEP_DEG)
        against = UNLIKELY * expected.doubt(turns)
        table = np.asarray([template.find_turn(top, ball, turns, against) for ball in list_balls()])
        return table[:, 0], table[:, 1]

    def move(self, turn: FloatArray, support: FloatArray, ball: FloatArray) -> FootMotion:
        """(F,) turns about ``ball`` → the motion of the foot; its edges on the floor, where they are seen, know better."""
        rise, slide = np.full(len(turn), np.nan), np.full(len(turn), np.nan)
        edges = self.edges.read(self.peak)
        if edges is not None:
            turn, slide = edges
            support, ball = np.isfinite(turn).astype(float), np.asarray(BALL)
        known = np.isfinite(turn)
        heel = turn_about(np.asarray([PLANTAR_HEEL]), ball, turn[known])[:, 0, 1]
        rise[known] = self.pose.length_px * (heel - PLANTAR_HEEL[1])
        return FootMotion(rise, turn, support, self.pose.length_px * slide)


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
    tables = [f.compare(r) if compare else None for f, r in zip(followers, expected, strict=True)]
    seen = [table[0] for table in tables if table is not None]
    likeness = np.mean(seen, axis=0) if seen else np.zeros(len(balls))
    alike = bool(seen) and float(np.max(likeness - unlikely)) >= MIN_CORRELATION
    if not alike:
        scores = [f.corners.score(f.peak, balls, r) for f, r in zip(followers, expected, strict=True) if f.complete]
        likeness = np.mean(scores, axis=0) if scores else likeness
    chosen = int(np.argmax(likeness - unlikely))
    solved = []
    for follower, table in zip(followers, tables, strict=True):
        turn, support = np.full(follower.frames, np.nan), np.zeros(follower.frames)
        if follower.complete:
            turn, support = follower.corners.follow(balls[chosen])
        if alike and table is not None:
            turn = _match_peak(turn, follower.peak, float(table[1][chosen]))
            support[follower.peak] = max(support[follower.peak], table[0][chosen])
        solved.append(follower.move(turn, support, balls[chosen]))
    return solved


def _match_peak(turn: FloatArray, peak: int, compared: float) -> FloatArray:
    """Bring the followed turn halfway to the compared one at its peak; keep only that one where the corners slipped."""
    followed = turn[peak]
    if np.isfinite(followed) and MAX_DISAGREEMENT < followed / compared < 1 / MAX_DISAGREEMENT:
        return np.asarray(turn * (1 + compared / followed) / 2)
    lost = np.full(len(turn), np.nan)
    lost[peak] = compared
    return lost
