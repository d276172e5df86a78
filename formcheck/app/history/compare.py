"""The page *Compare*: two sets side by side, in numbers, curves, pictures and film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from formcheck.app.analyze.results import Result
from formcheck.app.history.compare_player import play_both
from formcheck.app.shared import login, people, session, style
from formcheck.app.shared.kept import RESULT
from formcheck.app.shared.set_words import drill_words
from formcheck.exercises.describe import Curve
from formcheck.export import facts
from formcheck.export.curves import POINTS, Curves
from formcheck.history.store.store import Store
from formcheck.history.trends.comparison import ComparedSet, MeasureComparison, SetComparison, compare_sets
from formcheck.history.trends.measures import moment_text
from formcheck.history.trends.pairs import suggest_pairs
from formcheck.history.values import Athlete, SetRow
from formcheck.render.parts import EXPLAIN_ERROR
from formcheck.report.form import count_form
from formcheck.support.arrays import FloatArray
from formcheck.support.language import tr, upper_first

OPEN_REPORT = 0  # the number of the set whose report is open in this visit and not saved
_OWN_CHOICE = tr("Two sets of my choice")
# The first and the second set differ by color, and by solid and dashed lines.
_DASHES = ([1, 0], [7, 4])
# What the difference means, in few words.
_SHORT = {
    "more": tr("more than error"),
    "less": tr("more than error"),
    "within error": tr("within error"),
    "same day": tr("same day: no change"),
    "unknown error": "",
    "not measured": tr("not in both"),
}


@dataclass(frozen=True)
class Shown:
    """One of the two sets, with what was kept of it."""

    compared: ComparedSet
    curves: Curves | None
    pictures: dict[int, bytes]
    video: Path | None


def show() -> None:
    """Show the page."""
    athlete = people.page_head(tr("Compare"), tr("Two sets side by side: left and right, or the first week and now."))
    store = login.store()
    rows = (
        [] if athlete is None else [row for row in store.list_sets(athlete.id, newest_first=True) if row.exercise and row.rep_count]
    )
    names = {row.id: f"{moment_text(row.recorded_at)} · {drill_words(row)}" for row in rows}
    opened = _open_report()
    if opened is not None and opened.saved_as not in names:  # a saved one would be compared with itself
        names = {OPEN_REPORT: tr("The open report: {file}").format(file=opened.report.video.file), **names}
    if len(names) < 2:
        style.empty(
            tr("Nothing to compare yet"),
            tr("You need two saved sets. Analyze a video of each leg, or of two days, and save both."),
            icon="movie",
            page="analyze",
            label=tr("Analyze a video"),
        )
        return
    first, second = _choose(rows, names, athlete)
    if first == second:
        st.info(tr("These are the same set. Choose another one to compare it with."), icon=":material/compare_arrows:")
        return
    _show_pair(_load(store, first, opened), _load(store, second, opened))


def _open_report() -> Result | None:
    """The analysis whose report is open in this visit, if it has a repetition."""
    result = st.session_state.get(RESULT)
    return result if isinstance(result, Result) and result.complete and result.report.reps else None


def _choose(rows: list[SetRow], names: dict[int, str], athlete: Athlete | None) -> tuple[int, int]:
    """The two sets: those in the address, a suggested pair, or the visitor's own choice."""
    asked = [int(text) for name in ("a", "b") if (text := st.query_params.get(name, "")).isdecimal() and len(text) < 10]
    asked = [number for number in asked if number in names]
    pairs = {title: (first.id, second.id) for title, first, second in suggest_pairs(rows)}
    titles = [*pairs, _OWN_CHOICE]
    start = len(pairs) if len(asked) == 2 else 0
    title = st.selectbox(tr("What to compare"), titles, start, width=420, key=f"pair-{athlete.id if athlete else 0}-{asked}")
    if title in pairs:
        return pairs[title]
    numbers = list(names)
    before = asked if len(asked) == 2 else [numbers[-1], numbers[0]]
    left, right = st.columns(2)
    chosen = [
        column.selectbox(label, numbers, numbers.index(number), format_func=names.__getitem__, key=f"{label}-{asked}")
        for column, label, number in ((left, tr("First set"), before[0]), (right, tr("Second set"), before[1]))
    ]
    return chosen[0], chosen[1]


def _load(store: Store, number: int, opened: Result | None) -> Shown:
    if number == OPEN_REPORT and opened is not None:
        return Shown(ComparedSet.unsaved(opened.report, datetime.now().astimezone()), opened.curves, opened.pictures, opened.video)
    row = store.get_set(number)
    video = store.find_own_file(row.recording_path) if row.recording_path else None
    kept = video if video is not None and video.is_file() else None
    return Shown(ComparedSet.saved(store, row), store.get_curves(number), store.get_pictures(number), kept)


