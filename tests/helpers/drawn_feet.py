"""Feet drawn as pixels, turned by a known angle over a floor, and followed."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from formcheck.foot import (
    ANKLE,
    BALL,
    HINDFOOT_WITH_OUTLINE,
    PLANTAR_HEEL,
    FootFollower,
    FootMotion,
    FootPose,
)
from formcheck.foot.shape import turn_about

LENGTH = 130.0
SIZE = (360, 480)
UP = np.array([0.0, -1.0])


def make_pose(facing: str) -> FootPose:
    forward = np.array([1.0 if facing == "right" else -1.0, 0.0])
    return FootPose(np.array([180.0, 290.0]) if facing == "right" else np.array([300.0, 290.0]), UP, forward, LENGTH)


def draw_texture(seed: int, low: int, high: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    noise = cv2.GaussianBlur(rng.uniform(0, 255, SIZE).astype(np.float32), (0, 0), 2.0)
    noise = (noise - noise.min()) / (noise.max() - noise.min())
    return low + (high - low) * noise


def in_rgb(gray: np.ndarray) -> np.ndarray:
    """A gray picture as a frame."""
    return np.repeat(gray.astype(np.uint8)[..., None], 3, axis=2)


def draw_foot(pose: FootPose, turn_deg: float, floor: np.ndarray, skin: np.ndarray) -> np.ndarray:
    """The hindfoot turned heel-up about the ball over a floor that stays."""
    ball = pose.place(*BALL)
    # on the screen the heel rises clockwise of a foot that points right, counterclockwise of one that points left
    clockwise = turn_deg if pose.forward[0] > 0 else -turn_deg
    matrix = cv2.getRotationMatrix2D((float(ball[0]), float(ball[1])), -clockwise, 1.0)
    mask = np.zeros(SIZE, np.uint8)
    cv2.fillPoly(mask, [np.round(pose.place(*np.asarray(HINDFOOT_WITH_OUTLINE).T)).astype(np.int32)], 255)
    turned_mask = cv2.warpAffine(mask, matrix, SIZE[::-1]) > 127
    turned_skin = cv2.warpAffine(skin, matrix, SIZE[::-1])
    picture = np.where(turned_mask, turned_skin, floor)
    return np.clip(picture + np.random.default_rng(int(turn_deg * 100) % 997).normal(0, 1.5, SIZE), 0, 255).astype(np.uint8)


def make_turns(top_deg: float, frames: int = 24) -> np.ndarray:
    """Flat, up by minimum jerk, and down again."""
    share = np.linspace(0, 1, frames)
    up = 10 * share**3 - 15 * share**4 + 6 * share**5
    return top_deg * np.concatenate([[0.0, 0.0], up, up[::-1]])


def move_ankle(turn_deg: float) -> np.ndarray:
    """How far the ankle's axis moves when the foot turns about its ball, foot lengths."""
    ankle = np.asarray([ANKLE])
    return (turn_about(ankle, np.asarray(BALL), turn_deg) - ankle)[0]


def solve(follower: FootFollower, turn_range: tuple[float, float], *, raised: bool) -> tuple[np.ndarray, ...]:
    """Heel rise (pixels), turn (degrees) and support of one repetition's frames; the ankle of a raised one says the middle."""
    motion = follower.measure_raise([move_ankle(sum(turn_range) / 2)]) if raised else follower.measure_turn()
    return motion.heel_rise_px, motion.turn_deg, motion.support


def follow(facing: str, turns: np.ndarray, turn_range: tuple[float, float], *, raised: bool) -> tuple[np.ndarray, ...]:
    pose = make_pose(facing)
    floor, skin = draw_texture(1, 90, 140), draw_texture(2, 120, 250)
    follower = FootFollower(pose, int(np.argmax(turns)))
    for turn in turns:
        follower.feed(in_rgb(draw_foot(pose, float(turn), floor, skin)))
    return solve(follower, turn_range, raised=raised)


def heel_rise(turn_deg: np.ndarray | float) -> np.ndarray:
    """How far the plantar heel is off the floor when the foot has turned about its ball."""
    turn = np.radians(turn_deg)
    back, up = PLANTAR_HEEL[0] - BALL[0], PLANTAR_HEEL[1] - BALL[1]
    return LENGTH * (np.cos(turn) * up - np.sin(turn) * back - up)


def draw_plain_foot(pose: FootPose, turn_deg: float, lean_deg: float, floor: np.ndarray) -> np.ndarray:
    """A foot in a plain sock, turned about its ball, and the shank that leans over it: nothing on it to follow but its edges."""
    ankle = pose.place(0.25, 0.34)
    lean = np.radians(lean_deg)
    knee = ankle + 220.0 * (np.sin(lean) * pose.forward + np.cos(lean) * UP)
    behind = floor.astype(np.float32)
    cv2.line(behind, tuple(map(int, ankle)), tuple(map(int, knee)), 60, 30)
    return draw_foot(pose, turn_deg, behind, np.full(SIZE, 200.0))


def watch_plain_foot(turns: np.ndarray, slides: np.ndarray) -> FootMotion:
    """What is told of a foot that turns (degrees) and slides forward (foot lengths) under a shank that leans by 38°."""
    floor = draw_texture(1, 90, 140)
    top = int(np.argmax(np.abs(make_turns(1.0))))
    follower = FootFollower(make_pose("right"), top, stays_down=True)
    for turn, slide, lean in zip(turns, slides, make_turns(38.0), strict=True):
        there = replace(follower.pose, back=follower.pose.back + float(slide) * LENGTH * follower.pose.forward)
        follower.feed(in_rgb(draw_plain_foot(there, float(turn), float(lean), floor)))
    return follower.measure_turn()


def darken_behind(picture: np.ndarray, edge: float, factor: float) -> np.ndarray:
    """The other leg's shadow: all behind a slanting line that meets the sole ``edge`` foot lengths ahead of the heel."""
    pose = make_pose("right")
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    along, above = (x - pose.back[0]) / LENGTH, (pose.back[1] - y) / LENGTH
    dark = cv2.GaussianBlur((along - 0.8 * above < edge).astype(np.float32), (0, 0), 1.5)
    return np.asarray(picture * (1.0 - (1.0 - factor) * dark), np.uint8)


def watch_shaded_foot(turns: np.ndarray, light: float) -> FootMotion:
    """A plain foot that turns while a shadow of the other leg, with this share of the light, comes over its heel and goes back."""
    floor = draw_texture(1, 90, 140)
    follower = FootFollower(make_pose("right"), int(np.argmax(make_turns(1.0))), stays_down=True)
    for turn, lean, share in zip(turns, make_turns(38.0), make_turns(1.0), strict=True):
        picture = draw_plain_foot(follower.pose, float(turn), float(lean), floor)
        follower.feed(in_rgb(darken_behind(picture, 0.45 * float(share) - 0.25, light)))
    return follower.measure_turn()


STILL = np.zeros(len(make_turns(1.0)))
