"""What counts as more than chance."""

from __future__ import annotations

import math

import pytest

from formcheck.support.statistics import least_difference


def test_two_sets_differ_beyond_the_published_change_and_their_own_errors() -> None:
    assert least_difference(4.7, 1.0, 1.0) == 4.7
    assert least_difference(4.7, 2.0, 4.0) == pytest.approx(1.96 * math.sqrt(20))
    assert least_difference(4.7, None, None) == 4.7
