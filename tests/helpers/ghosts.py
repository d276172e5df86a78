"""Kept figures of a rep, made up."""

from __future__ import annotations

import numpy as np

from formcheck.export.figure import JOINTS, RATE_HZ, UNIT, Figure
from formcheck.export.trace import Trace

# Standing at the toes: each joint's distance forward and up, shank lengths.
STANDING = {
    "shoulder": (-0.45, 3.1),
    "hip": (-0.45, 2.0),
    "knee": (-0.4, 1.15),
    "ankle": (-0.4, 0.15),
    "heel": (-0.5, 0.0),
    "foot_index": (0.0, 0.0),
}


def leaning(top_deg: float, seconds: float = 4.0, rep: int = 1) -> Figure:
    """A shank that leans forward to ``top_deg`` and back; what is above the knee goes with it."""
    lean = np.radians(top_deg) * np.sin(np.linspace(0.0, np.pi, round(seconds * RATE_HZ) + 1))
    forward, up = {}, {}
    for joint in JOINTS:
        x, y = (np.full(len(lean), value) for value in STANDING[joint])
        if joint in ("knee", "hip", "shoulder"):
            x, y = x + np.sin(lean), y - (1.0 - np.cos(lean))
        forward[joint], up[joint] = Trace.of(x, UNIT), Trace.of(y, UNIT)
    return Figure(rep=rep, forward=forward, up=up)
