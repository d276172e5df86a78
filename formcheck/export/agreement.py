"""A user's own inclinometer and ruler against a report: bias and limits of agreement.

Source: Bland & Altman 1986, doi 10.1016/S0140-6736(86)90837-8; the intervals of the bias and of the limits: Bland & Altman 1999,
doi 10.1177/096228029900800204.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formcheck.exercises import EXERCISES
from formcheck.exercises.describe import Measure
from formcheck.report.schema import SetReport
from formcheck.support.errors import InputError, UsageError
from formcheck.support.reading import read_ordinary
from formcheck.support.spreadsheets import find_delimiter
from formcheck.support.statistics import Z95

REPETITION, DEGREES, CENTIMETERS = "repetition", "degrees", "centimeters"
# With fewer repetitions than this the limits are known to no better than half their width (1.7 standard errors over the root of n).
FEW_PAIRS = 10
# No table of a set's repetitions comes near.
MAX_BYTES, MAX_COLUMNS = 2**20, 100

# By exercise, the measure that an inclinometer reads and the one that a ruler reads.
MEASURES: dict[str, dict[str, str]] = {
    "half-kneeling": {DEGREES: "tibial_inclination_deg", CENTIMETERS: "knee_over_toe_cm"},
    "knee-to-wall": {DEGREES: "tibial_inclination_deg", CENTIMETERS: "knee_over_toe_cm"},
    "heel-raise": {DEGREES: "plantarflexion_deg", CENTIMETERS: "height_cm"},
    "soleus-raise": {DEGREES: "plantarflexion_deg", CENTIMETERS: "height_cm"},
}


@dataclass(frozen=True)
class Reading:
    """What a user measured of one repetition; NaN where not."""

    repetition: int
    degrees: float
    centimeters: float


@dataclass(frozen=True)
class Agreement:
    """How a report agrees with a user's own instrument.

    Attributes
    ----------
    measure, label, unit
        The report's measure, what the report calls it, and the unit of all that follows.
    count
        How many repetitions both measured.
    bias
        Mean of report minus instrument.
    bias_error
        Standard error of the bias; NaN for one pair.
    low, high
        Limits of agreement: 95 % of the differences are expected between them; NaN for one pair.
    limit_error
        Standard error of each limit.
    stated
        The standard error that the report gives for the measure; None where it gives none.
    """

    measure: str
    label: str
    unit: str
    count: int
    bias: float
    bias_error: float
    low: float
    high: float
    limit_error: float
    stated: float | None

    @property
    def few(self) -> bool:
        """Whether there are too few pairs to rely on the limits."""
        return self.count < FEW_PAIRS


def read_readings(path: Path) -> list[Reading]:
    """Read a CSV of repetitions, degrees and centimeters; commas, semicolons or tabs separate, a decimal may have a comma.

    Raises
    ------
    InputError
        If it cannot be read, has other columns, a cell that is not a number, a repetition twice, or no measured value.
    """
    data = read_ordinary(path, MAX_BYTES, "give a table of repetitions")
    try:
        text = data.decode("utf-8-sig")
        table = csv.reader(io.StringIO(text, newline=""), delimiter=find_delimiter(text.partition("\n")[0]))
        header = next(table, [])
        if len(header) > MAX_COLUMNS:  # each row would get a place for each of them
            raise InputError(f"{path}: has {len(header)} columns; give a table of repetitions")
        rows = [dict(zip(header, cells, strict=False)) for cells in table if cells]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: is not a CSV file in UTF-8; save it as one") from error
    names = {name.strip().lower(): name for name in header}
    if REPETITION not in names or not {DEGREES, CENTIMETERS} & set(names):
        raise InputError(f"{path}: needs the columns {REPETITION}, and {DEGREES} or {CENTIMETERS}, named in the first line")
    readings = []
    for line, row in enumerate(rows, start=2):
        values = [_read_cell(row.get(names.get(name, "")), path, line) for name in (REPETITION, DEGREES, CENTIMETERS)]
        if not values[0] >= 1 or values[0] != int(values[0]):
            raise InputError(f"{path}, line {line}: the repetition must be a whole number from 1")
        readings.append(Reading(int(values[0]), values[1], values[2]))
    numbers = [reading.repetition for reading in readings]
    if len(set(numbers)) < len(numbers):
        raise InputError(f"{path}: a repetition is there twice; give each once")
    if all(math.isnan(r.degrees) and math.isnan(r.centimeters) for r in readings):
        raise InputError(f"{path}: nothing is measured in it")
    return readings


def _read_cell(cell: object, path: Path, line: int) -> float:
    text = str(cell or "").strip().replace(",", ".")
    if not text:
        return math.nan
    try:
        value = float(text)
    except ValueError as error:
        raise InputError(f"{path}, line {line}: {text[:40]!r} is not a number") from error
    if not math.isfinite(value):
        raise InputError(f"{path}, line {line}: {text[:40]!r} is not a number")
    return value


def compare_readings(report: SetReport, readings: Sequence[Reading]) -> list[Agreement]:
    """Return how a report agrees with a user's readings: in degrees, in centimeters, or in both.

    Raises
    ------
    UsageError
        If the exercise has no such measures, or no repetition was measured by both.
    """
    measures = MEASURES.get(report.drill or "")
    if measures is None:
        exercise = report.drill or "no exercise"
        raise UsageError(f"The report is of {exercise}; an inclinometer and a ruler measure {', '.join(MEASURES)}.")
    reps = {rep.number: rep for rep in report.reps}
    described = {measure.name: measure for measure in EXERCISES[report.drill or ""].measures}
    found = []
    for column in (DEGREES, CENTIMETERS):
        name = measures[column]
        both = [(reps[r.repetition].numbers, float(getattr(r, column))) for r in readings if r.repetition in reps]
        pairs = [(numbers.get(name, math.nan), read) for numbers, read in both]
        known = np.array([pair for pair in pairs if np.isfinite(pair).all()]).reshape(-1, 2)
        if len(known):
            found.append(_agree(described[name], known[:, 0] - known[:, 1], report.quality.expected_error.get(name)))
    if not found:
        raise UsageError("No repetition was measured both by the report and by you; number them as the report does.")
    return found


def _agree(measure: Measure, differences: np.ndarray[tuple[int], np.dtype[np.float64]], stated: float | None) -> Agreement:
    count, bias = len(differences), float(np.mean(differences))
    sd = float(np.std(differences, ddof=1)) if count > 1 else math.nan
    error = sd / math.sqrt(count)
    return Agreement(
        measure=measure.name,
        label=measure.label,
        unit=measure.unit,
        count=count,
        bias=bias,
        bias_error=error,
        low=bias - Z95 * sd,
        high=bias + Z95 * sd,
        limit_error=math.sqrt(3.0) * error,
        stated=stated,
    )


def describe_agreement(agreement: Agreement) -> str:
    """Return the comparison in a few plain lines."""
    unit = agreement.unit if agreement.unit == "°" else f" {agreement.unit}"
    repetitions = "repetition" if agreement.count == 1 else "repetitions"
    lines = [f"{agreement.label}, {agreement.count} {repetitions}: formcheck minus yours"]
    if agreement.count == 1:
        lines.append(f"  difference            {agreement.bias:+.1f}{unit}")
    else:
        lines.append(f"  bias                  {agreement.bias:+.1f}{unit} (standard error {agreement.bias_error:.1f})")
        lines.append(
            f"  limits of agreement   {agreement.low:+.1f} to {agreement.high:+.1f}{unit} (standard error of each "
            f"{agreement.limit_error:.1f})"
        )
    if agreement.stated is not None:
        lines.append(f"  the report states     ± {agreement.stated:.1f}{unit}, one standard error")
    if agreement.few:
        lines.append(f"  {agreement.count} is too few to rely on the limits: measure {FEW_PAIRS} repetitions or more.")
    return "\n".join(lines)
