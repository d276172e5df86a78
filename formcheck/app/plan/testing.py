"""The tests of weeks 0, 4, 8 and 12 on the plan's page: what is due, the four times side by side, and entry by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import cast

import streamlit as st

from formcheck import training
from formcheck.app.shared import session, style
from formcheck.exercises import EXERCISES
from formcheck.history.store.diary import QuestionnaireScore
from formcheck.history.store.store import Store
from formcheck.history.trends.measures import day_text
from formcheck.history.trends.programme_view import list_results
from formcheck.history.values import Athlete
from formcheck.support.errors import FormcheckError
from formcheck.support.language import join_words, tr
from formcheck.support.legs import LEG_WORDS, SIDE_TITLES, SIDE_WORDS, add_leg
from formcheck.support.units import join_unit
from formcheck.training.calendar_tests import Result, ResultRow, due_dates, find_due, find_due_forms, lay_out
from formcheck.training.catalogue import DEFAULT_TRACK, Catalogue, Track, WorkSide
from formcheck.training.ladder import describe_next
from formcheck.training.programme import drill_work
from formcheck.training.questionnaires import compare_scores, least_answers
from formcheck.training.return_to_running import RunningStanding

# The tests that the page *Film a set* can guide, with what is chosen there.
_FILMED = {"heel-raise-endurance": "raise-test", "range": "half-kneeling", "knee-to-wall": "knee-to-wall"}


def show_tests(store: Store, athlete: Athlete, enrolment: training.Enrolment, running: RunningStanding, today: date) -> None:
    """Show what is due, every result so far, and the forms."""
    rules = training.current_catalogue()
    results, filled_in = list_results(store, athlete.id), store.diary.questionnaires(athlete.id)
    st.header(tr("Tests"), anchor=False)
    st.caption(tr("The same tests in weeks 0, 4, 8 and 12, so that a change can be separated from measurement error."))
    due = find_due(results, enrolment, today, rules)
    filled = [(item.questionnaire, item.day) for item in filled_in]
    titles = [name_test(rules.tests.kinds[item.kind].title, item.sides) for item in due]
    titles += [rules.questionnaires[name].title for name in find_due_forms(filled, enrolment, today, rules)]
    if titles:
        st.info(tr("Due this week: {titles}.").format(titles="; ".join(titles)), icon=":material/assignment:")
        _film_tests([item.kind for item in due])
    dates = due_dates(enrolment, rules)
    rows = lay_out(results, enrolment, rules)
    header = [
        (tr("Test"), ""),
        *((tr("Week {week}").format(week=week), _when(day)) for week, day in dates.items()),
        (tr("Change"), tr("The last result minus the first")),
        (tr("Meaning"), tr("Only more than the amount in parentheses, the measurement error, counts as a change")),
    ]
    st.html(
        style.table(
            header,
            [_row(row, rules) for row in rows],
            tr("Results of the four tests"),
            text_columns=frozenset({0, len(header) - 1}),
            stacked=True,
        )
        + style.explain(header)
    )
    _show_questionnaires([item for item in filled_in if item.day >= enrolment.started_on], today)
    with st.expander(tr("Enter a test or a questionnaire"), icon=":material/edit:"):
        _enter_test(store, athlete, today, rules)
        _enter_questionnaire(store, athlete, enrolment, today)
        _enter_running(store, athlete, running, today)


def _film_tests(kinds: list[str]) -> None:
    """Buttons that open the page *Film a set* with the test chosen; the camera guides it and ends it by its own rules."""
    with st.container(horizontal=True):
        for kind, drill in _FILMED.items():
            title = training.current_catalogue().tests.kinds[kind].title if kind in kinds else ""
            if title and st.button(tr("Film: {title}").format(title=title), icon=":material/videocam:", key=f"film-{kind}"):
                st.session_state[session.ASKED_DRILL] = drill
                st.switch_page(session.page("film"))


_FILM = tr(" (film)")


def _when(day: date | None) -> str:
    return "" if day is None else tr("Due on {day}").format(day=day_text(day.toordinal()))


def _row(row: ResultRow, rules: Catalogue) -> list[str]:
    *cells, verdict = map(escape, describe_row(row, rules))
    return [*cells, f'<span class="fc-wrap">{verdict}</span>']


def name_test(title: str, sides: Sequence[str]) -> str:
    """A test with the legs that it is due on: "Knee to wall (left leg and right leg)"."""
    legs = join_words([LEG_WORDS[side] for side in sides if side != "both"])
    return f"{title} ({legs})" if legs else title


def describe_row(row: ResultRow, rules: Catalogue) -> list[str]:
    """A test on one side in words: its name, the result of each week, the change, and what the change means."""
    kind = rules.tests.kinds[row.kind]
    cells = ["–" if cell is None else f"{cell.value:.{_digits(kind.unit)}f}{_FILM * cell.filmed}" for cell in row.results]
    change = "–" if row.change is None else _amount(row.change, kind.unit, "+")
    # where nothing was compared, a limit beside the verdict would look like a result
    meaning = row.verdict if row.change is None else f"{row.verdict} ({_amount(row.limit, kind.unit)})"
    return [f"{kind.title}, {SIDE_WORDS[row.side]} ({kind.unit})", *cells, change, meaning]


def _amount(value: float, unit: str, sign: str = "") -> str:
    return f"{value:{sign}.{_digits(unit)}f}{join_unit(unit)}"


def _digits(unit: str) -> int:
    return 0 if unit == "reps" else 1


def _show_questionnaires(filled_in: list[QuestionnaireScore], today: date) -> None:
    forms = training.current_catalogue().questionnaires
    for name, form in forms.items():
        mine = [item for item in filled_in if item.questionnaire == name]
        if not mine:
            continue
        values = ", ".join(
            tr("{score:.0f} on {day}").format(score=item.score, day=day_text(item.day.toordinal(), today)) for item in mine
        )
        line = f"**{form.title}:** {values}."
        if len(mine) > 1:
            change = compare_scores(form, mine[0].score, mine[-1].score)
            if change.more_than_error is None:
                line += tr(" No measurement error is published for this change, so it is not judged.")
            else:
                error = tr("more") if change.more_than_error else tr("no more")
                matters = tr("large enough to matter") if change.large_enough else tr("below what people notice")
                line += tr(" Change {points:+.1f}: {error} than measurement error ({mdc:g}), and {matters} ({mcid:g}).").format(
                    points=change.points, error=error, mdc=form.mdc, matters=matters, mcid=form.mcid
                )
        st.markdown(line)


def _enter_test(store: Store, athlete: Athlete, today: date, rules: Catalogue) -> None:
    kind = st.selectbox(tr("Test"), list(rules.tests.kinds), format_func=lambda key: rules.tests.kinds[key].title, key="test-kind")
    spec = rules.tests.kinds[kind]
    st.caption(spec.how)
    with (
        st.form(f"test-{kind}", clear_on_submit=True, border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        side = st.segmented_control(
            tr("Side"), list(spec.sides), default=spec.sides[0], required=True, format_func=SIDE_TITLES.__getitem__
        )
        value = st.number_input(
            tr("Result, {unit}").format(unit=spec.unit), spec.lowest, spec.highest, value=None, step=1.0, width=150
        )
        end = st.selectbox(tr("How it ended"), spec.ends, width=240)
        day = st.date_input(tr("Day"), today, max_value=today, format=style.DATE_FORMAT, width=160)
        if st.form_submit_button(tr("Save the test"), icon=":material/add:"):
            if value is None:
                st.warning(tr("Enter the result first."))
                return
            try:
                store.diary.add_result(athlete.id, Result(kind, side or spec.sides[0], day, float(value), end))
            except FormcheckError as error:
                style.show_error(error)
                return
            st.rerun()


def _enter_questionnaire(store: Store, athlete: Athlete, enrolment: training.Enrolment, today: date) -> None:
    rules = training.current_catalogue()
    forms = {name: form for name, form in rules.questionnaires.items() if enrolment.track in form.tracks}
    if not forms:
        return
    name = st.selectbox(tr("Questionnaire"), list(forms), format_func=lambda key: forms[key].title, key="questionnaire")
    form = forms[name]
    st.caption(
        tr(
            "Fill in the [published form]({link}) and enter its points. formcheck cannot show its questions, "
            "since no license that allows it was found. At least {form} of {items} items must be answered."
        ).format(link=form.link, form=least_answers(form), items=form.items)
    )
    with st.form(f"form-{name}", clear_on_submit=True, border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        points = st.number_input(tr("Points, all items added"), 0, 1000, value=None, width=200)
        answered = st.number_input(tr("Items answered"), 0, form.items, form.items, width=150)
        if st.form_submit_button(tr("Save the score"), icon=":material/add:"):
            if points is None:
                st.warning(tr("Enter the points first."))
                return
            try:
                store.diary.add_questionnaire(athlete.id, today, name, int(points), int(answered))
            except FormcheckError as error:
                style.show_error(error)
                return
            st.rerun()


def _enter_running(store: Store, athlete: Athlete, standing: RunningStanding, today: date) -> None:
    """The two entry criteria of the return to running that are asked."""
    if standing.kind != "walk":
        return
    rules = training.current_catalogue().running
    with st.form("entry-criteria", border=False):
        st.markdown(tr("**Before you run again:** {unmet}.").format(unmet=escape("; ".join(standing.unmet))))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            pain = st.number_input(
                tr("Highest pain in {walk_minutes} minutes of walking").format(walk_minutes=rules.walk_minutes),
                0,
                10,
                value=None,
                width=280,
            )
            hops = st.radio(tr("Can you hop on each leg without pain?"), ["yes", "no"], index=None, horizontal=True)
            if st.form_submit_button(tr("Save the answers"), icon=":material/check:"):
                if pain is None or hops is None:
                    st.warning(tr("Answer both questions first."))
                    return
                store.diary.answer_running(athlete.id, today, {"walk-pain": str(int(pain)), "hops-pain-free": hops})
                st.rerun()


def _track(enrolment: training.Enrolment, rules: Catalogue) -> Track:
    """The person's track; the default one where a changed programme no longer has theirs."""
    return rules.tracks.get(enrolment.track, rules.tracks[DEFAULT_TRACK])


