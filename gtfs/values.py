"""What does a text in a feed mean? Dates, service times, numbers: whole columns at once.

Every parser works on the distinct texts of a column, which are few, and spreads the answers over
its rows; a text that cannot be read gives the missing value.
"""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

TIME = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)", re.ASCII)
DATE = re.compile(r"\d{8}", re.ASCII)
INTEGER = re.compile(r"[+-]?\d{1,9}", re.ASCII)
DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


def parse_time(text: str) -> int | None:
    """Return a service time as seconds since noon minus 12 h; it may pass 24:00."""
    match = TIME.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds = match.groups()
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def format_time(seconds: int) -> str:
    """Return a service time as it is written in a feed: 90600 is "25:10:00"."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def parse_date(text: str) -> date | None:
    """Return the calendar date written YYYYMMDD."""
    if DATE.fullmatch(text) is None:
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def parse_integer(text: str) -> int | None:
    """Return a whole number of at most nine digits."""
    return int(text) if INTEGER.fullmatch(text) else None


def parse_decimal(text: str) -> float | None:
    """Return a decimal number; "nan" and "inf" are none."""
    if DECIMAL.fullmatch(text) is None:
        return None
    number = float(text)
    return number if math.isfinite(number) else None


@dataclass(frozen=True, slots=True)
class Column:
    """A column as its distinct texts and, for every row, the position of its text among them."""

    codes: IntArray
    texts: tuple[str, ...]

    @classmethod
    def of(cls, series: pd.Series) -> Self:
        """Take a column of text without missing values apart."""
        codes, distinct = pd.factorize(series)
        return cls(codes, tuple(distinct))

    @classmethod
    def blank(cls, rows: int) -> Self:
        """Return a column that a file of `rows` rows does not have."""
        return cls(np.zeros(rows, np.int64), ("",) if rows else ())

    def numbers(self, parse: Callable[[str], float | None]) -> FloatArray:
        """Return `parse` of every row's text, NaN where there is no answer."""
        answers = (parse(text) for text in self.texts)
        values = [math.nan if answer is None else answer for answer in answers]
        return np.array(values, np.float64)[self.codes]

    def integers(self, blank: int) -> IntArray:
        """Return the whole numbers of the column, `blank` where there is none."""
        values = self.numbers(parse_integer)
        return np.where(np.isnan(values), blank, values).astype(np.int64)

    def where(self, judge: Callable[[str], bool]) -> BoolArray:
        """Return for every row whether `judge` holds for its text."""
        return np.array([judge(text) for text in self.texts], np.bool_)[self.codes]

    def filled(self) -> BoolArray:
        """Return for every row whether it has a value."""
        return self.where(bool)


def starts(values: npt.NDArray[Any]) -> BoolArray:
    """Return for every value whether it differs from the one before it; the first does."""
    different = np.ones(len(values), np.bool_)
    different[1:] = values[1:] != values[:-1]
    return different


def first_positions(ids: pd.Series, wanted: Iterable[str]) -> IntArray:
    """Return for every wanted id where it first stands in `ids`, -1 when it does not."""
    first = np.flatnonzero(~ids.duplicated().to_numpy())
    found = pd.Index(ids.iloc[first]).get_indexer(list(wanted))
    return np.where(found < 0, -1, np.append(first, -1)[found])


def optional(texts: pd.Series) -> pd.Series:
    """Return the texts as objects, None where blank: fit for a nullable database column."""
    return texts.astype(object).where(texts != "", None)
