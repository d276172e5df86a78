"""Every warning comes when its cause is there, and a set filmed well has none; errors widen with what the warnings say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.analysis.expected_error import expect_errors
from formcheck.analysis.quality import assess_quality, judge_film, make_warning
from formcheck.analysis.refine import PictureQuality, measure_contrast
from formcheck.analysis.set_errors import SetErrors
from formcheck.analysis.viewpoint import refuses_angle
from formcheck.exercises import EXERCISES
from formcheck.pose.track import Landmark, PoseTrack
from formcheck.report.schema import Quality, WarningCode
from formcheck.scene.camera_from_all import estimate_camera
from formcheck.scene.scene import observe_scene
from formcheck.scene.view import View
from formcheck.signals.evidence import Estimate
from formcheck.signals.reps import RepSpan
from formcheck.video.reader import MAX_ANALYSIS_FPS, VideoInfo
from tests.helpers.bodies import FRAME_SIZE, make_standing, make_turn, turn_camera

FEET = [Landmark.RIGHT_HEEL, Landmark.RIGHT_FOOT_INDEX]


def judge(
    track: PoseTrack,
    *,
    roll_deg: float | None = None,
    pitch: tuple[float, float] = (0.0, 1.0),
    leg: str | None = "right",
    duration_s: float = 3.0,
    **picture: Any,
) -> Quality:
    info = VideoInfo(Path("set.mp4"), duration_s, 30.0, len(track), *FRAME_SIZE, 0, 0.0, "h264")
    scaled, errors = picture.pop("scaled", True), picture.pop("errors", SetErrors())
    scene = observe_scene(track, FRAME_SIZE, roll_deg=roll_deg)
    scene = replace(scene, camera=estimate_camera(scene, "right", make_turn(*pitch)))
    exercise = EXERCISES["heel-raise"] if leg else None
    return assess_quality(
        judge_film(info, track.time_s, MAX_ANALYSIS_FPS),
        View(track, scene, leg or "left"),  # type: ignore[arg-type]
        exercise,
        np.ones(len(track), bool),
        PictureQuality(**{"contrast": 90.0, **picture}),
        errors,
        scaled=scaled,
    )


def codes(quality: Quality) -> list[str]:
    return [warning.code for warning in quality.warnings]


def unseen(track: PoseTrack, share: float) -> PoseTrack:
    points = track.points.copy()
    points[: round(share * len(track))] = np.nan
    return track.with_points(points)


def without_feet(track: PoseTrack) -> PoseTrack:
    points = track.points.copy()
    points[:, FEET, 1] = FRAME_SIZE[1] + 20
    return track.with_points(points)


def cut_above_the_eyes(track: PoseTrack, shanks: float) -> PoseTrack:
    """Move the picture's upper edge to this height over the eyes, shank lengths."""
    points, shank_px = track.points.copy(), observe_scene(track, FRAME_SIZE).shank_px
    points[..., 1] -= np.nanmin(points[:, [Landmark.LEFT_EYE, Landmark.RIGHT_EYE], 1]) - shanks * shank_px
    return track.with_points(points)


GOOD = make_standing(yaw_deg=5)


def test_a_set_filmed_well_has_no_warning_and_is_usable() -> None:
    quality = judge(GOOD)
    assert codes(quality) == []
    assert quality.usable


