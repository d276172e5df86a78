"""Correcting a report by hand on its page: asking for the change, carrying it out, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from formcheck.app.analyze.corrected import Change, correct_result, draw_video_again, go_back
from formcheck.app.analyze.results import Result
from formcheck.app.shared import session, style
from formcheck.export import facts
from formcheck.report.schema import Rep, SetReport, WorkingSide
from formcheck.support.errors import FormcheckError

if TYPE_CHECKING:
    from formcheck.history.store.store import Store

KINDS = {"remove": "Remove a rep", "add": "Add a missed rep", "borders": "Move a rep's borders", "side": "Change the leg"}
# A border can be put this exactly, in seconds: finer than a frame of a phone's video.
STEP_S = 0.02
# Shown to each side of a rep whose borders are moved.
AROUND_S = 2.0
_LEGS: dict[WorkingSide, str] = {"left": "Left", "right": "Right", "both": "Both"}
_SIDE_NOTE = "If the exercise is seen on that leg, it is measured anew. If not, only the name of the leg changes."
_KIND, _ERROR = "correct_kind", "correct_error"


def show_editor(result: Result) -> Result | None:
    """Offer the corrections of a finished analysis; the corrected result once one was made, else None."""
    report = result.report
    if not result.correctable or report.exercise is None:
        return None
    with st.expander(
        "Counted wrongly? Correct it by hand", icon=":material/edit:", expanded=bool(report.corrections), key="correct"
    ):
        if said := st.session_state.pop(_ERROR, None):
            style.show_error(said)
        _show_old_video(result)
        back = _ask_back(result)
        if back is not None:
            return _carry_out("Going back…", go_back, result, back)
        change = _ask_change(result)
    return None if change is None else _carry_out("Measuring again…", correct_result, result, change)


def _carry_out(words: str, task: Callable[..., None], result: Result, *arguments: Any) -> Result:
    """Do one of `formcheck.app.analyze.corrected`'s tasks in a process of its own; the result as it is then."""
    try:
        with st.spinner(words):
            session.helpers().run(task, result.folder, *arguments, progress=lambda share, stage: None)
    except FormcheckError as error:
        st.session_state[_ERROR] = str(error)
        st.rerun()
    return Result(result.folder)


def show_saved_editor(store: Store, set_id: int, report: SetReport) -> None:
    """Offer what can be corrected of a set in the history, whose video is gone; a change is saved at once."""
    if report.exercise is None:
        return
    with st.expander(
        "Counted wrongly? Correct it by hand", icon=":material/edit:", expanded=bool(report.corrections), key="correct"
    ):
        changed = _ask_saved_back(report) or _ask_saved_change(report)
        st.caption(
            "A missed rep and other borders have to be measured in the video, and a saved set has none. Analyze the video again, "
            "correct it on its report, and save it: it takes the place of this set."
        )
    if changed is not None:
        store.replace_report(set_id, changed)
        st.rerun()


def _ask_saved_back(report: SetReport) -> SetReport | None:
    from formcheck.analysis.correction import undo_last

    if not report.corrections:
        return None
    with st.container(horizontal=True):
        if st.button("Undo the last correction", icon=":material/undo:", key="correct-undo"):
            return undo_last(report)
        if len(report.corrections) > 1 and st.button(
            "Back to what formcheck counted", icon=":material/restart_alt:", key="correct-reset"
        ):
            return report.as_counted
    return None


def _ask_saved_change(report: SetReport) -> SetReport | None:
    from formcheck.analysis.correction import remove_rep, rename_side

    kinds = ["remove", "side"] if report.reps else ["side"]
    kind = st.segmented_control("What is wrong?", kinds, format_func=KINDS.__getitem__, default=kinds[0], required=True, key=_KIND)
    if kind == "remove":
        number = _ask_rep(report, "Which one is not a rep?")
        return (
            remove_rep(report, number)
            if st.button(f"Remove rep {number}", icon=":material/delete:", key="correct-remove")
            else None
        )
    side = _ask_side(report, "The numbers stay those of the leg that was followed; only its name changes.")
    return None if side is None else rename_side(report, side)


