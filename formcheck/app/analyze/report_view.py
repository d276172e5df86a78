"""A set's report on a page: headline numbers, plain words, chart, video, pictures, rep table, downloads."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any, Protocol

import altair as alt
import pandas as pd
import streamlit as st

from formcheck.app.analyze.correcting import revision_of
from formcheck.app.analyze.results import Result
from formcheck.app.shared import style
from formcheck.exercises import Measure
from formcheck.export import facts
from formcheck.export.figure import Figure
from formcheck.export.other_sets import NO_OTHER_SETS, Ghost, OtherSets
from formcheck.render.ghost import ghost_drawing
from formcheck.render.parts import EXPLAIN_ERROR
from formcheck.render.scale import describe_scale, explain_scale
from formcheck.render.scale_chart import scale_chart
from formcheck.render.summary import describe_corrections, headline_cards, list_statements, states_error
from formcheck.render.words import CUT_OFF, describe_form, describe_set, describe_uncounted, name_fault
from formcheck.report.form import count_form, is_clean
from formcheck.report.schema import Rep, SetReport
from formcheck.support.language import lower_first, tr, upper_first

# The video starts this long before a rep, to show its beginning, seconds.
LEAD_IN_S = 0.5
# Streamlit fits a chart's axis and its title into the chart's height; elsewhere they are drawn below it. Pixels.
AXIS_HEIGHT = 64
_STEM_LENGTH = 40
_MORE_PICTURES = 2
_NUMBERS_BELOW = tr("The table of the reps has the numbers.")
_SOURCES = {"detected": tr("detected in the video"), "given": tr("chosen by you")}


class Recorded(Protocol):
    """What a report shows besides its numbers, as far as it is there."""

    @property
    def video(self) -> Path | None:
        """The annotated video."""

    @property
    def pictures(self) -> dict[int, bytes]:
        """Pictures of the reps, by their numbers."""

    @property
    def figure(self) -> Figure | None:
        """The best rep as a figure."""

    def chart(self, theme: str) -> Any:
        """The signal over time in the colors of the ``light`` or ``dark`` theme; None without a signal."""


def show_report(report: SetReport, recorded: Recorded, compared: OtherSets = NO_OTHER_SETS) -> None:
    """Show a report with its chart, and with its video and pictures where they are there."""
    _title(report)
    show_corrections(report)
    if report.reps:
        _headline(report)
    show_words(report, compared)
    show_uncounted(report)
    if report.reps:
        _scale(report, compared)
        _chart(report, recorded)
        _video(report, recorded.video, recorded.pictures)
        _ghost(recorded.figure, compared.ghost)
        _rep_table(report)
    _fine_print(report)


def _title(report: SetReport) -> None:
    st.header(facts.title_of(report), anchor=False)
    parts = [report.video.file, facts.format_seconds(report.video.duration_s)]
    if report.drill:
        parts.append(_found_words(report))
    st.caption(" · ".join(style.plain(part) for part in parts))


def show_corrections(report: SetReport) -> None:
    """The mark of a report that was corrected by hand, with what was changed; nothing where nothing was."""
    if not report.corrections:
        return
    with st.container(border=True, key="corrected"):
        st.markdown(tr(":material/edit: **Corrected by hand**"))
        st.markdown("\n".join(f"- {style.plain(line)}" for line in describe_corrections(report)))


def _found_words(report: SetReport) -> str:
    """Whether the exercise and the leg were detected or chosen."""
    if report.exercise_source == report.side_source:
        return tr("exercise and leg {how}").format(how=_SOURCES[report.exercise_source])
    return tr("exercise {how}, leg {how_leg}").format(how=_SOURCES[report.exercise_source], how_leg=_SOURCES[report.side_source])


def _headline(report: SetReport) -> None:
    with st.container(horizontal=True, key="headline"):
        for card in headline_cards(report):
            style.metric(card.label, card.value, card.note, card.help)
    if states_error(report):
        st.caption(EXPLAIN_ERROR)


def _scale(report: SetReport, compared: OtherSets) -> None:
    """The headline on one scale, beside the person's other sets."""
    chart = scale_chart(report, compared, theme=style.theme(), width="container")
    if chart is None:
        return
    st.subheader(tr("Where this set stands"), anchor=False)
    chart = chart.properties(height=chart.height + AXIS_HEIGHT)
    st.altair_chart(chart, width="stretch", theme=None, alt=describe_scale(report, compared))
    st.caption(" ".join(explain_scale(report)))


