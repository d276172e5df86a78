"""The page *History*: every saved set, the athletes, and the data itself: backup, export, import, deletion."""

from __future__ import annotations

import io
import zipfile
from typing import BinaryIO, cast

import pandas as pd
import streamlit as st

from formcheck.app.history.importing import import_upload
from formcheck.app.shared import login, people, session, style, visits
from formcheck.app.shared.set_words import exercise_words, leg_words
from formcheck.app.shared.uploads import MAX_TABLE_BYTES
from formcheck.export.facts import BEST_IS
from formcheck.history.exchange.backup import back_up
from formcheck.history.exchange.csv_tables import write_tables
from formcheck.history.exchange.json_file import export_json
from formcheck.history.sample import SAMPLE_NAME, add_sample, remove_sample
from formcheck.history.store.store import Store
from formcheck.history.trends.measures import moment_text, text_of_set
from formcheck.history.values import Athlete, SetRow, Sex
from formcheck.report.schema import HEIGHTS_CM, MASSES_KG
from formcheck.support.dates import FIRST_YEAR
from formcheck.support.errors import FormcheckError
from formcheck.support.form import FormCount
from formcheck.support.language import tr, tr_count
from formcheck.support.legs import SIDE_WORDS
from formcheck.support.units import choose_inches, inches_are_fixed, shows_inches
from formcheck.support.workspace import remove_folder

_NOTE, _EXPORT, _ROUND = "history_note", "history_export", "history_upload_round"
_SHOWN_SETS = 500
_BIN_PAGE = 20
# Widths of the table's first columns, pixels: together with the ticks they fit on a phone of 390.
_WIDTHS = {tr("Day and time"): 130, tr("Best"): 64, tr("Clean"): 74, tr("Leg"): 52}


def show() -> None:
    """Show the page."""
    athlete = people.page_head(tr("History"))
    store = login.store()
    # The container is there even without a note; otherwise the tabs would be rebuilt, with the first one open.
    with st.container():
        if note := st.session_state.pop(_NOTE, None):
            style.show_done(note)
    sets, person, data = st.tabs([tr(":material/list: Sets"), tr(":material/person: Athletes"), tr(":material/database: Data")])
    with sets:
        _show_sets(store, athlete)
    with person:
        _show_people(store, athlete)
    with data:
        _show_data(store)


def _note(note: str) -> None:
    st.session_state[_NOTE] = note
    st.rerun()


# --- sets ---


def _show_sets(store: Store, athlete: Athlete | None) -> None:
    rows = [] if athlete is None else store.list_sets(athlete.id, newest_first=True, limit=_SHOWN_SETS)
    if athlete is None or not rows:
        style.empty(
            tr("No set is saved yet"),
            tr("Analyze a video and save it at the end of its report. It will appear here, where you can open or delete it."),
            icon="movie",
            page="analyze",
            label=tr("Analyze a video"),
        )
    else:
        newest = tr(" The newest {shown_sets} are shown.").format(shown_sets=_SHOWN_SETS) if len(rows) == _SHOWN_SETS else ""
        st.caption(tr("Tick one set to open it, two to compare them, or any to delete them.{newest}").format(newest=newest))
        event = st.dataframe(
            _table(rows),
            hide_index=True,
            width="stretch",
            column_config={name: st.column_config.Column(width=width) for name, width in _WIDTHS.items()},
            on_select="rerun",
            selection_mode="multi-row",
            key=f"sets-{athlete.id}-{len(rows)}",
        )
        st.caption(BEST_IS)
        if any(row.form.unjudged for row in rows):
            st.caption(
                tr("Clean: of the reps whose form was seen. In parentheses, or a dash: reps where the heel or the height was not.")
            )
        chosen = [rows[i] for i in event.selection.rows if i < len(rows)]
        _act_on(store, chosen)
    if athlete is not None:
        _show_bin(store, athlete)


