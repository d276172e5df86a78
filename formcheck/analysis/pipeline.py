"""From a video to a report: the pipeline, in the order of docs/architecture.md."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np

from formcheck.analysis.build_report import assemble_report, drop_impossible_frames
from formcheck.analysis.camera_error import FOOT_CM, measure_with_camera
from formcheck.analysis.detection import Detection, detect_set, frames_of_set
from formcheck.analysis.nobody import explain_nobody
from formcheck.analysis.quality import YAW_WARN_DEG, refuses_angle
from formcheck.analysis.refine import FrameReader, PictureQuality, Refinement, correct_by_keys, read_again, refine_reps
from formcheck.analysis.settings import Settings
from formcheck.analysis.so_far import RepsSoFar
from formcheck.analysis.sticker_films import (
    assemble_sticker_report,
    find_holds,
    follow_film,
    foot_length_mm,
    list_sticker_signals,
    make_scene,
    which_foot,
)
from formcheck.exercises import EXERCISES, detectable_exercises
from formcheck.exercises.base import Recording
from formcheck.exercises.short_foot import ShortFoot, StickerRecording
from formcheck.foot import FOOT_PER_SHANK
from formcheck.foot.stickers import StickerTrack
from formcheck.pose.bundles import ModelName
from formcheck.pose.track import SIDES, Landmark, PoseTrack
from formcheck.pose.tracker import TRACKING_SHORT_SIDE, track_poses
from formcheck.report.schema import Athlete, ScalePart, SetReport, WorkingSide
from formcheck.scene.camera_from_feet import find_pitch
from formcheck.scene.camera_motion import CameraMotion, MotionWatcher, Picture
from formcheck.scene.leg_direction import find_foot_yaw
from formcheck.scene.scene import SHANK_PER_HEIGHT, Scene, clean_track, observe_scene
from formcheck.scene.view import View
from formcheck.signals.geometry import compute_inclination
from formcheck.support.arrays import FloatArray, nearest_index
from formcheck.support.memory import release_memory
from formcheck.support.progress import Progress, part_of
from formcheck.video.frame_cache import PictureStore
from formcheck.video.reader import VideoInfo, probe_video

# The share of the total work that tracking takes (the rest is the second pass).
TRACKING_SHARE = 0.85
MIN_POSE_S = 3.0
FEW_REPS = 2
SLOW_LIBRARIES = ("mediapipe.tasks.python.vision", "scipy.ndimage", "scipy.signal")


@dataclass(frozen=True)
class FirstPass:
    """One person followed through the whole video: the cleaned track, in the reference frame's pixels, and the set in it."""

    track: PoseTrack
    scene: Scene
    detection: Detection | None
    motion: CameraMotion

    @property
    def count(self) -> int:
        """The repetitions found."""
        return len(self.detection.spans) if self.detection else 0


Follow = Callable[..., FirstPass]
"""Follows a person through the video, given a model, a progress callback and, if several people are seen, the one to start with."""


@dataclass(frozen=True)
class Analysis:
    """A report with the data it was made from, for drawing: the overlay, the charts, the frame pictures.

    ``signals`` are (T,) arrays by name over ``track.time_s``. ``detection`` and ``recording``, the input to the measures, are None
    if no exercise was seen. ``stickers`` are those of a close-up film of a foot, in which no person is seen. ``motion`` is the
    camera's: the track is in its reference frame's pixels, so pictures to draw the track on must be in them too.
    """

    report: SetReport
    info: VideoInfo
    track: PoseTrack
    scene: Scene
    detection: Detection | None
    signals: dict[str, FloatArray]
    recording: Recording | None = None
    stickers: StickerTrack | None = None
    motion: CameraMotion | None = None

    def steady(self, picture: Picture) -> Picture:
        """Return a picture of the video in the track's pixels; it is unchanged unless the camera moved."""
        return picture if self.motion is None else self.motion.steady(picture)


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
    exercise, side, athlete, model = settings.exercise, settings.side, settings.athlete, settings.model
    view, roll_deg, workers = settings.view, settings.roll_deg, settings.workers
    drill = EXERCISES.get(exercise)
    if isinstance(drill, ShortFoot):
        return _run_on_stickers(probe_video(path), drill, settings, progress)
    _load_ahead()
    info = probe_video(path)
    size = (info.width, info.height)
    # decoding a large picture twice costs more than keeping it small
    store = (pictures or PictureStore()) if min(size) > TRACKING_SHORT_SIDE else None
    follow = partial(_follow, info, size, settings, store)
    first, model = _find_set(follow, model, progress, by_itself=exercise == "auto")
    track, scene, detection = first.track, first.scene, first.detection
    frames = frames_of_set(track, detection.spans if detection else [])
    standing = detection is not None and detection.exercise.standing
    scene = observe_scene(track, size, frames=frames, view=view, roll_deg=roll_deg, standing=standing)
    scale = find_scale(scene, athlete)
    signals: dict[str, FloatArray] = {}
    measures: list[dict[str, float]] = []
    recording, picture = None, PictureQuality()
    if detection:
        release_memory()  # free the decoders' memory before the heavy model is loaded
        recording, measures, picture = measure_set(
            info,
            track,
            scene,
            detection,
            scale.cm_per_px,
            first.motion,
            workers=workers,
            read=store.read if store and store.whole else None,
            progress=part_of(progress, TRACKING_SHARE, 1.0),
        )
        scene = recording.view.scene
        signals = list_signals(recording, detection)
    given = exercise != "auto", side != "auto"
    report = assemble_report(
        info, track, scene, scale, detection, measures, athlete, model, settings.origin, given, frames, picture
    )
    if settings.condition is not None:
        report = report.model_copy(update={"condition": settings.condition})
    release_memory()
    return Analysis(report, info, track, scene, detection, signals, recording, motion=first.motion)


