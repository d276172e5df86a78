"""The page *Trends*: one measure over weeks and months, by leg, with what counts as a change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape

import pandas as pd
import streamlit as st

from formcheck.app.history.trend_picker import POINT_SELECTION, adherence_chart, pickable_trend_chart
from formcheck.app.shared import login, people, session, style
from formcheck.app.shared.set_words import change_chip, set_words
from formcheck.exercises import EXERCISES
from formcheck.export.facts import BEST_IS
from formcheck.history.store.store import Store
from formcheck.history.trends.measures import MEASURES, TrackedMeasure, Which, day_text
from formcheck.history.trends.norms import TEST, norm_for_set
from formcheck.history.trends.progress import DEFAULT_WEEKS, ProgressReport, gather_progress
from formcheck.history.trends.trend import Point, TrendView, compare_views, view_trend
from formcheck.history.values import Athlete, Period
from formcheck.render.progress_charts import axis_title, common_span
from formcheck.support.language import tr
from formcheck.support.legs import LEG_TITLES, SIDE_TITLES, SIDE_WORDS

PERIODS: dict[str, int | None] = {tr("4 weeks"): 28, tr("12 weeks"): 84, tr("1 year"): 365, tr("All"): None}
WHICH: dict[Which, str] = {"mean": tr("Mean of each set"), "best": tr("Best rep of each set")}


def show() -> None:
    """Show the page."""
    athlete = people.page_head(
        tr("Trends"), tr("How your range and strength change, leg by leg. Small ups and downs are labeled as measurement error.")
    )
    store = login.store()
    if athlete is None or not store.latest_sets(athlete.id, 1):
        style.empty(
            tr("No trend yet"),
            tr("Each saved set becomes a point here. Analyze a video and save it at the end of its report."),
            icon="movie",
            page="analyze",
            label=tr("Analyze a video"),
        )
        return
    measure, which, since, legs = _ask(store, athlete)
    sides = EXERCISES[measure.exercise].sides
    views = [view_trend(store, athlete.id, measure, side, which=which, period=Period(since)) for side in sides]
    views = [view for view in views if (view.side or "both") in legs] or views
    empty = [view for view in views if view.last is None and view.left_out]
    views = [view for view in views if view.last is not None]
    for view in empty:
        st.info(f"**{LEG_TITLES[view.side or 'both']}.** {style.plain(view.statement)}", icon=":material/search_off:")
    if not views and not empty:
        st.info(
            tr("No set of this kind was saved in this period. Choose a longer period or another measure above."),
            icon=":material/search_off:",
        )
    elif views:
        _show_views(store, athlete, views, measure)
    _show_adherence(store, athlete)
    _offer_report(store, athlete)


def _ask(store: Store, athlete: Athlete) -> tuple[TrackedMeasure, Which, date | None, Sequence[str]]:
    newest = store.latest_sets(athlete.id, 1)[0]
    done = {name for name in EXERCISES if store.list_sets(athlete.id, exercise=name, limit=1)}
    keys = [key for key, measure in MEASURES.items() if measure.exercise in done] or list(MEASURES)
    first = next((i for i, key in enumerate(keys) if MEASURES[key].exercise == newest.exercise), 0)
    first = 0 if "half-kneeling" in done else first
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = st.selectbox(tr("What"), keys, index=first, format_func=_short_title, width=340)
        which = st.selectbox(tr("Of each set"), list(WHICH), format_func=WHICH.__getitem__, width=210)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        period = st.segmented_control(tr("Period"), list(PERIODS), default=tr("All"), required=True)
        sides = list(EXERCISES[MEASURES[key].exercise].sides)
        legs = st.pills(
            tr("Leg"),
            sides,
            selection_mode="multi",
            default=sides,
            format_func=SIDE_TITLES.__getitem__,
            key=f"legs-{sides}",
            wrap=True,
        )
    days = PERIODS[period]
    since = None if days is None else session.today() - timedelta(days=days)
    return MEASURES[key], which, since, legs or sides


def _short_title(key: str) -> str:
    return MEASURES[key].title.split(" (")[0]


def _show_views(store: Store, athlete: Athlete, views: list[TrendView], measure: TrackedMeasure) -> None:
    """Each leg's change in words above its chart, on one scale; then the legs against each other, and all of it as a table."""
    span = common_span(views)
    for view, column in zip(views, st.columns(len(views)), strict=True):
        with column:
            _show_view(store, view, measure, span)
    by_side = {view.side: view for view in views}
    if "left" in by_side and "right" in by_side:
        compared = compare_views(by_side["left"], by_side["right"])
        if compared is not None:
            st.markdown(tr(":material/compare_arrows: {compared}").format(compared=compared[1]))
    st.caption(_legend(measure))
    _show_marks(views, measure)
    _show_norms(store, athlete, views, measure)
    with st.expander(tr("Every set as a table"), icon=":material/table:"):
        st.dataframe(trend_table(views, measure), hide_index=True, width="stretch")


