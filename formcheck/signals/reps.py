"""Repetition segmentation: where a signal rises from rest, peaks and comes back.

`RepCounter` takes one sample at a time, as a live set needs. `holds.count_movements` runs it over a whole recording.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.signals.criteria import Criterion, above, at_least, at_most, list_failed
from formcheck.support.arrays import FloatArray
from formcheck.support.language import tr

# The shares and times below were chosen by trial, on the rendered sample and test clips and on signals made by hand
# (tests/unit/signals/test_reps.py), except where a comment gives a source.

# A movement can end once the signal has fallen by this fraction of its rise. Its level then is the next rest level.
RETURN_SHARE = 0.6
# It ends at once when all but this fraction of its rise is gone.
EDGE_SHARE = 0.05
# From RETURN_SHARE on it ends when the signal rises again by this fraction, or finds no new low for this long, seconds.
TURN_SHARE, REST_S = 0.15, 0.35
# A movement that starts this fraction of the typical rise above the rest level was not fully lowered before, so it may fall by more
# than it rose.
STARTED_UP_SHARE = 0.2
# A repetition starts and ends where its speed is this fraction of its maximum. In a smooth reach (minimum jerk: Flash & Hogan 1985)
# that is after 3 % of the way. A pause counts as rest only in this lowest part of the rise: twice as much as landmarks wander
# between the rests of a set (`exercises.heel_raise_limits.NOT_LOWERED_SHARE`). Higher up it is a landmark's jump on the way.
SET_OFF_SHARE, REST_BELOW_SHARE = 0.1, 0.25
# The peak's time is the middle of the plateau: the samples within PLATEAU_SHARE of the rise below the highest held level. A held
# level is a running median over KEPT_SHARE of the repetition, so that a landmark's brief jump is not the peak.
PLATEAU_SHARE = 0.08
KEPT_SHARE = 0.25
# A movement with less than both these fractions of the set's median rise and duration is a bob, not a repetition.
BOB_RISE_SHARE, BOB_TIME_SHARE = 0.6, 0.5
# No real angle or length comes near this value. Squares and sums of smaller values stay finite.
ABSURD = 1e12
# A border set by hand means a frame if it is within this time of it.
SAME_TIME_S = 1e-3
# Borders set by hand hold a repetition only if this many known samples lie between them: a start, a peak and an end.
LEAST_SAMPLES = 3

BY_RULE = "the exercise's rule (`RepRule`)"
SMALL_RISE = at_least("small-rise", 0.0, "", BY_RULE, tr("The movement was too small to be a rep."))
TOO_SHORT = at_least("too-short", 0.0, "s", BY_RULE, tr("It took {value:.1f} s; a rep takes at least {limit:.1f} s."))
TOO_LONG = at_most("too-long", 0.0, "s", BY_RULE, tr("It took {value:.0f} s; a rep takes at most {limit:.0f} s."))
WRONG_POSE = at_least("wrong-pose", 0.0, "share", BY_RULE, tr("The exercise's pose was held for only {value:.0%} of the movement."))
# A movement that the recording's end cuts off counts if its peak was reached: it was held, or the way down had begun. In a smooth
# reach of SLOW_RISE_S, as slow as the exercises ask for, the last 8 % of the way take half a second: what stays there for longer
# has stopped. In a set whose slowest rise took less, they take less in proportion. A fall by TURN_SHARE of the rise is a turn
# wherever it occurs. The rise must be a full one beside the set's, because it is not known how far it would have gone.
CUT_OFF_WORDS = tr("The recording ended before the movement was done.")
CUT_OFF = at_least("cut-off", 0.5, "s", "smooth reach (Flash & Hogan 1985)", CUT_OFF_WORDS)
SLOW_RISE_S = 2.0
CUT_OFF_RISE = at_least(
    "cut-off", 0.8, "share of the set's rise", "`PARTIAL_SHARE` of the heel raise, the stricter one", CUT_OFF_WORDS
)
# Only the first and the last movements of a set can be bobs (`drop_bobs`).
BOB = above(
    "bob",
    1.0,
    "of what is a bob",
    "by trial, see BOB_RISE_SHARE",
    tr("It was small and short beside the others: a step into place, or a shift of weight."),
)


@dataclass(frozen=True)
class RepRule:
    """The conditions under which a movement in the signal is a repetition.

    Attributes
    ----------
    min_rise
        Minimum rise from rest to peak, in the signal's unit, chosen to be surely above noise.
    range_share
        Minimum rise as a fraction of the set's typical rise (the median of the reps so far).
    min_duration_s, max_duration_s
        Limits on the duration of the whole movement.
    min_ready_share
        Minimum fraction of the movement's samples in the ready pose.
    dip_share
        A movement also ends when it has fallen by this fraction of its rise and then risen by it again, at any level. Either the
        heel was not put down, or the rise began below the standing level because the person first shifted the weight to one leg.
    unit
        The signal's unit.
    """

    min_rise: float
    range_share: float = 0.2
    min_duration_s: float = 0.6
    max_duration_s: float = 20.0
    min_ready_share: float = 0.9
    dip_share: float = 0.4
    unit: str = ""

    def threshold(self, typical_rise: float | None) -> float:
        """Return the minimum rise of a repetition, given the set's typical rise."""
        return max(self.min_rise, self.range_share * (typical_rise or 0.0))

    def list_criteria(self, span: RepSpan, ready: NDArray[np.bool_], typical_rise: float | None) -> list[Criterion]:
        """Return what a movement must meet; ``ready`` is (N,) whether its samples are in the exercise's pose."""
        return [
            replace(SMALL_RISE, unit=self.unit).of(span.rise, self.threshold(typical_rise)),
            TOO_SHORT.of(span.duration_s, self.min_duration_s),
            TOO_LONG.of(span.duration_s, self.max_duration_s),
            WRONG_POSE.of(float(ready.mean()) if len(ready) else 0.0, self.min_ready_share),
        ]


