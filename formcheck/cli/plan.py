"""``formcheck plan …`` (also ``formcheck history plan …``) and ``formcheck history running …``."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from formcheck.cli import history_common as cli
from formcheck.cli import plan_diary
from formcheck.cli.options import file_to_read
from formcheck.cli.plan_diary import DayOption
from formcheck.cli.plan_diary import day_of as _day
from formcheck.support.units import join_unit

if TYPE_CHECKING:
    from formcheck.training.load import LoadReview, WeekLoad

plan_app = typer.Typer(help="The 12-week plan: today's work, start, pause, shift.", no_args_is_help=True)
running_app = typer.Typer(help="Running distance and the 10 % rule.", no_args_is_help=True)

plan_diary.register(plan_app)


@plan_app.command("today")
def today(athlete: cli.AthleteOption = None, on: DayOption = None, json_file: cli.JsonOption = None) -> None:
    """The day's work, with what is done of it."""
    from formcheck import training

    with cli.opened() as store:
        person, date_of_day = store.resolve_athlete(athlete), _day(on)
        day, progress = store.plans.work_on(person.id, date_of_day), store.plans.progress(person.id, date_of_day)
    if json_file is not None:
        more = {"sentence": training.explain_day(day, progress), "next": training.explain_next(day, progress)}
        cli.write_json({**_day_json(day), **more}, json_file)
        return
    typer.echo(day.message)
    if day.items:
        typer.echo(training.explain_day(day, progress))
    if coming := training.explain_next(day, progress):
        typer.echo(coming)
    for item in day.items:
        typer.echo(f"  [{'x' if item.done else ' '}] {item.label}")
    typer.echo(training.WARNINGS[0])


@plan_app.command("show")
def show(
    athlete: cli.AthleteOption = None,
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=60, help="How many weeks to show.")] = 2,
    on: DayOption = None,
    json_file: cli.JsonOption = None,
) -> None:
    """The calendar of the coming weeks, and sets done against prescribed so far."""
    from formcheck import training

    first = _day(on)
    with cli.opened() as store:
        person = store.resolve_athlete(athlete)
        days = store.plans.calendar(person.id, first, first + timedelta(days=7 * weeks - 1))
        done = store.plans.adherence(person.id, first)
    if json_file is not None:
        weeks_json = [{**cli.as_dict(week), "percent": week.percent} for week in done]
        cli.write_json({"days": [_day_json(day) for day in days], "adherence": weeks_json}, json_file)
        return
    rows = [
        [
            day.day.strftime("%a %Y-%m-%d"),
            str(day.week or "–"),
            ", ".join(dict.fromkeys(item.work.title for item in day.items)) or day.state,
            "done" if day.items and day.done and day.day <= date.today() else "",
        ]
        for day in days
    ]
    cli.print_table("Plan", ["Day", "Week", "Work", ""], rows)
    if done:
        cli.print_table(
            "Sets done against prescribed",
            ["Week", "From", "Done", "Prescribed", ""],
            [[str(w.week), str(w.first_day), str(w.done), str(w.prescribed), _percent(w.percent)] for w in done],
        )
    for warning in training.WARNINGS:
        typer.echo(warning)


@plan_app.command("start")
def start(
    athlete: cli.AthleteOption = None,
    on: DayOption = None,
    track: Annotated[
        str, typer.Option(help="prevention, stiff-ankle, achilles, plantar-heel, after-sprain or shin.")
    ] = "prevention",
    runs: Annotated[bool | None, typer.Option("--runs/--runs-not", help="Whether the person runs at the moment.")] = None,
) -> None:
    """Start the plan on a track; one that is under way is stopped."""
    from formcheck.training.catalogue import current_catalogue
    from formcheck.training.tracks import check_track

    day = _day(on)
    check_track(track, current_catalogue())  # before the person is added
    with cli.opened() as store:
        person = store.resolve_athlete(athlete, create=True)
        enrolment = store.plans.start(person.id, day, track)
        if runs is not None:
            store.diary.answer_track(person.id, day, {"runs": "yes" if runs else "no"})
    typer.echo(f"The plan starts on {enrolment.started_on}.")
    typer.echo("Before you train, answer the red flags: formcheck plan flags.")


@plan_app.command("stop")
def stop(athlete: cli.AthleteOption = None) -> None:
    """Leave the plan; saved sets stay."""
    with cli.opened() as store:
        store.plans.stop(store.resolve_athlete(athlete).id)
    typer.echo("The plan is stopped.")


@plan_app.command("pause")
def pause(athlete: cli.AthleteOption = None, on: DayOption = None) -> None:
    """Let the plan stand still from a day on."""
    with cli.opened() as store:
        store.plans.pause(store.resolve_athlete(athlete).id, _day(on))
    typer.echo("The plan is paused; resume it when you are ready.")


