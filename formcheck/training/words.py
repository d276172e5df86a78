"""Legs in words."""

from __future__ import annotations

from formcheck.support.language import tr

LEG_WORDS = {"left": tr("left leg"), "right": tr("right leg")}
