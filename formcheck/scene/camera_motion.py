"""How the camera moved while it filmed, and its motion taken out: of landmarks, and of pictures that are measured.

A phone in a hand turns by half a degree and sways by a centimeter. Turning shifts the whole picture alike; swaying shifts what is
near more than what is far (parallax), so the wall behind a person does not say how far the person was shifted. The background's
depth is known roughly, in terms of the person's: the floor at the row of the feet is as far away as the feet, floor higher in the
picture is further away in proportion to its height below the horizon, and the wall is as far as the film's own parallax says. Six
numbers a frame (three of turning, three of swaying) are fitted to where the background's corners went, and applied at the person's
distance. How uncertain they leave the person's place in the picture is part of the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.pose.track import SIDES, Landmark, PoseTrack
from formcheck.scene.background import BackgroundFollower, Matches, Reference, match_corners
from formcheck.scene.camera_fit import CORNER_ERROR_PX, MIN_TURN_RAD, Depths, Fit, apply, fit_camera
from formcheck.scene.camera_from_edges import find_camera_turn
from formcheck.scene.scene import FOCAL_PER_LONG_SIDE
from formcheck.support.arrays import FloatArray, nearest_index
from formcheck.video.frames import Image

# The wall behind, as the ratio of the person's distance to its own: from right behind the person to over three times as far.
WALL_NEARNESS: FloatArray = np.arange(0.3, 1.01, 0.1)
MAX_PITCH_ERROR_DEG = 5.0
# The camera moved if it shifted the person by more than its own noise, and by more than can matter: a quarter of a pixel of 240
# lines is 2 mm on a person of 1.7 m who fills the height.
MOVED_SIGMAS, MOVED_PX = 4.0, 0.25
# One frame in twenty may be an exception: a hand in front of the lens, a broken frame.
MOVED_PERCENTILE = 95.0
FITTED_FOR_WALL = 24


class Picture(Protocol):
    """A frame of a film, from a file or from memory."""

    @property
    def time_s(self) -> float:
        """Seconds after the video's first frame."""

    def rgb(self, max_short_side: int | None = None) -> Image:
        """(H, W, 3)."""

    def grey(self, max_short_side: int | None = None) -> Image:
        """(H, W)."""


@dataclass(frozen=True)
class SteadyPicture:
    """A picture as the camera would have taken it from its reference place; ``to_reference`` (3, 3) is in pixels of ``width``."""

    picture: Picture
    to_reference: FloatArray
    width: int

    @property
    def time_s(self) -> float:
        """Seconds after the video's first frame."""
        return self.picture.time_s

    def rgb(self, max_short_side: int | None = None) -> Image:
        """(H, W, 3)."""
        return warp(self.picture.rgb(max_short_side), self.to_reference, self.width)

    def grey(self, max_short_side: int | None = None) -> Image:
        """(H, W)."""
        return warp(self.picture.grey(max_short_side), self.to_reference, self.width)


