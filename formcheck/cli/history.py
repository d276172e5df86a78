"""``formcheck history …``: the tracked sets from the command line. Nothing heavy is imported before a command runs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from formcheck.cli import history_keep, history_report
from formcheck.cli.history_common import (
    NO_SETS,
    NOBODY,
    AthleteOption,
    ExerciseOption,
    JsonOption,
    SetArgument,
    SideOption,
    SinceOption,
    UntilOption,
    as_dict,
    athlete_or_everybody,
    count_of,
    opened,
    parse_period,
    print_table,
    write_json,
)
from formcheck.cli.plan import plan_app, running_app
from formcheck.report.names import WorkingSide
from formcheck.support.errors import UsageError

if TYPE_CHECKING:
    from formcheck.history.values import SetRow

app = typer.Typer(help="The tracked sets: list, trends, plan, running, backup.", no_args_is_help=True)
app.add_typer(plan_app, name="plan")
app.add_typer(running_app, name="running")
app.command("report")(history_report.report)
app.command("export")(history_keep.export)
app.command("import")(history_keep.import_)
app.command("backup")(history_keep.backup)
app.command("restore")(history_keep.restore)
app.command("delete")(history_keep.delete)
app.command("undo")(history_keep.undo)
app.command("purge")(history_keep.purge)
app.command("sample")(history_keep.sample)


def _number(value: float | None, unit: str = "") -> str:
    return "–" if value is None else f"{value:.1f}{unit}"


def _heading(measure: str) -> str:
    """A measure's name over its column: "tibial inclination, deg"."""
    for unit in ("pct_foot", "deg", "cm", "s"):
        if measure.endswith(f"_{unit}"):
            return f"{measure.removesuffix(f'_{unit}')}, {unit}".replace("_", " ").replace("pct foot", "% of foot")
    return measure.replace("_", " ")


def _headline(row: SetRow) -> tuple[str, str]:
    """Mean and best of a set with their unit."""
    from formcheck.history.trends.measures import text_of_set

    return text_of_set(row, "mean"), text_of_set(row, "best")


@app.command("athletes")
def list_athletes(
    add: Annotated[str | None, typer.Option("--add", metavar="NAME", help="Add this athlete.")] = None,
    height_cm: Annotated[float | None, typer.Option("--height-cm", help="Their height.")] = None,
    mass_kg: Annotated[float | None, typer.Option("--mass-kg", help="Their body mass.")] = None,
    birth_year: Annotated[int | None, typer.Option("--birth-year", help="For the published norms.")] = None,
    sex: Annotated[Literal["female", "male"] | None, typer.Option("--sex", help="For the published norms.")] = None,
    json_file: JsonOption = None,
) -> None:
    """List the athletes, or add one."""
    with opened() as store:
        if add is not None:
            store.add_athlete(add, height_cm=height_cm, mass_kg=mass_kg, birth_year=birth_year, sex=sex)
        athletes = store.list_athletes()
    if json_file is not None:
        write_json([as_dict(athlete) for athlete in athletes], json_file)
        return
    rows = [
        [a.name, _number(a.height_cm, " cm"), _number(a.mass_kg, " kg"), str(a.birth_year or "–"), a.sex or "–"] for a in athletes
    ]
    print_table("Athletes", ["Name", "Height", "Mass", "Born", "Sex"], rows, empty=NOBODY)


@app.command("list")
def list_sets(  # noqa: PLR0913 - Typer makes an option of each
    athlete: AthleteOption = None,
    exercise: ExerciseOption = None,
    side: SideOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, max=1_000_000, help="Only the latest ones.")] = None,
    deleted: Annotated[bool, typer.Option("--deleted", help="List the bin.")] = False,
    json_file: JsonOption = None,
) -> None:
    """List the saved sets, newest first."""
    with opened() as store:
        person = athlete_or_everybody(store, athlete)
        names = {a.id: a.name for a in store.list_athletes()}
        sets = store.list_sets(
            person.id if person else None,
            exercise=exercise,
            side=side,
            period=parse_period(since, until),
            deleted=deleted,
            newest_first=True,
            limit=limit,
        )
    if json_file is not None:
        write_json([{"athlete": names[row.athlete_id], **as_dict(row)} for row in sets], json_file)
        return
    rows = [
        [
            str(row.id),
            row.recorded_at.astimezone().strftime("%Y-%m-%d %H:%M"),
            names[row.athlete_id],
            row.exercise or "–",
            row.side or "–",
            str(row.rep_count),
            *_headline(row),
            ", ".join(word for word, holds in (("not reliable", not row.usable), ("corrected", row.corrected)) if holds),
        ]
        for row in sets
    ]
    print_table("Sets", ["Set", "Recorded", "Athlete", "Exercise", "Leg", "Reps", "Mean", "Best", ""], rows, empty=NO_SETS)


