"""Estimate a set's camera once, from all that shows it: the room's edges, the shoulders, the feet, and what the user gave."""

from __future__ import annotations

import math
from dataclasses import replace

from formcheck.pose.track import Side
from formcheck.scene.camera import GIVEN, Camera
from formcheck.scene.camera_from_edges import CameraTurn
from formcheck.scene.camera_from_feet import rate_pitches
from formcheck.scene.pitch import doubt, read_pitch
from formcheck.scene.scene import Scene
from formcheck.support.arrays import FloatArray


def estimate_camera(
    scene: Scene, leg: Side, edges: CameraTurn | None, poses: FloatArray | None = None, usual_pitch_deg: float = 0.0
) -> Camera:
    """Return the camera of a set whose ``scene`` was read off the landmarks alone.

    Parameters
    ----------
    leg
        The working leg.
    edges
        How the camera was turned, as the room's edges show it; None if there are too few. A roll given by the user is kept.
    poses
        (K, 33, 2) pixels of key frames with both feet on the floor: they show the yaw, and more of the pitch. None leaves the yaw
        as the track has it, and the pitch as the edges do.
    usual_pitch_deg
        The pitch of a camera at hip height.
    """
    camera, sources = scene.camera, "feet"
    if edges is not None:
        level = replace(camera.roll, sd=math.hypot(edges.roll.value, edges.roll.sd))
        roll = camera.roll if camera.roll.source == GIVEN else edges.roll if edges.is_clear else level
        camera = replace(camera, roll=roll, pitch=edges.pitch)
    if poses is None or scene.kind == "front":
        return camera
    turned = replace(scene, camera=camera).with_yaw(poses)
    score = rate_pitches(poses, leg, turned)
    if edges is not None:
        # if the edges are not the room's, nothing is known of the roll either
        score, sources = doubt(edges.pitches + score, rate_pitches(poses, leg, scene.with_yaw(poses))), "edges+feet"
    return replace(turned.camera, pitch=read_pitch(score, usual_pitch_deg, sources))
