"""Measure how the camera moved while filming, and remove this motion from landmarks and from the pictures used for measuring.

A hand-held phone turns by half a degree and sways by a centimeter. Turning shifts the whole picture equally. Swaying shifts near
things more than far ones (parallax), so the wall behind a person does not show how far the person was shifted. The background's
depth is known roughly, relative to the person's. The floor at the row of the feet is as far away as the feet. Floor higher in the
picture is farther away, in inverse proportion to its distance below the horizon. The wall's distance is fitted to the video's
parallax. Six numbers per frame (three for turning, three for swaying) are fitted to the places of the background's corners and
applied at the person's distance. The remaining uncertainty of the person's place in the picture is part of the result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.pose.track import FEET, PoseTrack
from formcheck.scene.background import BackgroundFollower, Matches, Reference, match_corners
from formcheck.scene.camera import usual_focal_px
from formcheck.scene.camera_fit import CORNER_ERROR_PX, MIN_TURN_RAD, Depths, Fit, apply, fit_camera
from formcheck.scene.camera_from_edges import find_camera_turn
from formcheck.scene.pitch import is_known
from formcheck.support.arrays import FloatArray, nearest_index
from formcheck.video.frames import Image

# Candidates for the wall's nearness (person's distance / wall's distance): from over three times as far to right behind the person.
WALL_NEARNESS: FloatArray = np.arange(0.3, 1.01, 0.1)
# The camera counts as moved if it shifted the person by more than the noise, and by more than can matter. A quarter of a pixel at
# 240 lines is 2 mm on a person of 1.7 m who fills the picture's height.
MOVED_SIGMAS, MOVED_PX = 4.0, 0.25
# Fewer frames on which the background was recognized say nothing of the camera. By design: most of them.
MIN_RECOGNIZED_SHARE = 0.5
# The motion is looked at on the person's upper and lower end: these percentiles of the landmarks' rows over the video, so that a
# landmark's jump is none. Where nobody was seen, these places stand for a person of usual size: focal lengths from the center.
ENDS_PERCENTILES, USUAL_ENDS = (2, 98), ((0.0, -0.2), (0.0, 0.2))
# One frame in twenty may be an exception, such as a hand in front of the lens or a broken frame.
MOVED_PERCENTILE = 95.0
# Two pictures of which a quarter of the textured tiles correlate by more than this show the same view: a person who kneels, leans
# forward and throws a shadow can change half of them before an even wall (the whole pictures then correlated by 0.7). A tile's
# side, pixels, and the spread of its brightness, gray levels, from which it has texture; by trial, on pictures of 240 lines.
SAME_VIEW, SAME_SHARE = 0.95, 0.25
TILE_PX, TEXTURE = 20, 4.0
# Frames that the wall's distance is fitted to, those that moved most: a limit for speed.
FITTED_FOR_WALL = 24


def warp(image: Image, to_reference: FloatArray, width: int) -> Image:
    """Return an image moved by a homography in pixels of a picture ``width`` pixels wide. Edge pixels are repeated outward."""
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
        (T,) times of the frames, seconds.
    to_reference
        (T, 3, 3) homographies from a frame's pixels to the reference frame's, valid at the person's distance.
    error_px
        (T,) 1 sigma of the feet's place after the correction, pixels; infinite where the background was not recognized.
    still
        Whether the camera stood still, or no motion could be shown. Nothing is corrected then.
    width
        Width of the frames, pixels.
    """

    time_s: FloatArray
    to_reference: FloatArray
    error_px: FloatArray
    still: bool
    width: int

    @classmethod
    def none(cls, time_s: FloatArray, width: int) -> CameraMotion:
        """Return the motion of a still camera."""
        return cls(time_s, np.tile(np.eye(3), (len(time_s), 1, 1)), np.zeros(len(time_s)), still=True, width=width)

    def correct(self, track: PoseTrack) -> PoseTrack:
        """Return the track in the reference frame's pixels; the same track if the camera stood still."""
        if self.still:
            return track
        return track.with_points(np.stack([apply(h, p) for h, p in zip(self.to_reference, track.points, strict=True)]))

    def steady(self, image: Image, time_s: float) -> Image:
        """Return the picture of the frame at ``time_s`` as if taken from the reference place; the same for a still camera."""
        return image if self.still else warp(image, self.to_reference[nearest_index(self.time_s, time_s)], self.width)

    def measure_error(self, start_s: float, stop_s: float) -> float:
        """Return the error (1 sigma, pixels) that camera motion adds to a length between two frames of ``[start_s, stop_s]``."""
        inside = (self.time_s >= start_s) & (self.time_s <= stop_s)
        if self.still or not inside.any():
            return 0.0
        return float(np.sqrt(2.0) * np.max(self.error_px[inside]))


