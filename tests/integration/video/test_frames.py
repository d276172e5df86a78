"""A picture has the colors that were filmed, however the video stores them."""

from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from formcheck.video.frame_cache import KeptFrame
from formcheck.video.reader import Frame, VideoInfo, probe_video, read_frames

SAMPLE = Path(__file__).parents[3] / "sample_videos" / "df_left_male_side.mp4"
# Primaries, mixtures, skin, and both ends of the scale.
PATCHES = [
    (230, 20, 20),
    (20, 210, 30),
    (25, 30, 220),
    (0, 0, 0),
    (255, 255, 255),
    (128, 128, 128),
    (198, 140, 110),
    (240, 200, 10),
]
# AVColorSpace number: weights of red and blue in brightness, as ITU-R BT.601, BT.709 and BT.2020 give them.
MATRICES = {2: (0.299, 0.114), 6: (0.299, 0.114), 1: (0.2126, 0.0722), 9: (0.2627, 0.0593)}
LIMITED, FULL = 1, 2


def make_info(raw: av.VideoFrame, rotation_deg: int = 0, aspect: float = 1.0) -> VideoInfo:
    width, height = round(raw.width * aspect), raw.height
    if rotation_deg in (90, 270):
        width, height = height, width
    return VideoInfo(Path("clip.mp4"), 1.0, 30.0, 30, width, height, rotation_deg, 0.0, "h264")


def to_yuv(rgb: tuple[int, int, int], weights: tuple[float, float], full: bool, bits: int) -> list[int]:
    """Y, Cb and Cr of a color, straight from the definitions in the ITU recommendations."""
    kr, kb = weights
    r, g, b = (c / 255 for c in rgb)
    y = kr * r + (1 - kr - kb) * g + kb * b
    cb, cr = (b - y) / (2 * (1 - kb)), (r - y) / (2 * (1 - kr))
    unit = 1 << (bits - 8)
    if full:
        top = (1 << bits) - 1
        return [round(y * top), round(cb * top + 128 * unit), round(cr * top + 128 * unit)]
    return [round((16 + 219 * y) * unit), round((128 + 224 * cb) * unit), round((128 + 224 * cr) * unit)]


