"""A repetition is a rise from rest and back, in the exercise's pose; nothing else is counted."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.analysis.detection import detect_set
from formcheck.exercises.base import Recording
from formcheck.exercises.half_kneeling import HalfKneeling
from formcheck.exercises.heel_raise import HeelRaise
from formcheck.foot import FootMotion
from formcheck.pose.track import SIDES, Landmark
from formcheck.scene.scene import observe_scene
from formcheck.scene.view import View
from formcheck.signals.movements import count_movements
from formcheck.signals.reps import RepCounter, RepRule, drop_bobs
from tests.helpers.bodies import FRAME_SIZE, make_standing
from tests.helpers.rep_signals import FPS, RULE, count, ease, make_set


@pytest.mark.parametrize("number", [1, 2, 3, 10, 25])
def test_every_repetition_of_a_train_is_counted_where_it_is(number: int) -> None:
    time, values, at = make_set([38.0] * number)
    reps = count(time, values)
    assert len(reps) == number
    np.testing.assert_allclose([r.peak_s for r in reps], at, atol=0.15)


def test_repetitions_are_in_order_and_do_not_overlap() -> None:
    time, values, _ = make_set([38.0, 30.0, 41.0, 35.0])
    reps = count(time, values)
    edges = [t for r in reps for t in (r.start_s, r.peak_s, r.end_s)]
    assert edges == sorted(edges)


def test_base_and_peak_are_those_of_the_signal() -> None:
    time, values, _ = make_set([38.0, 30.0])
    reps = count(time, values)
    assert [r.peak for r in reps] == [38.0, 30.0]
    # a repetition is closed as soon as it is surely over: up to a twentieth of its rise before full rest
    np.testing.assert_allclose([r.base for r in reps], 4.0, atol=0.05 * 34.0)


@pytest.mark.parametrize("partial", [15.0, 20.0, 25.0])
def test_a_partial_repetition_counts_as_one(partial: float) -> None:
    """Partial is a fault of a repetition, so it must be one: a third of the set's range is."""
    time, values, _ = make_set([38.0, 38.0, partial, 38.0])
    assert len(count(time, values)) == 4


def test_a_twitch_of_a_tenth_of_the_sets_range_is_not_a_repetition() -> None:
    time, values, _ = make_set([60.0, 60.0, 10.5, 60.0])
    assert len(count(time, values)) == 3


def test_repetitions_without_a_rest_between_them_are_separate() -> None:
    time = np.arange(0, 20, 1 / FPS)
    values = 20 - 18 * np.cos(2 * np.pi * time / 2.0)
    assert len(count(time, values)) == 10


def test_coming_back_only_most_of_the_way_still_closes_each() -> None:
    """Between repetitions of a tired set the knee comes back three quarters of the way."""
    time = np.arange(0, 12, 1 / FPS)
    # 4 → 38 → 12 → 38 → 12 → 38 → 4, each way in 1.5 s, after and before 1.5 s of rest
    values = np.interp(time, [1.5, 3.0, 4.5, 6.0, 7.5, 9.0, 10.5], [4.0, 38.0, 12.0, 38.0, 12.0, 38.0, 4.0])
    assert len(count(time, values)) == 3


@pytest.mark.parametrize("noise", [0.5, 1.0, 1.5])
def test_noise_below_the_threshold_counts_nothing(noise: float) -> None:
    time = np.arange(0, 60, 1 / FPS)
    values = 10 + np.clip(np.random.default_rng(7).normal(0, noise, len(time)), -2.9, 2.9)
    assert count(time, values) == []


def test_noise_on_a_set_does_not_change_the_count() -> None:
    time, values, _ = make_set([38.0] * 8)
    noisy = values + np.random.default_rng(8).normal(0, 0.6, len(values))
    assert len(count(time, noisy)) == 8


def test_walking_in_swings_the_shank_but_is_not_a_repetition() -> None:
    """A shank swings ±25° at 1 Hz in walking; nobody is in the exercise's pose."""
    walk_time = np.arange(0, 6, 1 / FPS)
    time, values, _ = make_set([38.0] * 3)
    values = np.concatenate([25 * np.sin(2 * np.pi * walk_time), values])
    ready = np.concatenate([np.zeros(len(walk_time), bool), np.ones(len(time), bool)])
    time = np.arange(len(values)) / FPS
    reps = count(time, values, ready)
    assert len(reps) == 3
    assert reps[0].start_s > 6.0


