"""From a video to a report: the pipeline, in the order of docs/architecture.md."""

from __future__ import annotations

import importlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

import cv2

from formcheck.analysis import sticker_films
from formcheck.analysis.build_report import assemble_report, name_software
from formcheck.analysis.detection import Detection, detect_set, list_exercises, try_leg
from formcheck.analysis.film import Film
from formcheck.analysis.measure import list_signals, measure, view_set
from formcheck.analysis.nobody import explain_no_upper_body, explain_nobody, shows_no_head
from formcheck.analysis.not_counted import Uncounted, explain_uncounted, explain_uncounted_stickers
from formcheck.analysis.quality import judge_head
from formcheck.analysis.settings import Settings
from formcheck.analysis.so_far import RepsSoFar
from formcheck.analysis.viewpoint import YAW_WARN_DEG
from formcheck.exercises import EXERCISES, PoseExercise
from formcheck.exercises.base import Recording
from formcheck.exercises.short_foot import ShortFoot, StickerRecording
from formcheck.foot.sticker_track import StickerTrack
from formcheck.pose.blazepose import POSE_SHORT_SIDE
from formcheck.pose.bundles import ModelName, find_bundle
from formcheck.pose.headless import HEADLESS_MODEL, find_standing_boxes
from formcheck.pose.movenet import load_runtime
from formcheck.pose.track import SIDES, PoseTrack, Side
from formcheck.pose.tracker import TRACKING_SHORT_SIDE, Listeners, track_headless, track_poses
from formcheck.report.schema import Athlete, SetReport, WorkingSide
from formcheck.scene.camera_motion import CameraMotion, MotionWatcher
from formcheck.scene.scene import Scene, clean_track, observe_scene
from formcheck.scene.view import View
from formcheck.signals.criteria import list_failed
from formcheck.signals.reps import RepSpan
from formcheck.support.arrays import FloatArray
from formcheck.support.memory import release_memory
from formcheck.support.progress import Progress, part_of
from formcheck.video.frame_cache import PictureStore
from formcheck.video.frames import Image
from formcheck.video.reader import VideoInfo, probe_video, read_frames

# The share of the total work that tracking takes (the rest is the second pass), for the progress bar.
TRACKING_SHARE = 0.85
# By design, the legs are doubted if an exercise's pose is held for longer than this without a set, or if a camera off side-on
# shows no more repetitions than this.
MIN_POSE_S = 3.0
FEW_REPS = 2
# The box of a standing person is sought in so many pictures a second: whoever does heel raises stays there.
BOXES_FPS = 2.0
# It takes a second to load.
SLOW_LIBRARY = "mediapipe.tasks.python.vision"


@dataclass(frozen=True)
class FirstPass:
    """One person followed through the whole video: the cleaned track, in the reference frame's pixels, and the set in it."""

    track: PoseTrack
    scene: Scene
    detection: Detection | None
    motion: CameraMotion

    @property
    def spans(self) -> list[RepSpan]:
        """The repetitions found."""
        return self.detection.spans if self.detection else []

    @property
    def lacks_head(self) -> bool:
        """Whether the head is cut off by the picture's edge."""
        return bool(list_failed([judge_head(View(self.track, self.scene, SIDES[0]), self.track.present)]))

    @property
    def doubtful(self) -> int:
        """The number of repetitions in which the two legs may have been confused."""
        if not self.detection:
            return 0
        view, judge = View(self.track, self.scene, self.detection.leg), self.detection.exercise.judge_legs
        return sum(bool(list_failed(judge(view, span))) for span in self.spans)

    @property
    def rank(self) -> tuple[int, int]:
        """A rank for comparing passes: first the number of certain repetitions, then how few are in doubt."""
        return len(self.spans) - self.doubtful, -self.doubtful


