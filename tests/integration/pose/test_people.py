"""Of several people the one is followed who is asked for, and the same one all along."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import av
import numpy as np
import pytest

from formcheck.analysis.pipeline import run_analysis
from formcheck.analysis.settings import Settings
from formcheck.pose.blazepose import PoseEstimator
from formcheck.pose.people import find_people, is_same_person, measure_trunk, show_only
from formcheck.pose.track import Landmark
from formcheck.pose.tracker import track_poses
from formcheck.video.frames import Image
from formcheck.video.reader import probe_video
from tests.helpers.bodies import make_standing
from tests.helpers.clips import cut_clip


def read_pictures(path: Path) -> list[Image]:
    with av.open(str(path)) as film:
        return [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]


@pytest.fixture(scope="module")
def two_people(sample_videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody does three heel raises on the right; somebody else, on the left, nearer to the camera, kneels and keeps still."""
    folder = tmp_path_factory.mktemp("two")
    busy = read_pictures(cut_clip(sample_videos / "hr_double_female_side.mp4", folder / "busy.mp4", 0.0, 10.4))
    still = read_pictures(cut_clip(sample_videos / "df_left_male_side.mp4", folder / "still.mp4", 0.0, 0.2))[0]
    path = folder / "two.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=15)
        stream.height, stream.width, stream.pix_fmt = still.shape[0], 2 * (still.shape[1] - 240), "yuv420p"
        for picture in busy:
            both = np.hstack([each[:, 120:-120] for each in (still, picture)])
            frame = av.VideoFrame.from_ndarray(both, format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_all_people_are_found_nearest_first(two_people: Path) -> None:
    picture = read_pictures(two_people)[0]
    people = find_people(picture)
    assert len(people) == 2
    size = picture.shape[1::-1]
    assert measure_trunk(people[0] * size) > measure_trunk(people[1] * size)


def test_the_requested_person_is_followed_in_every_part(two_people: Path) -> None:
    info = probe_video(two_people)
    size = (info.width, info.height)
    hip = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
    for person in find_people(read_pictures(two_people)[0]):
        track = track_poses(info, "lite", workers=4, person=person * size)
        assert track.present.all()
        away = np.abs(track.points[:, hip, 0].mean(axis=1) - (person * size)[hip, 0].mean())
        assert away.max() < 0.1 * info.width
        assert track.people == 2
        assert len(track.bystanders) == 1
        assert not is_same_person(track.bystanders[0], track.points[0])


def test_the_person_who_does_the_exercise_is_measured(two_people: Path) -> None:
    report = run_analysis(two_people, Settings(model="lite")).report
    assert report.exercise == "heel-raise"
    assert report.summary.rep_count == 3
    assert "several-people" in report.warning_codes


def test_people_are_distinguished_by_place_and_size() -> None:
    here = make_standing().points[0]
    assert is_same_person(here, here + 10.0)
    assert not is_same_person(here, np.add(here, (200.0, 0.0)))
    assert not is_same_person(here, make_standing(shank_px=100.0).points[0])


def test_all_but_one_person_is_grayed_out() -> None:
    picture = np.random.default_rng(1).integers(0, 120, (480, 640, 3)).astype(np.uint8)
    points = make_standing().points[0] / (1280.0, 960.0)
    shown = show_only(picture, points)
    x, y = (points * (640, 480)).astype(int).T
    np.testing.assert_array_equal(shown[y.min() : y.max(), x.min() : x.max()], picture[y.min() : y.max(), x.min() : x.max()])
    assert (shown[:, :100] == 128).all()
    assert (shown[:, -100:] == 128).all()


def test_the_garbage_collector_closes_no_landmarker() -> None:
    """It may run inside a submission to a thread pool, where closing a landmarker would lock the thread forever."""
    estimator = PoseEstimator("lite", still=True)
    landmarker = weakref.ref(estimator._landmarker)
    del estimator
    gc.collect()
    left = landmarker()
    assert left is not None
    assert left._handle
