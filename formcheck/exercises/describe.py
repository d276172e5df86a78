"""How an exercise is described: its numbers, its prescription, what is followed over weeks, and the words of its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from formcheck.report.names import FaultCode
from formcheck.support.language import tr
from formcheck.support.units import add_inches, format_sd, join_unit

Which = Literal["mean", "best"]


@dataclass(frozen=True)
class Measure:
    """One number of an exercise: its name, how it is shown and defined, and what is usual (with the source).

    ``error``, in ``unit``, is the standard error on a set filmed well: 68 % of measurements lie within it (docs/accuracy.md);
    None if not established.
    ``needed_shank_px``: with a shank of fewer pixels, in the picture that is read, the error grows in proportion.
    ``only_with`` names the fault that the number belongs to: a set without that fault has no column for it.
    """

    name: str
    label: str
    unit: str
    decimals: int
    definition: str
    usual: str = ""
    error: float | None = None
    needed_shank_px: float = 0.0
    only_with: FaultCode | None = None


@dataclass(frozen=True)
class Prescription:
    """How much of an exercise the guide asks for."""

    sets: int
    reps: int
    per_leg: bool
    hold_s: float = 0.0
    rest_s: int = 60


@dataclass(frozen=True)
class Curve:
    """The signal over time that an exercise's chart draws: its name in the analysis, and the axis's title and unit."""

    signal: str
    title: str
    unit: str

    @property
    def axis(self) -> str:
        """The axis' title with its unit."""
        return f"{self.title} ({self.unit})"


@dataclass(frozen=True)
class TrackedMeasure:
    """A measure of a set that is followed over weeks.

    ``mean_column`` and ``best_column`` are the history's (`formcheck.history.values.SetRow`); ``mean`` and ``best`` are there for
    every exercise's headline. ``mdc`` is the minimal detectable change in ``unit``, after ``mdc_source``; None where none is
    published, and then no difference is called a change; ``side_mdc`` is that of a difference between legs, if it differs.
    ``condition`` restricts it to sets for which the person chose it (`Exercise.conditions`); None for all sets.
    ``noun`` names what is measured, in a sentence: "Your left ankle".
    """

    key: str
    title: str
    exercise: str
    noun: str
    unit: str
    mean_column: str
    best_column: str
    mdc: float | None = None
    mdc_source: str | None = None
    decimals: int = 1
    side_mdc: float | None = None
    side_mdc_source: str | None = None
    condition: str | None = None

    def column(self, which: Which) -> str:
        """The column of a set that holds its mean or its best rep."""
        return self.mean_column if which == "mean" else self.best_column

    def value_of(self, row: object, which: Which = "mean") -> float | None:
        """A saved set's mean or best rep; None where it was not measured."""
        if self.condition is not None and getattr(row, "condition", None) != self.condition:
            return None
        value: float | None = getattr(row, self.column(which))
        return value

    def text(self, value: float, error: float | None = None) -> str:
        """A value with its unit: "4.7°", "2.2 cm", and in inches where they are shown; with its error, "32.9° ± 1.4°"."""
        shown = round(value, self.decimals) + 0.0  # no "-0.0"
        text = f"{shown:.{self.decimals}f}{join_unit(self.unit)}{add_inches(value, self.unit)}"
        if error is None:
            return text
        return f"{text} ±\u00a0{format_sd(error, max(1, self.decimals))}{join_unit(self.unit)}"

    def subject(self, side: str | None) -> str:
        """What is measured, as a sentence begins: "Your left ankle"."""
        words = {"left": tr("Your left {noun}"), "right": tr("Your right {noun}")}
        return words.get(side or "", tr("Your {noun}")).format(noun=self.noun)


@dataclass(frozen=True)
class Guide:
    """An exercise's page: what it is, why and how to do it, and how to film it. ``figure`` is a drawing among the app's assets.

    ``go`` and ``back`` are spoken in a guided set, on the way out and on the way back.
    """

    what: str
    why: str
    steps: tuple[str, ...]
    filming: str
    figure: str
    go: str = tr("Go")
    back: str = tr("And back")