def show_words(report: SetReport, compared: OtherSets = NO_OTHER_SETS) -> None:
    """Show the set in sentences: what was done, what to do next, and what is worth knowing about the recording."""
    summary = describe_set(report, compared)
    if not report.reps:
        st.warning(" ".join(map(style.plain, summary.missing)), icon=":material/search_off:")
        return
    left, right = st.columns(2)
    with left:
        st.markdown(tr("**What you did**"))
        st.markdown("\n".join(f"- {style.plain(line)}" for line in (*summary.well, *list_statements(report, compared))))
    with right:
        st.markdown(tr("**What it means, and what to do next**"))
        st.markdown("\n".join(f"- {style.plain(line)}" for line in summary.change))
    if summary.missing:
        with st.container(border=True):
            st.markdown(tr(":material/info: **Good to know about this recording**"))
            st.markdown("\n".join(f"- {style.plain(line)}" for line in summary.missing))


def show_uncounted(report: SetReport) -> None:
    """Show the movements that were seen and not counted, each reason with its times; nothing if there are none."""
    if report.still_uncounted:
        st.markdown(tr("**Seen, but not counted**"))
        st.markdown("\n".join(f"- {style.plain(line)}" for line in describe_uncounted(report)))


def _chart(report: SetReport, recorded: Recorded) -> None:
    chart = recorded.chart(style.theme().name)
    headline = facts.headline_of(report)
    if chart is None:
        if headline is None or not any(facts.is_measured(rep, headline.name) for rep in report.reps):
            return
        st.subheader(tr("Every rep"), anchor=False)
        st.altair_chart(
            rep_chart(report), width="stretch", alt=tr("A bar for each rep. {numbers_below}").format(numbers_below=_NUMBERS_BELOW)
        )
        return
    st.subheader(tr("Every rep over time"), anchor=False)
    st.altair_chart(
        chart,
        width="stretch",
        theme=None,
        alt=tr("What was measured over the video's time, with its reps marked. {numbers_below}").format(
            numbers_below=_NUMBERS_BELOW
        ),
    )


def _video(report: SetReport, video: Path | None, pictures: dict[int, bytes]) -> None:
    if video is None:
        _pictures(report, pictures)
        return
    st.subheader(tr("The video"), anchor=False)
    reps = {rep.number: rep for rep in report.reps}
    with st.container(key="chosen_rep"):
        chosen = st.pills(
            tr("Jump to a rep"),
            list(reps),
            format_func=lambda number: f"{number} :material/warning:" if reps[number].faults else str(number),
            key=f"rep-{revision_of(report)}",
            help=tr("The video starts just before that rep. A rep with a mark has a fault."),
            wrap=True,
        )
    rep = reps.get(chosen) if chosen is not None else None
    if rep is not None:
        st.caption(
            tr("Rep {number} at {start_s}: {rep}.").format(
                number=rep.number, start_s=facts.format_time(rep.start_s), rep=_faults_in_words(rep)
            )
        )
    left, right = st.columns([3, 2])
    with left:
        start_s = 0.0 if rep is None else max(0.0, rep.start_s - LEAD_IN_S)
        st.video(str(video), start_time=start_s, muted=True, autoplay=rep is not None)
    shown = _first_picture(report, pictures, chosen)
    with right:
        if shown is not None:
            _picture(report, pictures, shown)
        others = [number for number in pictures if number != shown][:_MORE_PICTURES]
        for number, column in zip(others, st.columns(_MORE_PICTURES), strict=False):
            with column:
                _picture(report, pictures, number)