@dataclass(frozen=True)
class Analysis:
    """A report and the recording that it was made from, for drawing: the overlay, the charts, the frame pictures.

    ``motion`` is the camera's: the track is in its reference frame's pixels, so pictures to draw the track on must be in them too.
    """

    report: SetReport
    info: VideoInfo
    recording: Recording | StickerRecording
    motion: CameraMotion | None = None

    @property
    def track(self) -> PoseTrack:
        """The person's track; empty in a close-up film of a foot."""
        film = self.recording
        return film.view.track if isinstance(film, Recording) else PoseTrack.empty(film.time_s)

    @property
    def scene(self) -> Scene:
        """The recording's geometry."""
        return self.recording.scene

    @property
    def exercise(self) -> PoseExercise | None:
        """The exercise measured from the body's landmarks; None if none was seen."""
        return self.recording.exercise if isinstance(self.recording, Recording) else None

    @property
    def leg(self) -> Side | None:
        """The measured leg; None if no exercise was seen."""
        return self.recording.view.side if isinstance(self.recording, Recording) and self.recording.exercise else None

    @property
    def foot_px(self) -> float:
        """The length of the person's foot, pixels; NaN in a close-up film of a foot."""
        return self.recording.foot_px if isinstance(self.recording, Recording) else float("nan")

    @property
    def stickers(self) -> StickerTrack | None:
        """The stickers on a foot in a close-up film, in which no person is seen."""
        return self.recording.stickers if isinstance(self.recording, StickerRecording) else None

    @cached_property
    def signals(self) -> dict[str, FloatArray]:
        """The (T,) signals by name over ``track.time_s``."""
        film = self.recording
        return list_signals(film) if isinstance(film, Recording) else sticker_films.list_signals(film)

    def steady(self, image: Image, time_s: float) -> Image:
        """Return the picture of the frame at ``time_s`` in the track's pixels; it is unchanged unless the camera moved."""
        return image if self.motion is None else self.motion.steady(image, time_s)


def analyze_video(
    path: str | Path,
    exercise: str = "auto",
    side: str = "auto",
    *,
    athlete: Athlete | None = None,
    model: ModelName = "full",
    progress: Progress | None = None,
) -> SetReport:
    """Return the report of a recorded set.

    Parameters
    ----------
    path
        A video file that FFmpeg reads.
    exercise
        ``auto``, or a name of `formcheck.exercises.EXERCISES`. ``short-foot``, ``single-leg-balance`` and ``step-drop`` are never
        found by ``auto``.
    side
        ``auto``, ``left``, ``right`` or ``both``: the working leg.
    athlete
        Height (for cm) and body mass (for work), if known.
    model
        The landmarker that follows the person: ``lite``, ``full`` or ``heavy``.
    progress
        Called with the completed share and the stage; may raise `Cancelled`.

    Raises
    ------
    UsageError
        If an argument is not one of these.
    InputError
        If the file is not a video, or nobody is in it.
    """
    settings = Settings(exercise, side, athlete or Athlete(), model)
    return run_analysis(path, settings, progress=progress).report


def run_analysis(
    path: str | Path,
    settings: Settings | None = None,
    *,
    pictures: PictureStore | None = None,
    progress: Progress | None = None,
) -> Analysis:
    """Analyze a recorded set and keep the intermediate data (raises as `analyze_video` does).

    The frames of a large video are put into ``pictures``, from which later drawing can take them.
    """
    settings = settings or Settings()
    exercise = EXERCISES.get(settings.exercise)
    if isinstance(exercise, ShortFoot):
        return _run_on_stickers(probe_video(path), exercise, settings, progress)
    cv2.setNumThreads(1)  # they take a millisecond at most, so that threads of their own cost more than they save
    _load_ahead()
    info = probe_video(path)
    # decoding a large picture twice costs more than keeping it small
    store = (pictures or PictureStore()) if min(info.width, info.height) > TRACKING_SHORT_SIDE else None
    first, model = find_set(Tracker(info, settings, store), progress)
    film = Film.of(info, settings, first.track, first.motion, store)
    found = first.detection
    done, leg = (found.exercise, found.leg) if found else (None, SIDES[0])
    view = view_set(first.track, film, done, leg, first.spans)
    release_memory()  # free the decoders' memory before the heavy model is loaded
    measured = measure(view, done, first.spans, film, progress=part_of(progress, TRACKING_SHARE, 1.0))
    out = "" if first.spans else explain_no_upper_body(info, first.track, first.scene)
    uncounted = Uncounted(message=out) if out else explain_uncounted(first.track, first.scene, found, settings)
    software = name_software(model, find_bundle(model).sha256)
    report = assemble_report(info, settings, measured, found.side if found else None, software, uncounted)
    release_memory()
    return Analysis(report, info, measured.recording, first.motion)


