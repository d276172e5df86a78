"""The athlete that the pages are about: the choice, and what is known about a person."""

from __future__ import annotations

import streamlit as st

from formcheck.app.shared import login
from formcheck.history.store.store import Store
from formcheck.history.values import Athlete
from formcheck.support.language import tr

DEFAULT_NAME = "Me"
_CHOSEN = "athlete_id"


def current_athlete() -> Athlete | None:
    """The athlete that the pages are about: the chosen one, otherwise the first real one, the sample one, or None."""
    athletes = login.store().list_athletes()
    chosen = next((athlete for athlete in athletes if athlete.id == st.session_state.get(_CHOSEN)), None)
    if chosen is None and athletes:
        chosen = min(athletes, key=lambda athlete: athlete.sample)
        st.session_state[_CHOSEN] = chosen.id
    return chosen


def choose_athlete(athlete_id: int | None) -> None:
    """Show the pages of another athlete."""
    st.session_state[_CHOSEN] = athlete_id
    for name in ("height_cm", "height_cm-field", "mass_kg", "mass_kg-field"):
        st.session_state.pop(name, None)


def page_head(title: str, lead: str = "") -> Athlete | None:
    """Show a page's title and, where there are several athletes, a choice among them; return the chosen one."""
    athlete = current_athlete()
    athletes = login.store().list_athletes()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        st.title(title, anchor=False, width="content")
        if athlete is not None and len(athletes) > 1:
            names = {item.id: item.name for item in athletes}
            chosen = st.selectbox(
                tr("Athlete"),
                list(names),
                index=list(names).index(athlete.id),
                format_func=names.__getitem__,
                width=260,
            )
            if chosen != athlete.id:
                choose_athlete(chosen)
                st.rerun()
    if lead:
        st.markdown(lead)
    if athlete is not None and athlete.sample:
        _show_sample_note()
    return athlete


def _show_sample_note() -> None:
    with st.container(
        border=True, horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="sample-data"
    ):
        st.markdown(tr(":material/science: This is **made-up sample data** for you to explore."), width="content")
        if st.button(tr("Remove the sample data"), icon=":material/group_remove:", type="tertiary"):
            from formcheck.history.sample import remove_sample

            remove_sample(login.store())
            choose_athlete(None)
            st.rerun()


def saving_athlete(store: Store) -> str:
    """The name suggested for saving a new set: the current athlete's, but never the sample's."""
    athlete = current_athlete()
    if athlete is not None and not athlete.sample:
        return athlete.name
    real = [item.name for item in store.list_athletes() if not item.sample]
    return real[0] if real else DEFAULT_NAME


def find_or_add(store: Store, name: str, height_cm: float | None = None, mass_kg: float | None = None) -> Athlete:
    """The athlete of this name, added if new; height and mass are stored if they were unknown."""
    found = store.find_athlete(name)
    if found is None:
        return store.add_athlete(name, height_cm=height_cm, mass_kg=mass_kg)
    if (found.height_cm is None and height_cm) or (found.mass_kg is None and mass_kg):
        return store.update_athlete(
            found.id,
            name=found.name,
            height_cm=found.height_cm or height_cm,
            mass_kg=found.mass_kg or mass_kg,
            birth_year=found.birth_year,
            sex=found.sex,
        )
    return found
