"""What does a text in a feed mean? Dates, service times, numbers: whole columns at once.

Every parser works on the distinct texts of a column, which are few, and spreads the answers over
its rows; a text that cannot be read gives the column's missing value.
"""

import math
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

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


def numbers(texts: pd.Series, parse: Callable[[str], float | None]) -> FloatArray:
    """Return `parse` of every text as a float array, NaN where there is no answer."""
    codes, distinct = pd.factorize(texts)
    answers = [parse(text) for text in distinct]
    values = np.array([math.nan if answer is None else answer for answer in answers], float)
    return values[codes] if len(values) else np.empty(0)


def integers(texts: pd.Series, blank: int) -> npt.NDArray[np.int64]:
    """Return the whole numbers of a column, `blank` where there is none."""
    values = numbers(texts, parse_integer)
    return np.where(np.isnan(values), blank, values).astype(np.int64)


def satisfies(texts: pd.Series, judge: Callable[[str], Any]) -> BoolArray:
    """Return for every text whether `judge` answers with anything but None or False."""
    codes, distinct = pd.factorize(texts)
    verdicts = [judge(text) for text in distinct]
    good = np.array([verdict is not None and verdict is not False for verdict in verdicts], bool)
    return good[codes] if len(good) else np.empty(0, bool)


def optional(texts: pd.Series) -> pd.Series:
    """Return the texts as objects, None where blank: fit for a nullable database column."""
    return texts.astype(object).where(texts != "", None)
