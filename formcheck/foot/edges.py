"""Whether a foot that should stay down lifted or slid, by comparing it in every picture.

The foot's edges against the floor show lifting and sliding even of a plain foot, but the floor does not turn with the foot. The
edges of the foot alone show how far it turned. The comparison with the higher likeness counts. Both are made cell by cell
(`Cells`), because a leg's shadow that moves over a planted heel is not the heel's movement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from formcheck.foot.cells import Cells
from formcheck.foot.pictures import blur
from formcheck.foot.shape import Crop, FootPose, Polygon
from formcheck.support.arrays import FloatArray

# The part of the hindfoot that stays visible while the shank leans over it, with the floor around it.
EDGE_ON_FLOOR = ((-0.06, -0.03), (0.50, -0.03), (0.50, 0.16), (-0.06, 0.16))
EDGE_TURNS_DEG = np.arange(-5.0, 41.0, 1.0)
# The same part without the floor.
EDGE_OF_FOOT = ((0.0, 0.0), (0.50, 0.0), (0.50, 0.16), (0.0, 0.16))
# A foot that slid further than this along the floor, in foot lengths, is not found by its edges.
EDGE_SLIDES = np.arange(-0.3, 0.301, 0.03)
# Edges whose correlation as a whole is lower are not those of the flat foot (planted and lifted feet reach 0.93 to 1, under a leg's
# shadow 0.86). A repetition in which a foot is seen for less than this share of its frames is not measured.
# A slide, which puts the foot elsewhere, takes more: of a real far foot, the hindmost part half hidden, a place 7 cm behind it
# correlated by 0.89.
MIN_CORRELATION, MIN_SLIDE_CORRELATION = 0.85, 0.9
MIN_EDGE_SHARE = 0.8
# A foot counts as slid, or turned by as little as this (0.6 cm), if that looks clearly more alike than the flat foot: by a tenth,
# as among motions of a raised foot (`raised.DOUBT`). As the shank leans, skin, heel pad and a shoe's upper bulge: planted feet
# looked more alike by up to 0.11 when turned by 2°, but only with the floor around them or only without it. None of 65 looked more
# alike when turned further.
MIN_GAIN, BULGE_DEG = 0.1, 2.5
# Noise can be mistaken for the heel's edge for a frame or two, so the median over this many frames is reported.
EDGE_MEDIAN = 5
# A foot within this many foot lengths of its place stands where it stood. One that slid stays where it slid to, so a foot that
# stands in its place when the repetition ends did not slide: the edge of a shadow did, over a heel in the dark.
SAME_PLACE_FEET = 0.05


@dataclass
class EdgeFollower:
    """Compares a foot's edges on the floor with those of the frame on which it is flat; feed the foot's crops in order.

    Attributes
    ----------
    pose
        The flat foot.
    turns, slides
        For each frame fed, the turn by the foot's edges in degrees, and their displacement along the floor in foot lengths; NaN
        where they are not seen.
    """

    pose: FootPose
    turns: list[float] = field(default_factory=list)
    slides: list[float] = field(default_factory=list)
    _on_floor: _Search | None = None
    _of_foot: _Search | None = None

    def feed(self, crop: Crop) -> None:
        """Take the next frame; the first one is the flat foot."""
        if not self.turns:
            self._on_floor, self._of_foot = (_Search.cut(self.pose, crop, area) for area in (EDGE_ON_FLOOR, EDGE_OF_FOOT))
        turn = slide = float("nan")
        if self._on_floor is not None and self._of_foot is not None:
            picture = blur(crop, self.pose)
            on_floor, of_foot = self._on_floor.fit(picture), self._of_foot.fit(picture)
            seen = [fit for fit in (on_floor, of_foot) if fit.is_found]
            if seen:
                best = max(seen, key=lambda fit: fit.likeness)
                turn, slide = _turn_of_both(best, seen), best.slide
        self.turns.append(turn)
        self.slides.append(slide)

    def read(self, peak: int) -> tuple[FloatArray, FloatArray] | None:
        """(F,) turn, degrees, and (F,) slide, foot lengths, from the edges; NaN where they are not seen.

        Either is NaN throughout if it was not seen at the repetition's peak or was seen too seldom; None if the turn is.
        """
        turns, slides = np.asarray(self.turns), np.asarray(self.slides)
        known = np.flatnonzero(np.isfinite(slides))
        if len(known) and abs(np.median(slides[known[-EDGE_MEDIAN:]])) < SAME_PLACE_FEET:
            elsewhere = np.abs(slides) > SAME_PLACE_FEET
            turns, slides = np.where(elsewhere, np.nan, turns), np.where(elsewhere, np.nan, slides)
        turn, slide = smooth_seen(turns, peak), smooth_seen(slides, peak)
        return (turn, slide) if np.isfinite(turn).any() else None


class _Fit(NamedTuple):
    """The best likeness to the flat foot, the turn and slide (foot lengths) that give it, and the correlation of the whole.

    ``gains`` is how much more alike the foot looks at each of `EDGE_TURNS_DEG`, in its place, than flat.
    """

    likeness: float
    turn_deg: float
    slide: float
    correlation: float
    gains: FloatArray

    @property
    def is_found(self) -> bool:
        """Whether it is the foot, and its place a best one: what is likeliest at an end of the search may be anywhere."""
        inside = EDGE_TURNS_DEG[0] < self.turn_deg < EDGE_TURNS_DEG[-1] and EDGE_SLIDES[0] < self.slide < EDGE_SLIDES[-1]
        least = MIN_CORRELATION if self.slide == 0.0 else MIN_SLIDE_CORRELATION
        return self.correlation >= least and bool(inside)


class _Search(NamedTuple):
    """A part of the flat foot to search for, and (2, A, N) where its pixels are when it is turned in place: alike in every crop."""

    flat: Cells
    in_place: NDArray[np.float32]

    @classmethod
    def cut(cls, pose: FootPose, crop: Crop, area: Polygon) -> _Search | None:
        flat = Cells.cut(pose, crop, area)
        return None if flat is None else cls(flat, flat.turned_pixels(crop.offset, EDGE_TURNS_DEG))

    def fit(self, picture: Crop) -> _Fit:
        flat = self.flat
        in_place = flat.find(picture, EDGE_TURNS_DEG, self.in_place, gain=MIN_GAIN, within=BULGE_DEG)
        seen_in_place, turn = in_place.correlation >= MIN_CORRELATION, in_place.step
        slid_pixels = flat.slid_pixels(picture.offset, turn if seen_in_place else 0.0, EDGE_SLIDES)
        slid = flat.find(picture, EDGE_SLIDES, slid_pixels, gain=MIN_GAIN)
        if slid.correlation >= MIN_CORRELATION and not seen_in_place:  # the turn was searched in the wrong place
            turn = flat.find(picture, EDGE_TURNS_DEG, flat.turned_pixels(picture.offset, EDGE_TURNS_DEG, slid.step)).step
        return _Fit(slid.likeness, turn, slid.step, max(in_place.correlation, slid.correlation), in_place.gains)


def _turn_of_both(best: _Fit, seen: Sequence[_Fit]) -> float:
    """Return the turn of the best of the comparisons that see the foot, degrees; 0 if the two together look more alike flat.

    As a leg's shadow comes over a shoe, each may look more alike turned, but not by the same turn: a planted far shoe by 4° without
    the floor and by −3°, the heel in the floor, with it. A heel that lifts looks lifted in both.
    """
    if best.turn_deg <= BULGE_DEG and any(fit.turn_deg == 0.0 for fit in seen):
        return 0.0
    gain = sum(float(np.interp(best.turn_deg, EDGE_TURNS_DEG, fit.gains)) for fit in seen)
    return best.turn_deg if gain >= 0.0 or best.slide != 0.0 else 0.0


def smooth_seen(values: FloatArray, peak: int) -> FloatArray:
    """Return the median of each of (F,) values with its neighbors, NaN where it was not seen.

    All are NaN if the value at the repetition's peak, or more than a fifth of all, was not seen.
    """
    seen, medians = np.isfinite(values), np.full(len(values), np.nan)
    if len(values) > peak and seen[peak] and seen.mean() >= MIN_EDGE_SHARE:
        around = np.lib.stride_tricks.sliding_window_view(np.pad(values, EDGE_MEDIAN // 2, mode="edge"), EDGE_MEDIAN)
        medians[seen] = np.nanmedian(around[seen], axis=1)
    return medians
