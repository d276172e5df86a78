"""Save an analysis to a file of its own, to continue later: arrays as a NumPy archive, the rest beside them as JSON.

Nothing in the file is code, and only the few classes named here are created from it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.analysis.pipeline import Analysis
from formcheck.exercises import EXERCISES, Exercise
from formcheck.exercises.base import Recording
from formcheck.exercises.short_foot import StickerRecording
from formcheck.foot import FootMotion
from formcheck.foot.sticker_track import StickerTrack
from formcheck.pose.track import PoseTrack
from formcheck.report.schema import SetReport
from formcheck.scene.camera import Camera
from formcheck.scene.camera_motion import CameraMotion
from formcheck.scene.scene import Scene
from formcheck.scene.view import View
from formcheck.signals.evidence import Estimate
from formcheck.signals.reps import RepSpan
from formcheck.support.files import replacing
from formcheck.video.reader import VideoInfo

_KEPT: tuple[type[Any], ...] = (
    *(Analysis, Camera, CameraMotion, Estimate, FootMotion, PoseTrack, Recording, RepSpan, Scene),
    *(StickerRecording, StickerTrack, VideoInfo, View),
)
_CLASSES: dict[str, type[Any]] = {kept.__name__: kept for kept in _KEPT}
_TREE = "tree"


def write_analysis(analysis: Analysis, path: str | Path) -> None:
    """Write an analysis to a file, either completely or not at all (raises `OutputError`)."""
    arrays: dict[str, NDArray[Any]] = {}
    tree = _pack(analysis, arrays)
    arrays[_TREE] = np.frombuffer(json.dumps(tree).encode(), np.uint8)
    with replacing(path) as temporary, Path(temporary).open("wb") as out:
        np.savez(out, **arrays)  # type: ignore[arg-type]


def read_analysis(path: str | Path) -> Analysis:
    """Return the analysis that `write_analysis` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    tree = json.loads(arrays.pop(_TREE).tobytes())
    analysis = _unpack(tree, arrays)
    if not isinstance(analysis, Analysis):
        raise ValueError(f"{path} is not a kept analysis")
    return analysis


def _pack(value: Any, arrays: dict[str, NDArray[Any]]) -> Any:
    """Return a value that JSON can hold; arrays go into ``arrays``."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.ndarray):
        name = f"a{len(arrays)}"
        arrays[name] = value
        return {"array": name}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Path):
        return {"path": str(value)}
    if isinstance(value, Exercise):
        return {"exercise": value.name}
    if isinstance(value, SetReport):
        return {"report": value.model_dump_json()}
    if isinstance(value, list | tuple):
        return {type(value).__name__: [_pack(item, arrays) for item in value]}
    if isinstance(value, dict):
        return {"dict": {name: _pack(item, arrays) for name, item in value.items()}}
    name = type(value).__name__
    if _CLASSES.get(name) is not type(value):
        raise TypeError(f"a {name} cannot be kept")
    return {"class": name, "fields": {f.name: _pack(getattr(value, f.name), arrays) for f in fields(value)}}


def _unpack(tree: Any, arrays: dict[str, NDArray[Any]]) -> Any:
    if not isinstance(tree, dict):
        return tree
    if "class" in tree:
        return _CLASSES[tree["class"]](**{name: _unpack(item, arrays) for name, item in tree["fields"].items()})
    ((kind, value),) = tree.items()
    if kind == "array":
        return arrays[value]
    if kind == "dict":
        return {name: _unpack(item, arrays) for name, item in value.items()}
    if kind in ("list", "tuple"):
        items = [_unpack(item, arrays) for item in value]
        return items if kind == "list" else tuple(items)
    makers: dict[str, Callable[[str], Any]] = {
        "path": Path,
        "exercise": EXERCISES.__getitem__,
        "report": SetReport.model_validate_json,
    }
    return makers[kind](value)