def take_corrected(result: Result, result_key: str, saved_key: str) -> None:
    """Put a corrected result in the place of the one that a page shows, which can then be saved again, and show it."""
    state = st.session_state
    state[result_key] = result
    state.pop(saved_key, None)
    state.pop("chosen_rep", None)
    st.rerun()


def _show_old_video(result: Result) -> None:
    if result.video_is_current:
        return
    st.caption("The video still shows the count from before this correction.")
    if st.button("Draw the video again", icon=":material/movie_edit:", key="draw-again"):
        bar = st.progress(0.0, "Drawing")

        def tell(share: float, stage: str) -> None:
            bar.progress(min(1.0, share), f"{stage}: {share:.0%}")

        try:
            session.helpers().run(draw_video_again, result.folder, progress=tell)
        except FormcheckError as error:
            st.session_state[_ERROR] = str(error)
        st.rerun()


def _ask_back(result: Result) -> int | None:
    """How many corrections shall be left, if some are to be taken back."""
    if not result.steps:
        return None
    with st.container(horizontal=True):
        if st.button("Undo the last correction", icon=":material/undo:", key="correct-undo"):
            return result.steps - 1
        if result.steps > 1 and st.button("Back to what formcheck counted", icon=":material/restart_alt:", key="correct-reset"):
            return 0
    return None


def _ask_change(result: Result) -> Change | None:
    report = result.report
    kinds = [kind for kind in KINDS if report.reps or kind in ("add", "side")]
    kind = st.segmented_control("What is wrong?", kinds, format_func=KINDS.__getitem__, default=kinds[0], required=True, key=_KIND)
    if kind == "remove":
        number = _ask_rep(report, "Which one is not a rep?")
        if st.button(f"Remove rep {number}", icon=":material/delete:", key="correct-remove"):
            return Change("without_rep", (number,))
    elif kind == "borders":
        return _ask_borders(result)
    elif kind == "add":
        return _ask_missed(result)
    elif (side := _ask_side(report, _SIDE_NOTE)) is not None:
        return Change("with_side", (side,))
    return None


def _ask_rep(report: SetReport, label: str) -> int:
    """Ask for one of the reps; each is named with its time and value."""
    reps = {rep.number: rep for rep in report.reps}
    number: int = st.selectbox(label, list(reps), format_func=lambda k: _name_rep(report, reps[k]), width=360, key="correct-rep")
    return number


def _ask_side(report: SetReport, note: str) -> WorkingSide | None:
    """Ask which leg worked; the answer once it was given."""
    exercise = facts.exercise_of(report)
    others = [side for side in (exercise.sides if exercise else ()) if side != report.side]
    side = st.segmented_control("Which leg worked?", others, format_func=_LEGS.__getitem__, default=others[0], required=True)
    st.caption(note)
    return side if st.button("Change the leg", icon=":material/swap_horiz:", key="correct-side") else None


def _ask_borders(result: Result) -> Change | None:
    report = result.report
    number = _ask_rep(report, "Which rep?")
    rep = next(rep for rep in report.reps if rep.number == number)
    low = max((r.end_s for r in report.reps if r.end_s <= rep.start_s), default=0.0)
    high = min((r.start_s for r in report.reps if r.start_s >= rep.end_s), default=report.video.duration_s)
    low, high = max(low, rep.start_s - AROUND_S), min(high, rep.end_s + AROUND_S)
    start, end = _ask_span("From and to, seconds", low, high, rep.start_s, rep.end_s, f"borders-{number}-{result.steps}")
    _show_borders(result, start, end, (low, high))
    if st.button("Measure it between these borders", icon=":material/straighten:", key="correct-borders"):
        return Change("with_borders", (number, start, end))
    return None