def warp(image: Image, to_reference: FloatArray, width: int) -> Image:
    """Return an image moved by a homography that is given in pixels of a picture ``width`` pixels wide; its edges are repeated."""
    scale = np.diag([image.shape[1] / width, image.shape[1] / width, 1.0])
    moved = scale @ to_reference @ np.linalg.inv(scale)
    size = image.shape[1], image.shape[0]
    return np.asarray(cv2.warpPerspective(image, moved, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)


@dataclass(frozen=True)
class CameraMotion:
    """The camera's motion over the frames of a track.

    Attributes
    ----------
    time_s
        (T,) the frames' times.
    to_reference
        (T, 3, 3) homographies from a frame's pixels to the reference frame's, for what is as far away as the person.
    error_px
        (T,) 1 sigma of where the feet are after the correction, pixels; infinite where the background was not recognized.
    still
        Whether the camera stood still, or cannot be said to have moved: then nothing is corrected.
    width
        Of the frames, pixels.
    """

    time_s: FloatArray
    to_reference: FloatArray
    error_px: FloatArray
    still: bool
    width: int

    @classmethod
    def none(cls, time_s: FloatArray, width: int) -> CameraMotion:
        """Return the motion of a camera that stands still."""
        return cls(time_s, np.tile(np.eye(3), (len(time_s), 1, 1)), np.zeros(len(time_s)), still=True, width=width)

    def correct(self, track: PoseTrack) -> PoseTrack:
        """Return a track of the same frames in the reference frame's pixels; the same track where the camera stood still."""
        if self.still:
            return track
        return track.with_points(np.stack([apply(h, p) for h, p in zip(self.to_reference, track.points, strict=True)]))

    def steady(self, picture: Picture) -> Picture:
        """Return a picture as the camera would have taken it from the reference frame's place; as it is where that stood still."""
        if self.still:
            return picture
        frame = nearest_index(self.time_s, picture.time_s)
        return SteadyPicture(picture, self.to_reference[frame], self.width)

    def measure_error(self, start_s: float, stop_s: float) -> float:
        """Return 1 sigma of a length between two frames of ``[start_s, stop_s]``, pixels, as far as it is the camera's fault."""
        inside = (self.time_s >= start_s) & (self.time_s <= stop_s)
        if self.still or not inside.any():
            return 0.0
        return float(np.sqrt(2.0) * np.max(self.error_px[inside]))


@dataclass
class MotionWatcher:
    """Watches the background while a film is followed, in as many parts as that is done in; then works out the camera's motion."""

    parts: dict[int, BackgroundFollower] = field(default_factory=dict)

    def clear(self) -> None:
        """Forget everything: the film is followed again."""
        self.parts.clear()

    def steady(self, part: int, image: Image, *, counted: bool = True) -> FloatArray | None:
        """Take the next frame of a part, (H, W, 3); frames before the first ``counted`` one are not in the track.

        Returns (3, 3) from its pixels to those of a steady picture, None where it is steady as it is (`BackgroundFollower.match`).
        """
        follower = self.parts.setdefault(part, BackgroundFollower())
        to_steady = follower.match(image)
        if not counted:
            follower.counted_from = len(follower.frames)
        return to_steady

    def note(self, part: int, person: FloatArray | None, image_width: int) -> None:
        """Take the (33, 2) landmarks found in that frame, in its pixels; None for nobody."""
        self.parts[part].note(person, image_width)

    def find_motion(self, track: PoseTrack, size: tuple[int, int]) -> CameraMotion:
        """Return the camera's motion over the frames of a track as it was followed, in pixels of ``size`` (width, height)."""
        followers = [self.parts[number] for number in sorted(self.parts)]
        if sum(len(f.frames) - f.counted_from for f in followers) != len(track):
            return CameraMotion.none(track.time_s, size[0])
        solver = _Solver(followers, track, size)
        if not solver.has_moved():
            return CameraMotion.none(track.time_s, size[0])
        return solver.solve()


class _Solver:
    """Works out the motion from all parts' matches, in focal lengths from the picture's center."""

    def __init__(self, followers: Sequence[BackgroundFollower], track: PoseTrack, size: tuple[int, int]) -> None:
        self._track, self._size = track, size
        self._center = np.asarray(size, float) / 2
        self._focal = FOCAL_PER_LONG_SIDE * max(size)
        self._followers = followers
        self._scale = next((f.references[0].picture.shape[1] / size[0] for f in followers if f.references), 1.0)
        self._frames = [(part, matches) for part, follower in enumerate(followers) for matches in follower.frames]
        self._counted = np.concatenate([np.arange(len(f.frames)) >= f.counted_from for f in followers])
        self._row = np.maximum(0, np.cumsum(self._counted) - 1)  # in the track; of a frame that is not in it, a neighbor's
        self._depths = {
            (part, number): self._find_depths(part, number)
            for part, follower in enumerate(followers)
            for number in range(len(follower.references))
        }
        self._turn_rad = max(MIN_TURN_RAD, self._measure_shift())

    @property
    def _error(self) -> float:
        return CORNER_ERROR_PX / (self._scale * self._focal)

    def _normalize(self, small: NDArray[np.float32]) -> FloatArray:
        return np.asarray((small / self._scale - self._center) / self._focal, float)

    def _reference(self, part: int, number: int) -> Reference:
        return self._followers[part].references[number]

    def _find_depths(self, part: int, number: int) -> Depths:
        """Where the person stands in the frames that were matched to a reference."""
        rows = [
            self._row[k]
            for k, (p, m) in enumerate(self._frames)
            if self._counted[k] and p == part and m is not None and m.reference == number
        ]
        feet = [Landmark.of(side, name) for side in SIDES for name in ("heel", "foot_index")]
        lowest = self._track.points[rows][:, feet, 1].max(axis=1) if rows else np.empty(0)
        lowest = lowest[np.isfinite(lowest)]
        feet_row = float(np.median(lowest)) if len(lowest) else float("nan")
        return Depths(float(feet_row - self._center[1]) / self._focal)

    def _measure_shift(self) -> float:
        """Return the RMS over the frames of how far the background shifted, as an angle."""
        shifts = [
            np.median(self._normalize(m.places) - self._normalize(self._reference(part, m.reference).corners[m.corners]), axis=0)
            for part, m in self._frames
            if m is not None
        ]
        spread = np.std(shifts, axis=0) if shifts else np.zeros(2)
        return float(np.linalg.norm(spread))

    def _fit(self, part: int, matches: Matches, wall: float | None = None) -> Fit:
        reference = self._reference(part, matches.reference)
        depths = self._depths[part, matches.reference]
        corners = self._normalize(reference.corners[matches.corners])
        nearness = (depths if wall is None else replace(depths, wall=wall)).at(corners[:, 1])
        return fit_camera(corners, self._normalize(matches.places), nearness, self._turn_rad, self._error)

    def _shifts_are_tiny(self) -> bool:
        """Whether most corners stay where they are: then nothing need be fitted. (A shadow moves some, a camera nearly all.)"""
        away = [
            float(np.median(np.linalg.norm(m.places - self._reference(part, m.reference).corners[m.corners], axis=1)))
            for part, m in self._frames
            if m is not None
        ]
        return not away or float(np.percentile(away, MOVED_PERCENTILE)) < MOVED_PX / 2

    def has_moved(self) -> bool:
        """Whether the person was shifted by more than noise and by more than can matter."""
        if any(not reference.linked for follower in self._followers for reference in follower.references):
            return True  # it was carried to where nothing of the earlier view is left
        if not self._depths or self._shifts_are_tiny():
            return False
        homographies, errors, _ = self._chain()
        known = np.isfinite(errors)
        if known.mean() < 0.5:
            return False  # nothing to go by: a bare wall
        seen = self._track.points[self._track.present]
        ends = np.array([[0.0, -0.2], [0.0, 0.2]])
        if len(seen):
            (low, high), middle = np.nanpercentile(seen[..., 1], (2, 98)), np.nanmedian(seen[..., 0])
            ends = (np.array([[middle, low], [middle, high]]) - self._center) / self._focal
        shift = np.array([apply(h, ends) - ends for h in homographies[known]])
        away = np.linalg.norm(shift - np.median(shift, axis=0), axis=2).max(axis=1)
        to_px = self._focal * self._scale
        most = float(np.percentile(away, MOVED_PERCENTILE)) * to_px
        return most > max(MOVED_PX, MOVED_SIGMAS * float(np.median(errors[known])) * to_px)

    def _chain(self) -> tuple[FloatArray, FloatArray, NDArray[np.int64]]:
        """Return every frame's place in the chain of references, frames that are not in the track included.

        (F, 3, 3) from the frame to the film's first reference, at the person's distance; (F,) 1 sigma of that at the feet; and (F,)
        the number of the chain: where the film's references have nothing in common, another one begins.
        """
        to_first = np.tile(np.eye(3), (len(self._frames), 1, 1))
        errors, chains = np.full(len(self._frames), np.inf), np.zeros(len(self._frames), int)
        bases: dict[tuple[int, int], tuple[FloatArray, float, int]] = {}
        offset = 0
        for part, follower in enumerate(self._followers):
            for k, matches in enumerate(follower.frames):
                frame = offset + k
                if matches is None:
                    if frame:
                        to_first[frame], chains[frame] = to_first[frame - 1], chains[frame - 1]
                    continue
                key = part, matches.reference
                if key not in bases:
                    bases[key] = self._find_base(part, matches.reference, offset, (to_first, errors, chains))
                base, base_error, chains[frame] = bases[key]
                fit = self._fit(part, matches)
                to_first[frame] = base @ np.linalg.inv(fit.from_reference)
                feet = self._depths[key].feet
                errors[frame] = np.hypot(base_error, fit.error_at(np.array([0.0, feet if np.isfinite(feet) else 0.0])))
            offset += len(follower.frames)
        return to_first, errors, chains

    def _find_base(
        self, part: int, number: int, offset: int, so_far: tuple[FloatArray, FloatArray, NDArray[np.int64]]
    ) -> tuple[FloatArray, float, int]:
        """(3, 3) from a reference to the film's first one, its 1 sigma, and the chain that it is in."""
        to_first, errors, chains = so_far
        reference = self._reference(part, number)
        frame = offset + reference.taken_from
        if number:
            if reference.linked:
                return to_first[frame], float(errors[frame]), int(chains[frame])
            return to_first[max(0, frame - 1)], 0.0, int(chains.max()) + 1
        if not offset:
            return np.eye(3), 0.0, 0
        # the first reference of a part is compared with the last frame of the part before
        before = self._followers[part - 1].last
        found = None if before is None else match_corners(reference, before, None, None)
        if found is None:
            return to_first[offset - 1], 0.0, int(chains.max()) + 1
        fit = self._fit(part, Matches(number, found[0], found[1]))
        return to_first[offset - 1] @ fit.from_reference, float(errors[offset - 1]), int(chains[offset - 1])

    def solve(self) -> CameraMotion:
        """Find out how far the wall is, then every frame's motion; the most used reference is where the camera stood."""
        self._find_horizon()
        self._find_wall()
        to_first, errors, chains = self._chain()
        base = self._find_main_frame()
        errors = np.where(chains == chains[base], errors, np.inf)
        back = np.linalg.inv(to_first[base])
        camera = np.array([[self._focal, 0, self._center[0]], [0, self._focal, self._center[1]], [0, 0, 1.0]])
        to_main = camera @ back @ to_first @ np.linalg.inv(camera)
        to_main /= to_main[:, 2:, 2:]
        kept = self._counted
        return CameraMotion(self._track.time_s, to_main[kept], errors[kept] * self._focal, still=False, width=self._size[0])

    def _count_uses(self) -> dict[tuple[int, int], int]:
        uses = dict.fromkeys(self._depths, 0)
        for part, matches in self._frames:
            if matches is not None:
                uses[part, matches.reference] += 1
        return uses

    def _find_main_frame(self) -> int:
        uses = self._count_uses()
        part, number = max(uses, key=lambda key: uses[key])
        return sum(len(f.frames) for f in self._followers[:part]) + self._reference(part, number).taken_from

    def _find_horizon(self) -> None:
        """See in each reference how far the camera looked down, where its straight edges say so."""
        offset = 0
        for part, follower in enumerate(self._followers):
            for number, reference in enumerate(follower.references):
                person = self._track.points[self._row[offset + reference.taken_from]] * self._scale
                turn = find_camera_turn(reference.picture, person, self._focal * self._scale)
                if turn is not None and turn.pitch_error_deg < MAX_PITCH_ERROR_DEG:
                    horizon = -float(np.tan(np.radians(turn.pitch_deg)))
                    self._depths[part, number] = replace(self._depths[part, number], horizon=horizon)
            offset += len(follower.frames)

    def _find_wall(self) -> None:
        """Take the wall's distance that the corners' parallax fits best, over the frames that moved most."""
        moved = [(part, m) for part, m in self._frames if m is not None]
        shifts = [
            float(np.linalg.norm(np.median(m.places - self._reference(p, m.reference).corners[m.corners], axis=0)))
            for p, m in moved
        ]
        most = [moved[k] for k in np.argsort(shifts)[-FITTED_FOR_WALL:]]
        losses = [sum(self._fit(part, matches, float(wall)).loss for part, matches in most) for wall in WALL_NEARNESS]
        wall = float(WALL_NEARNESS[int(np.argmin(losses))])
        self._depths = {key: replace(depths, wall=wall) for key, depths in self._depths.items()}
