"""Correcting a report by hand on its page: asking for the change, making it, and undoing it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from formcheck.app.analyze.corrected import Change, correct_result, draw_video_again, go_back
from formcheck.app.analyze.results import Result
from formcheck.app.shared import style, visits
from formcheck.export import facts
from formcheck.report.limits import MIN_REP_S
from formcheck.report.schema import Rep, SetReport, WorkingSide
from formcheck.signals.reps import EDGE_SHARE
from formcheck.support.arrays import FloatArray
from formcheck.support.errors import FormcheckError
from formcheck.support.language import tr, upper_first
from formcheck.support.legs import SIDE_TITLES

if TYPE_CHECKING:
    from formcheck.history.store.store import Store

KINDS = {
    "remove": tr("Remove a rep"),
    "add": tr("Add a missed rep"),
    "borders": tr("Adjust a rep's start and end"),
    "side": tr("Change the leg"),
}
# Step of a start or end, seconds: finer than a frame of a phone's video.
STEP_S = 0.02
# Time shown on each side of a rep whose start and end are adjusted, seconds.
AROUND_S = 2.0
# The title of a curve that shows when the body moved; its height is of no unit.
_MOVEMENT = tr("Movement")
_SIDE_NOTE = tr("If the exercise is found on that leg, it is measured again. If not, only the name of the leg changes.")
_KIND, _ERROR = "correct_kind", "correct_error"


def show_editor(result: Result) -> Result | None:
    """Offer the corrections of a finished analysis; the corrected result once one was made, else None."""
    report = result.report
    if not result.correctable or report.drill is None:
        return None
    with st.expander(
        tr("Counted wrongly? Correct it by hand"), icon=":material/edit:", expanded=bool(report.corrections), key="correct"
    ):
        if message := st.session_state.pop(_ERROR, None):
            style.show_error(message)
        _show_old_video(result)
        back = _ask_back(result.steps)
        if back is not None:
            return _carry_out(tr("Going back…"), go_back, result, back)
        change = _ask_change(result)
    return None if change is None else _carry_out(tr("Measuring again…"), correct_result, result, change)


def _carry_out(words: str, task: Callable[..., None], result: Result, *arguments: Any) -> Result:
    """Do one of `formcheck.app.analyze.corrected`'s tasks in a process of its own; the result as it is then."""
    try:
        with st.spinner(words):
            visits.helpers().run(task, result.folder, *arguments, progress=lambda share, stage: None)
    except FormcheckError as error:
        st.session_state[_ERROR] = str(error)
        st.rerun()
    return Result(result.folder)


def show_saved_editor(store: Store, set_id: int, report: SetReport) -> None:
    """Offer what can be corrected of a set in the history, whose video is gone; a change is saved at once."""
    if report.drill is None:
        return
    with st.expander(
        tr("Counted wrongly? Correct it by hand"), icon=":material/edit:", expanded=bool(report.corrections), key="correct"
    ):
        changed = _take_back(report) or _ask_saved_change(report)
        st.caption(
            tr(
                "A missed rep, or another start or end, has to be measured in the video, which a saved set "
                "doesn't have. Analyze the video again, correct it in its report and save it: it replaces this "
                "set."
            )
        )
    if changed is not None:
        store.replace_report(set_id, changed)
        st.rerun()


def _take_back(report: SetReport) -> SetReport | None:
    """The report without its last correction, or without any, if that was asked for."""
    from formcheck.analysis.correction import undo_last

    left = _ask_back(len(report.corrections))
    if left is None:
        return None
    return undo_last(report) if left == len(report.corrections) - 1 else report.as_counted


def _ask_saved_change(report: SetReport) -> SetReport | None:
    from formcheck.analysis.correction import remove_rep, rename_side

    kinds = ["remove", "side"] if report.reps else ["side"]
    if _ask_kind(kinds) == "remove":
        rep = _ask_rep(report, tr("Which one is not a rep?"))
        return remove_rep(report, rep.number) if _ask_to_remove(rep) and rep is not None else None
    side = _ask_side(report, tr("The numbers stay as measured; only the name of the leg changes."))
    return None if side is None else rename_side(report, side)