def _ask_missed(result: Result) -> Change | None:
    report = result.report
    edges = [0.0, *(t for rep in report.reps for t in (rep.start_s, rep.end_s)), report.video.duration_s]
    gaps = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 0.5]
    if not gaps:
        st.caption("There is no time left between the reps for another one. Move their borders first.")
        return None
    longest = max(range(len(gaps)), key=lambda k: gaps[k][1] - gaps[k][0])
    place = st.selectbox(
        "Where was it missed?", range(len(gaps)), longest, format_func=lambda k: _name_gap(report, gaps[k]), width=360, key="gap"
    )
    low, high = gaps[place]
    third = (high - low) / 3
    start, end = _ask_span("From and to, seconds", low, high, low + third, high - third, f"missed-{place}-{result.steps}")
    _show_borders(result, start, end, (low, high))
    if st.button("Add a rep here", icon=":material/add:", key="correct-add"):
        return Change("with_rep", (start, end))
    return None


def _ask_span(label: str, low: float, high: float, start: float, end: float, key: str) -> tuple[float, float]:
    """Two borders on one slider, which the arrow keys move by a frame or so."""
    low, high = round(low, 2), round(high, 2)
    value = (round(max(low, start), 2), round(min(high, end), 2))
    chosen: tuple[float, float] = st.slider(label, low, high, value, STEP_S, format="%.2f s", key=key)
    return chosen


def _show_borders(result: Result, start_s: float, end_s: float, shown: tuple[float, float]) -> None:
    """The signal over the time that the slider spans, with the borders as they are asked for."""
    series, title = _read_signal(result)
    inside = series[(series["time"] >= shown[0]) & (series["time"] <= shown[1])]
    colours = style.theme()
    x = alt.X("time:Q", title="Time in the video (s)", scale=alt.Scale(domain=list(shown), nice=False))
    y = alt.Y("value:Q", title=title, scale=alt.Scale(zero=False))
    chart = alt.layer(
        alt.Chart(pd.DataFrame([{"time": start_s, "end": end_s}]))
        .mark_rect(color=colours.accent, opacity=0.18)
        .encode(x=x, x2="end:Q"),
        alt.Chart(inside).mark_line(color=colours.ink, strokeWidth=1.8).encode(x=x, y=y),
        alt.Chart(pd.DataFrame({"time": [start_s, end_s]})).mark_rule(color=colours.accent, strokeWidth=2.5).encode(x=x),
    ).properties(height=250)
    st.altair_chart(chart, width="stretch", alt=f"{title} around the rep; its borders stand at {start_s:.2f} and {end_s:.2f} s.")


def _read_signal(result: Result) -> tuple[pd.DataFrame, str]:
    from formcheck.analysis.archive import read_analysis

    analysis = read_analysis(result.analysis_file(result.steps))
    headline, exercise = facts.headline_of(result.report), facts.exercise_of(result.report)
    assert exercise is not None  # without a drill there is nothing to correct
    curve = exercise.curve_of(headline.name if headline else exercise.headline)
    values = analysis.signals.get(curve.signal, np.full(len(analysis.track), np.nan))
    title = curve.axis
    if not np.isfinite(values).any() or curve.signal != "tibial_inclination_deg":
        # The foot was looked at in the reps alone: the body's movement is known in between, too.
        values, title = analysis.signals["rep_signal"], "Movement"
    return pd.DataFrame({"time": analysis.track.time_s, "value": values}), title


def _name_rep(report: SetReport, rep: Rep) -> str:
    headline = facts.headline_of(report)
    value = f": {facts.format_value(headline, rep.measures.get(headline.name))}" if headline else ""
    return f"Rep {rep.number} at {facts.format_time(rep.start_s)}{value}"


def _name_gap(report: SetReport, gap: tuple[float, float]) -> str:
    before = next((rep.number for rep in reversed(report.reps) if rep.end_s <= gap[0] + 1e-6), None)
    after = next((rep.number for rep in report.reps if rep.start_s >= gap[1] - 1e-6), None)
    where = "in the whole video"
    if before and after:
        where = f"between reps {before} and {after}"
    elif before or after:
        where = f"after rep {before}" if before else f"before rep {after}"
    return f"{where[:1].upper()}{where[1:]} ({facts.format_time(gap[0])} to {facts.format_time(gap[1])})"
