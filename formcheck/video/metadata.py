"""What a video file states about itself: when it was filmed, its turn, and the shape of its pixels."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import av

# A camera whose clock was never set reports 1904 or 1970.
FIRST_PHONE_FILMS = datetime(2000, 1, 1, tzinfo=UTC)


def read_moment(metadata: dict[str, str]) -> str | None:
    """Return the camera's recording time, ISO with its zone; None if there is no date or an impossible one.

    Apple's own tag is read first: it has the phone's time zone, and it survives exports that overwrite the other tag. That one is
    in UTC wherever the film was made, so it is given in this computer's zone: the day of an evening's set would be another one.
    """
    for tag, has_zone in (("com.apple.quicktime.creationdate", True), ("creation_time", False)):
        try:
            moment = datetime.fromisoformat(metadata.get(tag, ""))
        except ValueError:
            continue
        if moment.tzinfo and FIRST_PHONE_FILMS <= moment <= datetime.now(UTC) + timedelta(days=1):
            return (moment if has_zone else moment.astimezone()).isoformat()
    return None


def read_rotation(frame: av.VideoFrame) -> int:
    """Return the clockwise turn that makes a frame upright (0, 90, 180 or 270 degrees); 0 if its matrix is invalid."""
    try:
        return round(-(frame.rotation or 0) / 90) * 90 % 360
    except (ValueError, OverflowError):
        return 0


def has_aspect(stream: Any) -> bool:
    """Return whether a stream states a plausible shape of its pixels, width over height."""
    ratio = stream.sample_aspect_ratio
    return bool(ratio) and 0.25 < float(ratio) < 4.0
