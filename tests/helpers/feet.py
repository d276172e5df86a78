"""A foot filmed from its inner side with stickers on it, drawn frame by frame with exact truth.

It looks like a film as far as a tracker sees: mottled skin, a patterned floor and wall, stickers with soft edges that turn with the
skin, blur, sensor noise, light that comes and goes, and a hand that shakes.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

WIDTH, HEIGHT = 960, 540
PX_PER_MM = 2.6
STICKER_MM = 19.0
# In mm on the foot, from the back of the heel forward and from the floor up: navicular bone, big-toe joint, toe nail.
NAVICULAR, JOINT, NAIL = (92.0, 46.0), (176.0, 24.0), (232.0, 14.0)
FLOOR_Y = 455.0
HEEL_X = 150.0


@dataclass(frozen=True)
class Film:
    """What happens: each repetition lifts the navicular by ``rises_mm``; ``curls_mm`` lifts the joint and draws the nail back."""

    rises_mm: tuple[float, ...] = (5.0, 4.0, 6.0)
    curls_mm: tuple[float, ...] = ()
    hold_s: float = 3.0
    move_s: float = 1.0
    rest_s: float = 1.2
    fps: float = 15.0
    color: tuple[int, int, int] = (30, 170, 60)
    skin: tuple[int, int, int] = (205, 160, 135)
    nail: bool = False
    mirrored: bool = False
    shake_px: float = 0.0
    shake_deg: float = 0.0
    light: float = 0.0
    noise: float = 2.5
    blur_px: float = 0.8
    seed: int = 1

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.rest_s + len(self.rises_mm) * (2 * self.move_s + self.hold_s + self.rest_s)

    def phase(self, time_s: float) -> tuple[int, float]:
        """The repetition that is under way (-1: none) and how far it has risen, 0..1."""
        number, into = divmod(time_s - self.rest_s, 2 * self.move_s + self.hold_s + self.rest_s)
        if time_s < self.rest_s or number >= len(self.rises_mm):
            return -1, 0.0
        up = np.clip(into / self.move_s, 0, 1)
        down = np.clip((into - self.move_s - self.hold_s) / self.move_s, 0, 1)
        smooth = [u**3 * (10 - 15 * u + 6 * u * u) for u in (up, down)]
        return int(number), float(smooth[0] - smooth[1])

    def places(self, time_s: float) -> dict[str, tuple[float, float]]:
        """Where the stickers are, mm from the back of the heel forward and from the floor up."""
        rep, share = self.phase(time_s)
        rise = self.rises_mm[rep] * share if rep >= 0 else 0.0
        curl = self.curls_mm[rep] * share if 0 <= rep < len(self.curls_mm) else 0.0
        places = {
            "navicular": (NAVICULAR[0] + 0.2 * rise, NAVICULAR[1] + rise),
            "joint": (JOINT[0] - 0.5 * rise - curl, JOINT[1] + curl),
        }
        if self.nail:
            places["nail"] = (NAIL[0] - 0.5 * rise - 3.5 * curl, NAIL[1] - 0.3 * curl)
        return places


def _texture(rng: np.random.Generator, size: tuple[int, int], grain: float, depth: float) -> Floats:
    noise = rng.normal(0, 1, size).astype(np.float32)
    coarse = cv2.GaussianBlur(noise, (0, 0), grain)
    return np.asarray(depth * coarse / coarse.std() + 0.4 * depth * cv2.GaussianBlur(noise, (0, 0), 0.8), np.float32)


class Camera:
    """Draws the frames of a film."""

    def __init__(self, film: Film) -> None:
        """Prepare the room and the skin."""
        self.film = film
        self.rng = np.random.default_rng(film.seed)
        room = np.empty((HEIGHT, WIDTH, 3), np.float32)
        room[:] = (198, 192, 180)
        room += _texture(self.rng, (HEIGHT, WIDTH), 5, 5)[:, :, None]
        floor = int(FLOOR_Y)
        room[floor:] = np.array((128, 100, 74)) + _texture(self.rng, (HEIGHT - floor, WIDTH), 7, 14)[:, :, None]
        for x in range(0, WIDTH, 90):
            room[floor:, x : x + 2] -= 30
        self.room = room
        self.shade = (1.0 - 0.22 * np.clip((np.arange(HEIGHT) - FLOOR_Y + 150) / 150, 0, 1))[:, None, None].astype(np.float32)
        self.skin = np.array(film.skin, np.float32) + _texture(self.rng, (HEIGHT, WIDTH), 3, 6)[:, :, None]
        self.turns = self.rng.normal(0, 1, (3, 4))

    def draw(self, time_s: float) -> np.ndarray:
        """(H, W, 3) RGB picture at a time."""
        film, places = self.film, self.film.places(time_s)
        picture = self._draw_foot(places["navicular"][1] - NAVICULAR[1])
        for number, place in enumerate(places.values()):
            self._draw_sticker(picture, *_to_pixels(place), turn=0.35 * number, ratio=0.9 if number == 0 else 0.94)
        moved = self.turns @ np.sin(2 * np.pi * np.array([0.21, 0.5, 0.9, 1.7]) * time_s + np.arange(4))
        if film.shake_px or film.shake_deg:
            turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), film.shake_deg * moved[2], 1.0)
            turn[:, 2] += film.shake_px * moved[:2]
            picture = cv2.warpAffine(picture, turn, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        picture = cv2.GaussianBlur(picture, (0, 0), film.blur_px)
        picture *= 1.0 + film.light * np.sin(2 * np.pi * 0.13 * time_s)
        picture += self.rng.normal(0, film.noise, picture.shape).astype(np.float32)
        seen = np.clip(picture, 0, 255).astype(np.uint8)
        return np.ascontiguousarray(seen[:, ::-1]) if film.mirrored else seen

    def _draw_foot(self, arch: float) -> Floats:
        outline = [(0, 4), (-4, 22), (6, 60), (10, 120), (75, 120), (84, 84), (110, 66 + arch), (150, 44 + 0.5 * arch), (185, 34)]
        outline += [(225, 24), (248, 16), (250, 6), (236, 0), (160, 0), (130, 6 + arch), (95, 9 + arch), (60, 3 + 0.4 * arch)]
        outline += [(40, 0), (14, 0)]
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        corners = np.round(np.array([_to_pixels(p) for p in outline]) * 8).astype(np.int32)
        cv2.fillPoly(mask, [corners], 255, cv2.LINE_AA, 3)
        share = cv2.GaussianBlur(mask, (0, 0), 1.2)[:, :, None].astype(np.float32) / 255
        return np.asarray(self.room * (1 - share) + self.skin * self.shade * share)

    def _draw_sticker(self, picture: Floats, x: float, y: float, turn: float, ratio: float) -> None:
        """An ellipse whose edge covers each pixel by its share: the skin curves away from the camera."""
        radius = STICKER_MM / 2 * PX_PER_MM
        x0, y0, reach = int(x), int(y), int(radius) + 4
        rows, columns = np.mgrid[y0 - reach : y0 + reach + 1, x0 - reach : x0 + reach + 1]
        along = (columns - x) * np.cos(turn) + (rows - y) * np.sin(turn)
        across = (rows - y) * np.cos(turn) - (columns - x) * np.sin(turn)
        cover = np.clip(0.5 + radius - np.hypot(along, across / ratio), 0, 1)[:, :, None].astype(np.float32)
        part = picture[y0 - reach : y0 + reach + 1, x0 - reach : x0 + reach + 1]
        lit = np.array(self.film.color, np.float32) * (0.92 + 0.08 * self.shade[y0 - reach : y0 + reach + 1])
        part[:] = part * (1 - cover) + lit * cover


def _to_pixels(place: tuple[float, float]) -> tuple[float, float]:
    return HEEL_X + PX_PER_MM * place[0], FLOOR_Y - PX_PER_MM * place[1]


def write_film(film: Film, path: Path) -> Path:
    """Write a film as MP4 (H.264)."""
    camera = Camera(film)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(film.fps).limit_denominator(1001))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"crf": "21", "preset": "veryfast"}
        for number in range(round(film.seconds * film.fps)):
            frame = av.VideoFrame.from_ndarray(camera.draw(number / film.fps), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