@dataclass
class MotionWatcher:
    """Watches the background in each part of a video while it is tracked, then computes the camera's motion."""

    parts: dict[int, BackgroundFollower] = field(default_factory=dict)

    def clear(self) -> None:
        """Forget everything, because the video is tracked again."""
        self.parts.clear()

    def steady(self, part: int, image: Image, *, counted: bool = True) -> FloatArray | None:
        """Take the next frame of a part, (H, W, 3). Frames before the first ``counted`` one are not in the track.

        Returns the (3, 3) homography from its pixels to a steady picture; None if already steady (`BackgroundFollower.match`).
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
        """Return the camera's motion over the frames of the watched track, in pixels of ``size`` (width, height)."""
        followers = [self.parts[number] for number in sorted(self.parts)]
        if sum(len(f.frames) - f.counted_from for f in followers) != len(track):
            return CameraMotion.none(track.time_s, size[0])
        solver = _Solver(followers, track, size)
        if not solver.has_moved():
            return CameraMotion.none(track.time_s, size[0])
        return solver.solve()


def _shows_another_view(references: Sequence[Reference]) -> bool:
    """Whether a reference that no corners link to those before it has another picture than they: not just too few corners."""
    return any(
        not reference.linked and max(_correlate(reference.picture, other.picture) for other in references[:number]) < SAME_VIEW
        for number, reference in enumerate(references)
        if number
    )


def _correlate(picture: Image, other: Image) -> float:
    """Return the correlation of two pictures' brightness that `SAME_SHARE` of the tiles with texture in either reach.

    0 if there are no such tiles.
    """
    first, second = (_cut_tiles(p) for p in (picture, other))
    spreads = np.stack([first.std(axis=1), second.std(axis=1)])
    textured = spreads.max(axis=0) >= TEXTURE
    if not textured.any():
        return 0.0
    shared = np.mean(first[textured] * second[textured], axis=1)
    correlations = shared / np.maximum(spreads.prod(axis=0)[textured], 1e-9)
    return float(np.quantile(correlations, 1.0 - SAME_SHARE))