def test_nothing_is_counted_outside_the_exercises_pose() -> None:
    time, values, _ = make_set([38.0] * 5)
    assert count(time, values, np.zeros(len(time), bool)) == []


def test_a_movement_that_is_too_quick_or_too_slow_is_not_a_repetition() -> None:
    time, values, _ = make_set([38.0] * 3, rise_s=0.2, hold_s=0.0, lower_s=0.2)
    assert count(time, values) == []
    time, values, _ = make_set([38.0], rise_s=20.0, hold_s=1.0, lower_s=20.0)
    assert count(time, values) == []


def test_a_repetition_is_counted_live_when_it_has_rested_for_a_moment_above_the_old_level() -> None:
    time, values, at = make_set([38.0], rest_s=2.0)
    left_up = np.where(time > at[0], np.maximum(values, 4.0 + 0.3 * 34.0 + 0.1 * time), values)  # a foot sways a little
    counter = RepCounter(RULE)
    counted_s = next(float(t) for t, v in zip(time, left_up, strict=True) if counter.update(float(t), float(v), True))
    reached_s = float(time[(time > at[0]) & (left_up > values)][0])
    assert 0.3 < counted_s - reached_s < 0.5


def test_a_rejected_movement_has_its_reason() -> None:
    time, values, _ = make_set([38.0, 38.0, 38.0], rise_s=0.2, hold_s=0.05, lower_s=0.2)
    counter = count_movements(time, values, np.ones(len(time), bool), RULE)
    assert not counter.reps
    assert {c.name for rejection in counter.rejected for c in rejection.failed} == {"too-short"}
    (first, *_) = counter.rejected[0].failed
    assert first.value < first.limit == RULE.min_duration_s
    assert "a rep takes at least 0.8\u00a0s" in first.message


def test_frames_without_a_person_do_not_split_a_repetition() -> None:
    time, values, at = make_set([38.0] * 4)
    values[np.abs(time - at[1]) < 0.1] = np.nan
    assert len(count(time, values)) == 4


@pytest.mark.parametrize("values", [[], [1.0], [np.nan] * 50, [5.0] * 50, [np.inf, -np.inf] * 20], ids=str)
def test_odd_signals_have_no_repetitions(values: list[float]) -> None:
    array = np.array(values)
    assert count(np.arange(len(array)) / FPS, array) == []


@given(
    peaks=st.lists(st.floats(30.0, 44.0), min_size=1, max_size=8),
    rise_s=st.floats(0.5, 2.5),
    hold_s=st.floats(0.1, 2.0),
    rest_s=st.floats(0.3, 1.5),
    fps=st.sampled_from([15.0, 24.0, 30.0, 60.0]),
)
@settings(max_examples=60)
def test_any_reasonable_set_is_counted_exactly_and_live_counts_the_same(
    peaks: list[float], rise_s: float, hold_s: float, rest_s: float, fps: float
) -> None:
    time, values, at = make_set(peaks, rise_s=rise_s, hold_s=hold_s, lower_s=rise_s, rest_s=rest_s, fps=fps)
    reps = count(time, values)
    assert len(reps) == len(peaks)
    assert all(r.start_s < t < r.end_s for r, t in zip(reps, at, strict=True))
    live = RepCounter(RULE)
    for t, v in zip(time, values, strict=True):
        live.update(float(t), float(v), True)
    live.finish()
    assert live.reps == reps


@given(scale=st.floats(0.01, 100.0), shift=st.floats(-500, 500))
@settings(max_examples=30)
def test_the_signals_unit_and_zero_do_not_matter(scale: float, shift: float) -> None:
    time, values, _ = make_set([38.0, 30.0, 41.0])
    rule = RepRule(min_rise=6.0 * scale, range_share=0.25, min_duration_s=0.8, max_duration_s=30.0)
    there = [(r.start_s, r.peak_s, r.end_s) for r in count(time, values)]
    assert [(r.start_s, r.peak_s, r.end_s) for r in count(time, values * scale + shift, rule=rule)] == there


@given(
    values=st.lists(st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.floats(-50, 50)), max_size=200),
    ready=st.lists(st.booleans(), min_size=200, max_size=200),
)
@settings(max_examples=150)
def test_repetitions_are_ordered_and_inside_the_recording_for_any_signal(values: list[float], ready: list[bool]) -> None:
    time = np.arange(len(values)) / FPS
    reps = count(time, np.array(values), np.array(ready[: len(values)], bool))
    for rep in reps:
        assert time[0] <= rep.start_s <= rep.peak_s <= rep.end_s <= time[-1]
        assert rep.rise >= RULE.min_rise or not np.isfinite(rep.rise)
    assert all(a.end_s <= b.start_s for a, b in pairwise(reps))