@dataclass(frozen=True)
class RepSpan:
    """One repetition in the signal. Times are seconds; ``base`` and ``peak`` are in the signal's unit.

    ``fallen`` is the share of the rise that was lost again by ``end_s``: less than all of it only where the recording ended first.
    """

    start_s: float
    peak_s: float
    end_s: float
    base: float
    peak: float
    fallen: float = 1.0

    @classmethod
    def marked(cls, start_s: float, peak_s: float, end_s: float, *, cut_off: bool = False) -> RepSpan:
        """Return a repetition whose place in time is known, but not its signal."""
        return cls(start_s, peak_s, end_s, np.nan, np.nan, 0.0 if cut_off else 1.0)

    @property
    def cut_off(self) -> bool:
        """Whether the recording ended before the signal had come back down."""
        return self.fallen < 1.0 - EDGE_SHARE

    @property
    def came_back(self) -> bool:
        """Whether the signal fell far enough to end a repetition by itself."""
        return self.fallen >= RETURN_SHARE

    @property
    def rise(self) -> float:
        """Rise of the signal from base to peak, in its unit."""
        return self.peak - self.base

    @property
    def duration_s(self) -> float:
        """Time from start to end, seconds."""
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Rejection:
    """A movement that was seen and not counted: the criteria of a repetition that it failed, and those of the exercise's pose."""

    span: RepSpan
    failed: tuple[Criterion, ...]
    pose_failed: tuple[Criterion, ...] = ()

    @property
    def in_pose(self) -> bool:
        """Whether it was in the exercise's pose."""
        return not self.pose_failed

    @property
    def reasons(self) -> tuple[Criterion, ...]:
        """All that it failed, the pose first."""
        return (*self.pose_failed, *self.failed)