def _load_ahead() -> None:
    """Load what the later stages need while the file is opened; otherwise the user would wait a second or two for it.

    An error here occurs again in the stage itself, and is reported there.
    """
    loader = ThreadPoolExecutor(1, thread_name_prefix="load")
    for library in SLOW_LIBRARIES:
        loader.submit(importlib.import_module, library)
    loader.shutdown(wait=False)


def _run_on_stickers(info: VideoInfo, exercise: ShortFoot, settings: Settings, progress: Progress | None) -> Analysis:
    """Analyze a close-up film of a foot with stickers: there are no landmarks, so the track is empty."""
    stickers = follow_film(info, settings.max_fps, progress)
    scene = make_scene(info, settings.roll_deg or 0.0, which_foot(stickers)[1])
    mm_per_px = settings.sticker_mm / stickers.diameter_px
    recording = StickerRecording.of(stickers, scene.up, mm_per_px, foot_length_mm(settings.athlete))
    spans = find_holds(exercise, recording)
    chosen_side = cast(WorkingSide, settings.side) if settings.side != "auto" else None
    report = assemble_sticker_report(
        info, exercise, stickers, recording, spans, scene, settings.athlete, chosen_side, mm_per_px, settings.origin
    )
    signals = list_sticker_signals(stickers, recording)
    return Analysis(report, info, PoseTrack.empty(stickers.time_s), scene, None, signals, stickers=stickers)


def measure_set(
    info: VideoInfo,
    track: PoseTrack,
    scene: Scene,
    detection: Detection,
    cm_per_px: float | None,
    motion: CameraMotion,
    *,
    workers: int | None = None,
    read: FrameReader | None = None,
    progress: Progress | None = None,
) -> tuple[Recording, list[dict[str, float]], PictureQuality]:
    """Read the repetitions' pixels again and measure them; return the recording, the measures, and the quality of the pictures."""
    exercise = detection.exercise
    view = View(track, scene, detection.leg)
    frames = steady_reader(motion, read or read_again(info, track))
    second = refine_reps(view, exercise, detection.spans, frames, workers=workers, progress=progress)
    recording = make_recording(view, detection, second, cm_per_px)
    recording, measures, camera = measure_with_camera(recording, exercise, motion)
    return recording, measures, replace(second.picture, height_error_cm=_measure_height_error(recording, measures), **camera)


def _measure_height_error(recording: Recording, measures: list[dict[str, float]]) -> float:
    """Return the root mean square error of the measured heights, cm (without a scale, for a foot of 25 cm); 0 if there are none."""
    peaks = [recording.view.at(span.peak_s) for span, m in zip(recording.spans, measures, strict=True) if "height_cm" in m]
    errors = recording.foot.error_px[peaks]
    errors = errors[np.isfinite(errors)] * (recording.cm_per_px or FOOT_CM / recording.foot_px)
    return float(np.sqrt(np.mean(errors**2))) if len(errors) else 0.0


def steady_reader(motion: CameraMotion, read: FrameReader) -> FrameReader:
    """Return a reader of pictures in the track's pixels; for a camera that stood still, ``read`` itself."""
    if motion.still:
        return read
    return lambda start_s, stop_s: (motion.steady(picture) for picture in read(start_s, stop_s))


def _follow(
    info: VideoInfo,
    size: tuple[int, int],
    settings: Settings,
    store: PictureStore | None,
    model: ModelName,
    progress: Progress | None,
    person: FloatArray | None = None,
) -> FirstPass:
    """Follow the person (``person``, if given), remove the camera's motion, clean the track, and find the exercise."""
    watcher = MotionWatcher()
    raw = track_poses(
        info,
        model,
        max_fps=settings.max_fps,
        workers=settings.workers,
        store=store,
        watcher=watcher,
        progress=progress,
        describe=RepsSoFar(size, settings).describe,
        person=person,
    )
    if not raw.present.any():
        raise explain_nobody(info, any_exercise=settings.exercise == "auto")
    motion = watcher.find_motion(raw, size)
    track = clean_track(motion.correct(raw))
    scene = observe_scene(track, size, view=settings.view, roll_deg=settings.roll_deg)
    return FirstPass(track, scene, detect_set(track, scene, settings.exercise, settings.side), motion)


