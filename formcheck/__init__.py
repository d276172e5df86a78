"""A computer-vision form checker for the foot-and-ankle exercises that keep runners running."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from formcheck.analysis.pipeline import analyze_video
    from formcheck.report.schema import Athlete, SetReport

__all__ = ["Athlete", "SetReport", "analyze_video"]

_HOMES = {
    "analyze_video": "formcheck.analysis.pipeline",
    "SetReport": "formcheck.report.schema",
    "Athlete": "formcheck.report.schema",
}


def __getattr__(name: str) -> Any:
    """Load the public names when they are asked for: `import formcheck` alone loads nothing heavy."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
