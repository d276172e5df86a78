"""The edges of a foot that should stay down against the floor, compared in every picture: whether it lifted or slid."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from formcheck.foot.pictures import Template, blur
from formcheck.foot.shape import BALL, Crop, FootPose
from formcheck.track import FloatArray

# What of the hindfoot stays in sight while the shank leans over it, with the floor around.
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


@dataclass
class EdgeFollower:
    """Compares a foot's edges on the floor with those of the frame on which it is flat; feed the foot's crops in order.

    Attributes
    ----------
    pose
        The flat foot.
    turns, slides
        For each frame fed the turn in degrees that its edges tell, and how far along the floor they are from where they were, in
        foot lengths; NaN where they do not.
    """

    pose: FootPose
    turns: list[float] = field(default_factory=list)
    slides: list[float] = field(default_factory=list)
    _edge: Template | None = None

    def feed(self, crop: Crop) -> None:
        """Take the next frame; the first one is the flat foot."""
        if not self.turns:
            self._edge = Template.cut(self.pose, crop, EDGE_ON_FLOOR)
        turn, slide = self._look(self._edge, crop) if self._edge is not None else (float("nan"), float("nan"))
        self.turns.append(turn)
        self.slides.append(slide)

    def _look(self, edge: Template, crop: Crop) -> tuple[float, float]:
        """Return the turn (degrees) and the slide (foot lengths) of the edges; NaN where they are not seen."""
        picture, ball = blur(crop, self.pose), np.asarray(BALL)
        in_place, turn = edge.find_turn(picture, ball, EDGE_TURNS_DEG)
        seen_in_place = in_place >= MIN_EDGE_LIKENESS
        likeness, slide = edge.find_slide(picture, ball, turn if seen_in_place else 0.0, EDGE_SLIDES)
        if likeness < MIN_EDGE_LIKENESS:
            return float("nan"), float("nan")
        if not seen_in_place:  # how far it turned was looked for in the wrong place
            turn = edge.find_turn(picture, ball, EDGE_TURNS_DEG, slide=slide)[1]
        return turn, slide

    def read(self, peak: int) -> tuple[FloatArray, FloatArray] | None:
        """(F,) turn, degrees, and (F,) slide, foot lengths, that the edges tell, NaN where they do not.

        None where they tell too little: not at the frame of the repetition's peak, or too seldom.
        """
        seen = np.isfinite(self.turns)
        if len(seen) <= peak or not seen[peak] or seen.mean() < MIN_EDGE_SHARE:
            return None
        turn, slide = (_median_around(np.asarray(values), seen) for values in (self.turns, self.slides))
        return turn, slide


def _median_around(values: FloatArray, seen: NDArray[np.bool_]) -> FloatArray:
    """(F,) values → (F,) the median of each with its neighbours, NaN where it was not seen."""
    around = np.lib.stride_tricks.sliding_window_view(np.pad(values, EDGE_MEDIAN // 2, mode="edge"), EDGE_MEDIAN)
    medians = np.full(len(values), np.nan)
    medians[seen] = np.nanmedian(around[seen], axis=1)
    return medians
