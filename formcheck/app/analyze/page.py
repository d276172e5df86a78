"""The page *Analyze a video*: choose one, watch the progress, read the report, keep it."""

from __future__ import annotations

import shutil
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO, cast

import streamlit as st

from formcheck.app.analyze.correcting import show_editor, take_corrected
from formcheck.app.analyze.nothing_found import ask_exercise, show_nothing_found
from formcheck.app.analyze.report_view import show_downloads, show_report
from formcheck.app.analyze.results import Request, Result
from formcheck.app.analyze.saving import ask_what_to_keep, compare_with_others, save_result
from formcheck.app.analyze.starting import load_libraries, queue_analysis, take_outcome
from formcheck.app.phone.widget import is_open, offer_phone
from formcheck.app.shared import login, people, session, style, visits
from formcheck.app.shared.filming import ask_condition
from formcheck.app.shared.jobs import JobStatus
from formcheck.app.shared.kept import ERROR, IS_SAMPLE, JOB, RESULT, SAVED
from formcheck.app.shared.uploads import MAX_VIDEO_BYTES, shown_name, store_upload
from formcheck.exercises import EXERCISES
from formcheck.export.other_sets import NO_OTHER_SETS
from formcheck.pose.bundles import data_dir
from formcheck.report.schema import HEIGHTS_CM, MASSES_KG, Athlete, SetReport
from formcheck.support.errors import FormcheckError
from formcheck.support.language import tr, tr_count
from formcheck.support.legs import SIDE_TITLES
from formcheck.support.samples import SAMPLE_HEIGHTS_CM

SAMPLE_TITLES = {
    "dfx_leadin_right": tr("Ankle mobilization, right leg (3 reps)"),
    "df_left_male_side": tr("Ankle mobilization, left leg"),
    "df_right_female_heellift": tr("Ankle mobilization, the heel lifts"),
    "hr_double_female_side": tr("Heel raises, both legs"),
    "hr_single_male_side": tr("Heel raises, one leg"),
    "soleus_double_female_side": tr("Soleus raises, both legs"),
    "balance_left_male_side": tr("Balance on one leg"),
}
# Samples of exercises that are measured only by their name.
NAMED_SAMPLES = {"balance_left_male_side": {"exercise": "single-leg-balance", "condition": "eyes-open"}}
CHOICES = {"auto": tr("Auto-detect"), **{name: exercise.short_title for name, exercise in EXERCISES.items()}}
SIDES = {"auto": tr("Auto-detect"), **SIDE_TITLES}
VIEWS = {"auto": tr("Auto-detect"), "side": tr("From the side"), "front": tr("From the front")}
POLL_S = 0.7
_CANCELLED, _ROUND = "analysis_cancelled", "upload_round"


def show() -> None:
    """Show the page."""
    state = st.session_state
    if state.get(JOB):
        st.title(tr("Analyze a video"), anchor=False)
        _show_progress()
    elif (result := state.get(RESULT)) is not None and result.complete:
        (_show_result if result.report.reps or result.report.corrections else _show_nothing_found)(result)
    else:
        _show_form()


def _show_form() -> None:
    athlete = people.page_head(
        tr("Analyze a video"),
        tr("Upload one set, filmed from the side. formcheck counts your reps, measures your range and checks your form."),
    )
    # It stays until the next attempt, even while the settings are changed.
    if message := st.session_state.get(ERROR):
        style.show_error(message)
    if st.session_state.pop(_CANCELLED, False):
        st.info(tr("The analysis was canceled and its video deleted."), icon=":material/cancel:")
    code_first = st.container()  # an open code comes first: further down, a laptop's window would cut it off
    uploaded = st.file_uploader(
        tr("Your video"),
        type=None,  # with a list, Streamlit refuses any other file in a tooltip alone: our own words say what is wrong with it
        max_upload_size=MAX_VIDEO_BYTES // 2**20,
        key=f"upload-{session.remember(_ROUND, 0)}",
        help=tr(
            "One set, up to an hour long: MP4, MOV, WebM, MKV or AVI. The file stays on this computer and is deleted when you "
            "close the report."
        ),
    )
    if uploaded is not None:
        visits.helpers().warm(load_libraries)
    request = _ask_about_person(athlete)
    settings = _ask_settings()
    if st.button(tr("Analyze"), type="primary", icon=":material/play_arrow:", disabled=uploaded is None) and uploaded is not None:
        _start(uploaded.name, cast(BinaryIO, uploaded), request, settings, is_sample=False)
    with code_first if is_open() else st.container():
        offer_phone(lambda name, film: _start(name, film, request, settings, is_sample=False))
    st.page_link(session.page("filming"), label=tr("How to film, in one picture"), icon=":material/videocam:")
    _offer_samples(settings)