@plan_app.command("resume")
def resume(athlete: cli.AthleteOption = None, on: DayOption = None) -> None:
    """Go on with a paused plan."""
    from formcheck import training

    with cli.opened() as store:
        enrolment = store.plans.resume(store.resolve_athlete(athlete).id, _day(on))
    typer.echo(f"The plan goes on and ends on {training.last_day(enrolment)}.")


@plan_app.command("shift")
def shift(
    days: Annotated[
        int, typer.Argument(min=-365, max=365, help="How many days later; a plan that has not begun can also be moved earlier.")
    ],
    athlete: cli.AthleteOption = None,
    on: DayOption = None,
) -> None:
    """Move the rest of the plan by some days."""
    from formcheck import training

    with cli.opened() as store:
        enrolment = store.plans.shift(store.resolve_athlete(athlete).id, days, _day(on))
    end = training.last_day(enrolment)
    typer.echo("Moved; the plan is paused, so its end is open." if end is None else f"Moved; the plan ends on {end}.")


@plan_app.command("tick")
def tick(
    work: Annotated[str, typer.Argument(help="The work's name; a wrong one lists all.")],
    athlete: cli.AthleteOption = None,
    on: DayOption = None,
    side: cli.SideOption = None,
    sets: Annotated[
        int | None, typer.Option("--sets", help="How many sets; by default all that are prescribed; 0 takes the tick back.")
    ] = None,
) -> None:
    """Tick work off by hand, such as short-foot, cross-training or recovery."""
    with cli.opened() as store:
        store.plans.tick(store.resolve_athlete(athlete).id, _day(on), work, side or "both", sets)
    typer.echo("Ticked." if sets != 0 else "Tick taken back.")


@running_app.command("add")
def add(km: Annotated[float, typer.Argument(help="Kilometers.")], athlete: cli.AthleteOption = None, on: DayOption = None) -> None:
    """Enter a run by hand."""
    from formcheck.history.store.runs import check_km

    day = _day(on)
    check_km(km)  # before the person is added
    with cli.opened() as store:
        person = store.resolve_athlete(athlete, create=True)
        store.running.add_run(person.id, day, km)
        typer.echo(store.running.review(person.id, date.today()).message)


@running_app.command("import")
def import_runs(
    files: Annotated[list[Path], file_to_read("The files of a watch or a spreadsheet.")], athlete: cli.AthleteOption = None
) -> None:
    """Import runs from CSV, GPX or FIT files; those imported before are noticed."""
    from formcheck.training.run_files import read_runs_file

    runs = [run for path in files for run in read_runs_file(path)]
    with cli.opened() as store:
        person = store.resolve_athlete(athlete, create=True)
        result = store.running.add_imported(person.id, runs)
        typer.echo(f"Imported {cli.count_of('run', result.runs)}; {cli.were_there(result.already_there)}.")
        typer.echo(store.running.review(person.id, date.today()).message)


@running_app.command("show")
def show_running(athlete: cli.AthleteOption = None, json_file: cli.JsonOption = None) -> None:
    """Weekly kilometers with their ceilings, and weekly repetitions."""
    with cli.opened() as store:
        person = store.resolve_athlete(athlete)
        reviews = {
            "running": store.running.review(person.id, date.today()),
            "exercise": store.running.review_exercise(person.id, date.today()),
        }
    if json_file is not None:
        document = {
            name: {
                "unit": review.unit,
                "message": review.message,
                "next_ceiling": review.next_ceiling,
                "weeks": [{**cli.as_dict(week), "broke_rule": week.broke_rule} for week in review.weeks],
            }
            for name, review in reviews.items()
        }
        cli.write_json(document, json_file)
        return
    for name, review in reviews.items():
        rows = [[str(week.monday), review.text(week.total), _ceiling(review, week)] for week in review.weeks[-12:]]
        cli.print_table(f"{name.capitalize()}, by week", ["Week from", "Done", "Ceiling"], rows)
        typer.echo(review.message)


def _ceiling(review: LoadReview, week: WeekLoad) -> str:
    if week.ceiling is None:
        return "–"
    return f"{review.text(week.ceiling)}{', exceeded' if week.broke_rule else ''}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}{join_unit('%')}"


def _day_json(day: Any) -> dict[str, Any]:
    return {
        "day": day.day,
        "state": day.state,
        "week": day.week,
        "track": day.track,
        "lighter_week": day.deload,
        "message": day.message,
        "done": bool(day.items) and day.done,
        "work": [
            {
                "work": item.work.name,
                "side": item.side,
                "prescription": item.work.dose,
                "sets": item.work.sets,
                "sets_done": item.sets_done,
                "done": item.done,
            }
            for item in day.items
        ],
    }
