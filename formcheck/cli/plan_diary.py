"""``formcheck plan pain``, ``flags``, ``level``, ``test`` and the like: what a person enters, and what they take along."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer

from formcheck.cli import history_common as cli
from formcheck.cli.options import file_to_read, output_file
from formcheck.report.names import WorkingSide
from formcheck.support.dates import LAST_YEAR
from formcheck.support.errors import UsageError

# Nobody trained by this plan before.
FIRST_PLAN_YEAR = 1970

DrillArgument = Annotated[str, typer.Argument(help="The exercise's name; a wrong one lists all.")]
DayOption = Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day; today by default.")]
OutOption = Annotated[Path, typer.Option("--out", help="The file to write.", callback=output_file)]


def day_of(text: str | None) -> date:
    """A day from the command line; today by default."""
    day = cli.parse_day(text, date.today())
    if day is None or not FIRST_PLAN_YEAR <= day.year <= LAST_YEAR:
        raise UsageError(f"Give a day between {FIRST_PLAN_YEAR} and {LAST_YEAR}.")
    return day


def pain(
    before: Annotated[int | None, typer.Option(min=0, max=10, help="Before the session, 0 to 10.")] = None,
    after: Annotated[int | None, typer.Option(min=0, max=10, help="After the session.")] = None,
    morning: Annotated[int | None, typer.Option(min=0, max=10, help="The morning after; --on is the session's day.")] = None,
    athlete: cli.AthleteOption = None,
    on: DayOption = None,
) -> None:
    """Enter pain from 0 (none) to 10 (worst imaginable) and see what it means for the next session."""
    from formcheck import training
    from formcheck.training.pain import PainScores, describe_action, judge_pain

    if before is None and after is None and morning is None:
        raise UsageError("Give at least one of --before, --after and --morning.")
    limits = training.current_catalogue().pain
    with cli.opened() as store:
        person, day = store.resolve_athlete(athlete), day_of(on)
        for moment, score in (("before", before), ("after", after), ("morning", morning)):
            if score is not None:
                store.diary.note_pain(person.id, day, moment, score)  # type: ignore[arg-type]
        scores = store.diary.pain(person.id).get(day, PainScores())
        typer.echo(describe_action(judge_pain(scores, limits), scores, limits))
        if need := store.plans.describe_need(person.id, day):
            typer.echo(need)
        if (scores.worst or 0) > limits.tolerated_up_to:
            typer.echo("Answer the red flags before you train again: formcheck plan flags --none, or --yes CODE.")


def flags(
    yes: Annotated[
        list[str] | None, typer.Option("--yes", metavar="CODE", help="A red flag that applies; may be repeated.")
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="None of them applies.")] = False,
    athlete: cli.AthleteOption = None,
    on: DayOption = None,
) -> None:
    """Answer the red flags; without an answer, list them. Any yes stops the plan and says where to go."""
    from formcheck import training
    from formcheck.training.red_flags import describe_stop, raised_flags

    rules = training.current_catalogue()
    if not yes and not none:
        cli.print_table("Red flags", ["Code", "Question"], [[flag.code, flag.question] for flag in rules.red_flags])
        typer.echo("Answer with --none, or with --yes CODE for each that applies.")
        return
    if yes and none:
        raise UsageError("Give --none or --yes CODE, not both.")
    raised = raised_flags(dict.fromkeys(yes or [], True), rules)
    answers, day = {flag.code: flag in raised for flag in rules.red_flags}, day_of(on)
    with cli.opened() as store:
        store.diary.answer_red_flags(store.resolve_athlete(athlete, create=True).id, day, answers)
    for line in describe_stop(raised) or ["No red flag. The plan continues."]:
        typer.echo(line)


def level(
    drill: DrillArgument,
    level_id: Annotated[str, typer.Argument(help="The level's name; a wrong one lists all.")],
    side: Annotated[WorkingSide, typer.Option(help="The leg that it is for.")] = "both",
    athlete: cli.AthleteOption = None,
    on: DayOption = None,
) -> None:
    """Set an exercise's level by hand, from a day on (for a clinician)."""
    with cli.opened() as store:
        store.diary.set_level(store.resolve_athlete(athlete).id, day_of(on), drill, level_id, side)
    typer.echo("Set.")


