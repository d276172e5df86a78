"""The range of a lunge: where it ends, what stands for the set, and what a hold is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.analysis.build_report import settle_measures, summarize_reps
from formcheck.exercises import EXERCISES
from formcheck.exercises.base import Recording
from formcheck.exercises.hold import measure_hold
from formcheck.exercises.weight_bearing_lunge import find_angle_at_lift, find_first_lift, find_kept_rise
from formcheck.foot import FOOT_PER_SHANK, FootMotion
from formcheck.pose.track import Landmark
from formcheck.report.names import FaultCode
from formcheck.report.schema import Athlete, Rep, Unmeasured
from formcheck.scene.scene import observe_scene
from formcheck.scene.view import View
from formcheck.signals.filters import smooth
from formcheck.signals.reps import RepSpan
from formcheck.support.arrays import FloatArray
from tests.helpers.bodies import FRAME_SIZE, make_standing

MOBILIZATION = EXERCISES["half-kneeling"]
FPS, CM_PER_PX = 15.0, 0.26


def record(lean_deg: FloatArray, heel_cm: FloatArray, turn_deg: FloatArray | None = None) -> Recording:
    """A repetition of so many frames, whose lean and heel are known."""
    track = make_standing(len(lean_deg), fps=FPS)
    scene = observe_scene(track, FRAME_SIZE)
    still = FootMotion.empty(len(track))
    turn = np.zeros(len(track)) if turn_deg is None else turn_deg
    foot = replace(still, heel_rise_px=heel_cm / CM_PER_PX, turn_deg=turn, slide_px=np.zeros(len(track)))
    return Recording(View(track, scene, "right"), CM_PER_PX, FOOT_PER_SHANK * scene.shank_px, lean_deg, foot)


def measure(recording: Recording) -> dict[str, float]:
    time = recording.view.track.time_s
    span = RepSpan(float(time[0]), float(time.mean()), float(time[-1]), 0.0, 40.0)
    return MOBILIZATION.measure(recording, span)  # type: ignore[attr-defined, no-any-return]


def glide(top_deg: float, seconds: float, hold_s: float = 0.0) -> FloatArray:
    """There and back in so many seconds, without any hold or with one at the top."""
    half = np.arange(0.0, seconds / 2, 1 / FPS)
    up = top_deg * (0.5 - 0.5 * np.cos(2 * np.pi * half / seconds))
    return np.concatenate([up, np.full(round(hold_s * FPS), top_deg), up[::-1]])


def test_the_range_ends_where_the_heel_first_lifts_and_does_not_begin_again_when_it_lands() -> None:
    """The heel lifts at 30° on the way up and is down again at 41° on the way back: the range is 29.5°, not 40.7°."""
    up, top, down = np.arange(1.0, 43.5, 0.5), np.full(40, 43.5), np.arange(43.0, 1.0, -0.5)
    heel = np.concatenate([np.where(up >= 30.0, 2.0, 0.0), np.full(40, 2.0), np.where(down > 41.0, 2.0, 0.0)])
    found = measure(record(np.concatenate([up, top, down]), heel))
    assert found["valid_peak_deg"] == pytest.approx(29.5, abs=0.2)
    assert found["tibial_inclination_deg"] == pytest.approx(43.5)


def test_the_knee_past_the_toes_ends_there_too() -> None:
    lean = glide(40.0, 20.0)
    lifted, planted = (measure(record(lean, heel))["knee_over_toe_cm"] for heel in (np.where(lean > 30.0, 2.0, 0.0), 0.0 * lean))
    shank_cm = record(lean, 0.0 * lean).view.shank_px * CM_PER_PX
    assert planted - lifted == pytest.approx(shank_cm * (np.sin(np.radians(40.0)) - np.sin(np.radians(30.0))), abs=0.7)


@pytest.mark.parametrize(("lean_deg", "past_cm"), [(0.0, -19.2), (27.6, 0.0), (35.0, 4.5), (45.0, 10.1)])
def test_the_knee_past_the_toes_is_that_of_a_body_with_this_lean(lean_deg: float, past_cm: float) -> None:
    """1.68 m: a shank of 41.3 cm and a foot of 25.5 cm, a quarter of which is behind the ankle (Winter 2009)."""
    whole = record(np.full(60, lean_deg), np.zeros(60))
    cm_per_px = 41.3 / whole.view.shank_px
    found = measure(replace(whole, cm_per_px=cm_per_px, foot_px=25.5 / cm_per_px))
    assert found["knee_over_toe_cm"] == pytest.approx(past_cm, abs=0.1)
    assert found["knee_over_toe_pct_foot"] == pytest.approx(100 * past_cm / 25.5, abs=0.4)


def test_toes_whose_landmark_drifts_do_not_move_the_knee() -> None:
    """On people and renders alike it drifts back by up to a fifth of the foot as the shank leans over it."""
    lean = glide(40.0, 20.0)
    whole = record(lean, np.zeros(len(lean)))
    points = whole.view.track.points.copy()
    points[:, Landmark.RIGHT_FOOT_INDEX, 0] -= 0.2 * whole.foot_px * lean / 40.0
    drifted = replace(whole, view=replace(whole.view, track=whole.view.track.with_points(points)))
    assert measure(drifted)["knee_over_toe_cm"] == measure(whole)["knee_over_toe_cm"]


@pytest.mark.parametrize(
    ("rise_cm", "first"),
    [
        ([0.0, 0.4, 0.45, 0.0], 4),  # under the limit
        ([0.0, 0.8, 0.0, 0.0], 4),  # one frame alone may be an error
        ([0.0, 0.8, 0.9, 0.0], 1),
        ([0.0, 0.8, np.nan, 0.9], 4),
        ([], 0),
    ],
)
def test_a_heel_has_lifted_when_it_is_over_the_limit_on_two_frames_in_a_row(rise_cm: list[float], first: int) -> None:
    assert find_first_lift(np.array(rise_cm), 0.5) == first


@pytest.mark.parametrize(
    ("rise_cm", "error_cm", "lifted"),
    [(0.55, 0.15, False), (0.75, 0.15, False), (0.85, 0.15, True), (0.85, 0.3, False), (1.15, 0.3, True), (0.0, 0.15, False)],
)
def test_a_lift_ends_the_range_and_is_a_fault_where_it_is_clear_of_its_own_error(
    rise_cm: float, error_cm: float, lifted: bool
) -> None:
    """One rule for both: with the heel up from 30° on, the range is all 40° unless the report says that the heel lifted."""
    lean, expected_error = glide(40.0, 20.0), {"heel_rise_cm": error_cm}
    recording = replace(record(lean, np.where(lean > 30.0, rise_cm, 0.0)), expected_error=expected_error)
    found = measure(recording)
    assert found["heel_rise_cm"] == pytest.approx(rise_cm)
    assert found["valid_peak_deg"] == pytest.approx(30.0 if lifted else 40.0, abs=0.6)
    (faults,) = MOBILIZATION.find_faults([found | {"hold_s": 1.0}], [RepSpan(0.0, 10.0, 20.0, 0.0, 40.0)], expected_error)
    assert ("heel-lifted" in faults) is lifted


def test_without_a_scale_the_same_rule_holds_in_percent_of_the_foot() -> None:
    lean = glide(40.0, 20.0)
    whole = record(lean, np.zeros(len(lean)))
    for share, lifted in ((0.03, False), (0.035, True)):
        foot = replace(whole.foot, heel_rise_px=np.where(lean > 30.0, share * whole.foot_px, 0.0))
        found = measure(replace(whole, cm_per_px=None, foot=foot))
        (faults,) = MOBILIZATION.find_faults([found | {"hold_s": 1.0}], [RepSpan(0.0, 10.0, 20.0, 0.0, 40.0)])
        assert ("heel-lifted" in faults) is (found["valid_peak_deg"] < 31.0) is lifted


@pytest.mark.parametrize("rise_cm", [[], [3.0], [np.nan, 3.0, np.nan]])
def test_one_frame_alone_shows_no_rise(rise_cm: list[float]) -> None:
    assert np.isnan(find_kept_rise(np.array(rise_cm)))
    assert find_kept_rise(np.array([0.1, 3.0, 0.2, 0.4, 0.1])) == pytest.approx(0.2)


def test_the_angle_is_read_at_the_moment_of_the_lift_not_at_the_frame_before() -> None:
    """The heel comes up by 0.4 cm a frame, the shank by 2°: 0.5 cm are passed a quarter of the way to the third frame."""
    angle, rise = np.array([20.0, 22.0, 24.0, 26.0]), np.array([0.0, 0.4, 0.8, 1.2])
    assert find_angle_at_lift(angle, rise, 0.5) == pytest.approx(22.5)
    assert np.isnan(find_angle_at_lift(angle, np.zeros(4), 0.5))


def test_an_unknown_turn_of_the_foot_makes_dorsiflexion_unknown() -> None:
    """The shank leaned by 45°, the foot had turned by 9°: 36° are the ankle's, and 45° is not a fallback for it."""
    lean = glide(45.0, 5.0)
    heel = np.zeros(len(lean))
    turn = 9.0 * lean / 45.0
    assert measure(record(lean, heel, turn))["dorsiflexion_deg"] == pytest.approx(36.0, abs=0.1)
    unknown = measure(record(lean, heel, np.full(len(lean), np.nan)))
    assert np.isnan(unknown["dorsiflexion_deg"])
    assert "turned" in MOBILIZATION.explain_gaps(unknown)["dorsiflexion_deg"]


