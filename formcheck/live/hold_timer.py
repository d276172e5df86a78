"""The hold at the top of the repetition under way, as it is seen live: from past samples only."""

from __future__ import annotations

from formcheck.exercises.weight_bearing_lunge import HOLD_BAND_DEG


class HoldTimer:
    """Times how long a shank has stayed near the top of its repetition."""

    def __init__(self) -> None:
        """Begin with no repetition."""
        self.hold_s = 0.0
        self._values: list[tuple[float, float]] = []

    def restart(self) -> None:
        """Begin the next repetition."""
        self.hold_s = 0.0
        self._values.clear()

    def follow(self, time_s: float, angle_deg: float, least_top_deg: float) -> None:
        """Take the next angle: held since it was last `HOLD_BAND_DEG` below its top, if that is at least ``least_top_deg``."""
        self._values.append((time_s, angle_deg))
        top = max(value for _, value in self._values)
        self.hold_s = 0.0
        if top >= least_top_deg:
            below = [when for when, value in self._values if value < top - HOLD_BAND_DEG]
            self.hold_s = time_s - max(below, default=self._values[0][0])
