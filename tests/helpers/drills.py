"""Stick figures that do each exercise, as a perfect landmarker would see them: what they do is made up, so its truth is known."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from formcheck.exercises import Exercise
from formcheck.pose.blazepose import Pose
from formcheck.pose.track import Landmark, PoseTrack
from formcheck.support.arrays import FloatArray
from tests.helpers.bodies import make_standing
from tests.helpers.figure import SIZE, kneeling, swing

FPS = 15.0
PERIOD_S = 4.0  # of a film's repetition: 0.8 s up, and as long down
SHANK_PX = 160.0


def film(pose_at: Callable[[float], Pose], reps: int = 4) -> PoseTrack:
    """What a perfect landmarker would see of ``pose_at`` over so many periods."""
    times = np.arange(0, reps * PERIOD_S + 0.4, 1 / FPS)
    poses = [pose_at(t) for t in times]
    return PoseTrack(
        times,
        np.array([p.points for p in poses]) * SIZE,
        np.array([p.visibility for p in poses]),
        np.array([p.lateral for p in poses]),
    )


def make_lunges(peaks_deg: list[float], *, seconds: float = 4.0, stagger: float = 1.0, sink: float = 0.0) -> PoseTrack:
    """The right foot in front, the shank leaning to each peak and back; ``sink`` lowers hips and rear knee, in shank lengths."""
    fps = 30.0
    standing = make_standing(int(fps * (seconds * len(peaks_deg) + 2.0)), shank_px=SHANK_PX)
    time = standing.time_s
    phase, lean = np.zeros(len(time)), np.full(len(time), 4.0)
    for number, peak in enumerate(peaks_deg):
        within = (time >= 1.0 + seconds * number) & (time < 1.0 + seconds * (number + 1))
        phase[within] = np.sin(np.pi * (time[within] - 1.0 - seconds * number) / seconds) ** 2
        lean[within] = 4.0 + (peak - 4.0) * phase[within]
    points = standing.points.copy()

    def at(side: str, part: str) -> Landmark:
        return Landmark[f"{side}_{part}"]

    def up_along(angle_deg: FloatArray) -> FloatArray:
        angle = np.radians(angle_deg)
        return SHANK_PX * np.stack([np.sin(angle), -np.cos(angle)], axis=1)

    ankle = points[0, at("RIGHT", "ANKLE")]
    knee = ankle + up_along(lean)
    hip = knee + up_along(-36.0 * np.ones(len(time))) + np.stack([0 * phase, sink * SHANK_PX * phase], axis=1)
    for part in ("ANKLE", "HEEL", "FOOT_INDEX"):
        points[:, at("LEFT", part)] -= (stagger * SHANK_PX, 0.0)
    moved = hip - points[:, at("RIGHT", "HIP")]
    below = [at(side, part) for side in ("LEFT", "RIGHT") for part in ("KNEE", "ANKLE", "HEEL", "FOOT_INDEX")]
    points[:, [k for k in Landmark if k not in below]] += moved[:, None]
    points[:, at("RIGHT", "KNEE")] = knee
    rear = hip - points[:, at("LEFT", "ANKLE")]
    points[:, at("LEFT", "KNEE")] = points[:, at("LEFT", "ANKLE")] + SHANK_PX * rear / np.linalg.norm(rear, axis=1, keepdims=True)
    return replace(standing, points=points)


def make_squats(depths_deg: list[float], lean_share: float = 0.3) -> PoseTrack:
    """A stick figure that squats, three seconds each, to these knee angles; the shank leans by a share of the angle."""
    standing = make_standing(90 * len(depths_deg) + 60)
    time = standing.time_s
    bend = np.zeros(len(time))
    for number, depth in enumerate(depths_deg):
        start = 1.0 + 3.0 * number
        within = (time >= start) & (time < start + 3.0)
        bend[within] = depth * np.sin(np.pi * (time[within] - start) / 3.0) ** 2
    points = standing.points.copy()
    ankle = points[0, Landmark.RIGHT_ANKLE]
    shank = ankle[1] - points[0, Landmark.RIGHT_KNEE][1]
    lean, thigh = np.radians(lean_share * bend), np.radians((1.0 - lean_share) * bend)
    knee = ankle + shank * np.stack([np.sin(lean), -np.cos(lean)], axis=1)
    hip = knee + shank * np.stack([-np.sin(thigh), -np.cos(thigh)], axis=1)
    moved = hip - points[:, Landmark.RIGHT_HIP]
    below = [Landmark[f"{side}_{part}"] for side in ("LEFT", "RIGHT") for part in ("KNEE", "ANKLE", "HEEL", "FOOT_INDEX")]
    above = [k for k in Landmark if k not in below]
    points[:, above] += moved[:, None]
    points[:, Landmark.LEFT_KNEE] = points[:, Landmark.RIGHT_KNEE] = knee
    return replace(standing, points=points)


def read_squat() -> Exercise:
    """Return the exercise of docs/add-an-exercise.md, which is in no list."""
    text = (Path(__file__).resolve().parents[2] / "docs" / "add-an-exercise.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    page: dict[str, type[Exercise]] = {}
    exec(compile(block, "docs/add-an-exercise.md", "exec"), page)
    return page["Squat"]()


def make_kneeling_set(reps: int = 3, *, rest_s: float = 3.0) -> PoseTrack:
    """Half-kneeling repetitions of the right leg, to 36°, then a rest."""
    fps = 25.0
    time_s = np.arange(int(fps * (reps * PERIOD_S + rest_s))) / fps
    leans = [swing(t, PERIOD_S, 4.0, 36.0) if t < reps * PERIOD_S else 4.0 for t in time_s]
    poses = [kneeling(lean) for lean in leans]
    return PoseTrack(
        time_s,
        np.stack([pose.points * SIZE for pose in poses]),
        np.stack([pose.visibility for pose in poses]),
        np.stack([pose.lateral for pose in poses]),
    )
