"""A foot that turns about its ball while the ball rolls forward: the motion from the flat foot to another frame.

A stiff sole rolls over its toe, so the axis through the metatarsal heads does not stay where it was on the flat foot: in people
wearing running shoes it moved by a tenth of the foot's length. A motion is therefore a turn about the ball and a shift of the
ball.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.foot.motion import MAX_TURN_DEG
from formcheck.foot.shape import ANKLE, BALL, PLANTAR_HEEL, turn_about
from formcheck.support.arrays import FloatArray

# Standard deviations of the ball's shift forward and up, in foot lengths. In a bare foot the ball stays in place; a rocker sole
# carries it along; vertically it can only move as far as a sole compresses.
ROLL_SD, SINK_SD = 0.06, 0.03
# A corner within this many foot lengths (0.7 cm) of its predicted place agrees with a motion.
AGREE_FEET = 0.03
REFINING_STEPS = 12
# Standard deviation of how far an ankle's landmark moved, foot lengths (1.3 cm).
LANDMARK_SD = 0.05
# The ball's shift forward in a foot whose shoe is not known: between a bare foot's and a running shoe's, once the heel is up.
USUAL_ROLL = 0.05
# The turns that an ankle may show, degrees: from a heel that hangs over a step to the largest that a body has.
ANKLE_TURNS_DEG = np.arange(-30.0, MAX_TURN_DEG + 0.5, 0.5)


@dataclass(frozen=True)
class FootTurn:
    """A motion of the foot from flat: ``turn_deg`` about the ball, heel up, and (2,) ``shift`` of the ball, foot lengths."""

    turn_deg: float
    shift: FloatArray

    @classmethod
    def none(cls) -> FootTurn:
        """The flat foot."""
        return cls(0.0, np.zeros(2))

    def apply(self, places: FloatArray) -> FloatArray:
        """(N, 2) places on the flat foot → their present places, foot lengths."""
        return turn_about(places, np.asarray(BALL), self.turn_deg) + self.shift

    @property
    def heel_travel(self) -> FloatArray:
        """(2,) the plantar heel's travel forward along the floor and up from it, foot lengths.

        The upward part is not the rise in the picture: seen by a camera that looks down, a foot that points away also seems to rise
        as it moves forward.
        """
        heel = np.asarray([PLANTAR_HEEL])
        return np.asarray((self.apply(heel) - heel)[0])

    @property
    def heel_rise(self) -> float:
        """The rise of the plantar heel from the floor, foot lengths."""
        return float(self.heel_travel[1])


def list_motions(turns_deg: FloatArray, rolls: FloatArray, sinks: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return a grid of motions: (K,) turns and (K, 2) shifts of the ball."""
    grid = np.meshgrid(turns_deg, rolls, sinks, indexing="ij")
    return grid[0].ravel(), np.stack([grid[1].ravel(), grid[2].ravel()], axis=1)


def doubt_shift(shifts: FloatArray) -> FloatArray:
    """(..., 2) shifts → (...,) half their squared size in standard deviations."""
    return np.asarray(0.5 * np.sum((shifts / (ROLL_SD, SINK_SD)) ** 2, axis=-1))


def turn_of_ankle(moved: FloatArray) -> FootTurn:
    """Return the likeliest motion of the foot that moves the ankle's landmark by (2,) foot lengths, forward and up.

    The axis is at `ANKLE`. What the turn about the ball and the ball's usual roll do not explain is shared between the landmark's
    error and a further shift of the ball. The axis passes over the ball at 72°. Near that it hardly rises any more, so by its rise
    alone a small error would look like a large turn.
    """
    ankle, ball = np.asarray([ANKLE]), np.asarray(BALL)
    by_turn = (turn_about(ankle, ball, ANKLE_TURNS_DEG) - ankle)[:, 0]
    usual = np.outer(np.sin(np.radians(ANKLE_TURNS_DEG)), (USUAL_ROLL, 0.0))
    left = moved - by_turn - usual
    shift_variance = np.square((ROLL_SD, SINK_SD))
    variance = shift_variance + LANDMARK_SD**2
    best = int(np.argmin(np.sum(left**2 / variance, axis=1)))
    return FootTurn(float(ANKLE_TURNS_DEG[best]), usual[best] + left[best] * shift_variance / variance)


def fit_motion(start: FloatArray, now: FloatArray, first: FootTurn, held: float = 1.0) -> tuple[FootTurn, NDArray[np.bool_]]:
    """Return the motion that best maps (N, 2) places on the flat foot to their present places, and (N,) which places agree with it.

    Iteratively reweighted least squares from ``first``, with the prior on the ball's shift (`ROLL_SD`, `SINK_SD`). Each place has a
    standard deviation of `AGREE_FEET` over ``held``.
    """
    turn, shift = np.radians(first.turn_deg), first.shift.copy()
    arms = start - np.asarray(BALL)
    prior = np.diag([1e-9, 1.0 / ROLL_SD**2, 1.0 / SINK_SD**2])
    gap = np.empty((0, 2))
    for _ in range(REFINING_STEPS):
        cos, sin = np.cos(turn), np.sin(turn)
        gap = now - (arms @ np.array([[cos, -sin], [sin, cos]]) + np.asarray(BALL) + shift)
        weight = np.exp(-0.5 * np.sum(gap**2, axis=1) / AGREE_FEET**2) * (held / AGREE_FEET) ** 2
        slopes = np.zeros((len(arms), 2, 3))
        slopes[:, :, 0] = arms @ np.array([[-sin, -cos], [cos, -sin]])
        slopes[:, 0, 1] = slopes[:, 1, 2] = 1.0
        normal = np.einsum("n,nij,nik->jk", weight, slopes, slopes) + prior
        pull = np.einsum("n,nij,ni->j", weight, slopes, gap) - prior @ np.array([0.0, *shift])
        step = np.linalg.solve(normal, pull)
        turn, shift = turn + float(step[0]), shift + step[1:]
    return FootTurn(float(np.degrees(turn)), shift), np.linalg.norm(gap, axis=1) < 2 * AGREE_FEET
