"""What a visitor uploads: its name as it may be shown, and its way to a private folder under limits on its size."""

from __future__ import annotations

import re
from pathlib import Path
from typing import BinaryIO

from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from formcheck.support.errors import InputError, OutputError
from formcheck.support.language import tr

# An hour of 1080p phone video.
MAX_VIDEO_BYTES = 1024 * 2**20
VIDEO_TYPES = ("mp4", "mov", "m4v", "webm", "mkv", "avi")
# Ten years of sets, or of a watch's runs, are a tenth of this.
MAX_TABLE_BYTES = 16 * 2**20
MAX_SHOWN_NAME = 80
_CHUNK = 2**20


def shown_name(uploaded: str) -> str:
    """An uploaded file's name as it may be shown: no folders, no control characters, not endless. Never used as a path."""
    name = re.split(r"[\\/]", uploaded)[-1]
    tidy = "".join(letter for letter in name if letter.isprintable()).strip(" .")
    return f"…{tidy[1 - MAX_SHOWN_NAME :]}" if len(tidy) > MAX_SHOWN_NAME else tidy or "video"


def store_upload(source: BinaryIO, folder: Path, name: str, limit_bytes: int = MAX_VIDEO_BYTES) -> Path:
    """Write an upload into its private folder under a name of ours, and let Streamlit forget its bytes.

    Raises
    ------
    InputError
        If it is empty, or larger than the limit; the message names it by ``name``.
    """
    target = folder / "upload"
    size = 0
    try:
        with target.open("xb") as out:
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                if size > limit_bytes:
                    raise InputError(_too_large(name, limit_bytes))
                out.write(chunk)
    except OSError as error:
        raise OutputError(
            tr("The file cannot be stored on this computer ({strerror}). Free some disk space and try again.").format(
                strerror=error.strerror
            )
        ) from error
    if size == 0:
        raise InputError(tr("“{name}” is empty. Copy it here again, or choose another file.").format(name=name))
    _forget(source)
    return target


def _too_large(name: str, limit_bytes: int) -> str:
    megabytes = limit_bytes // 2**20
    if limit_bytes == MAX_VIDEO_BYTES:
        return tr("“{name}” is larger than {megabytes} MB. Film a single set, or cut the video.").format(
            name=name, megabytes=megabytes
        )
    return tr("“{name}” is larger than {megabytes} MB. Import it on the command line, or in parts.").format(
        name=name, megabytes=megabytes
    )


def _forget(source: BinaryIO) -> None:
    """Take an upload out of Streamlit's memory, where it would stay until the page is closed."""
    context = get_script_run_ctx()
    if isinstance(source, UploadedFile) and context is not None and runtime.exists():
        manager = runtime.get_instance().uploaded_file_mgr
        if isinstance(manager, MemoryUploadedFileManager):
            manager.remove_file(context.session_id, source.file_id)