def _find_set(follow: Follow, model: ModelName, progress: Progress | None, *, by_itself: bool) -> tuple[FirstPass, ModelName]:
    """Find a set; if none is certain, follow again with the heavy model or another person. Also return the model used."""
    found = follow(model, part_of(progress, 0.0, TRACKING_SHARE))
    again = part_of(progress, TRACKING_SHARE, 1.0)
    if by_itself and model != "heavy" and _legs_unsure(found):
        # from behind, the two legs are easily confused; the heavy model confuses them less often
        closer = follow("heavy", again)
        if closer.count and _rank(closer) >= _rank(found):
            found, model = closer, "heavy"
    for person in found.track.bystanders:
        if not found.count:
            other = follow(model, again, person)
            found = other if other.count else found
    return found, model


def _count_doubtful(found: FirstPass) -> int:
    detection = found.detection
    if not detection:
        return 0
    view = View(found.track, found.scene, detection.leg)
    return sum(detection.exercise.is_doubtful(view, span) for span in detection.spans)


def _rank(found: FirstPass) -> tuple[int, int]:
    """Return a rank for comparing passes: first the number of certain repetitions, then how few are in doubt."""
    doubtful = _count_doubtful(found)
    return found.count - doubtful, -doubtful


def _legs_unsure(found: FirstPass) -> bool:
    """Whether the two legs may have been confused.

    This is so if a repetition is doubtful, if an exercise's pose is held for a while without a set of it, or if the camera is off
    side-on and hardly a set is found.
    """
    track, scene, detection = found.track, found.scene, found.detection
    if _count_doubtful(found):
        return True
    off_side = scene.kind == "side" and abs(scene.yaw_deg or 0.0) > YAW_WARN_DEG
    if detection and (not off_side or len(detection.spans) > FEW_REPS):
        return False
    poses = (e.compute_ready(View(track, scene, leg)) for e in detectable_exercises() for leg in SIDES)
    return any(ready.mean() * (track.time_s[-1] - track.time_s[0]) > MIN_POSE_S for ready in poses)


def list_signals(recording: Recording, detection: Detection) -> dict[str, FloatArray]:
    """Return the (T,) signals over time, by name: angles in degrees, lengths in cm and in % of the foot."""
    rise = recording.foot.heel_rise_px
    signals = {
        "tibial_inclination_deg": recording.inclination_deg,
        "heel_rise_cm": rise * (recording.cm_per_px or np.nan),
        "heel_rise_pct_foot": 100 * rise / recording.foot_px,
        "foot_turn_deg": recording.foot.turn_deg,
        "knee_flexion_deg": recording.view.leg.knee_flexion(),
        "rep_signal": detection.exercise.compute_signal(recording.view),
        **detection.exercise.list_signals(recording),
    }
    return drop_impossible_frames(signals)


def find_scale(scene: Scene, athlete: Athlete) -> ScalePart:
    """Centimeters per pixel from the person's height: a shank is 0.246 of it (Winter 2009, fig. 4.1)."""
    if athlete.height_cm is None or not scene.shank_px > 0:
        return ScalePart()
    return ScalePart(cm_per_px=SHANK_PER_HEIGHT * athlete.height_cm / scene.shank_px, source="height")


def make_recording(view: View, detection: Detection, second: Refinement, cm_per_px: float | None) -> Recording:
    """Combine the results of both passes."""
    track, leg = view.track, view.side
    scene = view.scene.with_turn(second.turn)
    knee, ankle = Landmark.of(leg, "knee"), Landmark.of(leg, "ankle")
    tracked = compute_inclination(track.xy(ankle), track.xy(knee), scene.up, scene.forward)
    keys = second.keys
    if keys:
        seen = np.array([k.points for k in keys])
        if detection.exercise.reads_shank:
            scene = scene.with_yaw(seen)
        if detection.exercise.reads_shank and scene.pitch_deg is None and scene.kind == "side":
            scene = replace(scene, pitch_deg=find_pitch(seen, leg, scene, detection.exercise.usual_pitch_deg))
        read = compute_inclination(seen[:, ankle], seen[:, knee], scene.up, scene.forward)
        tops = {nearest_index(track.time_s, span.peak_s) for span in detection.spans}
        resting = np.array([k.points for k in keys if k.frame not in tops])
        if len(resting):
            scene = replace(scene, foot_yaw_deg=find_foot_yaw(resting, leg, scene))
        tracked = correct_by_keys(tracked, read, [k.frame for k in keys], [k.frame in tops for k in keys])
    view = view.with_scene(scene)
    inclination = np.full(len(track), np.nan) if refuses_angle(scene, leg) else scene.correct_inclination(tracked, track.xy(ankle))
    foot = second.foot
    for span in detection.spans:
        foot = detection.exercise.complete_foot(view, span, foot)
    return Recording(view, cm_per_px, FOOT_PER_SHANK * scene.shank_px, inclination, foot, detection.spans)