@pytest.mark.parametrize(
    ("code", "quality"),
    [
        ("not-side-on", judge(make_standing(yaw_deg=28))),
        ("feet-out-of-frame", judge(without_feet(GOOD))),
        ("head-out-of-frame", judge(cut_above_the_eyes(GOOD, -0.1))),
        ("head-out-of-frame", judge(cut_above_the_eyes(GOOD, 0.2))),
        ("person-too-small", judge(make_standing(shank_px=70))),
        ("low-frame-rate", judge(make_standing(fps=10))),
        ("low-visibility", judge(replace(GOOD, visibility=np.full_like(GOOD.visibility, 0.3)))),
        ("low-visibility", judge(GOOD, contrast=12.0)),
        ("camera-tilted", judge(GOOD, roll_deg=5)),
        ("camera-tilted", judge(GOOD, pitch=(-8, 1))),
        ("camera-moved", judge(GOOD, drift=0.03)),
        ("several-people", judge(replace(GOOD, people=2))),
        ("damaged", judge(GOOD, duration_s=9.0)),
        ("damaged", judge(GOOD.take((GOOD.time_s < 0.8) | (GOOD.time_s > 2.2)))),
        ("nobody", judge(unseen(GOOD, 0.3))),
        ("no-scale", judge(GOOD, scaled=False)),
        ("far-leg", judge(make_standing(near="left"))),
        ("no-exercise", judge(GOOD, leg=None)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_flaw_of_a_recording_is_reported_on_its_own(code: str, quality: Quality) -> None:
    assert codes(quality) == [code]
    assert all(warning.message.endswith(".") for warning in quality.warnings)


def test_from_near_the_floor_more_error_is_expected_but_not_on_a_vague_guess() -> None:
    good, low, vague = judge(GOOD), judge(GOOD, pitch=(-8, 1)), judge(GOOD, pitch=(-8, 6))
    assert low.expected_error["height_cm"] > 1.5 * good.expected_error["height_cm"]
    assert "looked up" in low.warnings[0].message
    assert codes(vague) == []


def test_heels_that_may_hang_by_an_unknown_drop_make_heights_less_sure_and_nothing_else() -> None:
    """Any drop of up to 17.5° of dorsiflexion: a heel 0.6 feet behind the ball sinks by 4.5 cm of a foot of 25 cm at most."""
    level, hanging = judge(GOOD), judge(GOOD, errors=SetErrors(may_hang=True))
    assert codes(hanging) == ["level-unseen"]
    assert "stand still with the heels level" in hanging.warnings[0].message
    wider = {
        name: hanging.expected_error[name]
        for name in hanging.expected_error
        if hanging.expected_error[name] != level.expected_error[name]
    }
    assert set(wider) == {"height_cm", "height_pct_foot", "malleolus_rise_cm", "plantarflexion_deg"}
    assert 4.5 / np.sqrt(3.0) < wider["height_cm"] < 4.5


def test_the_error_is_wider_if_the_camera_is_far_from_hip_height() -> None:
    scene = observe_scene(GOOD, FRAME_SIZE)
    for pitch, standing, kneeling in ((6.0, False, False), (-4.0, False, True), (12.0, True, False), (16.0, True, True)):
        pitched = replace(scene, camera=replace(scene.camera, pitch=Estimate(pitch, 1.0, "edges")))
        widened = [
            expect_errors(EXERCISES[name], pitched, []) != expect_errors(EXERCISES[name], scene, [])
            for name in ("heel-raise", "half-kneeling")
        ]
        assert widened == [standing, kneeling]


def test_a_height_read_off_fewer_pixels_is_less_sure_and_no_fault_within_that() -> None:
    small, large = (judge(make_standing(shank_px=px)).expected_error["height_cm"] for px in (96.0, 160.0))
    assert small == pytest.approx(2 * large, rel=0.35)
    exercise = EXERCISES["heel-raise"]
    nan = dict.fromkeys((m.name for m in exercise.measures), float("nan"))
    reps = [{**nan, "height_pct_foot": height} for height in (34.0, 18.0)]
    spans = [RepSpan(0.0, 1.0, 2.0, 0.0, 1.0)] * 2
    assert exercise.find_faults(reps, spans, {"height_cm": large}) == [[], ["partial-height"]]
    assert exercise.find_faults(reps, spans, {"height_cm": 2.2 * large}) == [[], []]


def test_from_the_front_a_heel_raise_has_no_height_error_and_the_warning_says_where_to_film_from() -> None:
    front = judge(make_standing(yaw_deg=90))
    assert codes(front) == ["not-side-on"]
    assert "film from the side" in front.warnings[0].message
    assert front.usable
    unread = {"height_cm", "height_pct_foot", "malleolus_rise_cm", "plantarflexion_deg"}
    assert not unread & set(front.expected_error)
    assert {"rise_s", "ankle_drift_cm", "side_difference_pct"} <= set(front.expected_error)
    side = judge(make_standing()).expected_error
    assert unread <= set(side)
    assert not {"ankle_drift_cm", "side_difference_pct"} & set(side)


def test_a_shanks_error_is_that_of_its_evidence_and_widens_in_the_dark_but_not_twice_for_a_far_leg() -> None:
    exercise, scene = EXERCISES["half-kneeling"], observe_scene(GOOD, FRAME_SIZE)

    def expect(own_deg: float, *codes_: str) -> dict[str, float]:
        warnings = [make_warning(code) for code in codes_]  # type: ignore[arg-type]
        return expect_errors(exercise, scene, warnings, SetErrors(shank_deg=own_deg))

    assert expect(1.4)["valid_peak_deg"] == 1.4
    assert expect(3.1)["tibial_inclination_deg"] == 3.1
    assert expect(1.4)["dorsiflexion_deg"] > 1.4  # the foot's turn adds its error
    assert expect(1.4, "far-leg") == expect(1.4)
    assert expect(1.4, "low-visibility")["valid_peak_deg"] == pytest.approx(1.5 * 1.4)


def test_a_shank_seen_from_far_above_or_below_is_less_sure_than_its_networks_agree() -> None:
    exercise, level = EXERCISES["half-kneeling"], observe_scene(GOOD, FRAME_SIZE)

    def expect(pitch_deg: float) -> float:
        camera = replace(level.camera, pitch=Estimate(pitch_deg, 1.0, "edges"))
        return expect_errors(exercise, replace(level, camera=camera), [], SetErrors(shank_deg=1.5))["valid_peak_deg"]

    usual = exercise.usual_pitch_deg
    assert expect(usual) == expect(usual + 6.0) == expect(usual - 6.0) == 1.5
    assert expect(usual + 17.0) == expect(usual - 17.0) == pytest.approx(np.hypot(1.5, 2.7), abs=0.01)


def test_a_heights_error_is_that_of_its_evidence_and_of_the_bodys_proportions() -> None:
    exercise, scene = EXERCISES["heel-raise"], observe_scene(GOOD, FRAME_SIZE)
    errors = expect_errors(exercise, scene, [], SetErrors(height_cm=0.9, camera_cm=0.3))
    assert errors["height_cm"] == pytest.approx(np.hypot(0.9, 0.3), abs=0.01)
    assert errors["malleolus_rise_cm"] < errors["height_cm"]
    assert errors["height_pct_foot"] == pytest.approx(100 * errors["height_cm"] / 25, abs=0.1)


def test_a_far_foots_height_is_less_sure_than_its_sources_agree_unless_its_silhouette_was_seen() -> None:
    exercise, scene = EXERCISES["heel-raise"], observe_scene(make_standing(), FRAME_SIZE)

    def expect(*codes: WarningCode, filmed: bool = False) -> dict[str, float]:
        return expect_errors(exercise, scene, [make_warning(c) for c in codes], SetErrors(height_cm=1.0, foot_filmed=filmed))

    near, far = expect(), expect("far-leg")
    assert far["height_cm"] == pytest.approx(1.5 * near["height_cm"])
    assert far["height_pct_foot"] == pytest.approx(1.5 * near["height_pct_foot"], abs=0.01)
    assert expect("far-leg", filmed=True)["height_cm"] == expect(filmed=True)["height_cm"] == near["height_cm"]


def test_when_a_body_moves_is_as_sure_in_any_view_but_not_at_a_low_frame_rate() -> None:
    exercise, scene = EXERCISES["heel-raise"], observe_scene(make_standing(), FRAME_SIZE)

    def expect(*codes: WarningCode) -> tuple[float, float]:
        errors = expect_errors(exercise, scene, [make_warning(c) for c in codes])
        return errors["rise_s"], errors["lower_s"]

    assert expect("far-leg", "not-side-on", "person-too-small") == expect()
    assert expect("low-frame-rate") > expect()


@pytest.mark.parametrize(
    ("shank_px", "drift_cm", "lost"), [(120.0, 4.5, False), (120.0, 5.5, True), (60.0, 5.5, False), (60.0, 11.0, True)]
)
def test_a_ball_is_lost_only_where_the_ankles_drift_is_clear_of_its_error(shank_px: float, drift_cm: float, lost: bool) -> None:
    """4 cm, and 1.6 times an error of 0.6 cm, which is twice as large for a person half as large in the picture."""
    exercise = EXERCISES["heel-raise"]
    error = judge(make_standing(yaw_deg=90, shank_px=shank_px)).expected_error
    rep = {**dict.fromkeys((m.name for m in exercise.measures), float("nan")), "ankle_drift_cm": drift_cm}
    (faults,) = exercise.find_faults([rep], [RepSpan(0.0, 1.0, 2.0, 0.0, 1.0)], error)
    assert ("ball-lost" in faults) is lost


def test_a_set_that_cannot_be_measured_is_not_usable() -> None:
    assert not judge(GOOD, leg=None).usable
    assert not judge(unseen(GOOD, 0.6)).usable
    assert not judge(make_standing(yaw_deg=45)).usable


def test_a_dim_leg_has_less_contrast_than_a_lit_one() -> None:
    ramp = np.tile(np.linspace(40, 220, FRAME_SIZE[0]).astype(np.uint8), (FRAME_SIZE[1], 1))
    lit, dim = (measure_contrast(picture, GOOD.points[0], "right") for picture in (ramp, ramp // 10))
    assert lit is not None
    assert dim is not None
    assert dim == pytest.approx(lit / 10, abs=2)
    assert measure_contrast(ramp, np.full_like(GOOD.points[0], np.nan), "right") is None


def test_several_conditions_add_their_variances() -> None:
    """Small and dark, and far off: neither is the whole error, and their sum would be too much."""
    exercise, scene = EXERCISES["half-kneeling"], observe_scene(GOOD, FRAME_SIZE)
    usual = expect_errors(exercise, scene, [])["valid_peak_deg"]
    for codes_, factor in (
        (["far-leg"], 1.5),
        (["far-leg", "not-side-on"], np.sqrt(1 + 2 * (1.5**2 - 1))),
        (["far-leg", "not-side-on", "person-too-small"], np.sqrt(1 + 2 * (1.5**2 - 1) + (2.0**2 - 1))),
    ):
        widened = expect_errors(exercise, scene, [make_warning(code) for code in codes_])["valid_peak_deg"]  # type: ignore[arg-type]
        assert widened == pytest.approx(usual * factor, abs=0.01)


@pytest.mark.parametrize(
    ("yaw_deg", "near", "foot_yaw_deg", "refused"),
    [
        (0.0, "right", 0.0, False),
        (12.0, "left", 10.0, False),  # the far leg, nearly side-on
        (26.0, "right", 20.0, False),
        (26.0, "left", 20.0, True),  # the far leg, far off side-on
        (26.0, "right", 5.0, True),  # the shoulders are turned, the leg is not
        (26.0, "right", None, False),
        (45.0, "right", 45.0, True),
    ],
)
def test_an_angle_that_cannot_be_trusted_is_refused(yaw_deg: float, near: str, foot_yaw_deg: float | None, refused: bool) -> None:
    scene = turn_camera(observe_scene(GOOD, FRAME_SIZE), yaw=yaw_deg)
    scene = replace(scene, near_side=near, foot_yaw_deg=foot_yaw_deg)  # type: ignore[arg-type]
    assert refuses_angle(scene, "right") is refused
    info = VideoInfo(Path("set.mp4"), 3.0, 30.0, len(GOOD), *FRAME_SIZE, 0, 0.0, "h264")
    lunge, whole = EXERCISES["half-kneeling"], np.ones(len(GOOD), bool)
    quality = assess_quality(
        judge_film(info, GOOD.time_s, 15.0),
        View(GOOD, scene, "right"),
        lunge,
        whole,
        PictureQuality(contrast=90.0),
        SetErrors(),
        scaled=True,
    )
    assert quality.usable is not refused
    if refused:
        assert any("Film" in warning.message for warning in quality.warnings)
