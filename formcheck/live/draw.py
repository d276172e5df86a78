"""A live set drawn on its own picture, to be read from three meters: few and large words."""

from __future__ import annotations

import numpy as np

from formcheck.export.facts import format_number
from formcheck.export.figure import Figure
from formcheck.live.cues import show_count
from formcheck.live.state import LiveState
from formcheck.pose.track import Landmark
from formcheck.render.colors import VIDEO
from formcheck.render.drawing import (
    Rgb,
    draw_bar,
    draw_check_mark,
    draw_plate,
    draw_text,
    draw_warning_mark,
    measure_text,
    stroke_of,
    unit_of,
)
from formcheck.render.ghost import draw_ghost
from formcheck.render.marks import draw_inclination, draw_leg
from formcheck.support.language import tr
from formcheck.video.frames import Image

# Letter heights as shares of the picture's shorter side. On a laptop's picture, about 16 cm high, a list that is read from three
# meters needs letters of 8 mm, and a word that is understood at a glance 15 mm (1/200 of the distance).
BIG_SHARE = 0.125
COUNT_SHARE = 0.24
CHECK_SHARE = 0.06
SMALL_SHARE = 0.055
COUNTDOWN_SHARE = 0.5
# An older pose is not drawn: the person is no longer there.
MAX_POSE_AGE_S = 0.5
# Width of the counter's plate in the upper left corner, and the number of ticks that fit into it.
COUNTER_SHARE = 0.36
MARKS_SHOWN = 5
# The gauge reaches from zero to the record times this factor.
GAUGE_MARGIN = 1.25
GAUGE_FULL = {"°": 45.0, "cm": 12.0, "% foot": 45.0, "s": 30.0}


def draw_live(image: Image, state: LiveState, *, own_record: float | None = None, ghost: Figure | None = None) -> Image:
    """Draw the state on an (H, W, 3) RGB frame of the set, in place; return it.

    A ``ghost`` moves while the set runs; it begins again with every rep that is counted.
    """
    if ghost is not None:
        _draw_ghost(image, state, ghost)
    if state.points is not None and state.leg is not None and state.pose_age_s <= MAX_POSE_AGE_S:
        draw_leg(image, state.points, state.leg)
        if state.unit == "°" and np.isfinite(state.value):
            ankle, knee = (state.points[Landmark.of(state.leg, part)] for part in ("ankle", "knee"))
            draw_inclination(image, ankle, knee, state.up, f"{format_number(state.value, 0)}°", forward=state.forward)
    if state.stage == "coach":
        _draw_checks(image, state)
    elif state.stage == "countdown":
        _draw_in_middle(image, state.big)
    if state.stage in ("running", "ended"):
        _draw_count(image, state)
        _draw_gauge(image, state, own_record)
    if state.big and state.stage != "countdown":
        beside_counter = COUNTER_SHARE * unit_of(image) if state.stage in ("running", "ended") else 0.0
        color = "fault" if state.faulty else "watch" if state.stage == "coach" else "ink"
        _draw_banner(image, state.big, beside_counter, VIDEO[color], marked=state.faulty)
    return image


def _draw_ghost(image: Image, state: LiveState, ghost: Figure) -> None:
    if state.points is None or state.leg is None or state.forward is None or state.stage != "running":
        return
    begun_s = state.reps[-1].span.end_s if state.reps else state.running_since_s
    if begun_s is None or not state.pose_age_s <= MAX_POSE_AGE_S:
        return
    toe = state.points[Landmark.of(state.leg, "foot_index")]
    draw_ghost(image, ghost, max(0.0, state.time_s - begun_s), toe, state.up, state.forward, state.shank_px)


def _size(image: Image, share: float) -> int:
    return max(13, round(unit_of(image) * share))


def _draw_banner(image: Image, text: str, left: float, color: Rgb, *, marked: bool) -> None:
    """Write along the upper edge from ``left`` on, as large as fits. The lower edge stays free for the feet."""
    size = _size(image, BIG_SHARE)
    mark = 1.15 * marked
    width, height = measure_text(text, size)
    available = (image.shape[1] - left) * 0.94
    if width + mark * size > available:
        size = max(13, int(size * available / (width + mark * size)))
        width, height = measure_text(text, size)
    draw_plate(image, left, 0, image.shape[1] - left, height + size * 0.2, opacity=0.85)
    start = left + (image.shape[1] - left - width - mark * size) / 2
    if marked:
        draw_warning_mark(image, start, size * 0.2, size * 0.9, color)
    draw_text(image, text, start + mark * size, size * 0.05, size, color)