def _ghost(own: Figure | None, ghost: Ghost | None) -> None:
    """The set's best rep and the best rep so far, moving over each other."""
    if own is None or ghost is None:
        return
    words = tr(
        "The best rep of this set, solid, over your best rep so far, of {day}, translucent. Both begin "
        "at the same moment, with the toes at the same place and the shin equally long."
    ).format(day=ghost.day)
    st.subheader(tr("Beside your best rep"), anchor=False)
    picture, text = st.columns([1, 2], vertical_alignment="center")
    with picture, st.container(border=True):
        st.image(ghost_drawing(own, ghost.figure, words, style.theme()), width="stretch", alt=words)
    with text:
        st.caption(words)


def _pictures(report: SetReport, pictures: dict[int, bytes]) -> None:
    """The pictures of a report without a video."""
    if not pictures:
        return
    st.subheader(tr("Pictures"), anchor=False)
    for number, column in zip(pictures, st.columns(max(len(pictures), _MORE_PICTURES)), strict=False):
        with column:
            _picture(report, pictures, number)


def _first_picture(report: SetReport, pictures: dict[int, bytes], chosen: int | None) -> int | None:
    """The chosen rep if there is a picture of it, else the best one."""
    best = facts.best_rep(report)
    return next((number for number in (chosen, best.number if best else None, *pictures) if number in pictures), None)


def _picture(report: SetReport, pictures: dict[int, bytes], number: int) -> None:
    best = facts.best_rep(report)
    rep = next(rep for rep in report.reps if rep.number == number)
    kind = tr("best rep") if best is not None and number == best.number else _faults_in_words(rep)
    alt = tr("The frame at the peak of rep {number}, with the leg and the angle drawn in.").format(number=number)
    st.image(pictures[number], caption=tr("Rep {number}: {kind}").format(number=number, kind=kind), width="stretch", alt=alt)


def _faults_in_words(rep: Rep) -> str:
    return ", ".join(name_fault(code).lower() for code in rep.faults) or lower_first(describe_form(rep))


def _rep_table(report: SetReport) -> None:
    st.subheader(tr("Rep by rep"), anchor=False)
    measures = facts.shown_measures(report)
    best = facts.best_rep(report)
    header = [
        (tr("Rep"), tr("Number in the order of the video")),
        (tr("At"), tr("When it begins in the video")),
        (tr("Form"), tr("The faults that were seen")),
    ]
    header += [(_column_title(m), m.definition) for m in measures]
    rows = [
        [
            str(rep.number),
            facts.format_time(rep.start_s),
            _form(rep, is_best=best is not None and rep.number == best.number),
            *(escape(facts.format_number(rep.measures.get(m.name), m.decimals)) for m in measures),
        ]
        for rep in report.reps
    ]
    st.html(style.table(header, rows, tr("Measures of every rep"), frozenset({2})))


def _column_title(measure: Measure) -> str:
    """A measure's name with its unit, which stays with the last word."""
    return f"{measure.label}\u00a0({facts.format_unit(measure.unit).strip()})"


def _form(rep: Rep, *, is_best: bool) -> str:
    chips = [style.chip(name_fault(code), "fault") for code in rep.faults] or [_form_chip(rep)]
    if rep.cut_off:
        chips.append(style.chip(upper_first(CUT_OFF), "plain"))
    if is_best:
        chips.append(style.chip(tr("Best"), "plain"))
    return "".join(chips)


def _form_chip(rep: Rep) -> str:
    """What is said of a rep without faults."""
    return style.chip(describe_form(rep), "good" if is_clean(rep) else "plain")