@app.command("show")
def show_set(set_id: SetArgument, json_file: JsonOption = None) -> None:
    """Show one set; --json gives its whole report."""
    from formcheck.history.trends.measures import moment_text

    with opened() as store:
        row, report = store.get_set(set_id), store.get_report(set_id)
    if json_file is not None:
        write_json(report.model_dump_json(indent=1), json_file)
        return
    measures = sorted({name for rep in report.reps for name in rep.measures})
    rows = [
        [
            str(rep.number),
            f"{rep.peak_s:.1f} s",
            *(_number(rep.measures.get(m)) for m in measures),
            ", ".join(rep.faults),
        ]
        for rep in report.reps
    ]
    mean, best = _headline(row)
    title = (
        f"{moment_text(row.recorded_at)}: {row.exercise or 'no exercise seen'}, {row.side or 'leg unknown'}; "
        f"{count_of('rep', row.rep_count)}, mean {mean}, best {best}"
    )
    print_table(title, ["Rep", "Peak at", *(_heading(name) for name in measures), "Faults"], rows, empty=title)
    if report.corrections:
        from formcheck.render.summary import describe_corrections

        typer.echo(f"Corrected by hand. {' '.join(describe_corrections(report))}")
    for warning in report.quality.warnings:
        typer.echo(f"{warning.code}: {warning.message}")


@app.command("compare")
def compare(
    first: SetArgument,
    second: SetArgument,
    json_file: JsonOption = None,
) -> None:
    """Compare two sets: the left leg and the right, or the first week and now."""
    from formcheck.export.facts import format_value
    from formcheck.history.trends.comparison import ComparedSet, compare_sets

    with opened() as store:
        compared = compare_sets(*(ComparedSet.saved(store, store.get_set(number)) for number in (first, second)))
    if json_file is not None:
        write_json(compared.as_dict(), json_file)
        return
    typer.echo(compared.statement)
    if compared.reason is None:
        rows = [
            [
                line.measure.label,
                format_value(line.measure, line.first),
                format_value(line.measure, line.second),
                line.difference_text,
                line.verdict_text,
            ]
            for line in compared.lines
        ]
        print_table("Both sets", ["Measure", compared.name(1), compared.name(2), "Difference", ""], rows)
        if compared.note:
            typer.echo(compared.note)


