"""What is drawn on a picture of a set: the leg, the shank's angle, the heel's height, the count, the faults.

Each function takes an RGB image and points in its pixels, and does not know where they come from: the live picture and the
annotated file use the same ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formcheck.pose.track import Landmark, Side
from formcheck.render.colors import VIDEO
from formcheck.render.drawing import (
    draw_arc,
    draw_check_mark,
    draw_dash,
    draw_dashes,
    draw_dot,
    draw_label,
    draw_line,
    draw_plate,
    draw_text,
    draw_warning_mark,
    is_drawable,
    measure_text,
    stroke_of,
    unit_of,
)
from formcheck.signals.geometry import rotate
from formcheck.support.arrays import FloatArray
from formcheck.support.language import tr
from formcheck.video.frames import Image

# As many marks as fit under the counter; of a longer set the last ones are shown.
MAX_MARKS = 15
MARKS_A_ROW = 5
# Heights of letters as shares of the picture's shorter side.
LARGE_TEXT, SMALL_TEXT = 0.058, 0.036


def text_size(image: Image, share: float) -> int:
    """Return letters' height for the picture: ``share`` of the shorter side, but never too small to read."""
    return max(13, round(unit_of(image) * share))


def draw_leg(image: Image, points: FloatArray, side: Side, *, heel_up: bool = False) -> Image:
    """Draw the working leg: hip, knee, ankle, heel and toe of (33, 2) landmarks in the image's pixels.

    ``heel_up`` marks a heel that should be on the floor and is not. Landmarks that are not known are left out.
    """
    hip, knee, ankle, heel, toe = points[Landmark.of_leg(side)]
    width = stroke_of(image)
    bones = [(hip, knee), (knee, ankle), (ankle, heel), (heel, toe), (ankle, toe)]
    for start, stop in bones:
        if is_drawable(image, start, stop):
            draw_line(image, start, stop, VIDEO["good"], width)
    for joint in (hip, knee, ankle, toe):
        if is_drawable(image, joint):
            draw_dot(image, joint, VIDEO["ink"], width * 1.1)
    if is_drawable(image, heel):
        draw_dot(image, heel, VIDEO["fault"] if heel_up else VIDEO["ink"], width * (1.8 if heel_up else 1.1))
    return image