def rep_chart(report: SetReport) -> alt.Chart:
    """The headline measure of every rep as bars, with faulty reps marked, for a report without its video."""
    headline = facts.headline_of(report)
    name, label = (
        ("", "") if headline is None else (headline.name, f"{headline.label} ({facts.format_unit(headline.unit).strip()})")
    )
    no_fault = tr("Without a fault") if count_form(report.reps).unjudged else tr("Clean")
    values = [
        {
            "Rep": rep.number,
            "value": rep.measures.get(name),
            "Form": _faults_in_words(rep).capitalize(),
            "kind": tr("With a fault") if rep.faults else no_fault,
        }
        for rep in report.reps
    ]
    colors = style.theme()
    chart: alt.Chart = (
        alt.Chart(pd.DataFrame(values))
        .mark_bar(cornerRadiusEnd=4, size=22)
        .encode(
            x=alt.X("Rep:O", title=tr("Rep"), axis=alt.Axis(labelAngle=0)),
            y=alt.Y("value:Q", title=label),
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=[no_fault, tr("With a fault")], range=[colors.good, colors.fault]),
                legend=alt.Legend(orient="top"),
            ),
            tooltip=[
                alt.Tooltip("Rep:O", title=tr("Rep")),
                alt.Tooltip("value:Q", title=label, format=".1f"),
                alt.Tooltip("Form:N", title=tr("Form")),
            ],
        )
        .properties(height=240)
    )
    return chart


def _fine_print(report: SetReport) -> None:
    with st.expander(tr("How this was measured"), icon=":material/straighten:"):
        lines = [
            f"**{measure.label}**: {style.plain(measure.definition)} {style.plain(measure.usual)}".strip()
            + (tr(" Expected error {error}.").format(error=error) if (error := facts.format_error(measure, report)) else "")
            for measure in facts.shown_measures(report)
        ]
        if report.scale.source == "height":
            lines.append(tr("**Centimeters** come from your height: from knee to ankle it is 24.6 % of that (Winter)."))
        if report.view.yaw_deg is not None:
            lines.append(
                tr("**Camera**: {yaw_deg:.0f}° off side-on, tilted sideways by {roll_deg:.0f}°.").format(
                    yaw_deg=abs(report.view.yaw_deg), roll_deg=abs(report.view.roll_deg or 0)
                )
            )
        software = report.software
        lines.append(
            tr("**Software**: formcheck {formcheck}, pose model {model}, measure definitions version {measures_version}.").format(
                formcheck=style.plain(software.formcheck),
                model=style.plain(software.model),
                measures_version=software.measures_version,
            )
        )
        st.markdown("\n".join(f"- {line}" for line in lines))


def show_downloads(result: Result, compared: OtherSets = NO_OTHER_SETS) -> None:
    """Show a download button for each file; the reports include the comparison with the history (``compared``)."""
    stem = "".join(c if c.isalnum() or c in "-_" else "-" for c in Path(result.report.video.file).stem)[:_STEM_LENGTH] or "set"
    with st.container(horizontal=True, key="downloads"):
        # made or read when they are asked for: a page runs again at every click
        _download(tr("Report (PDF)"), "picture_as_pdf", f"{stem}.pdf", "application/pdf", lambda: result.pdf(compared))
        _download(tr("Report (HTML)"), "article", f"{stem}.html", "text/html", lambda: result.page(compared))
        _download(tr("Video (MP4)"), "movie", f"{stem}-annotated.mp4", "video/mp4", result.video.read_bytes)
    trc = result.trc
    with st.expander(tr("For other programs"), icon=":material/data_object:"):
        st.caption(
            tr(
                "CSV has a row for every frame, JSON the whole report. TRC (landmarks in meters) and MOT (angles "
                "over time) open in OpenSim."
            )
            + ("" if trc else tr(" There is no TRC file: meters need your height."))
        )
        with st.container(horizontal=True):
            _download(tr("Frames (CSV)"), "table", f"{stem}.csv", "text/csv", lambda: result.csv)
            _download(tr("Report (JSON)"), "data_object", f"{stem}.json", "application/json", lambda: result.json)
            if trc is not None:
                _download(tr("Landmarks (TRC)"), "scatter_plot", f"{stem}.trc", "text/plain", lambda: trc)
            _download(tr("Angles (MOT)"), "timeline", f"{stem}.mot", "text/plain", lambda: result.mot)


def _download(label: str, icon: str, name: str, mime: str, data: Callable[[], str | bytes]) -> None:
    st.download_button(label, data, name, mime, icon=f":material/{icon}:", on_click="ignore")