def show_levels(store: Store, athlete: Athlete, enrolment: training.Enrolment, progress: training.Progress, today: date) -> None:
    """Every exercise of the track with its level and what comes next; a clinician can set a level by hand."""
    rules = progress.catalogue
    names = dict.fromkeys(name for day in _track(enrolment, rules).days for name in day if name in rules.drills)
    st.header(tr("Your exercises"), anchor=False)
    for name in names:
        ladder = progress.ladders[name]
        for leg in ("left", "right") if progress.legs_differ(name, today) else (None,):
            standing = progress.standing_on(name, today, leg)
            level = ladder.drill.levels[standing.level]
            place = tr("level {level} of {levels}").format(level=standing.level + 1, levels=len(ladder.drill.levels))
            st.markdown(f"**{level.title}{add_leg(leg)}**, {place}. {level.how}")
        st.caption(describe_next(ladder, rules))
        camera = drill_work(name, progress.standing_on(name, today), catalogue=rules).exercise or name
        if camera in EXERCISES:
            label = tr("{title}: how to do it, film it or be guided").format(title=ladder.drill.title)
            st.page_link(session.page("drills"), label=label, icon=":material/arrow_forward:", query_params={"drill": camera})
    with st.expander(tr("Set a level by hand (for your clinician)"), icon=":material/tune:"), st.form("level", border=False):
        choices = {
            (name, level.id): f"{rules.drills[name].title}: {level.title}" for name in names for level in rules.drills[name].levels
        }
        chosen = st.selectbox(tr("Exercise and level"), list(choices), format_func=choices.__getitem__)
        leg = st.segmented_control(
            tr("Leg"), ["both", "left", "right"], default="both", format_func=SIDE_TITLES.__getitem__, required=True
        )
        if st.form_submit_button(tr("Set from today")):
            store.diary.set_level(athlete.id, today, *chosen, side=cast(WorkSide, leg))
            st.rerun()
