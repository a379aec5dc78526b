"""What texts mean, and which mean nothing."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtfs.values import (
    Column,
    first_positions,
    format_time,
    parse_date,
    parse_decimal,
    parse_integer,
    parse_time,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:00:00", 0),
        ("8:05:09", 29_109),
        ("25:10:00", 90_600),
        ("108:00:00", 388_800),
        ("", None),
        ("8:60:00", None),
        ("08:05", None),
        ("-1:00:00", None),
        ("٠٨:٠٠:٠٠", None),
    ],
)
def test_service_times_may_pass_midnight(text: str, seconds: int | None) -> None:
    assert parse_time(text) == seconds


@given(st.integers(0, 999 * 3600))
def test_a_time_written_and_read_is_the_same(seconds: int) -> None:
    assert parse_time(format_time(seconds)) == seconds


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20260401", date(2026, 4, 1)),
        ("20240229", date(2024, 2, 29)),
        ("20230229", None),
        ("2026-04-01", None),
        ("00000101", None),
        ("", None),
    ],
)
def test_dates_are_calendar_dates(text: str, day: date | None) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "number"),
    [("-30.027275", -30.027275), (".5", 0.5), ("1e3", 1000.0), ("3.", 3.0)],
)
def test_decimals(text: str, number: float) -> None:
    assert parse_decimal(text) == number


@pytest.mark.parametrize("text", ["", "nan", "inf", "-inf", "1,5", "1_000", "0x10", "1e999"])
def test_no_decimals(text: str) -> None:
    assert parse_decimal(text) is None


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("+7", 7), ("-1", -1), ("1.0", None), ("", None), ("1_0", None)]
)
def test_integers(text: str, number: int | None) -> None:
    assert parse_integer(text) == number


def test_a_column_is_parsed_row_by_row() -> None:
    column = Column.of(pd.Series(["1", "", "x", "1"], dtype="str"))
    assert column.integers(blank=-1).tolist() == [1, -1, -1, 1]
    np.testing.assert_equal(column.numbers(parse_decimal), [1.0, np.nan, np.nan, 1.0])
    assert column.filled().tolist() == [True, False, True, True]


def test_a_column_without_rows_has_no_values() -> None:
    for column in (Column.of(pd.Series([], dtype="str")), Column.blank(0)):
        assert column.integers(blank=0).tolist() == []
        assert column.filled().tolist() == []


def test_an_id_is_where_it_first_stands() -> None:
    ids = pd.Series(["a", "a", "b"], dtype="str")
    assert first_positions(ids, ["b", "a", "c"]).tolist() == [2, 0, -1]
    assert first_positions(ids.iloc[:0], ["a"]).tolist() == [-1]