def test_a_heel_that_is_not_seen_leaves_no_range_but_a_reason() -> None:
    lean = glide(40.0, 5.0)
    found = measure(record(lean, np.full(len(lean), np.nan)))
    assert np.isnan(found["valid_peak_deg"])
    assert np.isnan(found["knee_over_toe_cm"])
    assert "heel" in MOBILIZATION.explain_gaps(found)["valid_peak_deg"]


def test_a_heel_too_small_to_be_seen_is_not_said_to_be_hidden() -> None:
    lean = glide(40.0, 5.0)
    found = measure(record(lean, np.full(len(lean), np.nan)))
    assert "nearer" in MOBILIZATION.explain_gaps(found, foot_px=33.0)["heel_rise_cm"]
    assert "hidden" in MOBILIZATION.explain_gaps(found, foot_px=90.0)["heel_rise_cm"]


# --- the set ------------------------------------------------------------------------------------------------------------


def rep(number: int, peak_deg: float, *faults: FaultCode) -> Rep:
    start = 5.0 * number
    when = {"number": number, "start_s": start, "peak_s": start + 2, "end_s": start + 4, "confidence": 1.0}
    return Rep(**when, faults=list(faults), valid_peak_deg=peak_deg)  # type: ignore[arg-type]


def summary_of(reps: list[Rep]):  # type: ignore[no-untyped-def]
    names = [m.name for m in MOBILIZATION.measures]
    measures = [{name: r.measures.get(name) if r.measures.get(name) is not None else np.nan for name in names} for r in reps]
    return summarize_reps(MOBILIZATION, measures, reps, Athlete())  # type: ignore[arg-type]