def _show_view(store: Store, view: TrendView, measure: TrackedMeasure, span: tuple[float, float]) -> None:
    title = escape(LEG_TITLES[view.side or "both"])
    st.html(f'<p class="fc-card-title">{title} {change_chip(view)}</p><p class="fc-statement">{escape(view.statement)}</p>')
    event = st.altair_chart(
        pickable_trend_chart(view, span),
        width="stretch",
        on_select="rerun",
        selection_mode=POINT_SELECTION,
        key=f"trend-{measure.key}-{view.which}-{view.side}",
        alt=tr("{leg_titles}: {measure} by day. {statement}").format(
            leg_titles=LEG_TITLES[view.side or "both"], measure=axis_title(measure), statement=view.statement
        ),
    )
    chosen = event.selection.get(POINT_SELECTION, [])
    if not chosen:
        st.caption(tr("Select a point to open its report."))
        return
    row = store.get_set(int(chosen[0]["set"]))
    st.page_link(
        session.page("set"),
        label=tr("Open the report of {day}: {set}").format(day=day_text(row.day.toordinal()), set=set_words(row)),
        icon=":material/description:",
        query_params={"id": str(row.id)},
    )


def _legend(measure: TrackedMeasure) -> str:
    line = tr("Each point is a set. The line is their smooth trend; the tint along it shows where it lies with 95 % certainty.")
    if measure.mdc is None:
        return line
    return tr(
        "{line} Inside the gray band around the first two weeks nothing counts as a change. It reaches "
        "at least {mdc} to each side ({mdc_source}), and further where your recordings are less certain."
    ).format(line=line, mdc=measure.text(measure.mdc), mdc_source=measure.mdc_source)


def _show_marks(views: list[TrendView], measure: TrackedMeasure) -> None:
    rows = [
        [
            SIDE_TITLES[view.side or "both"],
            *(_mark(point, measure) for point in (view.first, view.best, view.last)),
            str(len(view.days)),
        ]
        for view in views
    ]
    kind = tr("mean") if views[0].which == "mean" else tr("best rep")
    header = [
        (tr("Leg"), ""),
        (tr("First"), tr("The {kind} of the first set of the period").format(kind=kind)),
        (tr("Best rep"), f"{tr('The best single rep of the period.')} {BEST_IS}"),
        (tr("Last"), tr("The {kind} of the last set").format(kind=kind)),
        (tr("Sets"), tr("How many sets the trend is drawn through")),
    ]
    st.html(style.table(header, rows, tr("First, best and last")) + style.explain(header))


def _mark(point: Point | None, measure: TrackedMeasure) -> str:
    """A set's value and its day, as HTML."""
    if point is None:
        return "–"
    value, day = measure.text(point.value, point.error), day_text(point.day.toordinal())
    return f'<span class="fc-wrap">{value}</span><br><span class="fc-soft">{day}</span>'


