"""Rows of service days in Parquet."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from analytics.boardings import BOARDINGS, Boarding, read_boardings, write_boardings
from analytics.lake import stored_dates

MONDAY, TUESDAY = date(2023, 3, 6), date(2023, 3, 7)


def boarding(route: str | None = "1", **more: object) -> Boarding:
    return Boarding("guaguas", "bus", 8, route_id=route, **more)  # type: ignore[arg-type]  # names of fields


def routes_in(lake: str, first: date = MONDAY, last: date = TUESDAY) -> list[tuple[date, str]]:
    rows = read_boardings(lake, first, last).to_pyarrow().to_pylist()
    return sorted((row["service_date"], row["route_id"]) for row in rows)


def test_days_are_read_back_with_their_date(tmp_path: Path) -> None:
    lake = str(tmp_path)
    assert write_boardings(lake, MONDAY, [boarding("1"), boarding("2")]) == 2
    assert write_boardings(lake, TUESDAY, [boarding("3")]) == 1
    assert routes_in(lake) == [(MONDAY, "1"), (MONDAY, "2"), (TUESDAY, "3")]
    assert routes_in(lake, TUESDAY) == [(TUESDAY, "3")]
    assert stored_dates(lake, BOARDINGS) == [MONDAY, TUESDAY]


def test_a_day_written_again_replaces_itself(tmp_path: Path) -> None:
    lake = str(tmp_path)
    write_boardings(lake, MONDAY, [boarding("1"), boarding("2")])
    write_boardings(lake, MONDAY, [boarding("3")])
    assert routes_in(lake) == [(MONDAY, "3")]
    write_boardings(lake, MONDAY, [])
    assert routes_in(lake) == []
    (folder,) = (tmp_path / "boardings").iterdir()
    assert [file.name for file in folder.iterdir()] == ["rides.parquet"]


def test_a_day_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    lake = str(tmp_path)
    write_boardings(lake, MONDAY, [boarding("1")])
    nameless = Boarding(None, "bus", 8)  # type: ignore[arg-type]  # the mistake under test
    with pytest.raises(pa.ArrowInvalid, match="operator_id is missing"):
        write_boardings(lake, MONDAY, [nameless])
    with pytest.raises(pa.ArrowInvalid):
        write_boardings(lake, MONDAY, [boarding("1", direction_id="out")])
    assert routes_in(lake) == [(MONDAY, "1")]


def test_what_a_killed_job_leaves_is_not_read(tmp_path: Path) -> None:
    lake = str(tmp_path)
    write_boardings(lake, MONDAY, [boarding("1")])
    folder = tmp_path / "boardings" / f"service_date={MONDAY}"
    (folder / ".rides.parquet.0badcafe").write_bytes(b"PAR1 half a file")
    assert routes_in(lake) == [(MONDAY, "1")]


def test_an_empty_lake_has_columns_and_no_rows(tmp_path: Path) -> None:
    rows = read_boardings(str(tmp_path / "none"), MONDAY, TUESDAY)
    assert rows.count().to_pyarrow().as_py() == 0
    assert set(rows.columns) == {*BOARDINGS.schema.names, "service_date"}
    assert stored_dates(str(tmp_path / "none"), BOARDINGS) == []


def test_a_lake_may_be_a_url(tmp_path: Path) -> None:
    lake = tmp_path.as_uri()
    write_boardings(lake, MONDAY, [boarding("1")])
    assert routes_in(lake) == routes_in(str(tmp_path)) == [(MONDAY, "1")]


def test_no_column_names_a_rider_a_ride_or_an_instant() -> None:
    assert BOARDINGS.schema.names == [
        *("operator_id", "mode", "route_id", "direction_id", "trip_id"),
        *("boarding_stop_id", "alighting_stop_id", "boarding_hour", "persons"),
    ]
