"""Holds: a position that is taken up, kept and given up, such as a foot held off the floor. A hold is one repetition.

A hold is not a movement with a peak, so `RepCounter` would end it at every sway. `HoldCounter` measures the signal against its
resting level instead: the hold begins when the signal leaves that level and ends when it is back.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from formcheck.signals.criteria import list_failed
from formcheck.signals.reps import ABSURD, Rejection, RepRule, RepSpan

# The times were tried on stick figures and on two rendered clips of balance.
# The signal rests where it stays within `HoldRule.rest_band` for this long. A foot that is put down for a moment rests for longer
# than a foot in the air hangs still.
REST_S = 0.3
LEAST_REST_S = 0.7 * REST_S  # of which so much must have been seen: frames come late
# A position that is being given up, but does not come to rest, is over after this long.
MAX_WAY_S = 0.6
# The position may be unseen or untrue for less than this without ending the hold.
MAX_LOST_S = 0.5


@dataclass(frozen=True)
class HoldRule(RepRule):
    """The conditions under which a position counts as held; levels are above the resting level, in the signal's unit.

    Attributes
    ----------
    min_rise
        The signal must rise at least this far, or the hold never began.
    end_rise
        Below this level the position is given up.
    edge_rise
        Where the signal leaves this level the hold begins, and where it comes back to it, or turns before that, the hold ends.
    rest_band
        Largest spread of the signal at rest.
    max_rest
        A level farther from zero than this is not a rest, even if it is still.
    """

    min_duration_s: float = 1.0
    max_duration_s: float = 600.0
    end_rise: float = 0.0
    edge_rise: float = 0.0
    rest_band: float = 0.04
    max_rest: float = 0.35


@dataclass
class HoldCounter:
    """Finds holds in a signal as its samples arrive; the same interface as `RepCounter`. A sample is (time in s, value)."""

    rule: HoldRule
    reps: list[RepSpan] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    # the resting level, and the samples of the last `REST_S` in which it is looked for
    _rest: float | None = None
    _recent: deque[tuple[float, float]] = field(default_factory=deque)
    _last: tuple[float, float] | None = None
    # when the signal last rose above the edge, and when it did so for the open hold
    _edge_at: float | None = None
    _left_at: float | None = None
    # the open hold's samples, and whether one of them was high enough
    _open: list[tuple[float, float]] = field(default_factory=list)
    _is_up: bool = False
    # the lowest sample since the position is being given up, and since when it is
    _lowest: tuple[float, float] | None = None
    _down_since: float = 0.0

    @property
    def open_since_s(self) -> float | None:
        """When the current hold began, seconds; None if there is none."""
        return self._left_at if self._is_up and self._lowest is None else None

    @property
    def is_moving(self) -> bool:
        """Whether a hold has begun and not ended."""
        return self._left_at is not None

    def update(self, time_s: float, value: float, ready: bool) -> RepSpan | None:
        """Take one sample; return the hold that it ends, if any. NaN (nobody seen) and absurd values are not ready."""
        if not ready or not abs(value) < ABSURD:
            if self._last is None or time_s - self._last[0] <= MAX_LOST_S:
                return None
            ended = self._close(self._last[0])
            self._rest, self._last = None, None
            self._recent.clear()
            return ended
        before, self._last = self._last, (time_s, value)
        self._note_rest(time_s, value)
        if self._rest is None:
            return None
        edge = self._rest + self.rule.edge_rise
        if value < edge:
            self._edge_at = None
        elif self._edge_at is None:
            self._edge_at = _cross(before, (time_s, value), edge)
        if self._left_at is not None and value < self._rest + self.rule.end_rise:
            return self._follow_down(before, (time_s, value), edge)
        if self._lowest is not None:  # it turned before it came to rest
            ended = self._close(self._lowest[0])
            self._edge_at = ended.end_s if ended else time_s
            return ended
        if self._left_at is None and value >= self._rest + self.rule.end_rise:
            self._left_at = self._edge_at
        if self._left_at is not None:
            self._open.append((time_s, value))
            self._is_up |= value - self._rest >= self.rule.min_rise
        return None

    def _follow_down(self, before: tuple[float, float] | None, now: tuple[float, float], edge: float) -> RepSpan | None:
        """Follow a position that is being given up; return the hold once the signal rests, turns, or takes too long."""
        if self._lowest is None:
            self._lowest, self._down_since = now, now[0]
        if now[1] < edge:
            return self._close(_cross(before, now, edge))
        if now[1] <= self._lowest[1]:
            self._lowest = now
        turned = now[1] > self._lowest[1] + self.rule.rest_band / 2
        if turned or now[0] - self._down_since > MAX_WAY_S:
            ended = self._close(self._lowest[0])
            self._edge_at = now[0]
            return ended
        return None

    def finish(self) -> RepSpan | None:
        """End a hold that the recording's end cut off."""
        last = self._lowest or self._last
        return self._close(last[0]) if last is not None else None

    def _note_rest(self, time_s: float, value: float) -> None:
        """Take the level at which the signal has just rested, unless it rests above the last one: in the air."""
        self._recent.append((time_s, value))
        while time_s - self._recent[0][0] > REST_S:
            self._recent.popleft()
        values = [v for _, v in self._recent]
        long_enough = time_s - self._recent[0][0] >= LEAST_REST_S
        if not long_enough or max(values) - min(values) > self.rule.rest_band:
            return
        level = float(np.median(values))
        if abs(level) <= self.rule.max_rest and (self._rest is None or level < self._rest + self.rule.end_rise):
            self._rest = level

    def _close(self, end_s: float) -> RepSpan | None:
        held, self._open = self._open, []
        start_s, self._left_at, self._lowest = self._left_at, None, None
        was_up, self._is_up = self._is_up, False
        if start_s is None or not was_up or self._rest is None:
            return None
        span = RepSpan(start_s, (start_s + end_s) / 2, end_s, self._rest, max(value for _, value in held))
        if failed := list_failed(self.rule.list_criteria(span, np.ones(1, bool), None)):
            self.rejected.append(Rejection(span, failed))
            return None
        self.reps.append(span)
        return span


def _cross(before: tuple[float, float] | None, now: tuple[float, float], level: float) -> float:
    """Return when the signal crossed a level between two samples, by linear interpolation."""
    if before is None or before[1] == now[1]:
        return now[0]
    share = (level - before[1]) / (now[1] - before[1])
    return before[0] + float(np.clip(share, 0.0, 1.0)) * (now[0] - before[0])