def kg(
    drill: DrillArgument,
    weight: Annotated[float, typer.Argument(help="Kilograms.")],
    athlete: cli.AthleteOption = None,
    on: DayOption = None,
) -> None:
    """Enter the weight of a loaded exercise, in kg."""
    with cli.opened() as store:
        store.diary.set_kg(store.resolve_athlete(athlete).id, day_of(on), drill, weight)
    typer.echo("Saved.")


def note(text: Annotated[str, typer.Argument(help="The note.")], athlete: cli.AthleteOption = None, on: DayOption = None) -> None:
    """Keep a note with a day's session; an empty one removes it."""
    with cli.opened() as store:
        store.note_session(store.resolve_athlete(athlete).id, day_of(on), text)
    typer.echo("Saved.")


def enter_test(
    kind: Annotated[str, typer.Argument(help="The test's name.")],
    value: Annotated[float, typer.Argument(help="The result, in the test's unit.")],
    side: Annotated[Literal["left", "right"], typer.Option(help="The leg that was tested.")] = "left",
    end: Annotated[str | None, typer.Option(help="Why the test ended; a wrong answer lists the right ones.")] = None,
    athlete: cli.AthleteOption = None,
    on: DayOption = None,
) -> None:
    """Enter a test result: heel-raise-endurance (reps), knee-to-wall (cm) or range (degrees)."""
    from formcheck.training.calendar_tests import Result
    from formcheck.training.catalogue import current_catalogue

    result = Result(kind, side, day_of(on), value, end)
    with cli.opened() as store:
        store.diary.add_result(store.resolve_athlete(athlete).id, result)
    test = current_catalogue().tests.kinds[kind]
    typer.echo(f"Saved: {test.title}, {side}, {value:g} {test.unit} on {result.day}.".replace(" °", "°"))


def questionnaire(
    name: Annotated[str, typer.Argument(help="The questionnaire's name.")],
    points: Annotated[int, typer.Argument(help="The points of all items, added.")],
    answered: Annotated[int | None, typer.Option(help="How many items were answered; all by default.")] = None,
    athlete: cli.AthleteOption = None,
    on: DayOption = None,
) -> None:
    """Enter a questionnaire: faam-adl, faam-sport, visa-a or cait."""
    with cli.opened() as store:
        score = store.diary.add_questionnaire(store.resolve_athlete(athlete).id, day_of(on), name, points, answered)
    typer.echo(f"Score {score:.1f}.")


def list_tests(athlete: cli.AthleteOption = None, on: DayOption = None, json_file: cli.JsonOption = None) -> None:
    """The tests of weeks 0, 4, 8 and 12 side by side, each judged by its own measurement error."""
    from formcheck import training
    from formcheck.history.trends.programme_view import list_results
    from formcheck.training.calendar_tests import due_dates, find_due, lay_out

    rules = training.current_catalogue()
    with cli.opened() as store:
        person = store.resolve_athlete(athlete)
        enrolment = store.plans.require(person.id)
        results = list_results(store, person.id)
    rows = lay_out(results, enrolment, rules)
    due = find_due(results, enrolment, day_of(on), rules)
    if json_file is not None:
        table = [{**cli.as_dict(row), "change": row.change, "verdict": row.verdict} for row in rows]
        cli.write_json({"tests": table, "due": [cli.as_dict(item) for item in due]}, json_file)
        return
    weeks = [f"Week {week}" for week in due_dates(enrolment, rules)]
    cells = [
        [
            f"{rules.tests.kinds[row.kind].title}, {row.side}",
            *("–" if cell is None else f"{cell.value:.1f}{' (film)' if cell.filmed else ''}" for cell in row.results),
            f"{row.verdict} (±{row.limit:.1f} {rules.tests.kinds[row.kind].unit})".replace(" °", "°"),
        ]
        for row in rows
    ]
    cli.print_table("Tests", ["Test", *weeks, "Change"], cells)
    for item in due:
        typer.echo(f"Due: {rules.tests.kinds[item.kind].title}, {' and '.join(item.sides)}.")


