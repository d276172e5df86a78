"""The ghost: a kept rep drawn translucent over a live picture, and beside another rep in a report."""

from __future__ import annotations

import cv2
import numpy as np

from formcheck.export.figure import JOINTS, OUTLINE, Figure
from formcheck.render.colors import VIDEO, Theme
from formcheck.render.drawing import SHIFT, is_drawable
from formcheck.support.arrays import FloatArray
from formcheck.video.frames import Image

# How much of the figure covers the picture; its dark rim shows it before a light wall.
OPACITY = 0.5
RIM = 0.2
# Limbs are this thick, shank lengths: 7 cm of a shank of 42 cm.
THICKNESS = 0.16
# The figure stands still at its end for this long before it begins again, seconds.
PAUSE_S = 0.6
# The drawing in a report: pixels for a shank length, the margin around the figure, and the least pictures of a movement.
_SHANK, _MARGIN = 90.0, 26.0
_ORDER = [JOINTS.index(joint) for joint in OUTLINE]


def draw_ghost(
    image: Image, figure: Figure, since_s: float, toe: FloatArray, up: FloatArray, forward: FloatArray, shank_px: float
) -> Image:
    """Draw a figure over an (H, W, 3) RGB picture, in place, as it is ``since_s`` seconds after its beginning; return the picture.

    Parameters
    ----------
    toe
        (2,) where the working foot's toes are in the picture, pixels; the figure stands there.
    up, forward
        (2,) unit vectors in the picture.
    shank_px
        The person's shank length, pixels: the figure's scale.
    """
    if not (np.isfinite(shank_px) and shank_px > 1.0 and np.isfinite(since_s)):
        return image
    places = _filled(figure)
    index = min(int((since_s % (figure.duration_s + PAUSE_S)) * figure.rate_hz), len(places) - 1)
    points = toe + shank_px * (places[index, :, :1] * forward + places[index, :, 1:] * up)
    if not is_drawable(image, *points):
        return image
    path = np.round(points[_ORDER] * (1 << SHIFT)).astype(np.int32)
    covered = image.copy()
    width = max(3, round(THICKNESS * shank_px))
    cv2.polylines(covered, [path], False, VIDEO["plate"], width + max(2, round(RIM * width)), cv2.LINE_AA, SHIFT)
    cv2.polylines(covered, [path], False, VIDEO["ink"], width, cv2.LINE_AA, SHIFT)
    cv2.addWeighted(covered, OPACITY, image, 1.0 - OPACITY, 0.0, dst=image)
    return image


def ghost_drawing(own: Figure, other: Figure, words: str, theme: Theme) -> str:
    """Return a drawing in which two reps are done again and again, from the same toes on: SVG without a script.

    Parameters
    ----------
    own, other
        The set's rep, drawn solid, and the rep to compare it with, drawn translucent.
    words
        What the drawing shows, for people who cannot see it.

    A visitor who asks for less motion sees both reps at the moment at which they differ most from their beginning.
    """
    length_s = max(own.duration_s, other.duration_s) + PAUSE_S
    moves = [_filled(figure) for figure in (other, own)]
    all_places = np.concatenate([places.reshape(-1, 2) for places in moves])
    low, high = all_places.min(axis=0), all_places.max(axis=0)
    size = np.maximum((high - low) * _SHANK + 2 * _MARGIN, 1.0)

    def path(places: FloatArray) -> str:
        at = (places[_ORDER] - [low[0], high[1]]) * [_SHANK, -_SHANK] + _MARGIN
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in at)

    drawn = []
    for figure, places, look in zip(
        (other, own), moves, (f'stroke="{theme.watch}" opacity="0.5"', f'stroke="{theme.accent}"'), strict=True
    ):
        top = int(np.argmax(np.abs(places - places[0]).sum(axis=(1, 2))))
        share = np.append(np.linspace(0.0, figure.duration_s / length_s, len(places)), 1.0)
        values = ";".join(path(p) for p in (*places, places[-1]))
        times = ";".join(f"{t:.4f}" for t in share)
        line = f'fill="none" stroke-width="{THICKNESS * _SHANK:.0f}" stroke-linecap="round" stroke-linejoin="round" {look}'
        drawn.append(
            f'<polyline class="moving" {line} points="{path(places[0])}"><animate attributeName="points" dur="{length_s:.2f}s" '
            f'repeatCount="indefinite" keyTimes="{times}" values="{values}"/></polyline>'
            f'<polyline class="still" {line} points="{path(places[top])}"/>'
        )
    floor = _MARGIN + high[1] * _SHANK + THICKNESS * _SHANK / 2
    return (
        f'<svg viewBox="0 0 {size[0]:.0f} {size[1]:.0f}" role="img" aria-label="{words}" xmlns="http://www.w3.org/2000/svg">'
        "<style>.still { display: none; } @media (prefers-reduced-motion: reduce) "
        "{ .moving { display: none; } .still { display: inline; } }</style>"
        f'<line x1="4" x2="{size[0] - 4:.0f}" y1="{floor:.0f}" y2="{floor:.0f}" stroke="{theme.ink_soft}" stroke-width="2"/>'
        f"{''.join(drawn)}</svg>"
    )


def _filled(figure: Figure) -> FloatArray:
    """(T, 6, 2) the figure's places with unknown samples filled in from the known ones beside them."""
    places = figure.places()
    steps = np.arange(len(places))
    for joint in range(places.shape[1]):
        for axis in range(2):
            values = places[:, joint, axis]
            known = np.isfinite(values)
            places[:, joint, axis] = np.interp(steps, steps[known], values[known]) if known.any() else 0.0
    return places
