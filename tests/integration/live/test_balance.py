"""Balance live, on a made-up figure: the seconds run, and the set ends by itself after the asked time."""

from __future__ import annotations

import pytest

from formcheck.app.film.stage import show_amount
from formcheck.live.state import LiveSetup
from tests.helpers.figure import balancing
from tests.helpers.live_clock import Clock


def begin() -> Clock:
    clock = Clock(LiveSetup("single-leg-balance", "right", condition="eyes-open"))
    clock.play(6.0, lambda _: balancing())
    return clock


def test_the_seconds_of_a_hold_are_shown_while_it_lasts() -> None:
    clock = begin()
    clock.play(13.0, lambda time_s: balancing(min(40.0, 100.0 * time_s)))
    assert clock.machine.state.hold_s == pytest.approx(13.0, abs=0.5)
    assert f"<b>{int(clock.machine.state.hold_s)}</b> of 30\u00a0s" in show_amount(clock.machine.state)


def test_a_perfect_hold_ends_the_set_and_is_recorded_longer_than_the_asked_time() -> None:
    """A hold is read up to 0.4 s short: a film that ended at thirty seconds would not hold thirty."""
    clock = begin()
    clock.play(40.0, lambda time_s: balancing(min(40.0, 100.0 * time_s)))
    state = clock.machine.state
    assert (state.ended, state.ended_why, state.count) == ("target", "The time is over: put the foot down.", 1)
    assert 30.4 < state.reps[0].span.end_s - state.reps[0].span.start_s < 31.5


def test_a_scene_that_is_observed_anew_does_not_end_a_hold() -> None:
    """A computer that changes to the quicker model in the middle of a hold sees the body a little differently."""
    clock = begin()
    clock.play(13.0, lambda time_s: balancing(min(40.0, 100.0 * time_s)))
    for candidate in clock.machine.counting.candidates:
        candidate.restart()
    clock.play(2.0, lambda _: balancing(40.0))
    assert clock.machine.state.hold_s == pytest.approx(15.0, abs=0.5)
    clock.play(3.0, lambda time_s: balancing(max(0.0, 40.0 - 100.0 * time_s)))
    assert [rep.span.end_s - rep.span.start_s for rep in clock.machine.state.reps] == pytest.approx([15.3], abs=0.5)