def _ask_about_person(athlete: Any) -> Athlete:
    known = athlete if athlete is not None and not athlete.sample else None
    with st.container(horizontal=True):
        height = _ask_number(
            "height_cm",
            tr("Your height, cm"),
            HEIGHTS_CM,
            known.height_cm if known else None,
            tr("for lengths in cm"),
            tr("Gives lengths in centimeters. Without it they are in % of your foot's length."),
        )
        mass = _ask_number(
            "mass_kg",
            tr("Your body mass, kg"),
            MASSES_KG,
            known.mass_kg if known else None,
            tr("for the work done"),
            tr("Gives the work of a set of heel raises, in joules. Nothing else needs it."),
        )
    return Athlete(height_cm=height, mass_kg=mass)


def _ask_number(
    name: str, label: str, limits: tuple[float, float], known: float | None, placeholder: str, about: str
) -> float | None:
    """Ask for a number about the person, which is remembered for the visit."""
    key = f"{name}-field"
    if key not in st.session_state:
        st.session_state[key] = session.remember(name, known)
    value: float | None = st.number_input(
        label, *limits, value=None, step=1.0, format="%.0f", placeholder=placeholder, help=about, width=240, key=key
    )
    st.session_state[name] = value
    return value


def _ask_settings() -> dict[str, Any]:
    with st.expander(
        tr("Exercise, leg and camera (detected automatically)"),
        icon=":material/tune:",
        expanded=session.ASKED_DRILL in st.session_state,
    ):
        st.caption(tr("Change these only if formcheck guessed wrong. Choose the short foot and balance on one leg yourself."))
        asked = st.session_state.get(session.ASKED_DRILL)
        exercise = st.segmented_control(
            tr("Exercise"),
            list(CHOICES),
            default=asked if asked in CHOICES else "auto",
            format_func=CHOICES.__getitem__,
            required=True,
            wrap=True,
        )
        condition = ask_condition(str(exercise), "analyze")
        sides = [side for side in SIDES if side != "both" or exercise == "auto" or "both" in EXERCISES[str(exercise)].sides]
        side = st.segmented_control(
            tr("Working leg"), sides, default="auto", format_func=SIDES.__getitem__, required=True, wrap=True
        )
        view = st.segmented_control(
            tr("Camera"), list(VIEWS), default="auto", format_func=VIEWS.__getitem__, required=True, wrap=True
        )
    return {"exercise": exercise, "side": side, "view": view, "condition": condition}


def _offer_samples(settings: dict[str, Any]) -> None:
    folder = data_dir("sample_videos")
    present = {name: title for name, title in SAMPLE_TITLES.items() if (folder / f"{name}.mp4").is_file()}
    if not present:
        return
    st.header(tr("No video yet?"), anchor=False)
    st.write(tr("Try one of these short sets. It takes less than a minute."))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(tr("Sample"), list(present), format_func=present.__getitem__, width=360)
        if st.button(tr("Try this sample"), icon=":material/science:"):
            start_sample(name, settings)


def start_sample(name: str, settings: dict[str, Any] | None = None) -> None:
    """Start the analysis of a sample video and show its progress."""
    path = data_dir("sample_videos") / f"{name}.mp4"
    named = {**(settings or {}), **NAMED_SAMPLES.get(name, {})}
    with path.open("rb") as video:
        _start(
            tr("Sample: {title}").format(title=SAMPLE_TITLES[name]),
            cast(BinaryIO, video),
            Athlete(height_cm=SAMPLE_HEIGHTS_CM[name]),
            named,
            is_sample=True,
        )


def _start(name: str, source: BinaryIO, person: Athlete, settings: dict[str, Any], *, is_sample: bool) -> None:
    _forget_result()

    def make_request(folder: Path) -> Request:
        return Request(store_upload(source, folder, shown_name(name)), shown_name(name), person, **settings)

    state = st.session_state
    try:
        state[JOB] = queue_analysis(visits.visit(), make_request)
    except FormcheckError as error:
        state[ERROR] = str(error)
    state[IS_SAMPLE] = is_sample
    # A new, empty uploader.
    state[_ROUND] = session.remember(_ROUND, 0) + 1
    st.switch_page(session.page("analyze"))


@st.fragment(run_every=POLL_S)
def _show_progress() -> None:
    visit, state = visits.visit(), st.session_state
    job_id = str(state.get(JOB, ""))
    status = visit.queue.status(job_id, visit.token)
    if status is None or status.finished:
        if status is None or status.state != "cancelled":
            state.pop(_CANCELLED, None)
        take_outcome(JOB, RESULT, ERROR)
        st.rerun(scope="app")
        return
    with st.container(border=True):
        st.progress(status.share, text=_stage_in_words(status))
        st.caption(tr("Stopping…") if state.get(_CANCELLED) else _time_in_words(status))
        if st.button(tr("Cancel"), icon=":material/close:"):
            # Shown at once; the work stops at its next report of progress.
            state[_CANCELLED] = True
            visit.queue.cancel(job_id, visit.token)
    st.caption(tr("You can visit other pages; the analysis continues."))