def take_corrected(result: Result, result_key: str, saved_key: str) -> None:
    """Put a corrected result in the place of the one that a page shows, which can then be saved again, and show it."""
    state = st.session_state
    state[result_key] = result
    state.pop(saved_key, None)
    st.rerun()


def _show_old_video(result: Result) -> None:
    if result.video_is_current:
        return
    st.caption(tr("The video still shows the reps as they were before this correction."))
    if st.button(tr("Draw the video again"), icon=":material/movie_edit:", key="draw-again"):
        bar = st.progress(0.0, tr("Drawing"))

        def show(share: float, stage: str) -> None:
            bar.progress(min(1.0, share), f"{stage}: {share:.0%}")

        try:
            visits.helpers().run(draw_video_again, result.folder, progress=show)
        except FormcheckError as error:
            st.session_state[_ERROR] = str(error)
        st.rerun()


def _ask_back(made: int) -> int | None:
    """Ask, of the corrections ``made``, how many shall be left; None if none is to be taken back."""
    if not made:
        return None
    with st.container(horizontal=True):
        if st.button(tr("Undo the last correction"), icon=":material/undo:", key="correct-undo"):
            return made - 1
        if made > 1 and st.button(tr("Back to what formcheck counted"), icon=":material/restart_alt:", key="correct-reset"):
            return 0
    return None


def _ask_change(result: Result) -> Change | None:
    report = result.report
    kinds = [kind for kind in KINDS if report.reps or kind in ("add", "side")]
    kind = _ask_kind(kinds)
    if kind == "remove":
        rep = _ask_rep(report, tr("Which one is not a rep?"))
        if _ask_to_remove(rep) and rep is not None:
            return Change("without_rep", (rep.number,))
    elif kind == "borders":
        return _ask_borders(result)
    elif kind == "add":
        return _ask_missed(result)
    elif (side := _ask_side(report, _SIDE_NOTE)) is not None:
        return Change("with_side", (side,))
    return None


def _ask_kind(kinds: list[str]) -> str:
    """Ask what is wrong."""
    chosen: str = st.segmented_control(
        tr("What is wrong?"), kinds, format_func=KINDS.__getitem__, default=kinds[0], required=True, key=f"{_KIND}-{len(kinds)}"
    )
    return chosen


def _ask_rep(report: SetReport, label: str) -> Rep | None:
    """Ask for one of the reps, each named with its time and value; none is chosen at first.

    Nor is one after a correction: the numbers have changed, so an earlier choice would mean another rep.
    """
    reps = {rep.number: rep for rep in report.reps}
    number = st.selectbox(
        label,
        list(reps),
        index=None,
        format_func=lambda k: _name_rep(report, reps[k]),
        placeholder=tr("Choose a rep"),
        width=360,
        key=f"correct-rep-{revision_of(report)}",
    )
    return reps.get(number) if number is not None else None


def revision_of(report: SetReport) -> str:
    """What differs between the states of a report that is being corrected: a choice made in one means nothing in the next."""
    return f"{len(report.corrections)}-{report.corrections[-1].at if report.corrections else ''}"


def _ask_to_remove(rep: Rep | None) -> bool:
    label = (
        tr("Remove the rep") if rep is None else tr("Remove the rep at {start_s}").format(start_s=facts.format_time(rep.start_s))
    )
    return st.button(label, icon=":material/delete:", key="correct-remove", disabled=rep is None)


def _ask_side(report: SetReport, note: str) -> WorkingSide | None:
    """Ask which leg worked; the answer once it was given."""
    exercise = facts.exercise_of(report)
    others = [side for side in (exercise.sides if exercise else ()) if side != report.side]
    side = st.segmented_control(
        tr("Which leg worked?"), others, format_func=SIDE_TITLES.__getitem__, default=others[0], required=True
    )
    st.caption(note)
    return side if st.button(tr("Change the leg"), icon=":material/swap_horiz:", key="correct-side") else None


