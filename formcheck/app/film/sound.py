"""Beeps, spoken cues and the metronome, made in the browser: no sound file, no outside script."""

from __future__ import annotations

from collections.abc import Iterable

from formcheck.app.shared.components import load_component
from formcheck.live import LiveState
from formcheck.live.state import Cue
from formcheck.support.language import tr

WORDS = {"on": tr("Sound is on"), "off": tr("Sound is off")}
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
.heard-only { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
"""


def play(set_id: str, state: LiveState, *, metronome_bpm: int = 0) -> None:
    """Play the state's new cues, each once; ``metronome_bpm`` ticks a minute while the set runs, 0 for none."""
    _play("film-sound", set_id, state.cues, metronome_bpm if state.stage == "running" else 0)


def play_cues(set_id: str, cues: Iterable[Cue]) -> None:
    """Play a guided set's new cues, each once; the page shows the word of the moment itself, so theirs is for screen readers."""
    _play("guided-sound", set_id, cues, heard_only=True)


def say(name: str, text: str) -> None:
    """Say one thing once; ``name`` identifies it."""
    _play(f"film-say-{name}", name, [Cue(1, 0.0, "go", text)])


def _play(key: str, set_id: str, cues: Iterable[Cue], metronome_bpm: int = 0, *, heard_only: bool = False) -> None:
    load_component("formcheck_sound", "film_sound.js", HTML, CSS)(
        key=key,
        data={
            "set": set_id,
            "cues": [{"number": cue.number, "kind": cue.kind, "text": cue.text} for cue in cues],
            "metronome": metronome_bpm,
            "words": WORDS,
            "heardOnly": heard_only,
        },
    )