def film_patches(pixel_format: str, width: int, height: int, matrix: int, full: bool) -> av.VideoFrame:
    """A frame of colored columns, written plane by plane as a camera would."""
    raw = av.VideoFrame(width, height, pixel_format)
    raw.colorspace, raw.color_range = matrix, FULL if full else LIMITED
    bits = 10 if "10" in pixel_format else 8
    kind = np.uint8 if bits == 8 else np.dtype("<u2")
    colors = np.array([to_yuv(c, MATRICES[matrix], full, bits) for c in PATCHES])
    if pixel_format.startswith("p0"):
        colors = colors << 6
    interleaved = len(raw.planes) == 2
    for number, plane in enumerate(raw.planes):
        channels = 2 if interleaved and number else 1
        rows = np.zeros((plane.height, plane.line_size // np.dtype(kind).itemsize), kind)
        column = np.minimum(np.arange(plane.width) * len(PATCHES) // plane.width, len(PATCHES) - 1)
        for channel in range(channels):
            values = colors[column, number + channel]
            rows[:, channel : channel + channels * plane.width : channels] = values
        plane.update(rows.tobytes())
    return raw


def read_patches(picture: np.ndarray) -> np.ndarray:
    width = picture.shape[1] / len(PATCHES)
    middle = picture.shape[0] // 2
    return np.array([picture[middle, round((k + 0.5) * width)] for k in range(len(PATCHES))], int)


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv422p", "yuv444p", "nv12", "yuv420p10le", "yuv422p10le", "p010le"])
@pytest.mark.parametrize("matrix", MATRICES)
@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
def test_colors_are_those_that_were_filmed(pixel_format: str, matrix: int, full: bool) -> None:
    raw = film_patches(pixel_format, 1280, 960, matrix, full)
    picture = Frame(raw, 0.0, make_info(raw)).rgb(480)
    assert picture.shape == (480, 640, 3)
    np.testing.assert_allclose(read_patches(picture), PATCHES, atol=4)


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv444p", "p010le", "bgr0", "yuv420p10be"])
@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
@pytest.mark.parametrize("turn", [0, 90])
def test_a_frame_that_is_kept_keeps_its_colors_and_its_turn(pixel_format: str, full: bool, turn: int) -> None:
    as_filmed = pixel_format in ("yuv420p", "yuv444p", "p010le")
    raw = film_patches(pixel_format if as_filmed else "yuv444p", 1280, 960, 9, full)
    raw = raw if as_filmed else raw.reformat(format=pixel_format)
    frame = Frame(raw, 0.25, make_info(raw, rotation_deg=turn))
    small = frame.shrink(720)
    assert np.abs(small.rgb(480).astype(int) - frame.rgb(480)).mean() < 2
    kept = KeptFrame.of(small)
    assert kept.time_s == 0.25
    assert kept.rgb().shape == frame.rgb(720).shape
    assert np.abs(kept.rgb().astype(int) - frame.rgb(720)).mean() < 2
    assert np.abs(kept.gray().astype(int) - frame.gray(720)).mean() < 2
    assert kept.rgb(480).shape == frame.rgb(480).shape


@pytest.mark.parametrize("pixel_format", ["yuv420p", "nv12", "yuv420p10le"])
@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
def test_gray_goes_from_black_0_to_white_255(pixel_format: str, full: bool) -> None:
    raw = film_patches(pixel_format, 1280, 960, 1, full)
    gray = read_patches(Frame(raw, 0.0, make_info(raw)).gray(720))
    black, white, middle = gray[3], gray[4], gray[5]
    assert (abs(black - 0), abs(white - 255), abs(middle - 128)) <= (1, 1, 1)


def test_a_yuvj_frame_is_full_range_even_if_not_marked_so() -> None:
    raw = film_patches("yuvj420p", 1280, 960, 2, full=True)
    raw.color_range = 0
    np.testing.assert_allclose(read_patches(Frame(raw, 0.0, make_info(raw)).rgb(480)), PATCHES, atol=4)


@pytest.mark.parametrize("size", [(1281, 961), (997, 723), (721, 1283)], ids=str)
@pytest.mark.parametrize("pixel_format", ["yuv420p", "nv12", "yuv420p10le"])
def test_odd_sizes_keep_every_color_in_its_place(pixel_format: str, size: tuple[int, int]) -> None:
    raw = film_patches(pixel_format, *size, 2, full=False)
    picture = Frame(raw, 0.0, make_info(raw)).rgb(480)
    assert min(picture.shape[:2]) == 480
    np.testing.assert_allclose(read_patches(picture), PATCHES, atol=4)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_video_comes_upright(turn: int) -> None:
    raw = film_patches("yuv420p", 960, 720, 2, full=False)
    lying = Frame(raw, 0.0, make_info(raw)).rgb(480)
    upright = Frame(raw, 0.0, make_info(raw, rotation_deg=turn)).rgb(480)
    np.testing.assert_array_equal(upright, np.rot90(lying, k=-turn // 90))
    assert upright.flags.c_contiguous


def test_pixels_that_are_not_square_are_made_square() -> None:
    raw = film_patches("yuv420p", 720, 576, 2, full=False)
    picture = Frame(raw, 0.0, make_info(raw, aspect=64 / 45)).rgb(480)
    assert picture.shape == (480, 853, 3)
    np.testing.assert_allclose(read_patches(picture), PATCHES, atol=4)


def test_a_picture_is_never_enlarged() -> None:
    raw = film_patches("yuv420p", 320, 240, 2, full=False)
    frame = Frame(raw, 0.0, make_info(raw))
    assert frame.rgb(480).shape == (240, 320, 3)
    assert frame.gray(720).shape == (240, 320)


@pytest.mark.parametrize("pixel_format", ["rgb24", "bgr0", "gbrp", "yuv420p10be", "yuva420p"])
def test_rarer_kinds_of_frames_are_read_too(pixel_format: str) -> None:
    columns = np.repeat(np.array(PATCHES, np.uint8), 160, axis=0)
    raw = av.VideoFrame.from_ndarray(np.broadcast_to(columns, (960, 1280, 3)).copy(), format="rgb24").reformat(format=pixel_format)
    np.testing.assert_allclose(read_patches(Frame(raw, 0.0, make_info(raw)).rgb(480)), PATCHES, atol=4)


@pytest.mark.parametrize("size", [(3840, 2160), (1920, 1080)], ids=str)
def test_texture_finer_than_the_picture_becomes_its_mean(size: tuple[int, int]) -> None:
    stripes = np.zeros((size[1] * 3 // 2, size[0]), np.uint8)
    stripes[: size[1], ::2] = 235
    stripes[: size[1], 1::2] = 16
    stripes[size[1] :] = 128
    raw = av.VideoFrame.from_ndarray(stripes, format="yuv420p")
    gray = Frame(raw, 0.0, make_info(raw)).gray(480).astype(int)
    assert abs(gray.mean() - 127) < 2
    assert gray.std() < 2


@pytest.mark.parametrize("short_side", [480, 300, 240])
def test_pictures_are_those_of_ffmpeg_within_two_gray_levels(short_side: int) -> None:
    """Its area filter at full chroma resolution is the reference."""
    info = probe_video(SAMPLE)
    frame = next(iter(read_frames(info)))
    width, height = frame.rgb(short_side).shape[1::-1]
    full = frame.rgb()
    reference = cv2.resize(full, (width, height), interpolation=cv2.INTER_AREA).astype(int)
    assert np.abs(frame.rgb(short_side).astype(int) - reference).mean() < 2
    raw = frame._raw.reformat(width=width, height=height, format="gray", interpolation="AREA").to_ndarray()
    assert np.abs(frame.gray(short_side).astype(int) - raw).mean() < 2