def _cut_tiles(picture: Image) -> FloatArray:
    """(H, W) brightness → (N, TILE_PX²) that of its square tiles, less each tile's mean."""
    rows, columns = (side // TILE_PX for side in picture.shape)
    whole = picture[: rows * TILE_PX, : columns * TILE_PX].astype(float)
    tiles = whole.reshape(rows, TILE_PX, columns, TILE_PX).swapaxes(1, 2).reshape(-1, TILE_PX**2)
    return np.asarray(tiles - tiles.mean(axis=1, keepdims=True))


class _Solver:
    """Computes the motion from the matches of all parts, in focal lengths from the picture's center."""

    def __init__(self, followers: Sequence[BackgroundFollower], track: PoseTrack, size: tuple[int, int]) -> None:
        self._track, self._size = track, size
        self._center = np.asarray(size, float) / 2
        self._focal = usual_focal_px(size)
        self._followers = followers
        self._scale = next((f.references[0].picture.shape[1] / size[0] for f in followers if f.references), 1.0)
        self._frames = [(part, matches) for part, follower in enumerate(followers) for matches in follower.frames]
        self._matched = [(part, matches) for part, matches in self._frames if matches is not None]
        self._counted = np.concatenate([np.arange(len(f.frames)) >= f.counted_from for f in followers])
        self._row = np.maximum(0, np.cumsum(self._counted) - 1)  # row in the track; a neighbor's row for a frame that is not in it
        self._depths = {
            (part, number): self._find_depths(part, number)
            for part, follower in enumerate(followers)
            for number in range(len(follower.references))
        }
        # how far the corners of each matched frame are from their places in its reference, (M, 2), and the RMS of that
        self._shifts = [
            self._normalize(m.places) - self._normalize(self._reference(part, m.reference).corners[m.corners])
            for part, m in self._matched
        ]
        spread = np.std([np.median(shift, axis=0) for shift in self._shifts], axis=0) if self._shifts else np.zeros(2)
        self._turn_rad = max(MIN_TURN_RAD, float(np.linalg.norm(spread)))

    def _normalize(self, small: NDArray[np.float32]) -> FloatArray:
        return np.asarray((small / self._scale - self._center) / self._focal, float)

    def _reference(self, part: int, number: int) -> Reference:
        return self._followers[part].references[number]

    def _find_depths(self, part: int, number: int) -> Depths:
        """Return the depths for a reference, from the person's feet in the frames matched to it."""
        rows = [
            self._row[k]
            for k, (p, m) in enumerate(self._frames)
            if self._counted[k] and p == part and m is not None and m.reference == number
        ]
        lowest = self._track.points[rows][:, FEET, 1].max(axis=1) if rows else np.empty(0)
        lowest = lowest[np.isfinite(lowest)]
        feet_row = float(np.median(lowest)) if len(lowest) else float("nan")
        return Depths(float(feet_row - self._center[1]) / self._focal)

    def _fit(self, part: int, matches: Matches, wall: float | None = None) -> Fit:
        reference = self._reference(part, matches.reference)
        depths = self._depths[part, matches.reference]
        corners = self._normalize(reference.corners[matches.corners])
        nearness = (depths if wall is None else replace(depths, wall=wall)).at(corners[:, 1])
        error = CORNER_ERROR_PX / (self._scale * self._focal)
        return fit_camera(corners, self._normalize(matches.places), nearness, self._turn_rad, error)

    def _shifts_are_tiny(self) -> bool:
        """Whether most corners stay in place, so that no fit is needed. (A shadow moves some corners, the camera nearly all.)"""
        away = [float(np.median(np.linalg.norm(shift, axis=1))) for shift in self._shifts]
        return not away or float(np.percentile(away, MOVED_PERCENTILE)) * self._focal * self._scale < MOVED_PX / 2

    def has_moved(self) -> bool:
        """Whether camera motion shifted the person by more than the noise and by more than can matter."""
        if any(_shows_another_view(follower.references) for follower in self._followers):
            return True  # the camera was carried away
        if not self._depths or self._shifts_are_tiny():
            return False
        homographies, errors, _ = self._chain()
        known = np.isfinite(errors)
        if known.mean() < MIN_RECOGNIZED_SHARE:
            return False  # no evidence, such as in front of a bare wall
        seen = self._track.points[self._track.present]
        ends = np.array(USUAL_ENDS)
        if len(seen):
            (low, high), middle = np.nanpercentile(seen[..., 1], ENDS_PERCENTILES), np.nanmedian(seen[..., 0])
            ends = (np.array([[middle, low], [middle, high]]) - self._center) / self._focal
        shift = np.array([apply(h, ends) - ends for h in homographies[known]])
        away = np.linalg.norm(shift - np.median(shift, axis=0), axis=2).max(axis=1)
        to_px = self._focal * self._scale
        most = float(np.percentile(away, MOVED_PERCENTILE)) * to_px
        return most > max(MOVED_PX, MOVED_SIGMAS * float(np.median(errors[known])) * to_px)

    def _chain(self) -> tuple[FloatArray, FloatArray, NDArray[np.int64]]:
        """Return the place of every frame in the chain of references, including frames that are not in the track.

        Returns (F, 3, 3) homographies from the frame to the video's first reference, at the person's distance; (F,) 1 sigma of them
        at the feet, focal lengths; and (F,) chain numbers. A new chain starts where references have no view in common.
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
        """Return the (3, 3) homography from a reference to the video's first one, its 1 sigma, and its chain number."""
        to_first, errors, chains = so_far
        reference = self._reference(part, number)
        frame = offset + reference.taken_from
        if number:
            if reference.linked:
                return to_first[frame], float(errors[frame]), int(chains[frame])
            return to_first[max(0, frame - 1)], 0.0, int(chains.max()) + 1
        if not offset:
            return np.eye(3), 0.0, 0
        # the first reference of a part is compared with the last frame of the previous part
        before = self._followers[part - 1].last
        found = None if before is None else match_corners(reference, before, None, None)
        if found is None:
            return to_first[offset - 1], 0.0, int(chains.max()) + 1
        fit = self._fit(part, Matches(number, found[0], found[1]))
        return to_first[offset - 1] @ fit.from_reference, float(errors[offset - 1]), int(chains[offset - 1])

    def solve(self) -> CameraMotion:
        """Find the horizon and the wall, then every frame's motion. The most used reference defines the reference place."""
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

    def _find_main_frame(self) -> int:
        """Return the frame of the reference that most frames are matched to."""
        uses = Counter((part, matches.reference) for part, matches in self._matched)
        part, number = max(self._depths, key=lambda key: uses[key])
        return sum(len(f.frames) for f in self._followers[:part]) + self._reference(part, number).taken_from

    def _find_horizon(self) -> None:
        """Set each reference's horizon from the camera's pitch, if its straight edges show it."""
        offset = 0
        for part, follower in enumerate(self._followers):
            for number, reference in enumerate(follower.references):
                person = self._track.points[self._row[offset + reference.taken_from]] * self._scale
                turn = find_camera_turn(reference.picture, person, self._focal * self._scale)
                if turn is not None and is_known(turn.pitch):
                    horizon = -float(np.tan(np.radians(turn.pitch.value)))
                    self._depths[part, number] = replace(self._depths[part, number], horizon=horizon)
            offset += len(follower.frames)

    def _find_wall(self) -> None:
        """Set the wall's distance that best fits the corners' parallax over the frames that moved most."""
        shifts = [float(np.linalg.norm(np.median(shift, axis=0))) for shift in self._shifts]
        most = [self._matched[k] for k in np.argsort(shifts)[-FITTED_FOR_WALL:]]
        losses = [sum(self._fit(part, matches, float(wall)).loss for part, matches in most) for wall in WALL_NEARNESS]
        wall = float(WALL_NEARNESS[int(np.argmin(losses))])
        self._depths = {key: replace(depths, wall=wall) for key, depths in self._depths.items()}