def _show_pair(first: Shown, second: Shown) -> None:
    comparison = compare_sets(first.compared, second.compared)
    names = upper_first(comparison.name(1)), upper_first(comparison.name(2))
    if comparison.reason:
        st.warning(style.plain(comparison.reason), icon=":material/block:")
        return
    changed = comparison.headline is not None and comparison.headline.verdict in ("more", "less")
    icon = "compare_arrows" if comparison.of_sides else "trending_up" if changed else "trending_flat"
    st.markdown(f":material/{icon}: **{style.plain(comparison.statement)}**")
    if comparison.headline is not None and comparison.headline.verdict == "within error" and not comparison.of_sides:
        st.caption(tr("These are two single sets. The trend uses all your sets, so it can show a smaller change."))
        st.page_link(session.page("trends"), label=tr("See the trend"), icon=":material/show_chart:")
    _show_numbers(comparison, names)
    _show_curves(comparison, (first, second), names)
    if first.pictures or second.pictures or first.video or second.video:
        _show_pictures((first, second), names)
        _show_videos((first, second), names)
    else:
        st.caption(
            tr("Neither set kept its pictures or its video. Tick them when you save a set, and they stand side by side here.")
        )
    _show_table(comparison, names)
    _show_links((first, second), names)


def _show_numbers(comparison: SetComparison, names: tuple[str, str]) -> None:
    line = comparison.headline
    if line is None:
        return
    with st.container(horizontal=True, key="headline"):
        for name, value, one in ((names[0], line.first, comparison.first), (names[1], line.second, comparison.second)):
            note = " · ".join(filter(None, (facts.format_error(line.measure, one.report), facts.describe_set_value(one.report))))
            style.metric(name, facts.format_value(line.measure, value), note, line.measure.definition)
        meaning = f": {line.verdict_text}" if line.verdict_text else ""
        about = tr("Second minus first{meaning}. ").format(meaning=meaning) + (
            tr("Measurement error: {mdc_source}.").format(mdc_source=line.mdc_source) if line.mdc_source else ""
        )
        style.metric(tr("Difference"), line.difference_text, _SHORT[line.verdict], about)
    if any(facts.format_error(line.measure, one.report) for one in (comparison.first, comparison.second)):
        st.caption(EXPLAIN_ERROR)


def _show_curves(comparison: SetComparison, pair: tuple[Shown, Shown], names: tuple[str, str]) -> None:
    st.header(tr("All reps overlaid"), anchor=False)
    curve = _curve_of(comparison)
    curves = [np.empty((0, POINTS)) if shown.curves is None or curve is None else _of_reps(shown, curve.signal) for shown in pair]
    missing = [name for name, values in zip(names, curves, strict=True) if not np.isfinite(values).any()]
    if missing:
        st.caption(
            tr("No curves were kept ({missing}): sets saved by an older formcheck, or without a rep, have none.").format(
                missing="; ".join(missing)
            )
        )
    if curve is None or len(missing) == 2:
        return
    chart = curves_chart(curves, names, curve.axis, _colors(comparison))
    st.altair_chart(
        chart,
        width="stretch",
        alt=tr("{title} over 0 to 100 % of each rep: thin lines are reps, bold ones means.").format(title=curve.title),
    )
    st.caption(tr("Thin lines: single reps. Bold lines: their mean. Each rep is stretched to 0–100 % of its own time."))


def _curve_of(comparison: SetComparison) -> Curve | None:
    report = comparison.second.report
    exercise, headline = facts.exercise_of(report), facts.headline_of(report)
    return None if exercise is None else exercise.curve_of(headline.name if headline else exercise.headline)


def _of_reps(shown: Shown, signal: str) -> FloatArray:
    assert shown.curves is not None
    return shown.curves.of_reps(signal, shown.compared.report.reps)


def _colors(comparison: SetComparison) -> tuple[str, str]:
    """Two legs have their own colors; of two days, the earlier one has the quieter color."""
    if comparison.of_sides:
        return style.leg_color(comparison.first.report.side), style.leg_color(comparison.second.report.side)
    return style.theme().ink_soft, style.theme().accent


