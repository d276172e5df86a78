"""Beeps, spoken cues and the metronome, made in the browser: no sound file, no outside script."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from formcheck.live import LiveState
from formcheck.live.state import Cue
from formcheck.support.language import tr

WORDS = {"on": tr("Sound is on"), "off": tr("Sound is off")}
ASSETS = Path(__file__).parents[1] / "assets"
HTML = """
<div class="bar">
  <button type="button" class="mute" aria-pressed="false"></button>
  <span class="said" role="status" aria-live="polite"></span>
</div>
"""
CSS = """
.bar { display: flex; gap: 1rem; align-items: center; min-height: 2.5rem;
  font-family: var(--st-font); color: var(--st-text-color); }
.mute { font: inherit; padding: .4rem .9rem; border-radius: .6rem; border: 1px solid var(--st-border-color);
  background: transparent; color: inherit; cursor: pointer; min-height: 2.5rem; white-space: nowrap; flex: none; }
.mute:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.said { font-size: 1.1rem; font-weight: 600; }
"""


@lru_cache(maxsize=1)
def _component() -> Any:
    return st.components.v2.component(
        "formcheck_sound", html=HTML, css=CSS, js=(ASSETS / "film_sound.js").read_text(encoding="utf-8")
    )


def play(set_id: str, state: LiveState, *, metronome_bpm: int = 0) -> None:
    """Play the state's new cues, each once; ``metronome_bpm`` ticks a minute while the set runs, 0 for none."""
    _component()(
        key="film-sound",
        data={
            "set": set_id,
            "cues": [{"number": cue.number, "kind": cue.kind, "text": cue.text} for cue in state.cues],
            "metronome": metronome_bpm if state.stage == "running" else 0,
            "words": WORDS,
        },
    )


def play_cues(set_id: str, cues: Iterable[Cue]) -> None:
    """Play a set's new cues, each once."""
    _component()(
        key="guided-sound",
        data={
            "set": set_id,
            "cues": [{"number": c.number, "kind": c.kind, "text": c.text} for c in cues],
            "metronome": 0,
            "words": WORDS,
        },
    )


def say(name: str, text: str) -> None:
    """Say one thing once; ``name`` identifies it."""
    cue = {"number": 1, "kind": "go", "text": text}
    _component()(key=f"film-say-{name}", data={"set": name, "cues": [cue], "metronome": 0, "words": WORDS})