def week(out: OutOption = Path("formcheck-week.pdf"), athlete: cli.AthleteOption = None, on: DayOption = None) -> None:
    """Write the coming seven days as a PDF to print."""
    from formcheck.render.week_pdf import render_week_pdf
    from formcheck.support.files import write_bytes

    with cli.opened() as store:
        person, first = store.resolve_athlete(athlete), day_of(on)
        data = render_week_pdf(person.name, store.plans.calendar(person.id, first, first + timedelta(days=6)))
    write_bytes(out, data, private=True)
    typer.echo(f"Written: {out}")


def calendar(
    out: OutOption = Path("formcheck.ics"),
    weeks: Annotated[int, typer.Option(min=1, max=60, help="How many weeks.")] = 4,
    athlete: cli.AthleteOption = None,
    on: DayOption = None,
) -> None:
    """Write the coming weeks and the tests as a calendar file (ICS)."""
    from formcheck import training
    from formcheck.history.trends.programme_view import list_test_days
    from formcheck.support.files import write_text
    from formcheck.training.calendar_file import write_calendar

    with cli.opened() as store:
        person, first = store.resolve_athlete(athlete), day_of(on)
        enrolment = store.plans.require(person.id)
        days = store.plans.calendar(person.id, first, first + timedelta(weeks=weeks) - timedelta(days=1))
    due = [item for item in list_test_days(enrolment, training.current_catalogue()) if item[0] >= first]
    write_text(out, write_calendar(days, due), private=True)
    typer.echo(f"Written: {out}")


def clinic(on: DayOption = None, json_file: cli.JsonOption = None) -> None:
    """Every athlete: sets done, pain, and due tests."""
    from formcheck.history.trends.programme_view import view_everybody

    with cli.opened() as store:
        everybody = view_everybody(store, day_of(on))
    if json_file is not None:
        cli.write_json([cli.as_dict(item) for item in everybody], json_file)
        return
    rows = [
        [
            item.athlete.name,
            item.track,
            str(item.week or "–"),
            f"{item.done} of {item.asked}" if item.asked else "–",
            "–" if item.worst_pain is None else str(item.worst_pain),
            ", ".join(dict.fromkeys(test.kind for test in item.due)) or "–",
            " ".join(item.attention) or "–",
        ]
        for item in everybody
    ]
    cli.print_table(
        "Clinic", ["Athlete", "Track", "Week", "Sets, 7 days", "Worst pain", "Tests due", "Attention"], rows, empty=cli.NOBODY
    )


def table(
    out: Annotated[
        Path | None, typer.Option(help="Where to write a copy; standard output by default.", callback=output_file)
    ] = None,
) -> None:
    """The programme's data file, to read or to change: exercises, tracks, rules and their sources."""
    from formcheck.support.files import write_text
    from formcheck.training.catalogue import SHIPPED

    text = SHIPPED.read_text(encoding="utf-8")
    if out is None:
        typer.echo(text)
        return
    write_text(out, text)
    typer.echo(f"Written: {out}")


def check(file: Annotated[Path, file_to_read("The changed file.")]) -> None:
    """Check a changed programme file; what does not fit is named."""
    from formcheck.training.catalogue import read_catalogue

    rules = read_catalogue(file)
    typer.echo(f"{file} fits: {len(rules.drills)} exercises, {len(rules.tracks)} tracks, {len(rules.sources)} sources.")


def register(app: typer.Typer) -> None:
    """Add these commands to the plan's."""
    for command in (pain, flags, level, kg, note, questionnaire, week, calendar, clinic, table, check):
        app.command(command.__name__)(command)
    app.command("test")(enter_test)
    app.command("tests")(list_tests)