def _show_norms(store: Store, athlete: Athlete, views: list[TrendView], measure: TrackedMeasure) -> None:
    """What is usual in the single-leg heel-raise test; other sets have no norm."""
    if measure.key != "reps":
        return
    tests = [row for view in views if view.last is not None and (row := store.get_set(view.last.set_id)).test == TEST]
    for row in tests:
        norm = norm_for_set(row, athlete.age_on(session.today()), athlete.sex)
        if norm is not None:
            st.caption(f"{LEG_TITLES[row.side or 'both']}: {norm.state(row.rep_count)}")
    if tests and (athlete.sex is None or athlete.birth_year is None):
        st.caption(tr("Add your birth year and sex on the History page to see the usual number for your age."))


def trend_table(views: list[TrendView], measure: TrackedMeasure) -> pd.DataFrame:
    """The chart's points as a table, newest first."""
    unit = measure.unit or tr("count")
    parts = [
        pd.DataFrame(
            {
                tr("Day"): view.dates,
                tr("Leg"): SIDE_WORDS[view.side or "both"],
                tr("Mean, {unit}").format(unit=unit): view.means,
                tr("Best rep, {unit}").format(unit=unit): view.bests,
            }
        )
        for view in views
    ]
    table = pd.concat(parts).sort_values(tr("Day"), ascending=False, kind="stable")
    return table.round(measure.decimals)


def _offer_report(store: Store, athlete: Athlete) -> None:
    """The progress of some weeks as a file; it is made when it is asked for."""
    st.header(tr("Progress report"), anchor=False)
    st.write(tr("A printable summary to keep or share: trends by leg, sets against the plan, and running."))
    today = session.today()
    with st.container(horizontal=True, vertical_alignment="bottom", key="progress-report"):
        period = st.date_input(
            tr("From and to"),
            (today - timedelta(weeks=DEFAULT_WEEKS) + timedelta(days=1), today),
            max_value=today,
            format=style.DATE_FORMAT,
            width=280,
        )
        days = period if isinstance(period, tuple) else (period,)
        if len(days) != 2:
            st.caption(tr("Choose the last day too."))
            return
        first, last = days

        def gather() -> ProgressReport:
            return gather_progress(store, athlete, first, last, today=today)

        name = f"progress-{first}-{last}"
        for label, icon, suffix, mime, make in (
            (tr("Progress (PDF)"), "picture_as_pdf", "pdf", "application/pdf", lambda: render_pdf(gather())),
            (tr("Progress (HTML)"), "article", "html", "text/html", lambda: render_page(gather())),
        ):
            st.download_button(label, make, f"{name}.{suffix}", mime, icon=f":material/{icon}:", on_click="ignore")


def render_page(progress: ProgressReport) -> str:
    """The progress report as a page; what draws it is loaded when it is asked for."""
    from formcheck.render.progress_page import render_progress_html

    return render_progress_html(progress)


def render_pdf(progress: ProgressReport) -> bytes:
    """The progress report as a PDF."""
    from formcheck.render.progress_pdf import render_progress_pdf

    return render_progress_pdf(progress)


def _show_adherence(store: Store, athlete: Athlete) -> None:
    weeks = store.plans.adherence(athlete.id, session.today())
    if not weeks:
        return
    st.header(tr("Sets done against the plan"), anchor=False)
    done, asked = sum(week.done for week in weeks), sum(week.prescribed for week in weeks)
    if asked:
        st.write(
            tr("{done} of {asked} sets so far ({percent:.0f} %). Another day of the same week counts too.").format(
                done=done, asked=asked, percent=100 * done / asked
            )
        )
    st.altair_chart(
        adherence_chart(weeks),
        width="stretch",
        alt=tr("Sets by week of the plan: {done} of {asked} done so far.").format(done=done, asked=asked),
    )
    st.caption(tr("Bars: sets done in that week. Lines over them: sets that the plan asked for."))
