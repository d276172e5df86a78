"""Live counting: each exercise and leg that the set may be has a streaming counter of its own."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from formcheck.analysis.detection import list_exercises, list_legs
from formcheck.exercises import PoseExercise
from formcheck.live.pose_log import PoseLog
from formcheck.pose.track import PoseTrack, Side
from formcheck.scene.scene import Scene, clean_track, observe_scene
from formcheck.scene.view import View
from formcheck.signals.holds import HoldCounter
from formcheck.signals.movements import make_counter
from formcheck.signals.reps import RepCounter, RepSpan

# Length of track for the ready pose and the signal: long enough for the pose's smoothing, short enough to be fast.
WINDOW_S = 1.0
# With fewer poses in a window than this there is no course to judge.
LEAST_POSES = 3
# The scene is observed again at this interval, from this much track. While a starting pose is held the first scene is kept, so that
# the signal has one scale, unless this many observations in a row differ from it by this share. Chosen by trial; on which clips
# was not recorded. A change of scale is not taken while a repetition is under way: the lite model sees a shank that leans by a
# third longer than an upright one (rendered clip df_left_darkmale_oblique), and counting would begin again at every top.
SCENE_PERIOD_S = 0.3
SCENE_WINDOW_S = 1.2
CHANGED_OBSERVATIONS = 3
CHANGED_SCALE = 0.15
# A starting pose that is lost for less than this counts as held.
FLICKER_S = 0.4
# Once a starting pose has been held this long, the scene is kept.
HELD_S = 0.5
# To confirm a repetition, the track is cleaned from this long before its start.
LEAD_S = 1.0


@dataclass
class Candidate:
    """One exercise on one leg: its counter, its repetitions, and the time since which its starting pose has been held."""

    exercise: PoseExercise
    leg: Side
    spans: list[RepSpan] = field(default_factory=list)
    value: float = float("nan")
    held_since: float | None = None
    _seen_ready: float = -np.inf
    _counter: RepCounter | HoldCounter = field(init=False)

    def __post_init__(self) -> None:
        """Start counting."""
        self._counter = make_counter(self.exercise.rule)

    def update(self, window: PoseTrack, scene: Scene, *, countable: bool) -> RepSpan | None:
        """Take the newest sample (the last of the window); return the movement that it completes, if any."""
        view, time_s = View(window, scene, self.leg), float(window.time_s[-1])
        ready = countable and bool(self.exercise.compute_ready(view)[-1])
        self.value = float(self.exercise.compute_signal(view)[-1])
        if ready:
            self._seen_ready = time_s
            self.held_since = time_s if self.held_since is None else self.held_since
        elif time_s - self._seen_ready > FLICKER_S:
            self.held_since = None
        return self._counter.update(time_s, self.value, ready)

    def held_s(self, time_s: float) -> float:
        """How long the starting pose has been held, seconds."""
        return max(0.0, time_s - self.held_since) if self.held_since is not None else 0.0

    def balanced_s(self, time_s: float) -> float:
        """How long the current hold of a timed exercise has lasted, seconds; 0 between holds and for other exercises."""
        since = self._counter.open_since_s if isinstance(self._counter, HoldCounter) else None
        return 0.0 if since is None else max(0.0, time_s - since)

    def finish(self) -> RepSpan | None:
        """Complete a movement that was cut off by the end of the set on its way down."""
        return self._counter.finish()

    @property
    def is_moving(self) -> bool:
        """Whether a repetition is under way in the starting pose."""
        return self.held_since is not None and self._counter.is_moving

    def restart(self) -> None:
        """Start counting again after the signal's scale has changed; the set's typical range is kept.

        A hold goes on: at rest the free foot is as high as the standing one at any scale, and the person cannot begin it again.
        """
        if isinstance(self._counter, HoldCounter):
            return
        self._counter = make_counter(self.exercise.rule, self._counter.typical_rise)


class Counting:
    """All candidates of one set, and the scene."""

    def __init__(self, exercise: str, side: str) -> None:
        """Prepare for the exercise and side chosen; ``auto`` means any."""
        self.legs = list_legs(side)
        self.candidates = [Candidate(tried, leg) for tried in list_exercises(exercise) for leg in self.legs]
        self.scene: Scene | None = None
        self.fresh: Scene | None = None
        self._observed_s = -np.inf
        self._kept = False
        self._changed_observations = 0
        self._given = exercise != "auto"

    def update(self, log: PoseLog, *, countable: bool) -> Candidate | None:
        """Take the newest pose; return the leading candidate if it completes a repetition of it.

        ``countable``: a movement may count, because the essential checks pass or the set runs.
        """
        now = log.times[-1]
        window = log.smooth_track(now - WINDOW_S)
        if window.present.sum() < LEAST_POSES:
            return None
        self._observe(log, now)
        if self.scene is None:
            return None
        before = self.leader
        done: Candidate | None = None
        for candidate in self.candidates:
            span = candidate.update(window, self.scene, countable=countable)
            if span and self._confirm(log, candidate, span):
                candidate.spans.append(span)
                if candidate is self.leader or candidate is before:
                    done = candidate
        self._kept = any(c.held_s(now) > HELD_S for c in self.candidates)
        return done

    def finish(self, log: PoseLog) -> Candidate | None:
        """Complete the leading candidate's last movement; return the candidate if that is a repetition."""
        leader = self.leader
        span = leader.finish() if leader else None
        if leader is None or span is None or not self._confirm(log, leader, span):
            return None
        leader.spans.append(span)
        return leader

    @property
    def leader(self) -> Candidate | None:
        """The candidate with the most repetitions; a tie goes to the longest held pose, then to the nearer leg."""

        def rank(candidate: Candidate) -> tuple[int, bool, bool, float]:
            near = self.scene is not None and self.scene.near_side == candidate.leg
            return len(candidate.spans), candidate.held_since is not None, near, -(candidate.held_since or 0.0)

        best = max(self.candidates, key=rank)
        return best if best.held_since is not None or best.spans or self._given else None

    def _observe(self, log: PoseLog, now: float) -> None:
        """Observe the scene; adopt it unless a starting pose is held and the scene is still the same."""
        if now - self._observed_s < SCENE_PERIOD_S:
            return
        recent = log.smooth_track(now - SCENE_WINDOW_S)
        if recent.present.sum() < LEAST_POSES:
            return
        self._observed_s = now
        self.fresh = observe_scene(recent, log.frame_size)
        if self.scene is not None and self._kept:
            moving = any(candidate.is_moving for candidate in self.candidates)
            turned = (self.scene.facing, self.scene.kind) != (self.fresh.facing, self.fresh.kind)
            other_scale = abs(self.fresh.shank_px / self.scene.shank_px - 1.0) > CHANGED_SCALE  # nearer to the camera, or farther
            self._changed_observations = self._changed_observations + 1 if turned or (other_scale and not moving) else 0
            if self._changed_observations < CHANGED_OBSERVATIONS:
                return
        self._changed_observations = 0
        self.scene = self.fresh
        for candidate in self.candidates:
            candidate.restart()

    def _confirm(self, log: PoseLog, candidate: Candidate, span: RepSpan) -> bool:
        """Let the exercise confirm a movement, on the track cleaned in both directions, as for a recording."""
        track = clean_track(log.raw_track(span.start_s - LEAD_S))
        in_set = len(candidate.spans) >= candidate.exercise.least_found
        return self.scene is not None and candidate.exercise.confirm(View(track, self.scene, candidate.leg), span, in_set=in_set)
