"""One live set as a state machine that turns poses with times into a `LiveState`. No threads, no pictures, no clock of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.live.coach import ESSENTIAL, LABELS, check_setup
from formcheck.live.counting import Candidate, Counting
from formcheck.live.cues import say_count, say_fault, say_pose
from formcheck.live.gauge import Gauge
from formcheck.live.hold_timer import HoldTimer
from formcheck.live.measuring import MeasuredSet
from formcheck.live.pose_log import PoseLog
from formcheck.live.raise_test import find_test_end
from formcheck.live.state import ENDINGS, Check, Ending, LiveRep, LiveSetup, LiveState, Stage
from formcheck.live.voice import CueLog, HintTimer
from formcheck.pose.blazepose import Pose
from formcheck.pose.track import Landmark, Side
from formcheck.report.names import FaultCode
from formcheck.scene.camera_fit import apply
from formcheck.scene.scene import LEVEL_UP, Scene
from formcheck.signals.geometry import compute_inclination
from formcheck.support.arrays import FloatArray
from formcheck.support.language import tr
from formcheck.support.numbers import say_number

# The times of set-up, stages and words on the screen are design choices; none is fitted to clips.
COACH_WINDOW_S, COACH_PERIOD_S = 1.0, 0.2
# The starting pose must be held this long to be "ready", and this long again before the countdown.
READY_S = 1.0
COUNTDOWN_S = 3.0
# A running set ends after this long with nobody in the picture, with the exercise's pose lost, or without a repetition.
LEFT_S = 3.0
POSE_LOST_S = 6.0
IDLE_S = 45.0
# Memory and recording grow until the set ends, so there is a limit. No set takes this long without a break.
MAX_SET_S = 600.0
# The recording continues this long after the last repetition, or after the asked time of a hold, so that its end is included.
TAIL_S = 0.8
KEPT_BEFORE_SET_S = 30.0
FAULT_SHOWN_S = 4.0

# A shank that stays within the band for longer is being held.
SLOW_S = 0.25
# A hold begins above this share of the set's best peak: half-way up nobody holds. By design.
MIN_HOLD_SHARE = 0.6
# The seconds of a balance are spoken this often.
SAY_EVERY_S = 10.0


class SetMachine:
    """A set from the first step into the picture to its end."""

    def __init__(self, setup: LiveSetup, frame_size: tuple[int, int]) -> None:
        """Start with the set-up coach."""
        self.setup = setup
        self.log = PoseLog(frame_size)
        self.counting = Counting(setup.exercise, setup.side)
        self.reps: list[LiveRep] = []
        self._gauge = Gauge(setup.athlete.height_cm)
        self._state = LiveState(checks=())
        self._stage_since = 0.0
        self._cues = CueLog()
        self._hints = HintTimer()
        self._hold = HoldTimer()
        self._checked_s = -np.inf
        self._to_frame: FloatArray | None = None
        self._checks: list[Check] = []
        self._last_seen = -np.inf
        self._last_ready = -np.inf
        self._ends_at: float | None = None
        self._hold_said = False
        self._best = float("nan"), float("nan")
        self._best_of: tuple[str, Side] | None = None
        self._scene: Scene | None = None
        # whether the poses are found by the lite model
        self.is_lite = False

    @property
    def state(self) -> LiveState:
        """The set's current state."""
        return self._state

    @property
    def leader(self) -> Candidate | None:
        """The exercise and leg being done."""
        return self.counting.leader

    def see(self, time_s: float, pose: Pose | None, luma: float, frames_per_s: float, to_frame: FloatArray | None = None) -> None:
        """Take the next pose.

        Parameters
        ----------
        time_s
            The frame's time, rising.
        pose
            None if nobody was found.
        luma
            The frame's mean brightness, 0..255.
        frames_per_s
            The camera's frame rate.
        to_frame
            (3, 3) from the pose's pixels to those of the frame as the camera gave it; None where they are the same.
        """
        self._to_frame = to_frame
        stage = self._state.stage
        if stage == "ended":
            return
        self.log.append(time_s, pose)
        if stage != "running":
            self.log.forget_before(time_s - KEPT_BEFORE_SET_S)
        if pose is not None:
            self._last_seen = time_s
        done = self.counting.update(self.log, countable=stage == "running" or self._countable())
        leader = self.leader
        if leader is not None and leader.held_since is not None:
            self._last_ready = time_s
        if stage != "running" or not self._checks:
            self._check_setup(time_s, luma, frames_per_s)
        if done:
            self._count(time_s, done)
        self._step(time_s)
        self._publish(time_s, pose)

    def measure(self, measured: MeasuredSet) -> None:
        """Take the measures, faults and headlines of the first repetitions."""
        fresh = len(measured.reps) - 1
        if fresh < 0:
            return
        self._scene = measured.scene
        was_measured = self.reps[fresh].measured
        for number, (values, faults, headline, error) in enumerate(measured.reps):
            self.reps[number] = replace(self.reps[number], measures=values, faults=faults, headline=headline, error=error)
        faults_now = self.reps[fresh].faults
        if faults_now and not was_measured and self._state.stage == "running":
            self._cues.add(self._state.time_s, "fault", say_fault(faults_now[0]))
        self._publish_reps()

    def end(self, ending: Ending, why: str = "") -> None:
        """End the set now. ``why`` replaces the usual sentence for this ending."""
        if self._state.stage == "ended":
            return
        time_s = self.log.times[-1] if len(self.log) else 0.0
        done = self.counting.finish(self.log) if len(self.log) else None
        if done:
            self._count(time_s, done)
        self._cues.add(time_s, "end", why or ENDINGS[ending])
        self._state = replace(
            self._state, stage="ended", ended=ending, ended_why=why or ENDINGS[ending], big=tr("Done"), faulty=False
        )
        self._publish_reps()

    # -- the parts of a step -------------------------------------------------------------------------------------------

    def _countable(self) -> bool:
        """Whether a movement may count before the set has begun: the essential checks pass."""
        passed = {check.code: check.passed for check in self._checks}
        return all(passed.get(code, False) for code in ESSENTIAL)

    def _check_setup(self, time_s: float, luma: float, frames_per_s: float) -> None:
        """Run the coach's checks, a few times a second."""
        if time_s - self._checked_s < COACH_PERIOD_S:
            return
        self._checked_s = time_s
        window = self.log.smooth_track(time_s - COACH_WINDOW_S)
        self._checks = check_setup(
            window, self.counting.fresh, self.log.frame_size, self.counting.legs, luma, frames_per_s, is_lite=self.is_lite
        )
        leader = self.leader
        held = leader is not None and leader.held_s(time_s) > 0
        hint = "" if held else say_pose(self.setup.exercise, self.setup.side)
        self._checks.append(Check("pose", held, LABELS["pose"], hint))
        self._checks.sort(key=lambda check: check.advice)  # advice comes when all else is right

    def _count(self, time_s: float, candidate: Candidate) -> None:
        """Add a repetition; the first one starts a set that has not begun."""
        if self._state.stage != "running":
            known = self.setup.exercise != "auto" or self._state.stage in ("ready", "countdown")
            if not known and len(candidate.spans) < candidate.exercise.least_found:
                return
            self._enter("running", time_s)
        # the leader may have changed while the exercise was unknown: the set has the new leader's repetitions
        known_spans = {rep.span: rep for rep in self.reps}
        self.reps = [known_spans.get(s, LiveRep(n, s)) for n, s in enumerate(candidate.spans, start=1)]
        self._hold.restart()
        self._hold_said = False
        target = self.setup.target_for(candidate.exercise.name)
        self._cues.add(time_s, "count", say_count(len(self.reps), target))
        if target and len(self.reps) >= target and self._ends_at is None:
            self._ends_at = time_s + TAIL_S

    def _step(self, time_s: float) -> None:
        """Enter the next stage when it is due."""
        stage, since = self._state.stage, time_s - self._stage_since
        leader = self.leader
        held = leader.held_s(time_s) if leader else 0.0
        if stage == "coach":
            if held >= READY_S and all(check.passed or self._was_advised(check) for check in self._checks):
                self._enter("ready", time_s)
                self._cues.add(time_s, "say", tr("Ready. Hold still."))
            elif self._hints.is_due(hint := self._first_hint(), time_s):
                self._cues.add(time_s, "say", hint)
        elif stage in ("ready", "countdown"):
            if held == 0.0:
                self._enter("coach", time_s)
            elif stage == "ready" and since >= READY_S:
                self._enter("countdown", time_s)
                self._cues.add(time_s, "tick", say_number(3))
            elif stage == "countdown":
                left = int(np.ceil(COUNTDOWN_S - since))
                if since >= COUNTDOWN_S:
                    self._enter("running", time_s)
                    self._cues.add(time_s, "go", tr("Go"))
                elif 0 < left < int(np.ceil(self._state.countdown_s)):
                    self._cues.add(time_s, "tick", say_number(left))
        elif stage == "running":
            self._follow_hold(time_s, leader)
            self._end_if_over(time_s)

    def _end_if_over(self, time_s: float) -> None:
        started = max(self._stage_since, self.reps[-1].span.end_s if self.reps else -np.inf)
        why = find_test_end(self.reps, time_s) if self.setup.test else None
        trial_s = self._trial_left(time_s)
        if self._ends_at is not None and time_s >= self._ends_at:
            self.end("target")
        elif trial_s is not None and trial_s <= -TAIL_S:  # a hold is read up to 0.4 s short: the film must hold the whole time
            self.end("target", tr("The time is over: put the foot down."))
        elif why:
            self.end("test", why)
        elif time_s - max(self._last_seen, self._stage_since) > LEFT_S:
            self._end_or_wait("left", time_s)
        elif time_s - max(self._last_ready, self._stage_since) > POSE_LOST_S:
            self._end_or_wait("pose", time_s)
        elif time_s - started > IDLE_S:
            self._end_or_wait("idle", time_s)
        elif time_s - self._stage_since > MAX_SET_S:
            self._end_or_wait("long", time_s)

    def _trial_left(self, time_s: float) -> float | None:
        """How many seconds of a timed trial are left; None for an exercise that counts repetitions."""
        leader = self.leader
        if leader is None or leader.exercise.trial_s is None:
            return None
        began_s = self.reps[0].span.start_s if self.reps else time_s - leader.balanced_s(time_s)
        return leader.exercise.trial_s - (time_s - began_s)

    def _end_or_wait(self, ending: Ending, time_s: float) -> None:
        """End the set if it has enough reps to identify the exercise; otherwise discard them and return to set-up."""
        leader = self.leader
        given = self.setup.exercise != "auto"
        if self.reps and (given or leader is None or len(self.reps) >= leader.exercise.least_found):
            self.end(ending)
            return
        if leader is not None:
            leader.spans.clear()
        self.reps, self._scene = [], None
        self._enter("coach", time_s)

    def _enter(self, stage: Stage, time_s: float) -> None:
        self._stage_since = time_s
        running = time_s if stage == "running" else None
        countdown = COUNTDOWN_S if stage == "countdown" else 0.0
        self._state = replace(self._state, stage=stage, running_since_s=running, countdown_s=countdown)

    def _follow_hold(self, time_s: float, leader: Candidate | None) -> None:
        """Time the hold at the top of the current repetition, and signal when it is long enough."""
        if leader is None or not leader.exercise.prescription.hold_s or not np.isfinite(leader.value):
            return
        exercise, before_s = leader.exercise, self._hold.hold_s
        if exercise.trial_s is not None:
            self._hold.hold_s = leader.balanced_s(time_s)
            if self._hold.hold_s // SAY_EVERY_S > before_s // SAY_EVERY_S:
                self._cues.add(time_s, "say", say_number(int(self._hold.hold_s)))
            return
        best = max((rep.span.peak for rep in self.reps), default=0.0)
        self._hold.follow(time_s, leader.value, max(2 * exercise.rule.min_rise, MIN_HOLD_SHARE * best))
        slowing = self._hold.hold_s > SLOW_S
        if slowing and self.reps and "short-hold" in self.reps[-1].faults and not self._hold_said:
            self._cues.add(time_s, "say", tr("Hold"))
            self._hold_said = True
        if self._hold.hold_s >= exercise.prescription.hold_s > before_s:
            self._cues.add(time_s, "tick", "")

    def _first_hint(self) -> str:
        return next((check.hint for check in self._checks if not check.passed), "")

    def _was_advised(self, check: Check) -> bool:
        """Whether a check that failed only gives advice, and that was spoken."""
        return check.advice and self._hints.was_last(check.hint)

    # -- what is shown -------------------------------------------------------------------------------------------------

    def _publish(self, time_s: float, pose: Pose | None) -> None:
        state, leader, scene = self._state, self.leader, self._scene or self.counting.scene
        if state.stage == "ended":
            return
        value = inclination = float("nan")
        points = shown = None
        if pose is not None and len(self.log):
            points = self.log.newest
            shown = points if self._to_frame is None else apply(self._to_frame, points)
        if leader is not None:
            value = self._gauge.read(time_s, leader, self.reps)
            if points is not None and scene is not None:
                knee, ankle = (points[Landmark.of(leader.leg, part)] for part in ("knee", "ankle"))
                inclination = float(compute_inclination(ankle, knee, scene.up, scene.forward))
        countdown = max(0.0, COUNTDOWN_S - (time_s - self._stage_since)) if state.stage == "countdown" else 0.0
        self._state = replace(
            state,
            checks=tuple(self._checks),
            exercise=leader.exercise.name if leader else None,
            leg=leader.leg if leader else None,
            value=value,
            unit=self._gauge.unit_of(leader) if leader else "",
            hold_s=self._hold.hold_s,
            countdown_s=countdown,
            points=shown,
            pose_time_s=time_s,
            time_s=max(time_s, state.time_s),
            shank_px=scene.shank_px if scene else float("nan"),
            up=scene.up if scene else LEVEL_UP,
            forward=scene.forward if scene else None,
            inclination_deg=inclination,
        )
        self._state = replace(self._state, big=self._big_words(), faulty=self._fresh_fault() is not None)
        self._publish_reps()

    def _publish_reps(self) -> None:
        leader = self.leader
        of = (leader.exercise.name, leader.leg) if leader else None
        if not self.reps or of != self._best_of:
            self._best, self._best_of = (float("nan"), float("nan")), of
        # Only reps without a fault: a best that fell with the first clean rep would confuse. A later repetition may correct
        # earlier ones downward; a best that has been shown stays.
        for rep in self.reps:
            if leader and np.isfinite(rep.headline) and not rep.faults and not rep.headline <= self._best[0]:
                self._best = rep.headline, rep.error
        self._state = replace(
            self._state,
            reps=tuple(self.reps),
            best=self._best[0],
            best_error=self._best[1],
            target=self.setup.target_for(leader.exercise.name if leader else None),
            cues=self._cues.latest,
        )

    def _fresh_fault(self) -> FaultCode | None:
        """The fault of the last repetition while it is shown."""
        last = self.reps[-1] if self.reps else None
        fresh = last is not None and self._state.stage == "running" and self._state.time_s - last.span.end_s < FAULT_SHOWN_S
        return last.faults[0] if last is not None and fresh and last.faults else None

    def _big_words(self) -> str:
        """The few words on the screen."""
        state = self._state
        if state.stage == "coach":
            return self._first_hint() or tr("Hold still")
        if state.stage == "ready":
            return tr("Ready")
        if state.stage == "countdown":
            return str(max(1, int(np.ceil(state.countdown_s))))
        if fault := self._fresh_fault():
            return say_fault(fault)
        leader = self.leader
        asked = leader.exercise.prescription.hold_s if leader else 0.0
        if asked and state.hold_s > 0.0:
            return tr("Hold") if state.hold_s < asked else tr("And back")
        return tr("Go") if not self.reps else ""