def _ask_borders(result: Result) -> Change | None:
    report = result.report
    rep = _ask_rep(report, tr("Which rep?"))
    if rep is None:
        return None
    low = max((r.end_s for r in report.reps if r.end_s <= rep.start_s), default=0.0)
    high = min((r.start_s for r in report.reps if r.start_s >= rep.end_s), default=report.video.duration_s)
    low, high = max(low, rep.start_s - AROUND_S), min(high, rep.end_s + AROUND_S)
    start, end = _ask_span(
        tr("From and to, seconds"), low, high, rep.start_s, rep.end_s, f"borders-{rep.number}-{revision_of(report)}"
    )
    _show_borders(result, start, end, (low, high))
    if _is_long_enough(start, end) and st.button(
        tr("Measure between start and end"), icon=":material/straighten:", key="correct-borders"
    ):
        return Change("with_borders", (rep.number, start, end))
    return None


def _ask_missed(result: Result) -> Change | None:
    report = result.report
    edges = [0.0, *(t for rep in report.reps for t in (rep.start_s, rep.end_s)), report.video.duration_s]
    gaps = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > MIN_REP_S + 2 * STEP_S]
    spans = {gap: span for gap in gaps if (span := propose_span(_read_movement(result), gap, report.reps)) is not None}
    gaps = list(spans)
    if not gaps:
        st.caption(tr("There is no time left between the reps for another one. Adjust their start and end first."))
        return None
    longest = max(range(len(gaps)), key=lambda k: gaps[k][1] - gaps[k][0])
    place = st.selectbox(
        tr("Where was it missed?"),
        range(len(gaps)),
        longest,
        format_func=lambda k: _name_gap(report, gaps[k]),
        width=360,
        key=f"gap-{revision_of(report)}",
    )
    low, high = gaps[place]
    start, end = _ask_span(tr("From and to, seconds"), low, high, *spans[gaps[place]], f"missed-{place}-{revision_of(report)}")
    _show_borders(result, start, end, (low, high))
    if _is_long_enough(start, end) and st.button(tr("Add a rep here"), icon=":material/add:", key="correct-add"):
        return Change("with_rep", (start, end))
    return None


def _ask_span(label: str, low: float, high: float, start: float, end: float, key: str) -> tuple[float, float]:
    """A start and an end on one slider, which the arrow keys move by about a frame."""
    # Rounded inward, so that the slider's ends do not overlap the reps beside it.
    low, high = math.ceil(low * 100) / 100, math.floor(high * 100) / 100
    value = (round(min(max(low, start), high), 2), round(max(min(high, end), low), 2))
    chosen: tuple[float, float] = st.slider(label, low, high, value, STEP_S, format="%.2f s", key=key)
    return chosen


def _is_long_enough(start_s: float, end_s: float) -> bool:
    """Whether a rep can be as short as this; if not, show a message."""
    if end_s - start_s >= MIN_REP_S:
        return True
    st.caption(tr("A rep takes at least {min_rep_s:g} seconds. Move its start and end apart.").format(min_rep_s=MIN_REP_S))
    return False


def propose_span(movement: pd.DataFrame, gap: tuple[float, float], reps: Sequence[Rep]) -> tuple[float, float] | None:
    """Where a missed rep is most likely between two others: the largest movement there, from rest to rest.

    The rests are sought up to a usual rep's length from the movement's top. If less than a rep lies between them, the span is as
    long as the other reps.

    Parameters
    ----------
    movement
        ``time`` in seconds and ``value`` of the signal in which the reps were found; it is NaN where nobody is seen.
    gap
        The time between the two reps, seconds.
    reps
        The reps of the set; their median length is taken.

    Returns
    -------
    start and end in seconds, or None if nobody is seen in the gap for as long as the shortest rep.
    """
    seen = movement[(movement["time"] >= gap[0]) & (movement["time"] <= gap[1]) & np.isfinite(movement["value"])]
    if len(seen) < 2:
        return None
    first, last = max(gap[0], float(seen["time"].min())), min(gap[1], float(seen["time"].max()))
    if last - first < MIN_REP_S + 2 * STEP_S:
        return None
    usual = float(np.median([rep.end_s - rep.start_s for rep in reps])) if reps else (last - first) / 3
    time_s, value = seen["time"].to_numpy(), seen["value"].to_numpy()
    top = int(np.argmax(value))
    near = np.abs(time_s - time_s[top]) <= usual
    start, end = (
        _find_rest(time_s[side][near[side]], value[side][near[side]]) for side in (slice(top, None, -1), slice(top, None))
    )
    if end - start >= MIN_REP_S + STEP_S:
        return start, end
    length = min(max(usual, MIN_REP_S + STEP_S), last - first)
    start = min(max(first, float(time_s[top]) - length / 2), last - length)
    return start, start + length


