"""Find, verify and describe the pose bundles that ship with formcheck."""

from __future__ import annotations

import hashlib
import sysconfig
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from formcheck.errors import ModelError

ModelName = Literal["lite", "full", "heavy"]
MODEL_NAMES: tuple[ModelName, ...] = ("lite", "full", "heavy")
LICENCE = "Apache-2.0, Google (MediaPipe BlazePose GHUM 3D)"
SOURCE = "npm package @mediapipe/pose 0.5.1675469404, packed by models/rebuild.py"

# What models/SHA256SUMS says; kept here too, so that a bundle and its checksum cannot be altered together unnoticed.
SHA256: dict[ModelName, str] = {
    "lite": "e29dad69c2ce239f9780e827b59a97b3fdbdac135eeee3ef9f709b62b032ef91",
    "full": "51db9531eb1426b4389c8f5d14ed05ebdcf726f8b5c102cb2c7737f7d7623e70",
    "heavy": "c9ac9188c69cb6e6ada41bee74b205dced613da4ca7a5d98bc8d11940ae9f456",
}


@dataclass(frozen=True)
class Bundle:
    """One verified model bundle."""

    name: ModelName
    path: Path
    sha256: str


def data_dir(name: str) -> Path:
    """Return the folder ``name`` (``models``, ``sample_videos``): in a checkout beside the package, else where the wheel put it."""
    checkout = Path(__file__).resolve().parent.parent / name
    installed = Path(sysconfig.get_path("data")) / "share" / "formcheck" / name
    return checkout if checkout.is_dir() else installed


def models_dir() -> Path:
    """Return the folder of the bundles."""
    return data_dir("models")


@lru_cache(maxsize=8)
def _digest(path: Path, size: int, modified_ns: int) -> str:
    """SHA-256 of a file; size and time are the cache's key, so that an altered file is read again."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def find_bundle(name: ModelName) -> Bundle:
    """Return the bundle called ``name``, its checksum compared with the one formcheck was released with.

    Raises
    ------
    ModelError
        If it is missing or its bytes are not the released ones.
    """
    path = models_dir() / f"pose_landmarker_{name}.task"
    remedy = "reinstall formcheck, or rebuild it with models/rebuild.py"
    if not path.is_file():
        raise ModelError(f"the {name} pose model is missing at {path}: {remedy}")
    status = path.stat()
    digest = _digest(path, status.st_size, status.st_mtime_ns)
    if digest != SHA256[name]:
        raise ModelError(f"the {name} pose model at {path} is not the released one (SHA-256 {digest[:12]}…): {remedy}")
    return Bundle(name, path, digest)
