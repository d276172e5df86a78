"""The result table of a batch: one row per video, as Parquet for programs and CSV for spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING

from formcheck.batch.work import Row
from formcheck.support.files import replacing
from formcheck.support.spreadsheets import as_text

if TYPE_CHECKING:
    import pandas as pd

TABLE = "results"
TABLE_NAMES = (f"{TABLE}.csv", f"{TABLE}.parquet")
# By the field's annotation, so that a column has the same type in every table, even if it is empty.
_DTYPES = {"str": "string", "int": "Int64", "float": "Float64"}


def make_table(rows: Sequence[Row]) -> pd.DataFrame:
    """Return the rows as a data frame; unknown values are <NA>."""
    import pandas as pd

    columns = {field.name: _DTYPES[str(field.type).split(" | ")[0]] for field in fields(Row)}
    return pd.DataFrame([asdict(row) for row in rows], columns=list(columns)).astype(columns)


def write_table(rows: Sequence[Row], out: Path) -> Path:
    """Write ``results.parquet`` and ``results.csv`` into the batch's folder; return the CSV's path.

    Raises
    ------
    OutputError
        If they cannot be written.
    """
    table = make_table(rows)
    with replacing(out / f"{TABLE}.parquet") as partial:
        table.to_parquet(partial, index=False)
    text = {name: table[name].map(as_text, na_action="ignore") for name in table.columns if table[name].dtype == "string"}
    with replacing(out / f"{TABLE}.csv") as partial:
        table.assign(**text).to_csv(partial, index=False, lineterminator="\n")
    return out / f"{TABLE}.csv"