def curves_chart(
    curves: Sequence[FloatArray], names: tuple[str, str], axis: str, colors: tuple[str, str]
) -> alt.LayerChart | alt.FacetChart:
    """The reps of two sets overlaid: (R, 101) values each, thin, and their means, bold."""
    place = np.linspace(0, 100, POINTS)
    thin, bold = [], []
    for name, values in zip(names, curves, strict=True):
        known = values[np.isfinite(values).any(axis=1)]
        thin += [
            pd.DataFrame({"place": place, "value": rep, "Set": name, "Rep": number}) for number, rep in enumerate(known, start=1)
        ]
        if len(known):
            counts = np.isfinite(known).sum(axis=0)
            mean = np.divide(np.nansum(known, axis=0), counts, out=np.full(POINTS, np.nan), where=counts > 0)
            bold.append(pd.DataFrame({"place": place, "value": mean, "Set": name}))
    x = alt.X("place:Q", title=tr("Share of the rep's time (%)"), scale=alt.Scale(domain=[0, 100]))
    y = alt.Y("value:Q", title=axis)
    color = alt.Color(
        "Set:N",
        title=None,
        scale=alt.Scale(domain=list(names), range=list(colors)),
        legend=alt.Legend(orient="top", symbolOpacity=1, symbolStrokeWidth=3.5),
    )
    dash = alt.StrokeDash("Set:N", title=None, scale=alt.Scale(domain=list(names), range=list(_DASHES)))
    tips = [
        alt.Tooltip("Set:N"),
        alt.Tooltip("place:Q", title=tr("% of the rep"), format=".0f"),
        alt.Tooltip("value:Q", title=axis, format=".1f"),
    ]
    reps = (
        alt.Chart(pd.concat(thin)).mark_line(strokeWidth=1, opacity=0.35, aria=False).encode(x=x, y=y, color=color, detail="Rep:N")
    )
    means = (
        alt.Chart(pd.concat(bold))
        .mark_line(strokeWidth=3.5, aria=False)
        .encode(x=x, y=y, color=color, strokeDash=dash, tooltip=tips)
    )
    return alt.layer(reps, means).properties(height=320)


def _show_pictures(pair: tuple[Shown, Shown], names: tuple[str, str]) -> None:
    st.header(tr("The best rep at its peak"), anchor=False)
    missing = [name for name, shown in zip(names, pair, strict=True) if not shown.pictures]
    if len(missing) < 2:
        for column, shown, name in zip(st.columns(2), pair, names, strict=True):
            with column:
                _show_picture(shown, name)
    if missing:
        st.caption(
            tr("No picture is kept ({missing}). Pictures are kept only if you tick that when you save a set.").format(
                missing="; ".join(missing)
            )
        )


def _show_picture(shown: Shown, name: str) -> None:
    if not shown.pictures:
        return
    best = facts.best_rep(shown.compared.report)
    number = best.number if best is not None and best.number in shown.pictures else next(iter(shown.pictures))
    st.image(shown.pictures[number], caption=tr("{name}, rep {number}").format(name=name, number=number), width="stretch")


def _show_videos(pair: tuple[Shown, Shown], names: tuple[str, str]) -> None:
    st.header(tr("Both videos at once"), anchor=False)
    first, second = pair[0].video, pair[1].video
    if first is not None and second is not None:
        play_both((first, second), (pair[0].compared.report, pair[1].compared.report), names)
        return
    missing = [name for name, shown in zip(names, pair, strict=True) if shown.video is None]
    st.caption(
        tr("No video is kept ({missing}). A video is kept only if you tick that when you save a set.").format(
            missing="; ".join(missing)
        )
    )


def _show_table(comparison: SetComparison, names: tuple[str, str]) -> None:
    st.header(tr("Every measure"), anchor=False)
    header = [
        (tr("Mean of the reps"), tr("What was measured")),
        *((name, tr("The mean over the reps that could be measured")) for name in names),
        (tr("Difference"), tr("Second minus first, and whether it is more than measurement error")),
    ]
    rows = [
        [
            escape(line.measure.label),
            escape(facts.format_value(line.measure, line.first)),
            escape(facts.format_value(line.measure, line.second)),
            f'{escape(line.difference_text)}<br><span class="fc-soft">{escape(_verdict_of(line))}</span>',
        ]
        for line in comparison.lines
    ]
    first, second = (count_form(one.report.reps) for one in (comparison.first, comparison.second))
    counts = [(tr("Reps"), first.reps, second.reps), (tr("Clean reps"), first.clean, second.clean)]
    if first.unjudged or second.unjudged:
        counts.append((tr("Reps whose form was not seen"), first.unjudged, second.unjudged))
    rows += [[label, str(before), str(after), _signed(after - before)] for label, before, after in counts]
    st.html(style.table(header, rows, tr("Both sets, measure by measure"), frozenset({0})))
    if (headline := facts.headline_of(comparison.second.report)) is not None:
        st.caption(
            style.plain(
                tr("{headline}: the set's number, as above. Every other row: the mean of all reps that could be measured.").format(
                    headline=headline.label
                )
            )
        )
    if comparison.note:
        st.caption(style.plain(comparison.note))


def _verdict_of(line: MeasureComparison) -> str:
    """What a row says of its difference; what holds for all rows stands once, below the table."""
    return "" if line.verdict == "same day" else _SHORT[line.verdict]


def _signed(amount: int) -> str:
    return f"+{amount}" if amount > 0 else f"{facts.MINUS}{-amount}" if amount < 0 else "0"


def _show_links(pair: tuple[Shown, Shown], names: tuple[str, str]) -> None:
    with st.container(horizontal=True):
        for shown, name in zip(pair, names, strict=True):
            if shown.compared.set_id is not None:
                st.page_link(
                    session.page("set"),
                    label=tr("Report: {name}").format(name=name),
                    icon=":material/description:",
                    query_params={"id": str(shown.compared.set_id)},
                )