def _table(rows: list[SetRow]) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            # The columns that a phone has no place for come last.
            tr("Day and time"): [f"{row.recorded_at.astimezone():%Y-%m-%d %H:%M}" for row in rows],
            tr("Best"): [text_of_set(row, "best") for row in rows],
            tr("Clean"): [clean_text(row.form) for row in rows],
            tr("Leg"): [SIDE_WORDS.get(row.side or "", "–") for row in rows],
            tr("Exercise"): [exercise_words(row.exercise) for row in rows],
            tr("Corrected"): [tr("by hand") if row.corrected else "" for row in rows],
        }
    )
    return table if any(row.corrected for row in rows) else table.drop(columns=tr("Corrected"))


def clean_text(form: FormCount) -> str:
    """The clean reps of a set among those whose form was seen: "3 of 5"; a dash where no rep's was."""
    if form.reps and not form.judged:
        return "–"
    seen = tr("{clean} of {reps}").format(clean=form.clean, reps=form.judged)
    return tr("{seen} (+{unseen})").format(seen=seen, unseen=form.unjudged) if form.unjudged else seen


def _act_on(store: Store, chosen: list[SetRow]) -> None:
    with style.actions("sets"):
        if st.button(tr("Open the report"), icon=":material/description:", disabled=len(chosen) != 1):
            st.switch_page(session.page("set"), query_params={"id": str(chosen[0].id)})
        if st.button(tr("Compare the two"), icon=":material/compare_arrows:", disabled=len(chosen) != 2):
            first, second = sorted(chosen, key=lambda row: row.recorded_at)
            st.switch_page(session.page("compare"), query_params={"a": str(first.id), "b": str(second.id)})
        word = tr("Delete") if len(chosen) < 2 else tr("Delete {chosen} sets").format(chosen=len(chosen))
        if st.button(word, icon=":material/delete:", disabled=not chosen):
            store.delete_sets([row.id for row in chosen])
            _note(tr("Deleted. You can restore it below.") if len(chosen) == 1 else tr("Deleted. You can restore them below."))


