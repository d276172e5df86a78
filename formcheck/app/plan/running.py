"""The running log on the plan's page: kilometers by week under the 10 % rule, entry by hand, import from a watch."""

from __future__ import annotations

from datetime import date
from typing import BinaryIO, cast

import altair as alt
import pandas as pd
import streamlit as st

from formcheck.app.history.importing import import_upload
from formcheck.app.shared import session, style
from formcheck.app.shared.uploads import MAX_TABLE_BYTES
from formcheck.history.store.store import Store
from formcheck.history.trends.measures import day_text
from formcheck.history.values import Athlete
from formcheck.support.dates import name_date, name_short_day
from formcheck.support.errors import FormcheckError
from formcheck.support.language import tr, tr_count
from formcheck.training.load import LoadReview
from formcheck.training.return_to_running import RunningStanding

_SHOWN_WEEKS = 16
_SHOWN_RUNS = 10
_NOTE = "running_note"


def show_running(store: Store, athlete: Athlete, standing: RunningStanding, today: date) -> None:
    """The log, its chart by week, and both ways of entering a run."""
    st.header(tr("Running, and the 10 % rule"), anchor=False)
    st.caption(
        tr(
            "A week's distance may be at most 10 % above the week before, and a run at most 10 % above the "
            "longest of the last 30 days. These are ceilings, not goals."
        )
    )
    if standing.kind != "run":
        st.info(standing.message, icon=":material/directions_walk:")
    review = store.running.review(athlete.id, today)
    runs = store.running.list_runs(athlete.id)
    # The container is there even without a note; otherwise what follows would jump, and an open section would close.
    with st.container():
        if note := st.session_state.pop(_NOTE, None):
            style.show_done(note)
    if runs:
        (st.warning if review.needs_care else st.info)(review.message, icon=":material/directions_run:")
        broken = [week for week in review.broken_weeks if week.monday != review.this_week.monday][-3:]
        if broken:
            days = ", ".join(day_text(week.monday.toordinal()) for week in broken)
            st.caption(tr("Earlier weeks over the ceiling began on: {days}.").format(days=days))
        st.altair_chart(
            load_chart(review, tr("Kilometers")),
            width="stretch",
            alt=tr("Kilometers by week. {message}").format(message=review.message),
        )
    else:
        st.write(tr("No runs yet. Enter the runs of the last weeks to see next week's ceiling here."))
    _enter_run(store, athlete, today)
    _import_runs(store, athlete)
    if runs:
        _list_runs(store, athlete)
    volume = store.running.review_exercise(athlete.id, today)
    if any(week.total for week in volume.weeks):
        with st.expander(tr("Filmed reps by week"), icon=":material/fitness_center:"):
            st.write(volume.message)
            st.altair_chart(
                load_chart(volume, tr("Reps")), width="stretch", alt=tr("Reps by week. {sentence}").format(sentence=volume.message)
            )


def load_chart(review: LoadReview, title: str) -> alt.LayerChart | alt.FacetChart:
    """Weekly totals as bars, each with its ceiling as a tick; weeks over it are marked."""
    colors = style.theme()
    weeks = review.weeks[-_SHOWN_WEEKS:]
    frame = pd.DataFrame(
        {
            "day": [name_date(week.monday) for week in weeks],
            "label": [name_short_day(week.monday) for week in weeks],
            "total": [week.total for week in weeks],
            "ceiling": [week.ceiling for week in weeks],
            "said": [
                tr("Week of {day}: {total:.1f} {unit}").format(day=name_date(week.monday), total=week.total, unit=title.lower())
                for week in weeks
            ],
            "kind": [tr("Over the ceiling") if week.broke_rule else tr("Within the ceiling") for week in weeks],
        }
    )
    order = list(frame["label"])
    x = alt.X("label:N", sort=order, title=tr("Week beginning"), axis=alt.Axis(labelAngle=0, labelOverlap=True))
    tooltip = [
        alt.Tooltip("day:N", title=tr("Week of")),
        alt.Tooltip("total:Q", title=title, format=".1f"),
        alt.Tooltip("ceiling:Q", title=tr("Ceiling"), format=".1f"),
    ]
    bars = (
        alt.Chart(frame)
        .mark_bar(cornerRadiusEnd=4)
        .encode(
            x=x,
            y=alt.Y("total:Q", title=title),
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(domain=[tr("Within the ceiling"), tr("Over the ceiling")], range=[colors.good, colors.fault]),
                legend=alt.Legend(orient="top"),
            ),
            tooltip=tooltip,
            description="said:N",
        )
    )
    ceilings = (
        alt.Chart(frame)
        .mark_tick(thickness=3, color=colors.ink_soft, width={"band": 0.9}, aria=False)
        .encode(x=x, y="ceiling:Q", tooltip=tooltip)
    )
    return alt.layer(bars, ceilings).properties(height=220)


def _enter_run(store: Store, athlete: Athlete, today: date) -> None:
    with st.form("run", clear_on_submit=True, border=True), st.container(horizontal=True, vertical_alignment="bottom"):
        day = st.date_input(tr("Day"), today, max_value=today, width=170, format=style.DATE_FORMAT)
        km = st.number_input(tr("Distance, km"), 0.1, 500.0, value=None, step=0.5, format="%.1f", placeholder="5.0", width=170)
        if st.form_submit_button(tr("Add the run"), icon=":material/add:"):
            if km is None:
                st.warning(tr("Enter the distance in kilometers first."))
                return
            store.running.add_run(athlete.id, day, float(km))
            st.session_state[_NOTE] = tr("Added {km:.1f} km on {day}.").format(km=km, day=day_text(day.toordinal()))
            st.rerun()


def _import_runs(store: Store, athlete: Athlete) -> None:
    with st.expander(tr("Import from a watch or a spreadsheet"), icon=":material/upload_file:"):
        number = session.remember("run_upload_round", 0)
        file = st.file_uploader(
            tr("CSV, GPX or FIT file"), type=["csv", "gpx", "fit"], key=f"runs-{number}", max_upload_size=MAX_TABLE_BYTES // 2**20
        )
        st.caption(tr("A CSV needs a date column and a distance column. Runs that are already in the log are skipped."))
        if file is not None and st.button(tr("Import"), icon=":material/download:"):
            try:
                done = import_upload(store, cast(BinaryIO, file), file.name, athlete.id)
            except FormcheckError as error:
                style.show_error(error)
                return
            known = (
                tr(" {already_there} were already in the log.").format(already_there=done.already_there)
                if done.already_there
                else ""
            )
            st.session_state[_NOTE] = tr_count("Imported 1 run.", "Imported {count} runs.", done.runs) + known
            st.session_state["run_upload_round"] = number + 1
            st.rerun()


def _list_runs(store: Store, athlete: Athlete) -> None:
    with st.expander(tr("Recent runs"), icon=":material/list:"):
        for run in reversed(store.running.list_runs(athlete.id)[-_SHOWN_RUNS:]):
            with st.container(horizontal=True, vertical_alignment="center", key=f"run-{run.id}"):
                st.write(tr("{day}: {km:.1f} km").format(day=day_text(run.day.toordinal()), km=run.km))
                if run.id is not None and st.button(
                    tr("Remove"), key=f"remove-run-{run.id}", type="tertiary", icon=":material/delete:"
                ):
                    store.running.delete_run(run.id)
                    st.rerun()