def test_landmarks_that_jump_on_the_way_back_are_not_the_peak() -> None:
    time = np.arange(0.0, 5.0, 1 / 15)
    smooth = np.interp(time, [1.0, 2.4, 3.4, 4.6], [4.0, 35.0, 35.0, 4.0])
    jumped = np.where((time > 3.6) & (time < 4.0), 43.0, smooth)
    (rep,) = count_movements(time, jumped, np.ones(len(time), bool), RepRule(min_rise=6.0)).reps
    assert 2.5 < rep.peak_s < 3.3
    # neither do they raise what is measured, and a peak that is not held is not cut
    track = make_standing(len(time), fps=15)
    scene, foot = observe_scene(track, FRAME_SIZE), FootMotion.empty(len(time))
    touched = 4.0 + 31.0 * np.sin(np.pi * np.clip((time - 1.0) / 3.6, 0.0, 1.0)) ** 2

    def peak(inclination: np.ndarray) -> float:
        recording = Recording(View(track, scene, "right"), 0.4, 60.0, inclination, foot)
        return HalfKneeling().measure(recording, rep)["tibial_inclination_deg"]

    assert peak(jumped) == peak(smooth) == pytest.approx(35.0)
    assert peak(touched) == pytest.approx(35.0, abs=0.1)


# Sets that do not start, or end, at the standing level


@pytest.mark.parametrize("on_the_way_up", [True, False])
def test_a_landmark_that_stops_for_a_moment_far_above_rest_does_not_cut_the_repetition_short(on_the_way_up: bool) -> None:
    """A hidden knee's landmark stops for 0.1 s with two fifths of the way to go: nobody rests there."""
    time, values, _ = make_set([38.0])
    first, peak = int(np.argmax(values > values[0] + 0.5)), int(np.argmax(values))
    way = np.arange(first, peak) if on_the_way_up else np.arange(peak, len(values))
    at = way[int(np.argmin(np.abs(values[way] - (4.0 + 0.4 * 34.0))))]
    stopped = values.copy()
    stopped[at : at + 4] = values[at]
    (whole,), (rep,) = count(time, values), count(time, stopped)
    assert (rep.start_s, rep.end_s) == pytest.approx((whole.start_s, whole.end_s), abs=0.15)
    assert rep.rise == pytest.approx(whole.rise, rel=0.05)


def test_a_rise_that_is_not_taken_all_the_way_back_ends_where_the_next_begins() -> None:
    """A heel left up by 45 % of its height: two repetitions, and where it turned is the border."""
    time, values, at = make_set([38.0, 38.0, 38.0], rest_s=0.4)
    left_up = 4.0 + 0.45 * 34.0
    between = (time > at[0]) & (time < at[1])
    values = np.where(between, np.maximum(values, left_up), values)
    reps = count(time, values)
    assert len(reps) == 3
    np.testing.assert_allclose([r.peak_s for r in reps], at, atol=0.15)
    np.testing.assert_allclose([reps[0].end_s, reps[1].start_s], (at[0] + at[1]) / 2, atol=0.8)


def test_a_repetition_is_over_where_the_signal_jumps_from_its_bottom_past_its_top_in_one_sample() -> None:
    """Standing up after the last repetition swings the shank from upright to level in a tenth of a second."""
    _, values, _ = make_set([45.0] * 3, rest_s=0.0, lower_s=0.6, fps=12.0)
    values = np.concatenate([values, np.full(12, 110.0)])
    time, ready = np.arange(len(values)) / 12.0, np.arange(len(values)) < len(values) - 12
    assert [rep.peak for rep in count(time, values, ready)] == [45.0] * 3


def test_a_repetition_that_began_with_the_heel_up_ends_at_the_floor_all_the_same() -> None:
    time, values, at = make_set([38.0, 38.0, 38.0], rest_s=0.4)
    left_up = 4.0 + 0.45 * 34.0
    between = (time > at[1]) & (time < at[2])
    last = count(time, np.where(between, np.maximum(values, left_up), values))[2]
    assert values[np.searchsorted(time, last.end_s)] < 4.0 + 0.1 * 34.0


