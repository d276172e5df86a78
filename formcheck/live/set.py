"""One live set: takes frames with times, gives the state, and analyzes the recording at the end. Knows no browser and no window."""

from __future__ import annotations

import os
import secrets
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from shutil import copyfile

from formcheck.analysis.pipeline import Analysis
from formcheck.live.machine import SetMachine
from formcheck.live.measuring import RepMeasurer
from formcheck.live.pace import Pace, Rate
from formcheck.live.recorded import analyze_recording
from formcheck.live.recorder import Recorder
from formcheck.live.ring import FrameRing, letterbox
from formcheck.live.state import Ending, LiveSetup, LiveState
from formcheck.live.steady import SteadyView
from formcheck.pose.blazepose import Pose, PoseEstimator
from formcheck.pose.bundles import ModelName
from formcheck.pose.tracker import TRACKING_SHORT_SIDE
from formcheck.support.arrays import FloatArray
from formcheck.support.errors import InputError
from formcheck.support.files import replacing
from formcheck.support.progress import Progress
from formcheck.video.frames import Image, shrink

# With fewer poses per second than this there is no time for anything but the poses.
PLENTY_POSES_PER_S = 15.0
# What a camera is taken to give before a second frame shows its rate.
USUAL_FRAMES_PER_S = 30.0
# Until the set has begun or the person is in a starting pose, the recording restarts at this interval.
MAX_SET_UP_RECORDING_S = 20.0
# Measuring the last repetition takes a second or two; after this long it is stuck.
MEASURE_WAIT_S = 30.0
BACKGROUND_NICENESS = 5  # measuring must not delay the picture


