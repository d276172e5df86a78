"""The end of the app: soon after it is asked, and with nothing left of anybody's recordings."""

from __future__ import annotations

import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType

# Pages that are still open get this long to take what is on its way to them, seconds. A page may never take it (a video that is
# paused): without a limit the server would wait until the browser is closed.
PATIENCE_S = 2


@asynccontextmanager
async def ends_soon(_app: object) -> AsyncIterator[None]:
    """Let the server under the app end `PATIENCE_S` after it is asked. For the app's ``lifespan``."""
    import uvicorn

    # `streamlit run` builds the server by itself and passes no such limit on; its signal handler is a method of the server
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    if isinstance(server, uvicorn.Server):
        server.config.timeout_graceful_shutdown = PATIENCE_S
    yield


def clean_up_when_ended() -> None:
    """End by SIGTERM as by Ctrl-C, so that the workspace is removed; Python's own answer to this signal is to stop on the spot."""
    signal.signal(signal.SIGTERM, _leave)


def _leave(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)
