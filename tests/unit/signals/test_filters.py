"""Cleaning takes out what is not movement and leaves what is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from formcheck.signals.filters import MAX_GAP_S, CausalSmoother, clean_path, compute_speed, fill_gaps, find_outliers, smooth

FPS = 30.0


def make_times(seconds: float, fps: float = FPS) -> np.ndarray:
    return np.arange(round(seconds * fps)) / fps


signals = hnp.arrays(np.float64, st.integers(0, 120), elements=st.one_of(st.floats(-1e4, 1e4), st.just(np.nan)))


@pytest.mark.parametrize("fps", [24.0, 30.0, 60.0])
def test_a_1_hz_sine_keeps_its_amplitude_within_a_percent(fps: float) -> None:
    time = make_times(10.0, fps)
    smoothed = smooth(time, 30.0 * np.sin(2 * np.pi * time))
    inner = (time > 1.0) & (time < 9.0)
    amplitude = np.sqrt(2) * smoothed[inner].std()
    assert amplitude == pytest.approx(30.0, rel=0.01)


@pytest.mark.parametrize("width_s", [0.5, 1.0, 2.0])
def test_a_peak_stays_where_it_was(width_s: float) -> None:
    time = make_times(8.0)
    bump = np.exp(-0.5 * ((time - 4.0) / (width_s / 2)) ** 2)
    assert time[np.argmax(smooth(time, bump))] == pytest.approx(4.0, abs=1e-9)


def test_a_repetition_is_neither_earlier_nor_later_after_smoothing() -> None:
    time = make_times(8.0)
    movement = np.exp(-0.5 * ((time - 3.7) / 0.6) ** 2)
    smoothed = smooth(time, movement)
    shift = np.argmax(np.correlate(smoothed - smoothed.mean(), movement - movement.mean(), "full")) - (len(time) - 1)
    assert shift == 0


def test_jitter_is_more_than_halved() -> None:
    time = make_times(20.0)
    jitter = np.random.default_rng(1).normal(0.0, 1.0, len(time))
    assert smooth(time, jitter).std() < 0.6
    assert smooth(time, jitter, 1.5).std() < 0.4


def test_a_straight_line_and_a_constant_are_left_alone_to_their_ends() -> None:
    time = make_times(5.0)
    np.testing.assert_allclose(smooth(time, 3.0 * time + 2.0), 3.0 * time + 2.0, atol=1e-3)
    np.testing.assert_allclose(smooth(time, np.full_like(time, 7.0)), 7.0, atol=1e-9)


def test_uneven_frame_times_do_not_bend_a_sine() -> None:
    rng = np.random.default_rng(2)
    time = np.cumsum(rng.uniform(0.6, 1.4, 300) / FPS)
    smoothed = smooth(time, np.sin(2 * np.pi * 0.5 * time))
    inner = slice(30, -30)
    np.testing.assert_allclose(smoothed[inner], np.sin(2 * np.pi * 0.5 * time)[inner], atol=0.03)


def test_a_cut_off_above_what_the_frame_rate_shows_changes_nothing() -> None:
    time = make_times(10.0, fps=7.0)
    values = np.random.default_rng(3).normal(size=len(time))
    np.testing.assert_array_equal(smooth(time, values, 4.0), values)


def test_values_on_both_sides_of_a_gap_are_smoothed_separately() -> None:
    time = make_times(6.0)
    values = np.where(time < 3.0, 0.0, 100.0)
    values[88:92] = np.nan
    smoothed = smooth(time, values)
    np.testing.assert_allclose(smoothed[:88], 0.0, atol=1e-6)
    np.testing.assert_allclose(smoothed[92:], 100.0, atol=1e-4)
    assert np.isnan(smoothed[88:92]).all()


def test_a_spike_is_an_outlier_and_its_neighbors_are_not() -> None:
    values = np.sin(2 * np.pi * 0.5 * make_times(4.0)) + np.random.default_rng(4).normal(0, 0.01, 120)
    values[50] += 3.0
    assert list(np.flatnonzero(find_outliers(values, window=15, floor=0.1))) == [50]


@pytest.mark.parametrize("unknown", [slice(0, 1), slice(119, 120), slice(0, 30), slice(100, 120)])
def test_a_spike_is_found_in_a_landmark_that_is_unknown_at_an_end(unknown: slice) -> None:
    values = np.sin(2 * np.pi * 0.5 * make_times(4.0)) + np.random.default_rng(4).normal(0, 0.01, 120)
    values[50] += 3.0
    values[unknown] = np.nan
    assert list(np.flatnonzero(find_outliers(values, window=15, floor=0.1))) == [50]


def test_a_step_is_not_an_outlier() -> None:
    values = np.where(np.arange(100) < 50, 0.0, 10.0) + np.random.default_rng(5).normal(0, 0.05, 100)
    assert not find_outliers(values, window=15, floor=0.5).any()


def test_a_still_landmark_has_no_outliers_below_the_floor() -> None:
    values = np.full(60, 100.0)
    values[20] += 0.9
    assert not find_outliers(values, window=15, floor=1.0).any()
    assert find_outliers(values, window=15, floor=0.5)[20]


def test_short_gaps_are_filled_in_a_straight_line_and_long_ones_and_ends_are_not() -> None:
    values = np.arange(40, dtype=float)
    values[[0, 1, 38, 39]] = np.nan
    values[5:8] = np.nan
    values[15:25] = np.nan
    filled = fill_gaps(values, max_gap=3)
    np.testing.assert_allclose(filled[5:8], [5.0, 6.0, 7.0])
    assert np.isnan(filled[15:25]).all()
    assert np.isnan(filled[[0, 1, 38, 39]]).all()
    np.testing.assert_array_equal(filled[8:15], np.arange(8, 15))


def test_cleaning_a_path_bridges_a_gap_up_to_half_a_second_and_no_longer() -> None:
    time = make_times(6.0)
    path = np.stack([100 + 20 * time, 50 - 5 * time], axis=1)
    short, long = slice(30, 30 + int(MAX_GAP_S * FPS)), slice(90, 90 + int(MAX_GAP_S * FPS) + 2)
    path[short] = path[long] = np.nan
    cleaned = clean_path(time, path, floor=1.0)
    np.testing.assert_allclose(cleaned[short], np.stack([100 + 20 * time, 50 - 5 * time], axis=1)[short], atol=0.05)
    assert np.isnan(cleaned[long]).all()


def test_a_landmark_that_jumps_away_for_two_frames_is_brought_back() -> None:
    time = make_times(6.0)
    true = np.stack([300 + 30 * np.sin(time), 400 + 10 * np.cos(time)], axis=1)
    path = true + np.random.default_rng(6).normal(0, 0.3, true.shape)
    path[70:72] += (80.0, -60.0)
    assert np.abs(clean_path(time, path, floor=2.0) - true).max() < 2.0


@pytest.mark.parametrize("frames", [0, 1, 2, 3, 7])
def test_a_video_of_a_few_frames_does_not_fail(frames: int) -> None:
    time = make_times(1.0)[:frames]
    path = np.full((frames, 2), np.nan)
    assert clean_path(time, path, floor=1.0).shape == (frames, 2)
    assert compute_speed(time, path).shape == (frames,)
    assert smooth(time, np.zeros(frames)).shape == (frames,)


@given(values=signals, window=st.integers(1, 40), max_gap=st.integers(0, 200))
def test_filters_never_touch_what_they_need_not(values: np.ndarray, window: int, max_gap: int) -> None:
    kept = values.copy()
    outliers, filled = find_outliers(values, window), fill_gaps(values, max_gap)
    smoothed = smooth(make_times(10.0)[: len(values)], values)
    np.testing.assert_array_equal(values, kept)
    assert not outliers[~np.isfinite(values)].any()
    known = np.isfinite(values)
    np.testing.assert_array_equal(filled[known], values[known])
    np.testing.assert_array_equal(np.isfinite(smoothed), known)


@given(values=signals.filter(lambda v: np.isfinite(v).any()), max_gap=st.integers(0, 200))
def test_a_filled_gap_lies_between_its_neighbors(values: np.ndarray, max_gap: int) -> None:
    filled = fill_gaps(values, max_gap)
    new = np.isfinite(filled) & ~np.isfinite(values)
    known = values[np.isfinite(values)]
    slack = 1e-9 * (1 + np.abs(known).max())
    assert (filled[new] >= known.min() - slack).all()
    assert (filled[new] <= known.max() + slack).all()


def test_speed_is_distance_over_time() -> None:
    time = make_times(2.0)
    path = np.stack([30 * time, 40 * time], axis=1)
    np.testing.assert_allclose(compute_speed(time, path), 50.0)


@pytest.mark.parametrize("fps", [15.0, 30.0, 60.0])
def test_the_live_smoother_is_late_by_its_stated_delay(fps: float) -> None:
    smoother = CausalSmoother()
    time = make_times(6.0, fps)
    ramp = 10.0 * time
    out = np.array([smoother.update(float(t), np.array([v]))[0] for t, v in zip(time, ramp, strict=True)])
    lag = (ramp - out)[-1] / 10.0
    assert lag == pytest.approx(smoother.delay_s, abs=1.0 / fps)


def test_the_live_smoother_restarts_after_a_long_gap_and_passes_nan_on() -> None:
    smoother = CausalSmoother()
    for t in make_times(1.0):
        smoother.update(float(t), np.array([5.0]))
    assert np.isnan(smoother.update(1.0, np.array([np.nan]))).all()
    assert smoother.update(3.0, np.array([50.0]))[0] == 50.0


@pytest.mark.parametrize("fps", [15.0, 30.0, 60.0])
@pytest.mark.parametrize("cutoff_hz", [1.5, 4.0])
def test_both_passes_together_are_three_decibels_down_at_the_cutoff(fps: float, cutoff_hz: float) -> None:
    """Each pass's own corner lies higher: left at the cutoff, 4 Hz came out as 3.2 Hz."""
    time = np.arange(0.0, 40.0, 1 / fps)
    wave = np.sin(2 * np.pi * cutoff_hz * time)
    middle = (time > 10) & (time < 30)
    kept = np.std(smooth(time, wave, cutoff_hz)[middle]) / np.std(wave[middle])
    assert 20 * np.log10(kept) == pytest.approx(-3.0, abs=0.15)