def _draw_in_middle(image: Image, text: str) -> None:
    size = _size(image, COUNTDOWN_SHARE)
    width, height = measure_text(text, size)
    left, top = (image.shape[1] - width) / 2, (image.shape[0] - height) / 2
    draw_plate(image, left - size * 0.3, top, width + size * 0.6, height, radius=size * 0.2)
    draw_text(image, text, left, top, size, VIDEO["ink"])


def _draw_checks(image: Image, state: LiveState) -> None:
    """Draw the coach's checks as a list, each with a tick or a warning mark."""
    if not state.checks:
        return
    size = _size(image, CHECK_SHARE)
    margin = unit_of(image) * 0.03
    row = size * 1.28
    below = _size(image, BIG_SHARE) * 1.4 + margin * 0.5
    width = max(measure_text(check.label, size)[0] for check in state.checks) + size * 2.2
    draw_plate(image, margin, below, width, row * len(state.checks) + size * 0.4, radius=size * 0.4)
    first = next((check.code for check in state.checks if not check.passed), None)
    for number, check in enumerate(state.checks):
        top = below + size * 0.25 + number * row
        if check.passed:
            draw_check_mark(image, margin + size * 0.4, top + size * 0.15, size * 0.9, VIDEO["good"])
        elif check.code == first:
            draw_warning_mark(image, margin + size * 0.4, top + size * 0.15, size * 0.9, VIDEO["fault"])
        # one thing at a time: later checks have no mark yet
        draw_text(
            image, check.label, margin + size * 1.6, top, size, VIDEO["ink" if check.passed or check.code == first else "ink_soft"]
        )


def _draw_count(image: Image, state: LiveState) -> None:
    """Draw the count and its target in the upper left corner, with a mark for each of the last repetitions."""
    unit = unit_of(image)
    big, small = _size(image, COUNT_SHARE), _size(image, SMALL_SHARE * 1.25)
    width = COUNTER_SHARE * unit
    number, words = show_count(state)
    number_width, number_height = measure_text(number, big)
    word_width, word_height = measure_text(words, small)
    # the numerals' box includes descenders, which numerals lack
    word_top = number_height * 0.88
    mark = width * 0.9 / MARKS_SHOWN
    draw_plate(image, 0, 0, width, word_top + word_height + (mark * 1.15 if state.reps else mark * 0.2), opacity=0.8)
    draw_text(image, number, (width - number_width) / 2, 0, big, VIDEO["ink"])
    draw_text(image, words, (width - word_width) / 2, word_top, small, VIDEO["ink_soft"])
    for place, rep in enumerate(state.reps[-MARKS_SHOWN:]):
        draw, color = (draw_warning_mark, VIDEO["fault"]) if rep.faults else (draw_check_mark, VIDEO["good"])
        draw(image, width * 0.05 + mark * (place + 0.08), word_top + word_height + mark * 0.08, mark * 0.84, color)


def _draw_gauge(image: Image, state: LiveState, own_record: float | None) -> None:
    """Draw a bar at the right edge: the current value, this set's best, and the person's record."""
    if not state.unit or not np.isfinite(state.value):
        return
    size = _size(image, SMALL_SHARE)
    full = max(
        GAUGE_FULL.get(state.unit, 1.0), GAUGE_MARGIN * max(own_record or 0.0, state.best if np.isfinite(state.best) else 0.0)
    )
    height, width = image.shape[0] * 0.62, size * 1.2
    left, top = image.shape[1] - width - size * 0.7, image.shape[0] * 0.3
    draw_plate(image, left - size * 0.2, top - size * 0.2, width + size * 0.4, height + size * 0.4, radius=size * 0.3)

    def level(value: float) -> float:
        return float(top + height * (1.0 - np.clip(value / full, 0.0, 1.0)))

    now, line, small = level(state.value), stroke_of(image, 0.01), _size(image, SMALL_SHARE * 0.9)
    draw_bar(image, left, now, width, max(1.0, top + height - now), VIDEO["good"], 0.95)
    text_above = np.inf
    levels = [(state.best, VIDEO["ink"], tr("best")), (own_record or np.nan, VIDEO["watch"], tr("record"))]
    for value, color, name in sorted((named for named in levels if named[0] > 0), key=lambda named: named[0]):
        at = level(value)
        draw_bar(image, left - size * 0.3, at - line / 2, width + size * 0.6, line, color, 0.99)
        text = f"{name} {value:.0f}"
        text_width, text_height = measure_text(text, small)
        # from the lowest up, each name above the one before where the two would cover each other
        text_left, text_top = left - text_width - size * 0.7, min(at - text_height / 2, text_above - text_height)
        text_above = text_top
        draw_plate(image, text_left - size * 0.2, text_top, text_width + size * 0.4, text_height, radius=size * 0.2)
        draw_text(image, text, text_left, text_top, small, color)
