"""Live sets: a camera's frames in, counting, coaching and measuring as they come."""

from __future__ import annotations

from formcheck.live.set import LiveSet
from formcheck.live.state import Check, Cue, LiveRep, LiveSetup, LiveState

__all__ = ["Check", "Cue", "LiveRep", "LiveSet", "LiveSetup", "LiveState"]
