"""One frame per sampling period, in whatever order the decoder needs the packets in; nothing is saved that is needed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from formcheck.video.sampling import OnePerPeriod, TheseFrames, start_of_period


@given(
    fps=st.sampled_from([24.0, 25.0, 30.0, 50.0, 60.0, 120.0]),
    group=st.integers(1, 5),
    skippable=st.sets(st.integers(0, 119)),
)
def test_every_period_keeps_a_frame_in_any_decoding_order(fps: float, group: int, skippable: set[int]) -> None:
    """Each group's last frame comes first to the decoder, as with B-frames; of the ``skippable`` only needed ones are decoded."""
    choice = OnePerPeriod(15.0)
    frames = list(range(120))
    order = [k for first in range(0, 120, group) for k in (min(119, first + group - 1), *range(first, min(119, first + group - 1)))]
    assert sorted(order) == frames
    decoded = sorted(k for k in order if choice.may_need(k / fps) or k not in skippable)
    taken = [k for k in decoded if choice.take(k / fps)]
    periods = [int(k / fps * 15 + 0.25) for k in frames]
    assert [int(k / fps * 15 + 0.25) for k in taken] == sorted(set(periods))


@pytest.mark.parametrize("fps", [15.0, 10.0, 5.0])
def test_a_video_no_faster_than_the_sampling_rate_keeps_every_frame(fps: float) -> None:
    choice = OnePerPeriod(15.0)
    assert all(choice.may_need(k / fps) for k in range(60))
    assert all(choice.take(k / fps) for k in range(60))


def test_given_times_are_met_to_half_a_millisecond() -> None:
    choice = TheseFrames(np.array([0.1, 0.2, 0.3]))
    assert [choice.take(t) for t in (0.0, 0.1, 0.1004, 0.15, 0.1996, 0.2994, 0.3, 0.301)] == [
        *(False, True, True, False, True, False, True, False),
    ]


@example(time_s=128.9375, fps=24.0)
@given(time_s=st.floats(0.0, 600.0), fps=st.sampled_from([24.0, 25.0, 30.0, 60.0]))
def test_a_video_that_is_cut_between_beats_gives_the_same_frames_as_a_whole_one(time_s: float, fps: float) -> None:
    border_s = start_of_period(time_s, 15.0)
    near = [k / fps for k in range(max(0, int((time_s - 1) * fps)), int((time_s + 1) * fps))]
    whole, before, after = OnePerPeriod(15.0), OnePerPeriod(15.0), OnePerPeriod(15.0)
    parts = [t for t in near if (before if t < border_s else after).take(t)]
    assert border_s <= time_s
    assert parts == [t for t in near if whole.take(t)]
