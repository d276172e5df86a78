"""The colors and what they mean, for light and dark.

Good, watch and fault are blue, amber and magenta-red: they differ in lightness as well as in hue, so that people with any of the
color blindnesses, and black-and-white prints, keep them apart (tests/unit/render/test_colors.py measures it). Nothing is shown by
color alone: faults also have a mark and a word.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

Meaning = Literal["good", "watch", "fault"]


@dataclass(frozen=True)
class Theme:
    """Colors as ``#rrggbb``. Text on ``page`` or ``panel`` has a contrast of at least 4.5 : 1 (WCAG 2.2 AA)."""

    name: Literal["light", "dark"]
    page: str
    panel: str
    line: str
    ink: str
    ink_soft: str
    accent: str
    good: str
    watch: str
    fault: str
    good_tint: str
    watch_tint: str
    fault_tint: str

    def of(self, meaning: Meaning) -> str:
        """Return the color of a meaning."""
        return str(getattr(self, meaning))

    def named(self) -> dict[str, str]:
        """Return every color by its name."""
        return {f.name.replace("_", "-"): getattr(self, f.name) for f in fields(self) if f.name != "name"}


LIGHT = Theme(
    name="light",
    page="#ffffff",
    panel="#f5f7f9",
    line="#d5dbe1",
    ink="#16202a",
    ink_soft="#52606d",
    accent="#0b5cad",
    good="#0b6bcb",
    watch="#96600a",
    fault="#b3134d",
    good_tint="#e2effb",
    watch_tint="#fcefd3",
    fault_tint="#fbe1ea",
)
DARK = Theme(
    name="dark",
    page="#11161b",
    panel="#1a2128",
    line="#38434e",
    ink="#eef2f5",
    ink_soft="#a9b5c0",
    accent="#79b8f7",
    good="#6bb1f9",
    watch="#f0c05a",
    fault="#fb7ba8",
    good_tint="#16304a",
    watch_tint="#3a2f14",
    fault_tint="#371a28",
)


def to_rgb(color: str) -> tuple[int, int, int]:
    """``#rrggbb`` → (r, g, b) in 0..255."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


# On video the background can be anything: bright colors, each drawn over a dark outline or plate.
VIDEO: dict[str, tuple[int, int, int]] = {
    "good": (90, 190, 255),
    "watch": (255, 200, 70),
    "fault": (255, 92, 150),
    "ink": (255, 255, 255),
    "ink_soft": (196, 206, 216),
    "plate": (14, 20, 26),
}

# Left is round and solid, right is square and dashed: so that color is not needed to distinguish them.
LEG_COLORS: dict[str, dict[str, str]] = {
    "light": {"left": "#0b5cad", "right": "#b85c00", "both": "#52606d"},
    "dark": {"left": "#79b8f7", "right": "#f0a94e", "both": "#a9b5c0"},
}
