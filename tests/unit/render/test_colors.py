"""The colors keep apart what they mean, for every kind of sight, and text is readable."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from formcheck.render.colors import DARK, LIGHT, VIDEO, Theme, to_rgb

# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB.
SIGHT = {
    "typical": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}


def linear(rgb: tuple[int, int, int]) -> np.ndarray:
    share = np.array(rgb) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def luminance(rgb: tuple[int, int, int]) -> float:
    return float(linear(rgb) @ (0.2126, 0.7152, 0.0722))


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(to_rgb(a)), luminance(to_rgb(b))))
    return (high + 0.05) / (low + 0.05)


def lab(light: np.ndarray) -> np.ndarray:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(light, 0, 1) / (0.9505, 1.0, 1.089)
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
@pytest.mark.parametrize("sight", SIGHT)
def test_good_watch_and_fault_differ_for_every_sight(theme: Theme, sight: str) -> None:
    seen = [lab(SIGHT[sight] @ linear(to_rgb(theme.of(m)))) for m in ("good", "watch", "fault")]
    # 20 units of CIELAB are ten times the just noticeable difference
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 20


@pytest.mark.parametrize("sight", SIGHT)
def test_the_colors_on_video_differ_for_every_sight(sight: str) -> None:
    seen = [lab(SIGHT[sight] @ linear(VIDEO[m])) for m in ("good", "watch", "fault")]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 20


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
@pytest.mark.parametrize("text", ["ink", "ink_soft", "accent", "good", "watch", "fault"])
@pytest.mark.parametrize("ground", ["page", "panel"])
def test_text_has_the_contrast_that_wcag_asks_for(theme: Theme, text: str, ground: str) -> None:
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
@pytest.mark.parametrize("meaning", ["good", "watch", "fault"])
def test_text_on_its_own_tint_has_the_contrast_that_wcag_asks_for(theme: Theme, meaning: str) -> None:
    assert contrast(getattr(theme, meaning), getattr(theme, f"{meaning}_tint")) >= 4.5
