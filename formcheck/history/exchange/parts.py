"""The base of a document's parts, and the kinds of values that they hold."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from formcheck.history.store.tables import Base
from formcheck.support.dates import FIRST_YEAR, LAST_YEAR, is_sane_year


def _sane_moment(moment: datetime) -> datetime:
    if moment.tzinfo is None or not is_sane_year(moment.year):
        raise ValueError(f"a moment needs a timezone and a year between {FIRST_YEAR} and {LAST_YEAR}")
    return moment


def _sane_day(day: date) -> date:
    if not is_sane_year(day.year):
        raise ValueError(f"a day needs a year between {FIRST_YEAR} and {LAST_YEAR}")
    return day


def _sane_text(text: str) -> str:
    if "\0" in text:
        raise ValueError("text must not contain the zero character")
    return text


Moment = Annotated[datetime, AfterValidator(_sane_moment)]
Day = Annotated[date, AfterValidator(_sane_day)]
Text = Annotated[str, AfterValidator(_sane_text), Field(max_length=100_000)]
Key = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Code = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
"""The name of an exercise, a level, a question or an answer in the programme's data file."""


class Part(BaseModel):
    """A part of a document; fields that it does not know are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    @classmethod
    def of(cls, record: Base) -> Self:
        """Return a row of the store as a part: its columns, and those of the rows that belong to it, by their names."""
        return cls.model_validate(record, from_attributes=True)
