"""Which repetitions the beginning of a video shows, while the rest is still being followed."""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.analysis.detection import detect_set
from formcheck.analysis.settings import Settings
from formcheck.pose.track import PoseTrack
from formcheck.scene.scene import clean_track, observe_scene
from formcheck.support.language import tr_count


@dataclass
class RepsSoFar:
    """Counts the repetitions in a growing track of a video of ``size`` (width, height). The count never falls."""

    size: tuple[int, int]
    settings: Settings
    count: int = 0

    def describe(self, track: PoseTrack) -> str:
        """Return the count in words, to follow the name of the stage; empty while there are no reps.

        The camera's motion is known only at the end, so it is not removed: the report's count may differ.
        """
        if track.present.any():
            cleaned = clean_track(track)
            scene = observe_scene(cleaned, self.size, view=self.settings.view, roll_deg=self.settings.roll_deg)
            found = detect_set(cleaned, scene, self.settings.exercise, self.settings.side)
            self.count = max(self.count, len(found.spans) if found else 0)
        return tr_count(" (1 rep so far)", " ({count} reps so far)", self.count) if self.count else ""