def _stage_in_words(status: JobStatus) -> str:
    if status.state == "waiting":
        return tr_count("Waiting: 1 video before yours", "Waiting: {count} videos before yours", status.ahead)
    return f"{status.stage}: {status.share:.0%}"


def _time_in_words(status: JobStatus) -> str:
    left = status.seconds_left
    if left is None:
        return tr("Estimating the time left…")
    if left < 60:
        return tr("About {value} seconds left").format(value=max(5, 5 * round(left / 5)))
    return tr("About {left} min left").format(left=round(left / 60))


def _show_result(result: Result) -> None:
    state, report = st.session_state, result.report
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(tr("Your report"), anchor=False, width="content")
        if st.button(tr("Analyze another video"), icon=":material/add:"):
            _forget_result()
            st.rerun()
    is_sample = bool(state.get(IS_SAMPLE))
    compared = NO_OTHER_SETS if is_sample else compare_with_others(result)
    show_report(report, result, compared)
    if (corrected := show_editor(result)) is not None:
        take_corrected(corrected, RESULT, SAVED)
    if result.upload.is_file():
        with st.expander(tr("Another exercise? Analyze this video as that one"), icon=":material/swap_horiz:"):
            ask_exercise(report, lambda exercise: _start_again(result, exercise))
    st.subheader(tr("Keep it"), anchor=False)
    if is_sample:
        st.caption(tr("A sample isn't saved to your history. You can save your own sets here."))
    elif note := state.get(SAVED):
        style.show_done(note)
        with style.actions("saved"):
            if st.button(tr("See your trends"), icon=":material/show_chart:"):
                st.switch_page(session.page("trends"))
    elif report.reps:
        _ask_to_save(result)
    show_downloads(result, compared)


def _show_nothing_found(result: Result) -> None:
    """What to show where no rep was found: what was seen and what to do. There is nothing to keep."""

    def analyze_as(exercise: str) -> None:
        _start_again(result, exercise)

    def start_over() -> None:
        _forget_result()
        st.rerun()

    show_nothing_found(result, analyze_as, start_over)
    if (corrected := show_editor(result)) is not None:
        take_corrected(corrected, RESULT, SAVED)
    with st.expander(tr("What formcheck saw"), icon=":material/movie:"):
        st.video(str(result.video), muted=True)


def _start_again(result: Result, exercise: str) -> None:
    """Analyze a result's video again as another exercise; the result stays until the new analysis is queued."""
    state, report = st.session_state, result.report
    side = report.side if report.side_source == "given" and report.side else "auto"

    def make_request(folder: Path) -> Request:
        upload = folder / result.upload.name
        try:
            upload.hardlink_to(result.upload)
        except OSError:  # a file system without links
            shutil.copyfile(result.upload, upload)
        return Request(upload, report.video.file, report.athlete, exercise, side)

    try:
        job = queue_analysis(visits.visit(), make_request)
    except FormcheckError as error:
        style.show_error(str(error))
        return
    _forget_result()
    state[JOB] = job
    st.rerun()


def _ask_to_save(result: Result) -> None:
    store = login.store()
    with st.form("save", border=True):
        with st.container(horizontal=True):
            keep = ask_what_to_keep()
        bottom = st.container(horizontal=True, vertical_alignment="bottom")
    with bottom:
        name = st.text_input(tr("Whose set is it?"), people.saving_athlete(store), max_chars=200, width=260)
        filmed = _filmed_on(result.report)
        day = st.date_input(tr("Filmed on"), filmed, max_value=session.today(), width=180, format=style.DATE_FORMAT)
        if st.form_submit_button(tr("Save to history"), type="primary", icon=":material/save:"):
            try:
                # the suggested day: the recording's own time, or now
                moment = None if day == filmed else datetime.combine(day, time(12)).astimezone()
                st.session_state[SAVED] = save_result(store, result, name, moment, keep)
            except FormcheckError as error:
                # The report stays on the page, so it can be saved again.
                style.show_error(error)
                return
            st.rerun()


def _filmed_on(report: SetReport) -> date:
    """The day on which the recording says it was filmed, where the person was; today if it doesn't."""
    today = session.today()
    return min(today, datetime.fromisoformat(report.recorded_at).date()) if report.recorded_at else today


def _forget_result() -> None:
    state = st.session_state
    result = state.pop(RESULT, None)
    for name in (SAVED, ERROR, "name-exercise"):
        state.pop(name, None)
    if result is not None:
        visits.visit().drop(result.folder)
