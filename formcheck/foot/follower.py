"""Follow one foot through one repetition by every method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from formcheck.foot.corners import BELOW_ANKLE, HINDFOOT, CornerFollower
from formcheck.foot.edges import EdgeFollower, smooth_seen
from formcheck.foot.motion import FootMotion
from formcheck.foot.pictures import find_contrast
from formcheck.foot.raised import LOWERED_TURNS, Raise, follow_raise, measure_raise
from formcheck.foot.shape import BALL, PLANTAR_HEEL, Crop, FootPose, turn_about
from formcheck.foot.silhouette import FilmedFoot, find_foot, fit_pose
from formcheck.support.arrays import FloatArray

if TYPE_CHECKING:
    from formcheck.video.frames import Rgb


@dataclass
class FootFollower:
    """Follows one foot from the frame on which it is flat; feed frames in order, then call `measure_turn` or `measure_raise`.

    Parameters
    ----------
    pose
        The flat foot.
    peak
        The index, among the frames fed, of the repetition's peak.
    stays_down
        Whether the foot should stay flat; if so, its edges on the floor are compared in every frame.
    outlined
        Whether no other foot can stand in front of it. Its length and place are then those of its silhouette (`silhouette`).
    low
        The index of the frame on which a heel that hangs over a step's edge is lowest; None if it stands on the floor.

    Attributes
    ----------
    seen
        The flat foot as this repetition alone shows it; `rest_on` leaves it.
    back_sd
        Standard error of the place of the heel's back along the floor, foot lengths, from the repetitions' spread (`rest_on`).
    frames
        How many frames were fed.
    filmed
        The silhouette's ends; None if it was not looked for or not found.
    flat_gray
        The picture of the flat foot, one channel.
    raised
        Of a foot whose heel rises, how high and by which evidence (see `measure_raise`); None before or if it was not seen.
    """

    pose: FootPose
    peak: int
    _: KW_ONLY
    stays_down: bool = False
    outlined: bool = False
    low: int | None = None
    back_sd: float = field(default=0.0, init=False)
    frames: int = field(default=0, init=False)
    filmed: FilmedFoot | None = field(default=None, init=False)
    flat_gray: Crop | None = field(default=None, init=False)
    raised: Raise | None = field(default=None, init=False)
    _contrast: FloatArray | None = field(default=None, init=False)
    _flat: Crop | None = field(default=None, init=False)
    _top: Crop | None = field(default=None, init=False)
    _low: Crop | None = field(default=None, init=False)
    _turned: FootMotion | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Follow its corners and its edges."""
        self._follow()

    def _follow(self) -> None:
        self.seen = self.pose
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
        gray = crop.gray()
        self.corners.feed(gray)
        if self.stays_down:
            self.edges.feed(distinct)
        if self.frames == 0:
            self._flat, self.flat_gray = distinct, gray
        if self.frames == self.peak:
            self._top = distinct
        if self.frames == self.low:
            self._low = distinct
        self.frames += 1

    def rest_on(self, pose: FootPose, back_sd: float) -> None:
        """Take it that the flat foot lies there, as the whole set shows it (`rest.find_rest`)."""
        self.pose = self.corners.pose = pose
        self.back_sd = back_sd

    def measure_raise(self, ankles: Sequence[FloatArray], lowered: Sequence[FloatArray] = ()) -> FootMotion:
        """Return the motion of a foot whose heel rises; empty if the frames do not show it.

        ``ankles`` is how far each network's ankle moved from the flat foot to the peak, (2,) foot lengths forward and up, and
        ``lowered`` the same to the lowest point.
        """
        if not self.complete or self._flat is None or self._top is None or not self._flat.shows_something:
            return FootMotion.empty(self.frames)
        self.raised = measure_raise(self.pose, self.corners, (self._flat, self._top), self.peak, ankles, back_sd=self.back_sd)
        motion = follow_raise(self.pose, self.corners, self.peak, self.raised)
        if self.low is not None and self.low < self.frames:
            motion.heel_rise_px[self.low] = self._read_low(lowered)
        return motion

    def _read_low(self, ankles: Sequence[FloatArray]) -> float:
        """Return the heel's height at its lowest point, pixels, negative below the level; NaN if the frame does not show it."""
        if self._flat is None or self._low is None or self.low is None:
            return float("nan")
        seen = measure_raise(self.pose, self.corners, (self._flat, self._low), self.low, ankles, LOWERED_TURNS)
        return self.pose.length_px * seen.rise.value

    def measure_turn(self) -> FootMotion:
        """Return the motion of a foot that should stay down; its edges on the floor take precedence where they are seen.

        Either must have seen it at the repetition's peak and for most of it: a heel that was lost on the way up may have lifted.
        What was found is kept: a live set asks again after every repetition.
        """
        if self._turned is None:
            self._turned = self._read_turn() if self.complete else FootMotion.empty(self.frames)
        return self._turned

    def _read_turn(self) -> FootMotion:
        unknown, rise = np.full(self.frames, np.nan), np.full(self.frames, np.nan)
        edges = self.edges.read(self.peak)
        if edges is None:
            turn, support = self.corners.follow()
            turn, slide = smooth_seen(turn, self.peak), unknown
        else:
            turn, slide = edges
            support = np.isfinite(turn).astype(float)
        known = np.isfinite(turn)
        heel = turn_about(np.asarray([PLANTAR_HEEL]), np.asarray(BALL), turn[known])[:, 0, 1]
        rise[known] = self.pose.length_px * (heel - PLANTAR_HEEL[1])
        return FootMotion(rise, turn, support, self.pose.length_px * slide, unknown)
