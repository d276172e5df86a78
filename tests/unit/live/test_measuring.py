"""Which faults a live set speaks of."""

from __future__ import annotations

import math

import pytest

from formcheck.live.measuring import keep_clear


@pytest.mark.parametrize(
    ("hold_s", "spoken"),
    [(0.05, ("short-hold", "rushed")), (0.3, ("rushed",)), (0.56, ("rushed",)), (math.nan, ("short-hold", "rushed"))],
)
def test_a_hold_is_called_short_only_clear_of_its_live_error(hold_s: float, spoken: tuple[str, ...]) -> None:
    """“Hold” sounded after a rep whose hold the report measured as 0.5 s, and found long enough."""
    assert keep_clear(["short-hold", "rushed"], {"hold_s": hold_s}) == spoken