class LiveSet:
    """Films one set.

    ``push`` takes frames as fast as they come and never waits: the newest frame waits in a one-slot mailbox for the pose thread,
    a frame that is still there when the next one comes is dropped. Repetitions are measured in a second thread, and the
    recording is written in a third. With ``inline=True`` there are no threads and every frame is analyzed, in order: the same
    frames then always give the same states.

    ``started_at`` is when the recording began; ``error`` is what ended the set, if it was an error.
    """

    def __init__(
        self,
        setup: LiveSetup | None = None,
        *,
        inline: bool = False,
        folder: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Get ready; the models are loaded with the first frame.

        Parameters
        ----------
        folder
            A private, empty folder for the recording, removed by `close`; one in the system's temporary folder by default.
        clock
            Seconds, for judging the models' speed.
        """
        self.id = secrets.token_hex(8)
        self.setup = setup or LiveSetup()
        self.recorder = Recorder(folder, inline=inline)
        self.ring = FrameRing()
        self.model: ModelName = "full" if self.setup.model == "auto" else self.setup.model
        self._inline = inline
        self._clock = clock
        self._machine: SetMachine | None = None
        self._measurer: RepMeasurer | None = None
        self._estimator: PoseEstimator | None = None
        self._steady = SteadyView()
        self._lock = threading.RLock()
        self._mail = threading.Condition(self._lock)
        self._slot: tuple[Image, float] | None = None
        self._to_measure = threading.Condition(self._lock)
        self._measure_due = False
        self._measuring = False
        self._closing = False
        self._frame_rate, self._pose_rate = Rate(), Rate()
        self._pace = Pace()
        self._dropped = 0
        self._newest_s = 0.0
        self._recording_since: float | None = None
        self.started_at: datetime | None = None
        self.error: Exception | None = None
        self._threads: list[threading.Thread] = []
        self._analysis: Analysis | None = None

    def push(self, image: Image, time_s: float) -> LiveState:
        """Take an (H, W, 3) RGB frame of the stream's time ``time_s``; return the state that goes with it.

        Times that do not rise are ignored. The image must not be changed afterwards.
        """
        with self._lock:
            if self._closing or self.state.stage == "ended" or (self._machine is not None and time_s <= self._newest_s):
                return self.state
            self._newest_s = time_s
            self._frame_rate.note(time_s)
            image = self.fit(image)
            if self._machine is None or self._machine.log.frame_size != image.shape[1::-1]:
                self._begin((image.shape[1], image.shape[0]))
            self._record(image, time_s)
            if not self._inline:
                self._dropped += self._slot is not None
                self._slot = (image, time_s)
                self._mail.notify()
        if self._inline:
            self._find_pose(image, time_s)
            self._measure_if_due()
        return self.state

    def fit(self, image: Image) -> Image:
        """Return a frame in the set's size, in which the places of its state are given.

        A browser sends smaller pictures when it is short of time, and at the beginning: they are brought to the set's size. Until
        the set has begun a larger picture makes that size larger.
        """
        image = shrink(image, TRACKING_SHORT_SIDE)
        with self._lock:
            machine = self._machine
            if machine is None or image.shape[1::-1] == machine.log.frame_size:
                return image
            width, height = machine.log.frame_size
            waiting = machine.state.stage == "coach" and not machine.reps
        larger = image.shape[1] > width or image.shape[0] > height
        return image if waiting and larger else letterbox(image, width, height)

    @property
    def state(self) -> LiveState:
        """The set's current state."""
        with self._lock:
            base = self._machine.state if self._machine else LiveState()
            return replace(
                base,
                time_s=self._newest_s,
                model=self.model,
                poses_per_s=self._pose_rate.per_s,
                frames_per_s=self._frame_rate.per_s,
                dropped=self._dropped,
            )

    def stop(self, ending: Ending = "stopped") -> LiveState:
        """End the set (if it has not ended by itself) and return its state."""
        with self._lock:
            if self._machine is None:  # nothing was filmed: a set of the smallest size, which ends as any other
                self._begin((2, 2))
            if self._machine is not None:
                counted = len(self._machine.reps)
                self._machine.end(ending)
                self._measure_due |= len(self._machine.reps) > counted
            self._slot = None
            self._to_measure.notify()
        if self._inline:
            self._measure_if_due()
        return self.state

    def fail(self, error: Exception) -> None:
        """End the set because of an error; the repetitions so far are kept."""
        with self._lock:
            self.error = error
            if self._machine is not None:
                self._machine.end("error", str(error).split("\n")[0])
            self._to_measure.notify_all()

    def settle(self, timeout_s: float = MEASURE_WAIT_S) -> LiveState:
        """Wait until the last repetition is measured; return the state."""
        deadline = time.monotonic() + timeout_s
        with self._to_measure:
            while (self._measure_due or self._measuring) and self.error is None and time.monotonic() < deadline:
                self._to_measure.wait(0.1)
        return self.state

    def analyze(self, progress: Progress | None = None) -> Analysis:
        """Analyze the recording, once (`recorded.analyze_recording`).

        Raises
        ------
        InputError
            If nothing was recorded, or nobody is in it.
        OutputError
            If the recording could not be written.
        """
        if self._analysis is None:
            path = self.finish_recording()
            self._analysis = analyze_recording(path, self.setup, self.state, self.started_at, progress)
        return self._analysis

    def finish_recording(self) -> Path:
        """End the set and complete its recording; return the file, which lasts until `close`.

        Raises
        ------
        InputError
            If nothing was recorded.
        OutputError
            If the recording could not be written.
        """
        self.stop()
        self._join()
        path = self.recorder.finish()
        if path is None:
            raise InputError("nothing was filmed; check that the camera works and film the set again")
        return path

    def keep(self, target: str | Path) -> Path:
        """Copy the recording to ``target``, where it stays (raises `OutputError`, `InputError`)."""
        path = self.finish_recording()
        with replacing(target) as partial:
            copyfile(path, partial)
        return Path(target)

    def close(self) -> None:
        """End all threads and delete the recording."""
        self.stop()
        self._join()
        self.recorder.discard()

    def _begin(self, frame_size: tuple[int, int]) -> None:
        """Start with the coach, for pictures of this size."""
        self._machine = SetMachine(self.setup, frame_size)
        self._machine.is_lite = self.model == "lite"
        self._measurer = RepMeasurer(frame_size, self.ring, self.setup.athlete)
        self.ring.clear()
        self.recorder.restart()
        self._slot = self._recording_since = self.started_at = None
        if not self._inline and not self._threads:
            for name, work in (("live-pose", self._run_poses), ("live-measure", self._run_measures)):
                thread = threading.Thread(target=work, name=name, daemon=True)
                self._threads.append(thread)
                thread.start()

    def _join(self) -> None:
        with self._lock:
            self._closing = True
            self._mail.notify_all()
            self._to_measure.notify_all()
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        if self._estimator is not None:
            self._estimator.__exit__()
            self._estimator = None

    def _record(self, image: Image, time_s: float) -> None:
        """Record the frame; restart now and then while the set has not begun."""
        state = self._machine.state if self._machine else LiveState()
        if self.started_at is None:
            self.started_at = datetime.now().astimezone()
        leader = self._machine.leader if self._machine else None
        waiting = state.stage == "coach" and not state.reps and (leader is None or leader.held_since is None)
        if self._recording_since is None:
            self._recording_since = time_s
        elif waiting and time_s - self._recording_since > MAX_SET_UP_RECORDING_S:
            self.recorder.restart()
            self._recording_since = time_s
            self.started_at = datetime.now().astimezone()
        self.recorder.write(image, time_s)

    def _find_pose(self, image: Image, time_s: float) -> None:
        """Find the pose in a frame and pass it to the machine."""
        if self._estimator is None:
            self._estimator = PoseEstimator(self.model)
        before = self._clock()
        frame = self._steady.show(image)
        pose = self._estimator.estimate(frame.small, time_s)
        self._steady.note(pose, frame)
        self.ring.add(time_s, frame.image)
        self._pass_pose(time_s, pose, image, frame.to_frame)
        self._pace.note(self._clock() - before)
        if not self._inline:
            self._choose_model()

    def _pass_pose(self, time_s: float, pose: Pose | None, image: Image, to_frame: FloatArray | None) -> None:
        luma = float(image[::16, ::16].mean())  # every sixteenth line and column shows how bright it is
        with self._lock:
            self._pose_rate.note(time_s)
            if self._machine is None or self._machine.log.frame_size != image.shape[1::-1]:
                return
            counted = len(self._machine.reps)
            self._machine.see(time_s, pose, luma, self._frame_rate.per_s or USUAL_FRAMES_PER_S, to_frame)
            if len(self._machine.reps) != counted:
                self._measure_due = True
                self._to_measure.notify()

    def _choose_model(self) -> None:
        """Change to the lite model if full is too slow on this machine; a set that has begun keeps its model.

        The models see a body a little differently, so that a change within a set would be a change of the person's size.
        """
        begun = self.state.stage in ("running", "ended")
        if self.setup.model != "auto" or self.model != "full" or begun or not self._pace.is_too_slow:
            return
        estimator = self._estimator
        self.model = "lite"
        if self._machine is not None:
            self._machine.is_lite = True
        self._estimator = PoseEstimator(self.model)
        if estimator is not None:
            estimator.__exit__()

    def _run_poses(self) -> None:
        try:
            while True:
                with self._mail:
                    while self._slot is None and not self._closing:
                        self._mail.wait()
                    if self._slot is None:
                        return
                    image, time_s = self._slot
                    self._slot = None
                self._find_pose(image, time_s)
        except Exception as error:  # an error in the pose thread must end the set, not hang it
            self.fail(error)

    def _run_measures(self) -> None:
        if sys.platform == "linux":
            # threads have their own priority here: measuring must not delay the picture
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), BACKGROUND_NICENESS)
        try:
            while True:
                with self._to_measure:
                    while not self._measure_due and not self._closing:
                        self._to_measure.wait()
                    if not self._measure_due:
                        return
                self._measure_if_due()
        except Exception as error:
            self.fail(error)

    def _measure_if_due(self) -> None:
        with self._lock:
            leader = self._machine.leader if self._machine else None
            if not self._measure_due or self._machine is None or self._measurer is None:
                return
            self._measure_due = False
            if leader is None or not self._machine.reps:
                return
            self._measuring = True
            spans = [rep.span for rep in self._machine.reps]
            raw = self._machine.log.raw_track()
            exercise, leg = leader.exercise, leader.leg
            # if poses are late already, the heavy model would make the set miss repetitions
            spare = self._inline or self._pose_rate.per_s >= PLENTY_POSES_PER_S
        try:
            measured = self._measurer.measure(raw, exercise, leg, spans, spare=spare, is_lite=self.model == "lite")
        finally:
            with self._lock:
                self._measuring = False
                self._to_measure.notify_all()
        with self._lock:
            if [rep.span for rep in self._machine.reps[: len(spans)]] == spans:
                self._machine.measure(measured)