def test_the_sets_range_is_the_mean_of_its_three_best_reps() -> None:
    found = summary_of([rep(1, 30.0), rep(2, 36.0), rep(3, 34.0), rep(4, 35.0)])
    assert found.headline == pytest.approx(35.0)
    assert found.headline_reps == [2, 3, 4]
    assert found.best == 36.0


def test_technique_does_not_lower_the_range() -> None:
    """The shipped sample: the mean of all four was 36.4°, and the same ankle with the heel kept down "7.4° more"."""
    found = summary_of([rep(1, 43.7), rep(2, 29.7, "heel-lifted"), rep(3, 44.0), rep(4, 28.4, "heel-lifted")])
    assert found.headline == pytest.approx(43.85)
    clean = summary_of([rep(1, 43.7), rep(2, 43.8), rep(3, 44.0), rep(4, 43.9)])
    assert abs(clean.headline - found.headline) < 0.2


@pytest.mark.parametrize("fault", ["heel-lifted", "foot-slid", "partial"])
def test_a_range_needs_two_sound_reps(fault: FaultCode) -> None:
    found = summary_of([rep(1, 40.0), rep(2, 41.0, fault), rep(3, 42.0, fault)])
    assert found.headline is None
    (why,) = found.unmeasured
    assert (why.measure, "fewer than two" in why.reason) == ("headline", True)
    assert found.best == 42.0


def test_a_range_that_no_rep_has_is_missing_for_the_reps_own_reason() -> None:
    gap = Unmeasured(measure="valid_peak_deg", reason="the shin was hidden")
    unseen = [rep(n, 30.0).model_copy(update={"valid_peak_deg": None, "unmeasured": [gap]}) for n in (1, 2)]
    assert [missing.reason for missing in summary_of(unseen).unmeasured] == ["the shin was hidden"]


