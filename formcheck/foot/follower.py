"""Follow one foot through one repetition by every method, and solve the turns of all repetitions of a set together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from formcheck.foot.corners import BELOW_ANKLE, HINDFOOT, CornerFollower
from formcheck.foot.edges import EdgeFollower
from formcheck.foot.motion import ExpectedTurn, FootMotion
from formcheck.foot.pictures import find_contrast
from formcheck.foot.raised import Raise, follow_raise, measure_raise
from formcheck.foot.shape import BALL, PLANTAR_HEEL, Crop, FootPose, turn_about
from formcheck.foot.silhouette import FilmedFoot, find_foot, fit_pose
from formcheck.support.arrays import FloatArray

if TYPE_CHECKING:
    from formcheck.video.frames import Rgb

# The ball is searched within this distance of its position from the landmarks (their error on feet, in foot lengths).
BALL_SEARCH_X = np.linspace(-0.2, 0.2, 8)
BALL_SEARCH_Y = np.linspace(-0.12, 0.12, 5)
# How much more agreement a ball at the edge of the search needs to be preferred to the anatomical one.
UNLIKELY = 0.2


@dataclass
class FootFollower:
    """Follows one foot from the frame on which it is flat; feed frames in order, then call `solve_turns` or `solve_raises`.

    Attributes
    ----------
    pose
        The flat foot.
    peak
        The index, among the frames fed, of the repetition's peak.
    stays_down
        Whether the foot should stay flat; if so, its edges on the floor are compared in every frame.
    outlined
        Whether no other foot can stand in front of it. Its length and place are then those of its silhouette (`silhouette`).
    frames
        How many frames were fed.
    filmed
        The silhouette's ends; None if it was not looked for or not found.
    raised
        Of a foot whose heel rises, how high and by which evidence (see `solve_raises`); None before or if it was not seen.
    """

    pose: FootPose
    peak: int
    stays_down: bool = False
    outlined: bool = False
    frames: int = 0
    filmed: FilmedFoot | None = None
    raised: Raise | None = None
    _contrast: FloatArray | None = None
    _flat: Crop | None = None
    _top: Crop | None = None
    _turned: tuple[FloatArray, FootMotion] | None = None

    def __post_init__(self) -> None:
        """Follow its corners and its edges."""
        self._follow()

    def _follow(self) -> None:
        self.corners = CornerFollower(self.pose, HINDFOOT if self.stays_down else BELOW_ANKLE)
        self.edges = EdgeFollower(self.pose)

    @property
    def complete(self) -> bool:
        """Whether the peak was fed."""
        return self.frames > self.peak

    def feed(self, rgb: Rgb) -> None:
        """Take the next frame, (H, W, 3); the first one is the flat foot."""
        if self.frames == 0 and self.outlined:
            self.filmed = find_foot(self.pose, self.pose.crop(rgb))
            if self.filmed is not None:
                self.pose = fit_pose(self.pose, self.filmed)
                self._follow()
        crop = self.pose.crop(rgb)
        if self._contrast is None:
            self._contrast = find_contrast(crop, self.pose)
        distinct = crop.mixed(self._contrast)
        self.corners.feed(crop.gray())
        if self.stays_down:
            self.edges.feed(distinct)
        if self.frames == 0:
            self._flat = distinct
        if self.frames == self.peak:
            self._top = distinct
        self.frames += 1

    def measure_raise(self, ankles: Sequence[FloatArray]) -> FootMotion:
        """Return the motion of a foot whose heel rises (see `solve_raises`); empty if the frames do not show it."""
        if not self.complete or self._flat is None or self._top is None or not self._flat.shows_something:
            return FootMotion.empty(self.frames)
        self.raised = measure_raise(self.pose, self.corners, (self._flat, self._top), self.peak, ankles)
        return follow_raise(self.pose, self.corners, self.peak, self.raised)

    def turn_about(self, ball: FloatArray) -> FootMotion:
        """Return the motion of a foot that turns about ``ball``; its edges on the floor take precedence where they are seen.

        What was found last is kept: a live set asks again after every repetition, mostly about the same ball.
        """
        if self._turned is None or not np.array_equal(self._turned[0], ball):
            turn, support = np.full(self.frames, np.nan), np.zeros(self.frames)
            if self.complete:
                turn, support = self.corners.follow(ball)
            self._turned = ball, self._move(turn, support, ball)
        return self._turned[1]

    def _move(self, turn: FloatArray, support: FloatArray, ball: FloatArray) -> FootMotion:
        rise, slide = np.full(len(turn), np.nan), np.full(len(turn), np.nan)
        edges = self.edges.read(self.peak)
        if edges is not None:
            turn, slide = edges
            support, ball = np.isfinite(turn).astype(float), np.asarray(BALL)
        known = np.isfinite(turn)
        heel = turn_about(np.asarray([PLANTAR_HEEL]), ball, turn[known])[:, 0, 1]
        rise[known] = self.pose.length_px * (heel - PLANTAR_HEEL[1])
        return FootMotion(rise, turn, support, self.pose.length_px * slide, np.full(len(turn), np.nan))


def list_balls() -> FloatArray:
    """(C, 2) possible places of the ball of the foot, in foot lengths (forward of the back of the heel, above the sole)."""
    grid = np.meshgrid(BALL[0] + BALL_SEARCH_X, BALL[1] + BALL_SEARCH_Y, indexing="ij")
    return np.stack(grid, axis=-1).reshape(-1, 2)


def solve_turns(followers: list[FootFollower], expected: Sequence[ExpectedTurn]) -> list[FootMotion]:
    """Return the motion of a foot that should stay down, on each follower's frames, from its corners and its edges on the floor.

    The foot and the camera are the same throughout, so one ball is used: the one that fits all repetitions of the set best.

    Parameters
    ----------
    expected
        For each follower, the turns to consider at its peak.
    """
    balls = list_balls()
    # where the corners hardly decide between balls, prefer the anatomical one
    unlikely = UNLIKELY * np.sum(((balls - BALL) / (BALL_SEARCH_X[-1], BALL_SEARCH_Y[-1])) ** 2, axis=1)
    scores = [f.corners.score(f.peak, balls, r) for f, r in zip(followers, expected, strict=True) if f.complete]
    ball = balls[int(np.argmax((np.mean(scores, axis=0) if scores else 0.0) - unlikely))]
    solved = []
    for follower in followers:
        solved.append(follower.turn_about(ball))
    return solved


def solve_raises(followers: list[FootFollower], ankles: Sequence[Sequence[FloatArray]]) -> list[FootMotion]:
    """Return the motion of a foot whose heel rises, on each follower's frames.

    Parameters
    ----------
    ankles
        For each follower, how far each network's ankle moved from the flat foot to the peak, (2,) foot lengths forward and up.
    """
    return [follower.measure_raise(moved) for follower, moved in zip(followers, ankles, strict=True)]