def _load_ahead() -> None:
    """Load what the later stages need while the file is opened, so that the user does not wait for it.

    An error here occurs again in the stage itself, and is reported there.
    """
    loader = ThreadPoolExecutor(1, thread_name_prefix="load")
    loader.submit(importlib.import_module, SLOW_LIBRARY)
    loader.submit(load_runtime)
    loader.shutdown(wait=False)


def _run_on_stickers(info: VideoInfo, exercise: ShortFoot, settings: Settings, progress: Progress | None) -> Analysis:
    """Analyze a close-up film of a foot with stickers: there are no landmarks, so the track is empty."""
    stickers = sticker_films.follow_film(info, settings.max_fps, progress)
    film = sticker_films.record(stickers, info, exercise, settings)
    measured = sticker_films.measure_stickers(film, info, settings.max_fps)
    side = cast(WorkingSide, settings.side) if settings.side != "auto" else sticker_films.which_foot(stickers)[0]
    software = name_software(f"stickers, OpenCV {cv2.__version__}")
    report = assemble_report(info, settings, measured, side, software, explain_uncounted_stickers(film))
    return Analysis(report, info, measured.recording)


def find_set(tracker: Tracker, progress: Progress | None) -> tuple[FirstPass, ModelName]:
    """Find a set; if none is certain, follow again: with the heavy model, another person, or without the head.

    Also return the model used. Raises `InputError` if nobody is in the video.
    """
    model: ModelName = tracker.settings.model
    found = tracker.follow(model, part_of(progress, 0.0, TRACKING_SHARE))
    again = part_of(progress, TRACKING_SHARE, 1.0)
    if found is not None:
        found, model = _look_closer(tracker, found, again)
    if _lacks_head(tracker, found):
        headless = tracker.follow_headless(again)
        if headless is not None and (found is None or not found.spans or headless.rank > found.rank):
            return headless, HEADLESS_MODEL
    if found is None:
        raise explain_nobody(tracker.info, any_exercise=tracker.settings.exercise == "auto")
    return found, model


def _lacks_head(tracker: Tracker, found: FirstPass | None) -> bool:
    """Whether the head is out of the picture: by the track, or, where that shows no set and may be a thing's, by a few pictures."""
    if found is not None and (found.spans or found.lacks_head):
        return found.lacks_head
    return tracker.shows_no_head()


def _look_closer(tracker: Tracker, found: FirstPass, again: Progress | None) -> tuple[FirstPass, ModelName]:
    """Follow again with the heavy model where the legs may have been confused, and others where no set was found."""
    model: ModelName = tracker.settings.model
    unsure = _near_leg_lost(found) or (tracker.settings.exercise == "auto" and _legs_unsure(found))
    if model != "heavy" and unsure:
        # from behind, or one behind the other, the two legs are easily confused; the heavy model confuses them less often
        closer = tracker.follow("heavy", again)
        if closer is not None and closer.spans and closer.rank >= found.rank:
            found, model = closer, "heavy"
    for person in found.track.bystanders:
        if not found.spans:
            other = tracker.follow(model, again, person)
            found = other if other is not None and other.spans else found
    return found, model