@pytest.mark.parametrize("fault", ["short-hold", "rushed"])
def test_a_hurried_rep_still_counts_as_range(fault: FaultCode) -> None:
    assert summary_of([rep(1, 40.0, fault), rep(2, 42.0, fault)]).headline == pytest.approx(41.0)


def test_a_lean_reached_with_the_heel_up_sets_no_standard_for_the_other_reps() -> None:
    nothing = dict.fromkeys((m.name for m in MOBILIZATION.measures), np.nan)
    leans = ((35.0, 0.1), (36.0, 0.1), (55.0, 4.0))
    reps = [nothing | {"tibial_inclination_deg": lean, "heel_rise_cm": heel, "hold_s": 1.0} for lean, heel in leans]
    spans = [RepSpan(0.0, 2.0, 4.0, 0.0, 40.0)] * 3
    assert MOBILIZATION.find_faults(reps, spans) == [[], [], ["heel-lifted"]]


# --- the hold -----------------------------------------------------------------------------------------------------------


def hold_of(lean: FloatArray, down: bool = True, noise_deg: float = 0.0) -> float:
    time = np.arange(len(lean)) / FPS
    jitter = smooth(time, np.random.default_rng(1).normal(0.0, noise_deg, len(lean))) if noise_deg else 0.0
    return measure_hold(time, lean + jitter, np.full(len(lean), down))


@pytest.mark.parametrize("seconds", [6.0, 7.0, 8.0])
def test_a_slow_glide_is_not_a_hold(seconds: float) -> None:
    assert hold_of(glide(35.0, seconds)) < 0.5
    measured = measure(record(glide(35.0, seconds), np.zeros(len(glide(35.0, seconds)))))
    assert "short-hold" in MOBILIZATION.find_faults([measured], [RepSpan(0.0, seconds / 2, seconds, 0.0, 35.0)])[0]


@pytest.mark.parametrize("noise_deg", [0.0, 0.3])
def test_a_second_at_the_top_is_a_hold(noise_deg: float) -> None:
    assert hold_of(glide(35.0, 3.0, hold_s=1.0), noise_deg=noise_deg) == pytest.approx(1.0, abs=0.35)


def with_sway(size_deg: float, sway_s: float = 1.4) -> FloatArray:
    """A hold of 2.5 s, in whose middle the shank comes back by so much and goes forward again."""
    lean = glide(35.0, 3.0, hold_s=2.5)
    time = np.arange(len(lean)) / FPS
    away = np.clip(1.0 - np.abs(time - time[-1] / 2) / (sway_s / 2), 0.0, None)
    return lean - size_deg * away


def test_a_sway_within_the_definitions_two_degrees_does_not_end_a_hold() -> None:
    whole, swayed = with_sway(0.0), with_sway(1.9)  # 2.7° a second, for longer than a jitter
    assert hold_of(swayed) == pytest.approx(hold_of(whole), abs=0.1)


def test_a_shank_that_comes_back_further_is_held_twice() -> None:
    assert hold_of(with_sway(3.5)) < 0.6 * hold_of(with_sway(0.0))


def test_two_pauses_on_a_glide_are_no_longer_hold() -> None:
    stair = np.concatenate(
        [np.linspace(0, 33, 20), np.full(4, 33.0), np.linspace(33, 34.9, 7), np.full(4, 34.9), np.linspace(34.9, 0, 20)]
    )
    assert hold_of(stair) < 0.6


def test_a_hold_with_the_heel_up_does_not_count() -> None:
    lean = glide(35.0, 3.0, hold_s=1.0)
    lifted = measure(record(lean, np.where(lean > 25.0, 2.0, 0.0)))
    assert lifted["hold_s"] == 0.0


def test_a_rest_on_the_way_is_not_the_hold() -> None:
    lean = np.concatenate([np.linspace(0, 20, 15), np.full(30, 20.0), np.linspace(20, 40, 15), np.linspace(40, 0, 30)])
    assert hold_of(lean) < 0.5


def test_every_missing_measure_of_a_set_has_a_reason() -> None:
    nothing = dict.fromkeys((m.name for m in MOBILIZATION.measures), np.nan)
    _, (reasons,) = settle_measures(MOBILIZATION, [nothing], [RepSpan(0.0, 2.0, 4.0, 0.0, 40.0)])
    assert "cannot be read in this view" in reasons["valid_peak_deg"]