@dataclass
class RepCounter:
    """Counts repetitions in a signal as its samples arrive.

    A state machine with two thresholds, both relative to the set's own range. A rep opens when the signal has risen from its lowest
    recent value by the rule's threshold. It closes when the signal has fallen from its top by ``RETURN_SHARE`` of its rise and has
    turned, come to rest or reached the old level. It also closes when the signal has fallen by the rule's ``dip_share`` and risen
    by it again.

    Attributes
    ----------
    typical_rise
        The median rise of the set's repetitions, in the signal's unit; None before the first.
    reps, rejected
        The movements that were counted, and those that were not.
    """

    rule: RepRule
    typical_rise: float | None = None
    reps: list[RepSpan] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    _times: list[float] = field(default_factory=list)
    _values: list[float] = field(default_factory=list)
    _ready: list[bool] = field(default_factory=list)
    # samples, as indices: the lowest before the rise, the highest of the rise, and the lowest since that
    _low: int = 0
    _top: int = 0
    _bottom: int = 0
    _rising: bool = False

    @property
    def is_moving(self) -> bool:
        """Whether a movement has begun and not ended."""
        return self._rising

    def update(self, time_s: float, value: float, ready: bool) -> RepSpan | None:
        """Take one sample; return the repetition that it completes, if any. NaN (nobody seen) and absurd values are not ready."""
        if not abs(value) < ABSURD:
            value, ready = (self._values[-1] if self._values else 0.0), False
        if not ready and not self._rising and (not self._ready or not self._ready[-1]):
            # movements before the person takes up the pose do not define the rest level
            self._forget()
            return None
        self._times.append(time_s)
        self._values.append(value)
        self._ready.append(ready)
        now = len(self._values) - 1
        if not self._rising:
            if value <= self._values[self._low]:
                self._low = now
            elif value - self._values[self._low] >= self.rule.threshold(self.typical_rise):
                self._rising, self._top, self._bottom = True, now, now
            return None
        if value >= self._values[self._top] and not self._is_over(now):  # a sample may jump past the old top from the bottom
            self._top = self._bottom = now
            return None
        if value <= self._values[self._bottom]:
            self._bottom = now
        return self._close() if self._is_over(now) else None

    def finish(self) -> RepSpan | None:
        """Close a movement that the recording's end cut off: on its way down, or at its top if that was held."""
        if not self._rising:
            return None
        fallen = self._fallen(self._bottom)
        if fallen >= RETURN_SHARE:
            return self._close(fallen)
        times, values = np.asarray(self._times), np.asarray(self._values)
        way_up = slice(self._low, self._top + 1)
        start = _set_off(values[way_up], _speed(times, values)[way_up], float(values[self._low])) + self._low
        span = _span_of(times, values, start, len(values) - 1, fallen)
        near_top = values >= values[self._top] - PLATEAU_SHARE * (values[self._top] - values[self._low])
        held_s = self._times[-1] - self._times[int(np.argmax(near_top))]
        typical = self.typical_rise if self.reps else None
        slowest_s = max((rep.peak_s - rep.start_s for rep in self.reps), default=SLOW_RISE_S)  # with half of its hold
        reached = [] if fallen >= TURN_SHARE else [CUT_OFF.of(held_s, CUT_OFF.limit * min(1.0, slowest_s / SLOW_RISE_S))]
        return self._keep(span, [*reached, CUT_OFF_RISE.of(span.rise / typical if typical else 0.0)])

    def _fallen(self, sample: int) -> float:
        """Return the share of the rise that is lost again at a sample."""
        top, low = self._values[self._top], self._values[self._low]
        return (top - self._values[sample]) / (top - low)

    def _started_up(self) -> bool:
        """Whether the open movement began well above the level at which the set's repetitions do (`STARTED_UP_SHARE`)."""
        if not self.reps or self.typical_rise is None:
            return False
        return self._values[self._low] - min(r.base for r in self.reps) > STARTED_UP_SHARE * self.typical_rise

    def _is_over(self, now: int) -> bool:
        """Whether the open movement has come down and turned, come to rest or reached the old level; or has dipped on its way."""
        fallen = self._fallen(self._bottom)
        risen = fallen - self._fallen(now)
        if fallen < RETURN_SHARE:
            return fallen >= self.rule.dip_share and risen >= self.rule.dip_share
        if self._fallen(now) >= 1.0 - EDGE_SHARE and not self._started_up():
            return True
        return risen >= TURN_SHARE or self._times[now] - self._times[self._bottom] > REST_S

    def _close(self, fallen: float = 1.0) -> RepSpan | None:
        """Keep the open movement if it is a repetition, and start again at its end."""
        times, values = np.asarray(self._times), np.asarray(self._values)
        span = _measure_span(times, values, self._low, self._top, self._bottom)
        kept = self._keep(replace(span, fallen=fallen))
        self._drop_before(self._bottom)
        return kept

    def _keep(self, span: RepSpan, more: Iterable[Criterion] = ()) -> RepSpan | None:
        """Keep a movement if it meets the rule and ``more``; return it, or None if it was rejected."""
        first, last = np.searchsorted(self._times, (span.start_s, span.end_s))
        ready = np.asarray(self._ready[first : last + 1])
        if failed := list_failed([*self.rule.list_criteria(span, ready, self.typical_rise), *more]):
            self.rejected.append(Rejection(span, failed))
            return None
        self.reps.append(span)
        self.typical_rise = find_typical_rise(self.reps)
        return span

    def _drop_before(self, sample: int) -> None:
        self._times, self._values = self._times[sample:], self._values[sample:]
        self._ready = self._ready[sample:]
        self._low = int(np.argmin(self._values))
        self._rising = False

    def _forget(self) -> None:
        self._times, self._values, self._ready = [], [], []
        self._low, self._rising = 0, False