@dataclass(frozen=True)
class Tracker:
    """Follows a person through a video; the frames of a large one are put into ``store``."""

    info: VideoInfo
    settings: Settings
    store: PictureStore | None = None

    def follow(self, model: ModelName, progress: Progress | None, person: FloatArray | None = None) -> FirstPass | None:
        """Follow the person (``person``, if given) and find the exercise; None if nobody is seen."""
        settings, watcher = self.settings, MotionWatcher()
        also = Listeners(self.store, watcher, RepsSoFar(self._size, settings).describe)
        raw = track_poses(
            self.info, model, max_fps=settings.max_fps, workers=settings.workers, also=also, progress=progress, person=person
        )
        return self._detect(raw, watcher)

    def follow_headless(self, progress: Progress | None) -> FirstPass | None:
        """Follow the person without a head (`pose.headless`) in the same way; None if nobody stands there."""
        settings, watcher = self.settings, MotionWatcher()
        some = list(read_frames(self.info, max_fps=BOXES_FPS, max_short_side=POSE_SHORT_SIDE))
        boxes = find_standing_boxes([frame.time_s for frame in some], [frame.rgb(POSE_SHORT_SIDE) for frame in some])
        if boxes is None:
            return None
        also = Listeners(self.store, watcher)
        raw = track_headless(self.info, boxes, max_fps=settings.max_fps, workers=settings.workers, also=also, progress=progress)
        return self._detect(raw, watcher)

    def shows_no_head(self) -> bool:
        """Whether a few of the video's frames show legs and no head."""
        return shows_no_head(self.info)

    @property
    def _size(self) -> tuple[int, int]:
        return self.info.width, self.info.height

    def _detect(self, raw: PoseTrack, watcher: MotionWatcher) -> FirstPass | None:
        """Remove the camera's motion from a track, clean it, and find the exercise; None if nobody is in it."""
        if not raw.present.any():
            return None
        settings, motion = self.settings, watcher.find_motion(raw, self._size)
        track = clean_track(motion.correct(raw))
        scene = observe_scene(track, self._size, view=settings.view, roll_deg=settings.roll_deg)
        return FirstPass(track, scene, detect_set(track, scene, settings.exercise, settings.side), motion)


def _near_leg_lost(found: FirstPass) -> bool:
    """Whether both legs work, and yet the far one, which the near one hides, shows the set best."""
    detection, near = found.detection, found.scene.near_side
    return detection is not None and detection.side == "both" and near is not None and detection.leg != near


def _other_leg_works(found: FirstPass) -> bool:
    """Whether the other leg shows repetitions at times when the working leg shows none: the labels may have changed in between."""
    detection = found.detection
    if detection is None or detection.side == "both":
        return False
    (other,) = (leg for leg in SIDES if leg != detection.leg)
    spans = try_leg(View(found.track, found.scene, other), detection.exercise).spans
    return any(all(new.end_s <= own.start_s or new.start_s >= own.end_s for own in found.spans) for new in spans)


def _legs_unsure(found: FirstPass) -> bool:
    """Whether the two legs may have been confused.

    This is so if a repetition is doubtful, if the other leg has repetitions of its own, if an exercise's pose is held for a while
    without a set of it, or if the camera is off side-on and hardly a set is found.
    """
    track, scene, detection = found.track, found.scene, found.detection
    if found.doubtful or _other_leg_works(found):
        return True
    off_side = scene.kind == "side" and abs(scene.yaw_deg) > YAW_WARN_DEG
    if detection and (not off_side or len(detection.spans) > FEW_REPS):
        return False
    poses = (e.compute_ready(View(track, scene, leg)) for e in list_exercises("auto") for leg in SIDES)
    return any(ready.mean() * (track.time_s[-1] - track.time_s[0]) > MIN_POSE_S for ready in poses)
