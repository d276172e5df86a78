"""A foot that should stay down, compared in every picture: whether it lifted, and whether it slid.

Its edges against the floor show even a plain foot, and whether it slid; but the floor does not turn with the foot. The edges of the
foot alone show how far it turned. Whichever of the two is more alike counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from formcheck.foot.pictures import Template, blur
from formcheck.foot.shape import BALL, Crop, FootPose
from formcheck.support.arrays import FloatArray

# What of the hindfoot stays in sight while the shank leans over it, with the floor around.
EDGE_ON_FLOOR = ((-0.06, -0.03), (0.50, -0.03), (0.50, 0.16), (-0.06, 0.16))
EDGE_TURNS_DEG = np.arange(-5.0, 41.0, 1.0)
# The same without the floor.
EDGE_OF_FOOT = ((0.0, 0.0), (0.50, 0.0), (0.50, 0.16), (0.0, 0.16))
# A foot that slid further than this along the floor, in foot lengths, is not found by its edges.
EDGE_SLIDES = np.arange(-0.3, 0.301, 0.03)
# Edges less alike than this are not the flat foot's (planted and lifted ones are at 0.93 to 1), and a repetition on which they are
# seen for less than this share of it is not measured by them.
MIN_EDGE_LIKENESS = 0.9
MIN_EDGE_SHARE = 0.8
# A passing shadow can be mistaken for the heel's edge for a frame or two, so the median over this many frames is reported.
EDGE_MEDIAN = 5


@dataclass
class EdgeFollower:
    """Compares a foot's edges on the floor with those of the frame on which it is flat; feed the foot's crops in order.

    Attributes
    ----------
    pose
        The flat foot.
    turns, slides
        For each frame fed the turn in degrees by the foot's edges, and how far along the floor they are from where they were, in
        foot lengths; NaN where they are not seen.
    """

    pose: FootPose
    turns: list[float] = field(default_factory=list)
    slides: list[float] = field(default_factory=list)
    _on_floor: Template | None = None
    _of_foot: Template | None = None

    def feed(self, crop: Crop) -> None:
        """Take the next frame; the first one is the flat foot."""
        if not self.turns:
            self._on_floor, self._of_foot = (Template.cut(self.pose, crop, outline) for outline in (EDGE_ON_FLOOR, EDGE_OF_FOOT))
        turn = slide = float("nan")
        if self._on_floor is not None and self._of_foot is not None:
            picture = blur(crop, self.pose)
            on_floor, of_foot = _fit(self._on_floor, picture), _fit(self._of_foot, picture)
            if on_floor.likeness >= MIN_EDGE_LIKENESS:
                slide = on_floor.slide
            likelier = max(on_floor, of_foot)
            if likelier.likeness >= MIN_EDGE_LIKENESS:
                turn = likelier.turn_deg
        self.turns.append(turn)
        self.slides.append(slide)

    def read(self, peak: int) -> tuple[FloatArray, FloatArray] | None:
        """(F,) turn, degrees, and (F,) slide, foot lengths, by the edges; NaN where they are not seen.

        Either is NaN throughout where it was not seen at the frame of the repetition's peak, or too seldom; None if the turn is.
        """
        turn, slide = (_read(np.asarray(values), peak) for values in (self.turns, self.slides))
        return (turn, slide) if np.isfinite(turn).any() else None


class _Fit(NamedTuple):
    """How alike the flat foot can look, and with which turn and slide (foot lengths)."""

    likeness: float
    turn_deg: float
    slide: float


def _fit(flat: Template, picture: Crop) -> _Fit:
    ball = np.asarray(BALL)
    in_place, turn = flat.find_turn(picture, ball, EDGE_TURNS_DEG)
    seen_in_place = in_place >= MIN_EDGE_LIKENESS
    likeness, slide = flat.find_slide(picture, ball, turn if seen_in_place else 0.0, EDGE_SLIDES)
    if likeness >= MIN_EDGE_LIKENESS and not seen_in_place:  # how far it turned was looked for in the wrong place
        turn = flat.find_turn(picture, ball, EDGE_TURNS_DEG, slide=slide)[1]
    return _Fit(likeness, turn, slide)


def _read(values: FloatArray, peak: int) -> FloatArray:
    """(F,) values → (F,) the median of each with its neighbours, NaN where it was not seen, or all where too little was."""
    seen, medians = np.isfinite(values), np.full(len(values), np.nan)
    if len(values) > peak and seen[peak] and seen.mean() >= MIN_EDGE_SHARE:
        around = np.lib.stride_tricks.sliding_window_view(np.pad(values, EDGE_MEDIAN // 2, mode="edge"), EDGE_MEDIAN)
        medians[seen] = np.nanmedian(around[seen], axis=1)
    return medians
