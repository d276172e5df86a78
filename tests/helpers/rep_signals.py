"""Signals of a set's repetitions, and how many of them are counted."""

from __future__ import annotations

import numpy as np

from formcheck.signals.movements import count_movements
from formcheck.signals.reps import RepRule, RepSpan

FPS = 30.0
RULE = RepRule(min_rise=6.0, range_share=0.25, min_duration_s=0.8, max_duration_s=30.0)


def ease(share: np.ndarray) -> np.ndarray:
    """The minimum-jerk way from 0 to 1, as limbs move (Flash & Hogan 1985)."""
    return 10 * share**3 - 15 * share**4 + 6 * share**5


def make_set(
    peaks: list[float],
    *,
    base: float = 4.0,
    rise_s: float = 1.2,
    hold_s: float = 1.0,
    lower_s: float = 1.2,
    rest_s: float = 0.8,
    fps: float = FPS,
) -> tuple[np.ndarray, np.ndarray, list[float]]:
    """(times, values, true peak times) of a set with a rest before and after every repetition."""
    steps = {name: np.linspace(0, 1, round(s * fps), endpoint=False) for name, s in (("up", rise_s), ("down", lower_s))}
    rest, hold = np.zeros(round(rest_s * fps)), np.ones(round(hold_s * fps))
    parts, at, samples = [base + rest], [], len(rest)
    for peak in peaks:
        rep = np.concatenate([ease(steps["up"]), hold, 1 - ease(steps["down"])])
        at.append((samples + len(steps["up"]) + len(hold) / 2) / fps)
        parts += [base + (peak - base) * rep, base + rest]
        samples += len(rep) + len(rest)
    values = np.concatenate(parts)
    return np.arange(len(values)) / fps, values, at


def count(time: np.ndarray, values: np.ndarray, ready: np.ndarray | None = None, rule: RepRule = RULE) -> list[RepSpan]:
    return count_movements(time, values, np.ones(len(time), bool) if ready is None else ready, rule).reps
