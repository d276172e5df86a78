"""The foot as filmed: its silhouette on the flat frame, which shows where it begins and ends.

Feet are 0.14 to 0.16 of the body's height, and a shoe adds a tenth. A silhouette is cut out by GrabCut (Rother 2004, doi
10.1145/1015706.1015720): the colors of foot and floor are learned from the picture itself, and the border runs along edges. Where
it ends inside the searched area it gives the length; otherwise the usual length stands.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np

from formcheck.foot.shape import RUN_SD_LINE, Crop, FootPose, Polygon, compute_run_sd
from formcheck.scene.scene import FOOT_PER_HEIGHT
from formcheck.signals.evidence import Estimate, fuse
from formcheck.video.frames import Image

# Standard deviations of a foot's length as a share of body height. Bare: 0.0055 (1.3 and 1.2 cm of 27.0 and 24.4 cm in men and
# women whose heights vary by 6.7 and 6.4 cm, with r about 0.7: Gordon 1989, ANSUR; women's feet are shorter in proportion: Fessler
# 2005, Ann Hum Biol 32:44). A shoe that fits leaves 1.0 to 1.7 cm before the toes (1.2 cm: Merriman 2002, Assessment of the Lower
# Limb, p. 257), and its ends add about 1 cm: 0.015 of the height, give or take 0.009. Whether there is a shoe is not known, so half
# of all feet are taken to wear one, around the bare foot's length.
BARE_SD, SHOE_LONGER, SHOE_SD = 0.0055, 0.015, 0.009
LENGTH_SD = math.sqrt(0.5 * BARE_SD**2 + 0.5 * (SHOE_LONGER**2 + SHOE_SD**2)) / FOOT_PER_HEIGHT
# Silhouettes are cut out at this many pixels for a foot; half a pixel is less than 1 % of it.
SEARCHED_PX = 80.0
# A smaller foot has no silhouette: its toe, a twelfth of its length high, is thinner than the three pixels taken for noise.
LEAST_PX = 40.0
# Areas in foot lengths of the usual foot. Surely the foot and the leg above it; likely so; and everything else that may be.
SURE: Polygon = ((0.15, 0.03), (0.75, 0.03), (0.70, 0.07), (0.42, 0.20), (0.36, 0.60), (0.14, 0.60), (0.12, 0.10))
LIKELY: Polygon = ((-0.03, -0.03), (1.02, -0.03), (1.02, 0.12), (0.50, 0.30), (0.45, 0.70), (0.02, 0.70), (-0.03, 0.30))
SEARCHED: Polygon = ((-0.30, -0.22), (1.35, -0.22), (1.35, 0.25), (0.75, 0.32), (0.60, 0.70), (-0.10, 0.70), (-0.30, 0.40))
# The foot's ends are looked for from the floor in front of a slanting sole up to the height of a heel's and a toe's roundest place.
# The other foot stands higher in the picture.
LOWEST, HIGHEST = -0.12, 0.13
# Landmarks place the heel to a twentieth of the foot (1 σ); what ends three times as far behind it is something else. A toe nearer
# than this to the border of the searched area, or to that of the sure one, was not found.
FURTHEST_BACK, BORDER = -0.15, 0.03
ROUNDS = 3
# Standard deviation of each end of a silhouette, foot lengths (half a centimeter): its edge is soft, and heels and toes are round.
END_SD = 0.02


@dataclass(frozen=True)
class FilmedFoot:
    """Where a flat foot begins, foot lengths of the usual foot ahead of its pose's back, and its length in the same unit."""

    back: float
    length: Estimate


