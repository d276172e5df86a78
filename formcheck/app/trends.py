"""The page *Trends*: one measure over weeks and months, by leg, with what counts as a change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from formcheck.app import people, session, style
from formcheck.app.home import set_words
from formcheck.app.trend_chart import POINT_SELECTION, adherence_chart, common_span, trend_chart
from formcheck.exercises import EXERCISES
from formcheck.history.measures import MEASURES, TrackedMeasure, Which, day_text
from formcheck.history.norms import HEIGHT_SOURCE, PEAK_HEIGHT_CM, norm_for_set
from formcheck.history.records import Athlete
from formcheck.history.store import Store
from formcheck.history.view import TrendView, compare_views, view_trend

PERIODS: dict[str, int | None] = {"4 weeks": 28, "12 weeks": 84, "1 year": 365, "All": None}
_LEG_TITLES = {"left": "Left leg", "right": "Right leg", "both": "Both legs at once"}
WHICH: dict[Which, str] = {"mean": "Mean of each set", "best": "Best rep of each set"}


def show() -> None:
    """Show the page."""
    athlete = people.page_head(
        "Trends", "How your range and strength change, by leg. Small ups and downs are measurement error, and named so."
    )
    store = session.store()
    if athlete is None or not store.latest_sets(athlete.id, 1):
        st.info(
            "There is no saved set yet. Analyze a video and save it: its first point then stands here.",
            icon=":material/show_chart:",
        )
        st.page_link(session.page("analyze"), label="Analyze a video", icon=":material/movie:")
        return
    measure, which, since = _ask(store, athlete)
    sides = EXERCISES[measure.exercise].sides
    views = [view_trend(store, athlete.id, measure, side, which=which, since=since) for side in sides]
    views = [view for view in views if view.last is not None]
    if not views:
        st.info(
            "No set of this kind was saved in this period. Choose a longer one, or another measure.", icon=":material/search_off:"
        )
    else:
        legs = [view.side or "both" for view in views]
        chosen = _ask_legs(legs)
        _show_views(store, athlete, [view for view in views if view.side in chosen], measure)
    _show_adherence(store, athlete)


def _ask(store: Store, athlete: Athlete) -> tuple[TrackedMeasure, Which, date | None]:
    newest = store.latest_sets(athlete.id, 1)[0]
    keys = list(MEASURES)
    first = next((i for i, key in enumerate(keys) if MEASURES[key].exercise == newest.exercise), 0)
    first = 0 if store.list_sets(athlete.id, exercise="half-kneeling", limit=1) else first
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = st.selectbox("What", keys, index=first, format_func=lambda k: MEASURES[k].title.split(" (")[0], width=340)
        which = st.selectbox("Of each set", list(WHICH), format_func=WHICH.__getitem__, width=210)
        period = st.segmented_control("Period", list(PERIODS), default="All", required=True)
    days = PERIODS[period or "All"]
    return MEASURES[key], which, None if days is None else session.today() - timedelta(days=days)


def _ask_legs(legs: list[str]) -> list[str]:
    if len(legs) == 1:
        return legs
    words = {"left": "Left", "right": "Right", "both": "Both at once"}
    return st.pills("Leg", legs, selection_mode="multi", default=legs, format_func=words.__getitem__) or legs


def _show_views(store: Store, athlete: Athlete, views: list[TrendView], measure: TrackedMeasure) -> None:
    for view in views:
        kind = view.change.kind
        icon = {"gained": "trending_up", "lost": "trending_down"}.get(kind, "trending_flat")
        st.markdown(
            f":material/{icon}: **{view.statement}**" if kind in ("gained", "lost") else f":material/{icon}: {view.statement}"
        )
    by_side = {view.side: view for view in views}
    if "left" in by_side and "right" in by_side:
        compared = compare_views(by_side["left"], by_side["right"])
        if compared is not None:
            st.markdown(f":material/compare_arrows: {compared[1]}")
    events = _show_charts(views, measure)
    _show_chosen(store, events)
    if measure.mdc is not None:
        st.caption(
            f"The grey band: {measure.text(measure.mdc)} to each side of the first week, the smallest change that is more than "
            f"measurement error ({measure.mdc_source}). Along the line: where the average lies, with 95 % certainty."
        )
    _show_marks(views, measure)
    _show_norms(store, athlete, views, measure)
    with st.expander("The same as a table", icon=":material/table:"):
        st.dataframe(trend_table(views, measure), hide_index=True, width="stretch")


def _show_charts(views: list[TrendView], measure: TrackedMeasure) -> list[Any]:
    """One chart a leg, side by side and on one scale; what was chosen on each."""
    span, events = common_span(views), []
    for view, column in zip(views, st.columns(len(views)), strict=True):
        with column:
            st.markdown(f"**{_LEG_TITLES[view.side or 'both']}**")
            chart = trend_chart(view, measure, span)
            key = f"trend-{measure.key}-{view.which}-{view.side}"
            events.append(st.altair_chart(chart, width="stretch", on_select="rerun", selection_mode=POINT_SELECTION, key=key))
    return events


def _show_chosen(store: Store, events: list[Any]) -> None:
    chosen = [point for event in events for point in event.selection.get(POINT_SELECTION, [])]
    if not chosen:
        st.caption("Choose a point to open its report.")
        return
    row = store.get_set(int(chosen[0]["set"]))
    st.page_link(
        session.page("set"),
        label=f"Open the report of {day_text(row.day.toordinal())}: {set_words(row)}",
        icon=":material/description:",
        query_params={"id": str(row.id)},
    )


def _show_marks(views: list[TrendView], measure: TrackedMeasure) -> None:
    rows = [
        [
            {"left": "Left", "right": "Right"}.get(view.side or "", "Both legs"),
            *(
                "–"
                if point is None
                else f'{measure.text(point.value)}<br><span class="fc-soft">{day_text(point.day.toordinal())}</span>'
                for point in (view.first, view.best, view.last)
            ),
            str(len(view.days)),
        ]
        for view in views
    ]
    header = [
        ("Leg", ""),
        ("First", "The first set of the period"),
        ("Best rep", "The best single rep"),
        ("Last", "The last set"),
        ("Sets", "How many"),
    ]
    st.html(style.table(header, rows, "First, best and last"))


def _show_norms(store: Store, athlete: Athlete, views: list[TrendView], measure: TrackedMeasure) -> None:
    """What is usual on one leg; the two-leg drill has no norm."""
    single = [view for view in views if view.side in ("left", "right") and view.last is not None]
    if measure.exercise != "heel-raise" or not single:
        return
    today = session.today()
    if measure.key == "reps":
        for view in single:
            if view.last is None:
                continue
            row = store.get_set(view.last.set_id)
            norm = norm_for_set(row, athlete.age_on(today), athlete.sex)
            if norm is not None:
                st.caption(f"{(view.side or '').capitalize()}: {norm.state(row.rep_count)}")
        if athlete.sex is None or athlete.birth_year is None:
            st.caption("With your birth year and sex (History page) the usual number for your age stands here.")
    if measure.key == "height":
        st.caption(
            f"Usual on one leg: {PEAK_HEIGHT_CM[0]} cm on the dominant leg, {PEAK_HEIGHT_CM[1]} cm on the other ({HEIGHT_SOURCE})."
        )


def trend_table(views: list[TrendView], measure: TrackedMeasure) -> pd.DataFrame:
    """The chart's points as a table, newest first."""
    unit = measure.unit or "count"
    parts = [
        pd.DataFrame({"Day": view.dates, "Leg": view.side or "both", f"Mean, {unit}": view.means, f"Best rep, {unit}": view.bests})
        for view in views
    ]
    table = pd.concat(parts).sort_values("Day", ascending=False, kind="stable")
    return table.round(measure.decimals)


def _show_adherence(store: Store, athlete: Athlete) -> None:
    weeks = store.plans.adherence(athlete.id, session.today())
    if not weeks:
        return
    st.subheader("Sets done against the plan", anchor=False)
    done, asked = sum(week.done for week in weeks), sum(week.prescribed for week in weeks)
    if asked:
        st.write(f"{done} of {asked} sets so far ({100 * done / asked:.0f} %). Another day of the same week counts too.")
    st.altair_chart(adherence_chart(weeks), width="stretch")
