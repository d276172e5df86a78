"""The camera: how it was turned, where it stood around the person, and how large it shows them, each with its standard error."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from formcheck.signals.evidence import Estimate

# Where nothing shows the turn (1 σ). A propped-up phone is level within about two degrees. Cameras stand anywhere from the floor to
# a standing person's eyes (0 to 1.7 m, an SD of 0.5 m), some 2.5 m away, and are aimed at the person: that turns them by 11°.
ROLL_SPREAD_DEG, PITCH_SPREAD_DEG = 2.0, 11.0
# Standard error of the yaw that the shoulders show, degrees.
YAW_ERROR_DEG = 4.0
# Error of the scale, as a share of it: people at ease stand 1 to 5 % below their height, and the scale came out 2 to 6 % long
# (docs/research-log.md).
SCALE_ERROR_SHARE = 0.04
# Focal length as a fraction of a 16:9 picture's longer side: 0.72 for a phone's main camera (26 mm on 36 mm film), 0.75–0.95 for
# laptop webcams (fields of view of 55–67°). It scales the correction for nearness, and the pitch read off the room's edges.
FOCAL_PER_LONG_SIDE, FOCAL_ERROR_SHARE = 0.8, 0.15
WIDE_SIDES = 16 / 9
# The sources of what the user gave and of what is usual, where nothing in the picture shows it.
GIVEN, USUAL = "given", "usual"


@dataclass(frozen=True)
class Camera:
    """A pinhole camera without distortion.

    Attributes
    ----------
    roll
        How far the image is turned, degrees, clockwise positive.
    pitch
        How far the camera looks down, degrees.
    yaw
        How far it is from side-on (or from straight in front), degrees; positive = toward the person's front. NaN if not known.
    shank
        The scale: the length of a shank seen at right angles, pixels.
    focal
        The focal length, pixels.
    """

    roll: Estimate
    pitch: Estimate
    yaw: Estimate
    shank: Estimate
    focal: Estimate

    def perturbed(self, name: str) -> Camera:
        """Return the camera with one of its numbers off by its standard error, to propagate that error.

        A pitch that was read off the picture was read with the focal length: plumb edges run toward a point of the picture at
        ``focal / tan(pitch)`` from its center. So the focal length's error takes that pitch with it.
        """
        number: Estimate = getattr(self, name)
        camera = replace(self, **{name: replace(number, value=number.value + number.sd)})
        if name != "focal" or self.pitch.source in (USUAL, GIVEN):
            return camera
        slope = math.tan(math.radians(self.pitch.value)) * camera.focal.value / number.value
        return replace(camera, pitch=replace(self.pitch, value=math.degrees(math.atan(slope))))


def usual_focal_px(frame_size: tuple[int, int]) -> float:
    """Return the usual focal length, pixels, of a camera with frames of (width, height) pixels.

    A picture that is less wide than 16:9 is cut from a wide sensor, so that its shorter side is the whole sensor's (most webcams:
    a Logitech C920 sees as far up and down at 640 × 480 as at 640 × 360, and less to the sides), or it is a whole 4:3 sensor's, so
    that its longer side is. A third lies between the two, as much as `FOCAL_ERROR_SHARE` to each side of their geometric mean.
    """
    long, short = max(frame_size), min(frame_size)
    return FOCAL_PER_LONG_SIDE * math.sqrt(long * max(long, WIDE_SIDES * short))


def first_look(frame_size: tuple[int, int], yaw_deg: float, shank_px: float, roll_deg: float | None = None) -> Camera:
    """Return a camera of which only the landmarks were read; ``roll_deg`` is the user's, None if not given."""
    focal_px = usual_focal_px(frame_size)
    return Camera(
        roll=Estimate(0.0, ROLL_SPREAD_DEG, USUAL) if roll_deg is None else Estimate(roll_deg, 0.0, GIVEN),
        pitch=Estimate(0.0, PITCH_SPREAD_DEG, USUAL),
        yaw=Estimate(yaw_deg, YAW_ERROR_DEG, "shoulders"),
        shank=Estimate(shank_px, SCALE_ERROR_SHARE * shank_px, "body"),
        focal=Estimate(focal_px, FOCAL_ERROR_SHARE * focal_px, USUAL),
    )
