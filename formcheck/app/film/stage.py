"""The page *Film a set* while the camera runs, readable from three meters: one thing at a time beside a large picture."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st

from formcheck.app.serve import ASSETS
from formcheck.live import LiveSetup, LiveState
from formcheck.live.coach import MAY_MISS, MIN_POSES_PER_S
from formcheck.live.cues import show_count
from formcheck.live.state import Check
from formcheck.support.language import tr


def set_stage() -> None:
    """Enlarge the picture: everything else on the page moves aside or is hidden."""
    st.html(f"<style>{(ASSETS / 'film.css').read_text(encoding='utf-8')}</style>")


def show_panel(setup: LiveSetup, state: LiveState) -> None:
    """Show what matters right now."""
    if state.stage == "coach":
        inner = _words(state.big, "watch") + _list_checks(state.checks)
    elif state.stage == "ready":
        inner = _words(tr("Ready. Hold still."), "good")
    elif state.stage == "countdown":
        inner = f'<p class="fc-huge">{escape(state.big)}</p>'
    else:
        inner = show_amount(state) + _numbers(setup, state) + _words(state.big, "fault" if state.faulty else "ink")
    st.html(f'<div class="fc-panel">{inner}</div>')


def describe_speed(state: LiveState) -> str:
    """How many frames are analyzed, and with which model: "Analyzing 15 frames per second (full model)"."""
    sentence = tr("Analyzing {poses_per_s:.0f} frames per second ({model} model)").format(
        poses_per_s=state.poses_per_s, model=state.model
    )
    slow = state.model == "lite" or 0.0 < state.poses_per_s < MIN_POSES_PER_S
    return tr("{speed}. {advice}.").format(speed=sentence, advice=MAY_MISS) if slow else sentence


def _words(text: str, kind: str) -> str:
    return f'<p class="fc-words fc-{kind}">{escape(text)}</p>' if text else ""


def _list_checks(checks: tuple[Check, ...]) -> str:
    """The coach's checks: those passed, the one to correct now, and those after it."""
    first = next((check.code for check in checks if not check.passed), None)
    rows = []
    for check in checks:
        kind = "fc-done" if check.passed else "fc-first" if check.code == first else "fc-open"
        rows.append(f'<li class="{kind}">{escape(check.label)}</li>')
    return f'<ul class="fc-checks">{"".join(rows)}</ul>'


def show_amount(state: LiveState) -> str:
    """The reps so far; of an exercise that is held for a time, the seconds of this hold."""
    number, words = show_count(state)
    return f'<p class="fc-count"><b>{number}</b> {words}</p>'


def _numbers(setup: LiveSetup, state: LiveState) -> str:
    shown = [(tr("Best clean rep so far (live estimate)"), format_estimate(state.best, state.best_error, state.unit))]
    if setup.own_record is not None:
        shown.append((tr("Your record"), format_value(setup.own_record, state.unit)))
    return "<dl>" + "".join(f"<div><dt>{name}</dt><dd>{text}</dd></div>" for name, text in shown) + "</dl>"


def format_estimate(value: float, error: float, unit: str) -> str:
    """Return a live number, rounded to a whole number, with its expected error; a dash if it is unknown."""
    if not np.isfinite(value):
        return "–"
    margin = f" ± {np.ceil(error):.0f}" if np.isfinite(error) else ""
    return f"{value:.0f}{margin}{'' if unit == '°' else ' '}{unit}"


def format_value(value: float | None, unit: str) -> str:
    """Return a number with its unit; a dash if it is unknown."""
    if value is None or not np.isfinite(value):
        return "–"
    return f"{value:.1f}{'' if unit == '°' else ' '}{unit}"