def draw_inclination(
    image: Image,
    ankle: FloatArray,
    knee: FloatArray,
    up: FloatArray,
    text: str,
    *,
    forward: FloatArray | None = None,
    text_share: float = LARGE_TEXT,
) -> Image:
    """Draw the shank's angle against the vertical: the vertical through the ankle, the arc, and the ``text`` behind it.

    Parameters
    ----------
    ankle, knee
        (2,) pixels.
    up, forward
        (2,) unit vectors in the image; without ``forward`` the text is written on the side away from the knee.
    text_share
        The text's height as a share of the picture's shorter side.
    """
    if not is_drawable(image, ankle, knee):
        return image
    shank = knee - ankle
    length = float(np.linalg.norm(shank))
    if length < 1.0:
        return image
    if forward is None:
        right = rotate(up, 90.0)
        forward = right if shank @ right >= 0 else -right
    width = stroke_of(image, 0.005)
    draw_dashes(image, ankle, ankle + up * length, VIDEO["ink"], max(2, width * 2 // 3))
    draw_line(image, ankle, knee, VIDEO["watch"], width)
    start, stop = (float(np.degrees(np.arctan2(v[1], v[0]))) for v in (up, shank))
    stop = start + (stop - start + 180.0) % 360.0 - 180.0
    draw_arc(image, ankle, length * 0.55, start, stop, VIDEO["watch"], width)
    for joint in (ankle, knee):
        draw_dot(image, joint, VIDEO["ink"], width)
    draw_label(image, text, ankle + up * length * 0.3, text_size(image, text_share), VIDEO["watch"], toward=-forward)
    return image


def draw_heel_height(
    image: Image,
    floor: FloatArray,
    up: FloatArray,
    rise_px: float,
    text: str,
    *,
    foot: FloatArray,
    text_share: float = LARGE_TEXT,
) -> Image:
    """Draw how high the heel is: the level it stood on, a bar from there, and the ``text`` behind it.

    Parameters
    ----------
    floor
        (2,) pixels, where the heel stood.
    rise_px
        How far it has risen, in the image's pixels.
    foot
        (2,) the foot's length, forward, in the image's pixels.
    """
    if not (is_drawable(image, floor) and np.isfinite(rise_px)):
        return image
    width = stroke_of(image, 0.005)
    behind = floor - foot * 0.18
    top = behind + up * rise_px
    cap = foot * 0.07
    foot_px = float(np.linalg.norm(foot))
    draw_dashes(image, floor - foot * 0.35, floor + foot, VIDEO["ink"], max(2, width * 2 // 3))
    draw_line(image, behind, top, VIDEO["watch"], width)
    draw_line(image, top - cap, top + cap, VIDEO["watch"], width)
    anchor = behind - cap + up * max(rise_px, foot_px * 0.1)
    draw_label(image, text, anchor, text_size(image, text_share), VIDEO["watch"], toward=-foot / foot_px)
    return image


def draw_counter(image: Image, count: int, marks: Sequence[bool | None] = ()) -> Image:
    """Write the count in the upper left corner; under it a tick for every clean repetition and a triangle for every faulty one.

    ``marks`` holds whether each repetition so far was clean; one that could not be judged (None) gets a dash.
    """
    unit = unit_of(image)
    margin, pad = unit * 0.03, unit * 0.022
    big, small = text_size(image, 0.13), text_size(image, SMALL_TEXT)
    shown = list(marks)[-MAX_MARKS:]
    rows = [shown[k : k + MARKS_A_ROW] for k in range(0, len(shown), MARKS_A_ROW)]
    size = small * 0.85
    number, word = str(count), tr("rep") if count == 1 else tr("reps")
    number_width, number_height = measure_text(number, big)
    word_width, _ = measure_text(word, small)
    width = 2 * pad + max(number_width + small * 0.4 + word_width, MARKS_A_ROW * size * 1.25)
    draw_plate(image, margin, margin, width, number_height + pad + len(rows) * size * 1.4, radius=unit * 0.02)
    draw_text(image, number, margin + pad, margin + pad * 0.3, big, VIDEO["ink"])
    # the word stands on the number's baseline: Inter's ascent is 0.97 of its size
    draw_text(
        image, word, margin + pad + number_width + small * 0.4, margin + pad * 0.3 + 0.97 * (big - small), small, VIDEO["ink_soft"]
    )
    for row, entries in enumerate(rows):
        for column, clean in enumerate(entries):
            place = margin + pad + column * size * 1.25, margin + number_height + pad * 0.3 + row * size * 1.4
            if clean is None:
                draw_dash(image, *place, size, VIDEO["ink_soft"])
            else:
                (draw_check_mark if clean else draw_warning_mark)(image, *place, size, VIDEO["good" if clean else "fault"])
    return image


def draw_faults(image: Image, labels: Sequence[str]) -> Image:
    """Write faults in the upper right corner, one under the other."""
    unit = unit_of(image)
    size = text_size(image, SMALL_TEXT * 1.15)
    margin, pad = unit * 0.03, size * 0.5
    top = margin
    for label in labels:
        width, height = measure_text(label, size)
        whole = width + size * 1.3 + 2 * pad
        left = image.shape[1] - margin - whole
        draw_plate(image, left, top, whole, height + pad, radius=unit * 0.014, opacity=0.85)
        draw_warning_mark(image, left + pad, top + pad / 2 + (height - size) / 2, size, VIDEO["fault"])
        draw_text(image, label, left + pad + size * 1.3, top + pad / 2, size, VIDEO["fault"])
        top += height + pad * 1.6
    return image