def _find_rest(time_s: FloatArray, value: FloatArray) -> float:
    """When a movement begins or ends, seconds: (N,) times and values from its top on are followed to their lowest level."""
    low = float(value.min())
    return float(time_s[np.argmax(value <= low + EDGE_SHARE * (value[0] - low))])


def _read_movement(result: Result) -> pd.DataFrame:
    """The signal in which the reps were found, over time."""
    from formcheck.analysis.archive import read_analysis

    analysis = read_analysis(result.analysis_file(result.steps))
    return pd.DataFrame({"time": analysis.track.time_s, "value": analysis.signals["rep_signal"]})


def _show_borders(result: Result, start_s: float, end_s: float, shown: tuple[float, float]) -> None:
    """The signal over the slider's span, with the chosen start and end."""
    series, title = _read_signal(result)
    inside = series[(series["time"] >= shown[0]) & (series["time"] <= shown[1])]
    colors = style.theme()
    x = alt.X("time:Q", title=tr("Time in the video (s)"), scale=alt.Scale(domain=list(shown), nice=False))
    y = alt.Y("value:Q", title=title, scale=alt.Scale(zero=False), axis=alt.Axis(labels=title != _MOVEMENT))
    chart = (
        alt.layer(
            alt.Chart(pd.DataFrame([{"time": start_s, "end": end_s}]))
            .mark_rect(color=colors.accent, opacity=0.18)
            .encode(x=x, x2="end:Q"),
            alt.Chart(inside).mark_line(color=colors.ink, strokeWidth=1.8).encode(x=x, y=y),
            alt.Chart(pd.DataFrame({"time": [start_s, end_s]})).mark_rule(color=colors.accent, strokeWidth=2.5).encode(x=x),
        )
        .properties(height=250)
        .configure_mark(aria=False)
    )
    st.altair_chart(
        chart,
        width="stretch",
        alt=tr("{title} around the rep, from {start_s:.2f} to {end_s:.2f} s.").format(title=title, start_s=start_s, end_s=end_s),
    )


def _read_signal(result: Result) -> tuple[pd.DataFrame, str]:
    from formcheck.analysis.archive import read_analysis

    analysis = read_analysis(result.analysis_file(result.steps))
    headline, exercise = facts.headline_of(result.report), facts.exercise_of(result.report)
    assert exercise is not None  # without an exercise there is nothing to correct
    curve = exercise.curve_of(headline.name if headline else exercise.headline)
    values = analysis.signals.get(curve.signal, np.full(len(analysis.track), np.nan))
    title = curve.axis
    if not np.isfinite(values).any() or curve.signal != "tibial_inclination_deg":
        # The foot is followed in the reps only; the body's movement is known between them too.
        values, title = analysis.signals["rep_signal"], _MOVEMENT
    return pd.DataFrame({"time": analysis.track.time_s, "value": values}), title


def _name_rep(report: SetReport, rep: Rep) -> str:
    headline = facts.headline_of(report)
    value = f": {facts.format_value(headline, rep.measures.get(headline.name))}" if headline else ""
    return tr("Rep {number} at {start_s}{value}").format(number=rep.number, start_s=facts.format_time(rep.start_s), value=value)


def _name_gap(report: SetReport, gap: tuple[float, float]) -> str:
    before = next((rep.number for rep in reversed(report.reps) if rep.end_s <= gap[0] + 1e-6), None)
    after = next((rep.number for rep in report.reps if rep.start_s >= gap[1] - 1e-6), None)
    where = tr("in the whole video")
    if before and after:
        where = tr("between reps {before} and {after}").format(before=before, after=after)
    elif before or after:
        where = tr("after rep {before}").format(before=before) if before else tr("before rep {after}").format(after=after)
    return tr("{where} ({start} to {end})").format(
        where=upper_first(where), start=facts.format_time(gap[0]), end=facts.format_time(gap[1])
    )