def _choose_page(rows: list[SetRow], key: str) -> list[SetRow]:
    """Offer the rows page by page, above them so that the Tab key goes on into the page; return the chosen page's."""
    if len(rows) <= _BIN_PAGE:
        return rows

    pages = -(-len(rows) // _BIN_PAGE)
    page: int = st.selectbox(
        tr("Last deleted first"),
        range(pages),
        format_func=lambda page: tr("Page {page} of {pages}").format(page=page + 1, pages=pages),
        width=200,
        key=f"{key}-{pages}",
    )
    return rows[page * _BIN_PAGE :][:_BIN_PAGE]


def _show_bin(store: Store, athlete: Athlete) -> None:
    deleted = store.list_sets(athlete.id, deleted=True, newest_first=True)
    if not deleted:
        return
    deleted.sort(key=lambda row: row.deleted_at or row.saved_at, reverse=True)  # a slip is undone from the top of the list
    with st.expander(tr("Deleted sets ({deleted})").format(deleted=len(deleted)), icon=":material/delete:", expanded=True):
        last = [row for row in deleted if row.deleted_at == deleted[0].deleted_at]
        if len(last) > 1 and st.button(
            tr("Restore the {count} sets deleted last").format(count=len(last)), icon=":material/undo:", key="undo-last"
        ):
            for row in last:
                store.undo_delete(row.id)
            _note(tr("The sets are restored."))
        for row in _choose_page(deleted, f"bin-page-{athlete.id}"):
            day = moment_text(row.recorded_at)
            with st.container(horizontal=True, vertical_alignment="center", key=f"bin-{row.id}"):
                st.write(
                    tr("{day}: {exercise}{leg}, {reps}").format(
                        day=day,
                        exercise=exercise_words(row.exercise),
                        leg=leg_words(row.side),
                        reps=tr_count("1 rep", "{count} reps", row.rep_count),
                    )
                )
                # the day names it for a screen reader, which reads the buttons one after the other
                if st.button(tr("Restore {day}").format(day=day), key=f"undo-{row.id}", icon=":material/undo:"):
                    store.undo_delete(row.id)
                    _note(tr("The set is restored."))
        with st.popover(tr("Empty the bin"), icon=":material/delete_forever:"):
            st.write(tr("This deletes every set in the bin, of all athletes, permanently. It cannot be undone."))
            if st.button(tr("Delete permanently"), icon=":material/delete_forever:"):
                _note(tr_count("1 set deleted permanently.", "{count} sets deleted permanently.", store.purge()))


# --- people ---


def _show_people(store: Store, athlete: Athlete | None) -> None:
    if athlete is not None:
        _edit_athlete(store, athlete)
    with st.form("add-athlete", clear_on_submit=True, border=True), st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(tr("Add an athlete"), placeholder=tr("Name"), max_chars=200, width=300)
        if st.form_submit_button(tr("Add"), icon=":material/person_add:"):
            try:
                added = store.add_athlete(name)
            except FormcheckError as error:
                style.show_error(error)
                return
            people.choose_athlete(added.id)
            _note(tr("{name} was added.").format(name=added.name))
    if athlete is not None and not athlete.sample:
        _erase_athlete(store, athlete)


def _edit_athlete(store: Store, athlete: Athlete) -> None:
    sexes: dict[Sex | None, str] = {None: tr("Not given"), "female": tr("Female"), "male": tr("Male")}
    this_year = session.today().year
    with st.form(f"athlete-{athlete.id}", border=True):
        with st.container(horizontal=True):
            name = st.text_input(tr("Name"), athlete.name, max_chars=200, width=260)
            height = st.number_input(tr("Height, cm"), *HEIGHTS_CM, athlete.height_cm, 1.0, "%.0f", width=160)
            mass = st.number_input(tr("Body mass, kg"), *MASSES_KG, athlete.mass_kg, 1.0, "%.0f", width=160)
            born = st.number_input(tr("Birth year"), FIRST_YEAR, this_year, athlete.birth_year, 1, width=160)
            sex = st.selectbox(tr("Sex"), list(sexes), list(sexes).index(athlete.sex), format_func=sexes.__getitem__, width=160)
        st.caption(
            tr(
                "All optional. Height: lengths in centimeters. Body mass: the work of a heel raise. Birth year and sex: the usual "
                "values for you."
            )
        )
        if st.form_submit_button(tr("Save"), icon=":material/save:"):
            try:
                store.update_athlete(
                    athlete.id, name=name, height_cm=height, mass_kg=mass, birth_year=None if born is None else int(born), sex=sex
                )
            except FormcheckError as error:
                style.show_error(error)
                return
            people.choose_athlete(athlete.id)
            _note(tr("Saved."))


def _erase_athlete(store: Store, athlete: Athlete) -> None:
    with st.expander(tr("Delete everything about {name}").format(name=style.plain(athlete.name)), icon=":material/person_remove:"):
        st.write(tr("This deletes all sets, reports, kept files, runs and the plan of this athlete. It cannot be undone."))
        typed = st.text_input(tr("Type the athlete's name to confirm"), key=f"erase-{athlete.id}", width=300)
        if st.button(tr("Delete everything"), icon=":material/delete_forever:", disabled=typed.strip() != athlete.name):
            erased = store.delete_athlete(athlete.id)
            people.choose_athlete(None)
            note = tr("Everything about {athlete} is deleted: {sets}, {files}.").format(
                athlete=erased.athlete,
                sets=tr_count("1 set", "{count} sets", erased.sets),
                files=tr_count("1 file", "{count} files", len(erased.files_removed)),
            )
            if erased.backups_left:
                note += tr(" Earlier backups still contain it; delete them yourself: {backups_left}.").format(
                    backups_left=", ".join(erased.backups_left)
                )
            _note(note)


# --- data ---


def _show_data(store: Store) -> None:
    st.markdown(tr("**Where it is**: {where}").format(where=style.plain(store.where)))
    if not login.login_configured():  # the choice is the computer's, and a server is everybody's
        _choose_units()
    _show_backup(store)
    _show_export(store)
    _show_import(store)
    st.markdown(tr("**Sample data**"))
    sample = next((athlete for athlete in store.list_athletes() if athlete.sample), None)
    if sample is None:
        st.caption(
            tr("Eleven made-up weeks of an athlete called “{sample_name}”, for you to explore.").format(sample_name=SAMPLE_NAME)
        )
        if st.button(tr("Add the sample athlete"), icon=":material/group_add:"):
            people.choose_athlete(add_sample(store).id)
            _note(tr("The sample athlete is added."))
    elif st.button(tr("Remove the sample athlete"), icon=":material/group_remove:"):
        remove_sample(store)
        people.choose_athlete(None)
        _note(tr("The sample athlete is removed."))


def _choose_units() -> None:
    st.markdown(tr("**Units**"))
    chosen = st.checkbox(
        tr("Show inches beside centimeters"),
        value=shows_inches(),
        key="inches",
        disabled=inches_are_fixed(),
        help=tr("In every number and sentence of pages and reports made from now on. Tables and files stay in centimeters."),
    )
    if chosen != shows_inches():
        choose_inches(chosen)
        st.rerun()


def _show_backup(store: Store) -> None:
    st.markdown(tr("**Backup**"))
    st.caption(
        tr(
            "One file with the whole history, saved beside it on this computer. To go back to it, type "
            "`formcheck history restore` and the file's path in a terminal; what it replaces is kept as a backup too."
        )
    )
    if st.button(tr("Back up now"), icon=":material/backup:"):
        _note(tr("Backed up to {paths}.").format(paths=back_up(store).paths[0]))


def _show_export(store: Store) -> None:
    st.markdown(tr("**Export**"))
    with st.container(horizontal=True):
        # Made on request: ten years of sets take a while to write.
        st.download_button(
            tr("Everything (JSON)"),
            lambda: export_json(store).encode(),
            "formcheck-history.json",
            "application/json",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            tr("Tables for a spreadsheet (CSV)"),
            lambda: _zip_tables(store),
            "formcheck-tables.zip",
            "application/zip",
            icon=":material/table:",
            on_click="ignore",
        )


def _zip_tables(store: Store) -> bytes:
    packed = io.BytesIO()
    folder = visits.workspace().new_folder()  # emptied at the next start if this process is killed
    try:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            done = write_tables(store, folder)
            for path in done.paths:
                archive.write(path, path.name)
            if done.warning:
                archive.writestr("damaged-sets.txt", done.warning)
    finally:
        remove_folder(folder)
    return packed.getvalue()


def _show_import(store: Store) -> None:
    st.markdown(tr("**Import**"))
    number = session.remember(_ROUND, 0)
    file = st.file_uploader(
        tr("A formcheck export: JSON, sets.csv or running.csv"),
        type=["json", "csv"],
        key=f"import-{number}",
        max_upload_size=MAX_TABLE_BYTES // 2**20,
    )
    if file is not None and st.button(tr("Import"), icon=":material/upload:", key="import-history"):
        try:
            done = import_upload(store, cast(BinaryIO, file), file.name)
        except FormcheckError as error:
            style.show_error(error)
            return
        st.session_state[_ROUND] = number + 1
        known = tr(" {already_there} were already there.").format(already_there=done.already_there) if done.already_there else ""
        sets, runs = tr_count("1 set", "{count} sets", done.sets), tr_count("1 run", "{count} runs", done.runs)
        _note(tr("Imported {sets} and {runs}.{known}").format(sets=sets, runs=runs, known=known))
