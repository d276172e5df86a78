"""Pictures that are kept are the pictures that were given, in the order of their times; too many are none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np

from formcheck.picture import Image
from formcheck.picture_store import KeptPicture, PictureStore, shrink


def make_picture(seed: int) -> Image:
    """A picture with detail, but no noise: the kind that JPEG is made for."""
    rough = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(rough, (320, 240), interpolation=cv2.INTER_CUBIC), np.uint8)


def test_what_is_read_again_is_what_was_kept() -> None:
    picture = make_picture(1)
    kept = KeptPicture.of(0.5, picture)
    assert np.abs(kept.rgb().astype(int) - picture).mean() < 2.0
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    assert np.abs(kept.grey().astype(int) - grey).mean() < 1.0
    assert kept.rgb(120).shape == (120, 160, 3)
    assert np.array_equal(kept.grey(120), shrink(kept.grey(), 120))


def test_pictures_come_in_the_order_of_their_times_whoever_gave_them_when() -> None:
    store = PictureStore()
    times = [k / 15 for k in range(40)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda time_s: store.add(time_s, make_picture(round(15 * time_s))), reversed(times)))
    read = list(store.read(0.0, 1.0))
    assert store.whole
    assert [kept.time_s for kept in read] == times[:15]
    assert np.array_equal(read[7].jpeg, KeptPicture.of(times[7], make_picture(7)).jpeg)


def test_a_video_that_does_not_fit_is_not_kept_in_part() -> None:
    size = KeptPicture.of(0.0, make_picture(0)).jpeg.nbytes
    store = PictureStore(max_bytes=4 * size)
    for number in range(8):
        store.add(number / 15, make_picture(0))
    assert not store.whole
    assert list(store.read(0.0, 9.0)) == []
    store.clear()
    store.add(0.0, make_picture(0))
    assert store.whole
    assert [kept.time_s for kept in store.read(0.0, 9.0)] == [0.0]