def find_typical_rise(reps: Iterable[RepSpan]) -> float | None:
    """Return the median rise of the whole repetitions, in the signal's unit; None without one."""
    rises = [rep.rise for rep in reps if rep.came_back]
    return float(np.median(rises)) if rises else None


def _measure_span(times: FloatArray, values: FloatArray, low: int, top: int, bottom: int) -> RepSpan:
    """Return the movement with its start, the middle of its plateau, and the point where it has come to rest."""
    speed = _speed(times, values)
    rest = float(max(values[low], values[bottom]))
    start = _set_off(values[low : top + 1], speed[low : top + 1], rest) + low
    end = bottom - _set_off(values[top : bottom + 1][::-1], -speed[top : bottom + 1][::-1], rest)
    return _span_of(times, values, start, end)


def _speed(times: FloatArray, values: FloatArray) -> FloatArray:
    return np.gradient(values, times) if len(values) > 1 else np.zeros(len(values))


def _span_of(times: FloatArray, values: FloatArray, start: int, end: int, fallen: float = 1.0) -> RepSpan:
    """Return the repetition between two samples. Its peak is its plateau's middle; one cut off up there has no rest at its end."""
    base = float(max(values[start], values[end]) if fallen >= RETURN_SHARE else values[start])
    peak = float(np.max(values[start : end + 1]))
    kept = find_kept_level(values[start : end + 1])
    # between borders set by hand there may be no rise
    plateau = np.flatnonzero(kept >= kept.max() - PLATEAU_SHARE * max(0.0, kept.max() - base)) + start
    middle_s = float((times[plateau[0]] + times[plateau[-1]]) / 2)
    return RepSpan(float(times[start]), middle_s, float(times[end]), base, peak, fallen)


def find_kept_level(values: FloatArray) -> FloatArray:
    """Return the running median of a repetition's (N,) values over ``KEPT_SHARE`` of it; NaN where a whole window is NaN."""
    reach = int(len(values) * KEPT_SHARE / 2)
    padded = np.pad(np.asarray(values, float), reach, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    kept = np.full(len(values), np.nan)
    known = np.isfinite(windows).any(axis=1)
    kept[known] = np.nanmedian(windows[known], axis=1)
    return kept


def span_between(time_s: FloatArray, values: FloatArray, start_s: float, end_s: float) -> RepSpan | None:
    """Return the repetition between hand-set borders in (T,) ``values``; None if too few known samples lie between them.

    The borders move inward to the nearest known samples.
    """
    known = np.flatnonzero(np.isfinite(values))
    inside = known[(time_s[known] >= start_s - SAME_TIME_S) & (time_s[known] <= end_s + SAME_TIME_S)]
    if len(inside) < LEAST_SAMPLES:
        return None
    start, end = (int(np.searchsorted(known, k)) for k in (inside[0], inside[-1]))
    time_s, values = time_s[known], values[known]
    top = float(values[start : end + 1].max())
    ends_with_recording = end == len(values) - 1 and top > values[start]
    fallen = min(1.0, float((top - values[end]) / (top - values[start]))) if ends_with_recording else 1.0
    return _span_of(time_s, values, start, end, fallen)


def _set_off(values: FloatArray, speed: FloatArray, rest: float) -> int:
    """Return the sample at which a rise starts: the last slow one (`SET_OFF_SHARE`) in the rise's lowest quarter above ``rest``.

    A drift before the rise, such as someone settling into place, is not part of the rise.
    """
    low = int(np.flatnonzero(values <= rest + REST_BELOW_SHARE * (values[-1] - rest))[-1])
    slow = np.flatnonzero(speed[: low + 1] <= SET_OFF_SHARE * speed.max())
    return int(slow[-1]) if len(slow) else 0


def drop_bobs(reps: list[RepSpan]) -> list[RepSpan]:
    """Return the repetitions without those at the start and end that are both small and short compared with the others.

    Stepping into place or shifting the weight to walk away makes such bobs. Within the set, a bob is a repetition done badly.
    """
    if not reps:
        return reps
    rise, duration_s = (float(np.median(values)) for values in zip(*((r.rise, r.duration_s) for r in reps), strict=True))
    full = [r.rise > BOB_RISE_SHARE * rise or r.duration_s > BOB_TIME_SHARE * duration_s for r in reps]
    return reps[full.index(True) : len(full) - full[::-1].index(True)] if any(full) else reps