def find_foot(pose: FootPose, crop: Crop) -> FilmedFoot | None:
    """Return the flat foot that an RGB picture shows; None where its silhouette has no end at the heel or at the toe."""
    ends = _find_ends(pose, crop)
    if ends is None:
        return None
    across = np.array([-pose.up[1], pose.up[0]])
    run = min(1.0, abs(float(pose.forward @ across)))
    turned = compute_run_sd(run)
    run_sd = turned * RUN_SD_LINE / math.hypot(turned, RUN_SD_LINE)
    length = ends[1] - ends[0]
    sd = math.hypot(math.sqrt(2.0) * END_SD, length * run_sd / run)
    return FilmedFoot(ends[0], fuse([Estimate(1.0, LENGTH_SD, "height"), Estimate(length, sd, "silhouette")]))


def fit_pose(pose: FootPose, foot: FilmedFoot) -> FootPose:
    """Return the pose with a filmed foot's length and the place of its back."""
    return replace(pose, back=pose.place(foot.back, 0.0), length_px=pose.length_px * foot.length.value)


def _find_ends(pose: FootPose, crop: Crop) -> tuple[float, float] | None:
    """Return where the silhouette's heel and toe end, foot lengths of the usual foot."""
    if not crop.shows_something or not pose.length_px >= LEAST_PX:
        return None
    scale = min(1.0, SEARCHED_PX / pose.length_px)
    cut = _cut_searched(pose, crop, scale)
    if not cut.shows_something:
        return None
    small = replace(pose, back=pose.back * scale, length_px=pose.length_px * scale)
    silhouette = _segment(small, cut)
    rows, columns = np.nonzero(silhouette)
    if not len(rows):
        return None
    places = small.in_feet(np.stack([columns, rows], axis=1) + cut.offset)
    ahead = places[(places[:, 1] > LOWEST) & (places[:, 1] < HIGHEST), 0]
    if not len(ahead):
        return None
    half = 0.5 / small.length_px
    back, toe = float(ahead.min()) - half, float(ahead.max()) + half
    found = back > FURTHEST_BACK and SURE[1][0] + BORDER < toe < SEARCHED[1][0] - BORDER
    return (back, toe) if found else None


def _cut_searched(pose: FootPose, crop: Crop, scale: float) -> Crop:
    """Cut the searched area out of a picture and make it ``scale`` times as large."""
    outline = pose.outline(SEARCHED) - crop.offset
    left, top = np.maximum(0, outline.min(axis=0).astype(int))
    right, bottom = np.maximum(0, outline.max(axis=0).astype(int) + 1)
    part = crop.picture[top:bottom, left:right]
    if min(part.shape[:2]) < 1:
        return Crop(np.empty((0, 0, 3), np.uint8), np.zeros(2))
    small = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1.0 else part
    return Crop(np.ascontiguousarray(small, np.uint8), (crop.offset + np.array([left, top])) * scale)


def _segment(pose: FootPose, crop: Crop) -> Image:
    """(h, w) mask of the foot and the leg above it: the part of the foreground that holds the middle of the foot."""
    labels = np.full(crop.picture.shape[:2], cv2.GC_BGD, np.uint8)
    for area, label in ((SEARCHED, cv2.GC_PR_BGD), (LIKELY, cv2.GC_PR_FGD), (SURE, cv2.GC_FGD)):
        labels[crop.mask(pose.outline(area)) > 0] = label
    if not {cv2.GC_PR_BGD, cv2.GC_FGD} <= set(np.unique(labels).tolist()):
        return np.zeros_like(labels)
    cv2.setRNGSeed(0)  # GrabCut starts from random color clusters
    unused = (0, 0, 1, 1)  # the labels say where to look
    cv2.grabCut(crop.picture, labels, unused, np.zeros((1, 65)), np.zeros((1, 65)), ROUNDS, cv2.GC_INIT_WITH_MASK)
    found = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    found = np.asarray(cv2.morphologyEx(found, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
    _, parts = cv2.connectedComponents(found)
    column, row = np.rint(pose.place(0.4, 0.08) - crop.offset).astype(int)
    inside = 0 <= row < parts.shape[0] and 0 <= column < parts.shape[1] and parts[row, column]
    return np.asarray(parts == parts[row, column], np.uint8) if inside else np.zeros_like(labels)
