"""What the commands share: options that several have, and a way to take many of them as one value."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path  # not for type checking only: Typer evaluates annotations
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_type_hints

import typer

from formcheck.report.names import ConditionName, ExerciseName
from formcheck.support.errors import UsageError

if TYPE_CHECKING:
    from formcheck.report.schema import Athlete

ExerciseChoice = Literal["auto", ExerciseName]
SideChoice = Literal["auto", "left", "right", "both"]
ModelChoice = Literal["lite", "full", "heavy"]

ExerciseOption = Annotated[ExerciseChoice, typer.Option(help="The exercise; by default one of the first four is detected.")]
ConditionOption = Annotated[ConditionName | None, typer.Option(help="How you stood, for single-leg-balance.")]
SideOption = Annotated[SideChoice, typer.Option(help="The working leg; detected by default.")]
ModelOption = Annotated[ModelChoice, typer.Option(help="The pose model: lite is faster, heavy more accurate.")]
HeightOption = Annotated[float | None, typer.Option(help="Your height: gives lengths in cm.")]
MassOption = Annotated[float | None, typer.Option(help="Your body mass: gives the work of heel raises.")]
SaveOption = Annotated[bool, typer.Option("--save", help="Save the set to your history.")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="Show no progress and no summary.")]
JsonOption = Annotated[str | None, typer.Option("--json", help="Write the report as JSON; - is standard output.")]


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Let a Typer command take its options as frozen dataclasses: each field, annotated as a parameter would be, is one option."""
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, Any] = {name: kind for name, kind in hints.items() if is_dataclass(kind)}
    options: dict[str, inspect.Parameter] = {}
    for name, parameter in inspect.signature(command).parameters.items():
        for option in _fields_of(groups[name]) if name in groups else [parameter.replace(annotation=hints[name])]:
            options[option.name] = option.replace(kind=inspect.Parameter.KEYWORD_ONLY)

    @functools.wraps(command)
    def call(**given: Any) -> None:
        values = {name: group(**{field.name: given.pop(field.name) for field in fields(group)}) for name, group in groups.items()}
        command(**values, **given)

    del call.__wrapped__
    call.__signature__ = inspect.Signature(list(options.values()))  # type: ignore[attr-defined]
    call.__annotations__ = {name: option.annotation for name, option in options.items()}
    return call


def _fields_of(group: Any) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    kind = inspect.Parameter.KEYWORD_ONLY
    return [
        inspect.Parameter(
            field.name,
            kind,
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in fields(group)
    ]


def read_athlete(name: str | None, height_cm: float | None, mass_kg: float | None) -> Athlete:
    """Return the person that the options describe.

    Raises
    ------
    UsageError
        If a value is not one that a person can have.
    """
    from pydantic import ValidationError

    from formcheck.report.schema import Athlete

    try:
        return Athlete(name=name, height_cm=height_cm, mass_kg=mass_kg)
    except ValidationError as error:
        fault = error.errors()[0]
        option = str(fault["loc"][0]).replace("_", "-").replace("name", "athlete")
        raise UsageError(f"--{option} is {fault['input']}: {fault['msg'].lower()}") from error


def file_to_read(description: str | None = None, metavar: str | None = None) -> Any:
    """An argument that names a file to read. Its reader says what is wrong with it, with exit code 3; Typer would exit with 2."""
    return typer.Argument(help=description, metavar=metavar, readable=False)


def output_file(path: Path | None) -> Path | None:
    """Typer's callback of an option that names an output: raises `OutputError` at once if it cannot or must not be written."""
    from formcheck.support.targets import check_target

    if path is not None:
        check_target(path)
    return path


def check_text(option: str, text: str | None) -> None:
    """Raise `UsageError` for text that is not UTF-8, which no report and no history can hold."""
    try:
        (text or "").encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"{option} is not text in UTF-8; type the name again") from error