def test_rising_to_the_start_position_first_loses_no_repetition() -> None:
    """Weight shifted onto one leg lifts the body by as much as a small heel raise; the first one begins after that."""
    _, values, at = make_set([38.0, 38.0, 38.0], base=20.0)
    lead = np.concatenate([np.zeros(30), 20.0 * ease(np.linspace(0, 1, 20)), np.full(40, 20.0)])
    values = np.concatenate([lead, values])
    reps = count(np.arange(len(values)) / FPS, values)
    assert len(reps) == 3
    np.testing.assert_allclose([r.peak_s for r in reps], np.array(at) + len(lead) / FPS, atol=0.15)
    assert reps[0].start_s > (len(lead) - 5) / FPS


def test_a_bob_after_the_set_is_not_a_repetition_but_a_set_of_bobs_is() -> None:
    _, values, _ = make_set([38.0, 38.0, 38.0])
    _, bob, _ = make_set([18.0], rise_s=0.4, hold_s=0.1, lower_s=0.4)
    values = np.concatenate([values, bob])
    assert len(drop_bobs(count(np.arange(len(values)) / FPS, values))) == 3
    _, slow, _ = make_set([18.0])
    values = np.concatenate([make_set([38.0, 38.0, 38.0])[1], slow])
    assert len(drop_bobs(count(np.arange(len(values)) / FPS, values))) == 4, "a partial repetition takes as long as a full one"
    _, bobs, _ = make_set([18.0] * 4, rise_s=0.4, hold_s=0.1, lower_s=0.4)
    assert len(drop_bobs(count(np.arange(len(bobs)) / FPS, bobs))) == 4


@pytest.mark.parametrize(
    ("dip", "counted"), [(0.45, {"heel-raise": 2, "half-kneeling": 1}), (0.55, {"heel-raise": 2, "half-kneeling": 2})]
)
def test_a_heel_half_put_down_ends_a_raise_and_a_knee_that_is_lost_for_a_moment_is_still_there(
    dip: float, counted: dict[str, int]
) -> None:
    time, values, _ = make_set([38.0], hold_s=3.0)
    rise = 34.0
    middle = (time > 2.9) & (time < 4.1)
    values[middle] -= dip * rise * np.sin(np.pi * (time[middle] - 2.9) / 1.2)
    for exercise, scale in ((HeelRaise(), 0.12 / rise), (HalfKneeling(), 1.0)):
        assert len(count(time, values * scale, rule=exercise.rule)) == counted[exercise.name]


def test_a_person_walking_toward_a_front_camera_is_not_standing_yet() -> None:
    track = make_standing(180, yaw_deg=90)
    center = np.asarray(FRAME_SIZE) / 2
    # from 3.6 m to 2.8 m in three seconds, then still
    distance = np.where(track.time_s < 3.0, 3.6 - 0.8 * track.time_s / 3.0, 2.8)
    points = center + (track.points - center) * (2.8 / distance)[:, None, None]
    scene = observe_scene(track.with_points(points), FRAME_SIZE)
    assert scene.kind == "front"
    ready = HeelRaise().compute_ready(View(track.with_points(points), scene, "left"))
    assert not ready[(track.time_s > 0.5) & (track.time_s < 2.5)].any()
    assert ready[track.time_s > 4.5].all()
    assert HeelRaise().compute_ready(View(track, scene, "left")).all()


@pytest.mark.parametrize(("knee_up", "counted"), [(0.0, 3), (0.1, 3), (0.9, 0)])
def test_a_body_that_rises_as_the_other_knee_is_pulled_up_marches(knee_up: float, counted: int) -> None:
    """Over a heel that seems to rise by a centimeter."""
    _, rise, _ = make_set([0.06] * 3, base=0.0, rise_s=0.6, lower_s=0.6)
    track, shank_px = make_standing(len(rise)), 160.0
    points = track.points.copy()
    feet = [Landmark.of(side, part) for side in SIDES for part in ("heel", "foot_index")]
    above = [landmark for landmark in Landmark if landmark not in feet]
    points[:, above, 1] -= rise[:, None] * shank_px
    points[:, Landmark.RIGHT_HEEL, 1] -= 0.5 * rise * shank_px
    other_leg = [Landmark.of("left", part) for part in ("knee", "ankle", "heel", "foot_index")]
    points[:, other_leg, 1] -= knee_up / 0.06 * rise[:, None] * shank_px
    track = track.with_points(points)
    found = detect_set(track, observe_scene(track, FRAME_SIZE), "heel-raise", "right")
    assert found is not None
    assert len(found.spans) == counted
