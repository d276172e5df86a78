"""How fast frames and poses come, and whether the full model keeps up on this machine."""

from __future__ import annotations

from collections import deque

# The full model is kept if it gives this many poses per second, judged on the median of this many poses after a warm-up. At this
# rate it counted all reps of the rendered clips; the lite model at 15 a second did not (docs/design/live.md).
FULL_POSES_PER_S = 8.0
JUDGED_POSES = 15
WARM_UP_POSES = 3
RATE_WINDOW_S = 2.0  # rates are counted over this long


class Pace:
    """The times that the latest poses took. They include waiting for the processor: a machine may be busy though it is fast."""

    def __init__(self) -> None:
        """Begin with no pose."""
        self._costs: deque[float] = deque(maxlen=JUDGED_POSES)
        self._seen = 0

    def note(self, cost_s: float) -> None:
        """Take the time from one frame to its pose, seconds."""
        self._costs.append(cost_s)
        self._seen += 1

    @property
    def is_too_slow(self) -> bool:
        """Whether the full model is too slow here; False until it can be judged."""
        judged = self._seen >= WARM_UP_POSES + JUDGED_POSES
        return judged and sorted(self._costs)[len(self._costs) // 2] > 1.0 / FULL_POSES_PER_S


class Rate:
    """How many of something come a second, over the last `RATE_WINDOW_S` of the stream's own time."""

    def __init__(self) -> None:
        """Begin with none."""
        self._times: deque[float] = deque()

    def note(self, time_s: float) -> None:
        """Take the time of the next one; times rise."""
        self._times.append(time_s)
        while self._times[0] < time_s - RATE_WINDOW_S:
            self._times.popleft()

    @property
    def per_s(self) -> float:
        """The recent rate, per second; 0 until two have come."""
        times = self._times
        return (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else 0.0
