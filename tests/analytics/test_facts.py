"""Trip facts of consenting riders."""

import hashlib
import hmac
from datetime import date
from pathlib import Path

import h3
import pytest

from analytics.facts import (
    TRIP_FACTS,
    TripFact,
    coarse_cell,
    forget_pseudonyms,
    pseudonym_of,
    quarter_hour,
    read_trip_facts,
    write_trip_facts,
)

MARCH_1, MARCH_31, APRIL_1 = date(2023, 3, 1), date(2023, 3, 31), date(2023, 4, 1)


def fact(pseudonym: str) -> TripFact:
    return TripFact("bus", coarse_cell(28.1, -15.42), 33, pseudonym, coarse_cell(28.12, -15.43), 35)


def rows(lake: str, day: date) -> list[dict[str, object]]:
    return list(read_trip_facts(lake, day, day).drop("service_date").to_pyarrow().to_pylist())


def test_cells_are_about_a_kilometre_wide() -> None:
    cell = coarse_cell(28.1, -15.42)
    neighbours = [h3.cell_to_latlng(near) for near in h3.grid_ring(cell, 1)]
    middle = h3.cell_to_latlng(cell)
    apart = [h3.great_circle_distance(middle, near, unit="km") for near in neighbours]
    assert sum(apart) / 6 == pytest.approx(1, abs=0.15)
    assert coarse_cell(28.1001, -15.4201) == cell


@pytest.mark.parametrize(
    ("seconds", "quarter"), [(0, 0), (899, 0), (900, 1), (8 * 3600 + 1800, 34), (25 * 3600, 100)]
)
def test_quarters_of_an_hour(seconds: int, quarter: int) -> None:
    assert quarter_hour(seconds) == quarter


def test_a_pseudonym_hangs_on_the_months_key() -> None:
    key = b"k" * 32
    assert pseudonym_of(key, "7") == hmac.new(key, b"7", hashlib.sha256).hexdigest()
    assert len({pseudonym_of(key, "7"), pseudonym_of(key, "8"), pseudonym_of(b"l", "7")}) == 3


def test_facts_are_read_back_as_written(tmp_path: Path) -> None:
    assert write_trip_facts(str(tmp_path), MARCH_1, [fact("aa"), fact("bb")]) == 2
    (first, second) = rows(str(tmp_path), MARCH_1)
    assert (TripFact(**first), TripFact(**second)) == (fact("aa"), fact("bb"))  # type: ignore[arg-type]  # columns are its fields


def test_forgetting_a_month_leaves_its_trips_without_riders(tmp_path: Path) -> None:
    lake = str(tmp_path)
    for day in (MARCH_1, MARCH_31, APRIL_1):
        write_trip_facts(lake, day, [fact("aa"), fact("bb")])
    assert forget_pseudonyms(lake, date(2023, 3, 15)) == 2
    for day in (MARCH_1, MARCH_31):
        assert [row["pseudonym"] for row in rows(lake, day)] == [None, None]
        assert {row["origin_cell"] for row in rows(lake, day)} == {fact("").origin_cell}
    assert [row["pseudonym"] for row in rows(lake, APRIL_1)] == ["aa", "bb"]
    stored = b"".join(file.read_bytes() for file in tmp_path.rglob("*2023-03*/*"))
    assert b"aa" not in stored


def test_no_column_holds_a_stop_an_instant_or_an_account() -> None:
    assert TRIP_FACTS.schema.names == [
        *("mode", "origin_cell", "destination_cell", "boarded_bin", "alighted_bin", "pseudonym")
    ]