@app.command("correct")
def correct(
    set_id: SetArgument,
    remove: Annotated[list[int] | None, typer.Option("--remove", metavar="REP", help="Remove this rep; may be repeated.")] = None,
    side: Annotated[WorkingSide | None, typer.Option("--side", help="The leg that worked.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Undo the last correction.")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Return to what formcheck counted.")] = False,
) -> None:
    """Correct a saved set by hand: its numbers are computed again, it is marked, and each step can be undone."""
    from formcheck.analysis.correction import remove_rep, rename_side, undo_last
    from formcheck.history.trends.measures import moment_text

    wanted = bool(remove) or side is not None
    if undo + reset + wanted != 1:
        raise UsageError("State what to correct: --remove REP or --side LEG; or --undo; or --reset.")
    with opened() as store:
        report = store.get_report(set_id)
        if not (report.corrections or wanted):
            raise UsageError("This set was not corrected, so there is nothing to undo.")
        report = report.as_counted if reset else undo_last(report) if undo else report
        # The last correction first, so that the numbers are those of the set as it is now.
        for number in sorted(set(remove or []), reverse=True):
            report = remove_rep(report, number)
        if side is not None:
            report = rename_side(report, side)
        row = store.replace_report(set_id, report)
    mean, best = _headline(row)
    marked = ", corrected by hand" if row.corrected else ""
    typer.echo(f"{moment_text(row.recorded_at)}: {count_of('rep', row.rep_count)}, mean {mean}, best {best}{marked}.")


@app.command("trend")
def show_trend(
    athlete: AthleteOption = None,
    measure: Annotated[
        str, typer.Option("--measure", help="Such as dorsiflexion, height or fade; a wrong name lists all.")
    ] = "dorsiflexion",
    side: SideOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    best: Annotated[
        bool,
        typer.Option(
            "--best", help="Use each set's best rep (the largest without a fault) instead of its mean: a record, biased upward."
        ),
    ] = False,
    json_file: JsonOption = None,
) -> None:
    """Show the trend of a measure in words, per leg."""
    from formcheck.exercises import EXERCISES
    from formcheck.history.trends.measures import MEASURES
    from formcheck.history.trends.trend import compare_views, view_trend

    tracked = MEASURES.get(measure)
    if tracked is None:
        raise UsageError(f"There is no measure called {measure}; choose one of {', '.join(MEASURES)}.")
    sides: list[str] = [side] if side else list(EXERCISES[tracked.exercise].sides)
    period = parse_period(since, until)
    with opened() as store:
        person = store.resolve_athlete(athlete)
        views = [view_trend(store, person.id, tracked, one, which="best" if best else "mean", period=period) for one in sides]
    shown = [view for view in views if len(view.days) or view.left_out] or views[:1]
    compared = compare_views(views[0], views[1]) if side is None else None
    if json_file is not None:
        document: dict[str, Any] = {"athlete": person.name, "measure": tracked.key, "unit": tracked.unit}
        document["trends"] = [_trend_json(view) for view in shown]
        document["sides"] = None if compared is None else compared[1]
        write_json(document, json_file)
        return
    typer.echo(tracked.title)
    for view in shown:
        typer.echo(view.one_line if not view.left_out else f"{view.one_line} {' '.join(view.left_out)}")
        points = (("first", view.first), ("best", view.best), ("last", view.last))
        marks = [f"{name} {tracked.text(p.value)} on {p.day}" for name, p in points if p]
        if marks:
            typer.echo("  " + ", ".join(marks))
    if compared is not None:
        typer.echo(compared[1])


def _trend_json(view: Any) -> dict[str, Any]:
    def finite(values: Any) -> list[float | None]:
        return [None if value != value else round(float(value), 4) for value in values]

    trend = view.trend
    return {
        "side": view.side,
        "which": view.which,
        "measures_version": view.measures_version,
        "statement": view.statement,
        "kind": view.change.kind,
        "mdc": view.measure.mdc,
        "threshold": view.change.threshold,
        "standard_error": round(view.change.standard_error, 4),
        "mdc_source": view.measure.mdc_source,
        "sets": [
            {"set": int(i), "day": day, "mean": float(mean), "best": float(top)}
            for i, day, mean, top in zip(view.set_ids, view.dates, view.means, view.bests, strict=True)
        ],
        "trend": None
        if trend is None
        else {
            "days": [date.fromordinal(int(day)) for day in trend.days],
            "fitted": finite(trend.fitted),
            "low": finite(trend.low),
            "high": finite(trend.high),
        },
    }


@app.command("records")
def show_records(athlete: AthleteOption = None, json_file: JsonOption = None) -> None:
    """Show the athlete's best values."""
    from formcheck.history.trends.trend import personal_records

    with opened() as store:
        records = personal_records(store, store.resolve_athlete(athlete).id)
    if json_file is not None:
        write_json(
            [{"measure": r.measure.key, "side": r.side, "value": r.value, "set": r.row.id, "day": r.row.day} for r in records],
            json_file,
        )
        return
    rows = [[r.measure.title, r.side or "–", r.measure.text(r.value), str(r.row.day), str(r.row.id)] for r in records]
    print_table("Personal records", ["Measure", "Leg", "Best", "Day", "Set"], rows)
