"""The foot as filmed: its length and its heel come from its silhouette, and what the picture does not show is not measured."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from formcheck.foot import FootFollower, FootPose
from formcheck.foot.silhouette import END_SD, LENGTH_SD, find_foot, fit_pose
from tests.helpers.drawn_feet import LENGTH, SIZE, draw_texture, in_rgb, make_pose

# A whole foot with its shank, in lengths of itself.
WHOLE = np.array(
    ((0.0, 0.02), (0.03, 0.0), (0.97, 0.0), (1.0, 0.05), (0.95, 0.1), (0.45, 0.28), (0.4, 0.9), (0.08, 0.9), (0.0, 0.12))
)
SKIN, FLOOR = (205, 160, 130), (90, 100, 120)


def draw(real: FootPose, skin: tuple[int, ...] = SKIN, floor: tuple[int, ...] = FLOOR) -> np.ndarray:
    """A foot at ``real`` on a floor; both have a grain."""
    mask = np.zeros(SIZE, np.uint8)
    cv2.fillPoly(mask, [np.round(real.place(*WHOLE.T)).astype(np.int32)], 255)
    grain = draw_texture(4, -12, 12)[..., None]
    picture = np.where(mask[..., None] > 0, np.array(skin), np.array(floor)) + grain
    return np.clip(picture, 0, 255).astype(np.uint8)


def film(share: float, ahead: float, facing: str = "right") -> tuple[FootPose, FootPose, np.ndarray]:
    """A foot ``share`` times as long as usual, its heel ``ahead`` of where the landmarks place it: usual, real, and the picture."""
    usual = make_pose(facing)
    real = replace(usual, back=usual.place(ahead, 0.0), length_px=share * LENGTH)
    return usual, real, draw(real)


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize(("share", "ahead"), [(0.88, 0.06), (1.0, 0.0), (1.0, -0.06), (1.12, -0.03), (1.2, 0.05)])
def test_a_foot_that_stands_out_is_measured(share: float, ahead: float, facing: str) -> None:
    usual, _, picture = film(share, ahead, facing)
    foot = find_foot(usual, usual.crop(picture))
    assert foot is not None
    assert foot.back == pytest.approx(ahead, abs=END_SD)
    # a side-on view outweighs the usual length, which still counts for a sixth
    assert abs(foot.length.value - share) < 0.02 + 0.2 * abs(share - 1.0)
    assert abs(foot.length.value - share) < 2 * foot.length.sd
    assert foot.length.sd < LENGTH_SD


def test_the_heel_of_the_fitted_foot_is_where_it_is_filmed() -> None:
    usual, real, picture = film(1.1, 0.05)
    foot = find_foot(usual, usual.crop(picture))
    assert foot is not None
    fitted = fit_pose(usual, foot)
    assert np.linalg.norm(fitted.back - real.back) < 0.02 * LENGTH
    assert fitted.length_px == pytest.approx(real.length_px, rel=0.04)


def test_a_turned_foot_is_measured_less_surely_than_one_from_the_side() -> None:
    usual = make_pose("right")
    turned = replace(usual, forward=np.array([0.8, 0.0]))
    feet = [find_foot(pose, pose.crop(draw(replace(pose, length_px=1.1 * LENGTH)))) for pose in (usual, turned)]
    assert feet[0] is not None
    assert feet[1] is not None
    assert feet[1].length.sd > 1.3 * feet[0].length.sd


def test_a_foot_of_few_pixels_is_not_measured() -> None:
    usual, _, picture = film(1.1, 0.0)
    small = cv2.resize(picture, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    pose = replace(usual, back=usual.back / 4, length_px=LENGTH / 4)
    assert find_foot(pose, pose.crop(small)) is None


def test_a_foot_as_long_as_the_picture_shows_no_end_is_not_measured() -> None:
    usual, _, _ = film(1.0, 0.0)
    carpet = draw(replace(usual, back=usual.place(-1.0, 0.0), length_px=3.0 * LENGTH))
    assert find_foot(usual, usual.crop(carpet)) is None


def test_a_floor_of_the_foots_color_is_no_foot_of_another_length() -> None:
    usual, _, _ = film(1.0, 0.0)
    foot = find_foot(usual, usual.crop(draw(usual, SKIN, SKIN)))
    assert foot is None or abs(foot.length.value - 1.0) < 2 * LENGTH_SD


@pytest.mark.parametrize(
    "back", [(-400.0, 290.0), (180.0, -500.0), (2000.0, 290.0), (-20.0, 5.0), (470.0, 355.0), (np.nan, np.nan)]
)
def test_a_foot_outside_the_picture_is_not_measured(back: tuple[float, float]) -> None:
    pose = FootPose(np.array(back), np.array([0.0, -1.0]), np.array([1.0, 0.0]), LENGTH)
    assert find_foot(pose, pose.crop(in_rgb(draw_texture(3, 0, 255)))) is None


def test_a_follower_fits_its_foot_only_where_nothing_stands_in_front_of_it() -> None:
    usual, real, picture = film(1.1, 0.05)
    seen, hidden = (FootFollower(usual, 3, outlined=outlined) for outlined in (True, False))
    for follower in (seen, hidden):
        follower.feed(picture)
    assert seen.pose.length_px == pytest.approx(real.length_px, rel=0.04)
    assert seen.corners.pose is seen.pose
    assert hidden.pose is usual
    assert hidden.filmed is None
