"""One day's work of the plan as a list to tick: on the home page and on the plan's."""

from __future__ import annotations

import streamlit as st

from formcheck import training
from formcheck.history.store.store import Store
from formcheck.history.values import Athlete
from formcheck.support.language import tr
from formcheck.support.legs import add_leg
from formcheck.training.ladder import EACH_LEG


def show_day(store: Store, athlete: Athlete, day: training.DayPlan) -> None:
    """The day's work as a list to tick; what was filmed and saved is ticked by itself."""
    ticks = store.plans.ticks(athlete.id)
    for item in day.items:
        if item.work.name == "recovery":
            st.markdown(tr(":material/bedtime: **{title}.** {how}").format(title=item.work.title, how=item.work.how))
            continue
        by_hand = ticks.get((day.day, item.work.name, item.side), 0)
        filmed = item.sets_done - by_hand
        leg = add_leg(item.side) if item.work.per_leg else ""
        amount = f": {item.work.dose.replace(EACH_LEG, '')}" if item.work.is_drill else ""
        done = _describe_filmed(filmed, item.work.sets) if item.work.is_drill else ""
        key = f"tick-{athlete.id}-{day.day}-{item.work.name}-{item.side}-{item.sets_done}"
        ticked = st.checkbox(
            f"{item.work.title}{leg}{amount}{done}", value=item.done, key=key, disabled=filmed >= item.work.sets, help=item.work.how
        )
        if ticked != item.done:
            store.plans.tick(athlete.id, day.day, item.work.name, item.side, item.work.sets - filmed if ticked else 0)
            st.rerun()


def _describe_filmed(filmed: int, sets: int) -> str:
    if not filmed:
        return ""
    return tr(" (filmed)") if filmed >= sets else tr(" ({filmed} of {sets} filmed)").format(filmed=filmed, sets=sets)
