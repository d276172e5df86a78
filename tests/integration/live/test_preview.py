"""The picture that goes back to the browser, through the same queues as in a real connection."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from formcheck.app.film.preview import PreviewTrack

media = pytest.importorskip("aiortc.contrib.media")


def test_a_slow_connection_shows_new_pictures_and_not_a_queue_of_old_ones() -> None:
    """Ten pictures are offered for each one that is sent, and yet the one that is sent is never more than one sending old."""

    async def watch() -> list[int]:
        preview = PreviewTrack()
        # streamlit-webrtc puts two relays in a row between a source and its sender
        sender = media.MediaRelay().subscribe(media.MediaRelay().subscribe(preview))
        offered, late = 0, []

        async def film() -> None:
            nonlocal offered
            while True:
                offered += 1
                preview.offer(np.full((16, 16, 3), offered % 256, np.uint8))
                await asyncio.sleep(0.004)

        camera = asyncio.create_task(film())
        for _ in range(12):
            frame = await sender.recv()
            late.append(offered - int(frame.to_ndarray(format="rgb24")[0, 0, 0]))
            del frame
            sent = offered
            while offered < sent + 10:
                await asyncio.sleep(0.001)
        camera.cancel()
        preview.stop()
        return late

    late = asyncio.run(watch())
    # one picture is on its way while one is being sent: never more than the ten of one sending, and those of asking
    assert max(late) <= 14
