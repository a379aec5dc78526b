"""How people fail a standard, and how far."""

from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest

from analytics.coverage import CoverageRequest, measure_coverage
from analytics.gaps import gap_table
from analytics.problems import InputError
from tests.support.towns import Place, Trip, Way, every, write_feed, write_population, write_streets

HOUR = 3600
# One straight street; p and q are stops 3 km apart at the street.
STREET = {"a": (-4000.0, 0.0), "b": (4000.0, 0.0)}
STOPS = {"p": (0.0, 0.0), "q": (3000.0, 0.0)}
WINDOW = (6 * HOUR, 20 * HOUR)


def cells(
    folder: Path, trips: list[Trip], people: list[tuple[Place, float]], *presets: str
) -> gpd.GeoDataFrame:
    folder.mkdir(exist_ok=True)
    request = CoverageRequest(
        gtfs=(write_feed(folder / "feed.zip", STOPS, trips),),
        date=date(2023, 3, 1),
        streets=write_streets(folder / "streets.osm", STREET, [Way("ab")], reach=9_000),
        population=write_population(folder / "people.csv", people),
        window=WINDOW,
        presets=presets,
    )
    return measure_coverage(request).cells


def gap_at(folder: Path, trips: list[Trip], home: Place, preset: str) -> tuple[str, float]:
    measured = cells(folder, trips, [(home, 100)], preset)
    ((gap, shortfall),) = gap_table(measured, preset)[["gap_type", "shortfall"]].to_numpy()
    return gap, shortfall


def test_no_stop_in_reach_falls_short_by_the_missing_part_of_the_walk(tmp_path: Path) -> None:
    trips = every(10, "1", "pq", (5, 21))
    for preset in ("sdg-11.2.1", "ghsci-30"):
        gap, shortfall = gap_at(tmp_path, trips, (-2000, 0), preset)
        assert (gap, shortfall) == ("no_stop_in_reach", pytest.approx(1 - 500 / 2000, abs=0.001))


def test_too_few_departures_fall_short_by_the_missing_ones(tmp_path: Path) -> None:
    # One an hour where GHSCI asks for two and for three.
    trips = every(60, "1", "pq", (5, 21))
    assert gap_at(tmp_path, trips, (100, 0), "ghsci-30") == ("infrequent", pytest.approx(1 / 2))
    assert gap_at(tmp_path, trips, (100, 0), "ghsci-20") == ("infrequent", pytest.approx(2 / 3))


def test_service_that_would_do_but_stops_early_falls_short_by_the_missing_hours(
    tmp_path: Path,
) -> None:
    # Six an hour, but only from 6 to 9 of 14 hours: 1.3 an hour on average.
    trips = [*every(10, "1", "pq", (6, 9)), Trip("1", "qp", 21, direction=1)]
    gap, shortfall = gap_at(tmp_path, trips, (100, 0), "ghsci-30")
    assert (gap, shortfall) == ("short_span", pytest.approx(1 - 3 / 14))


def test_a_stop_without_a_departure_in_the_window_is_a_short_span(tmp_path: Path) -> None:
    trips = [Trip("1", "pq", 5), Trip("1", "pq", 22)]
    assert gap_at(tmp_path, trips, (100, 0), "sdg-11.2.1") == ("short_span", 1)


def test_ec_lists_what_is_below_medium(tmp_path: Path) -> None:
    trips = every(30, "1", "pq", (5, 21))
    assert gap_at(tmp_path, trips, (100, 0), "ec-regio") == ("infrequent", pytest.approx(2 / 4))


def test_the_table_puts_most_people_missing_most_first(tmp_path: Path) -> None:
    trips = every(10, "1", "pq", (5, 21))
    people = [((0.0, 0.0), 500.0), ((-1000.0, 0.0), 90.0), ((-2500.0, 0.0), 60.0)]
    people += [((-2000.0, 0.0), 9.9), ((-2000.0, 300.0), 70.0)]
    table = gap_table(cells(tmp_path, trips, people, "sdg-11.2.1"), "sdg-11.2.1")
    # Neither who is served nor fewer than ten people; who cannot be assessed comes last.
    assert table["residents"].tolist() == [60, 90, 70]
    assert table["priority"].tolist()[:2] == pytest.approx([48, 45], abs=0.1)
    assert table["priority"].isna().tolist() == [False, False, True]
    assert table["gap_type"].tolist()[2] == "not_assessed"
    assert table["rank"].tolist() == [1, 2, 3]
    (nearest,) = table["nearest_stops"][0]
    assert (nearest["stop_id"], nearest["name"]) == ("p", "Stop p")
    assert nearest["walk_meters"] == pytest.approx(2500, abs=0.2)


def test_the_table_is_the_same_from_the_written_file(tmp_path: Path) -> None:
    request_cells = cells(tmp_path, every(10, "1", "pq", (5, 21)), [((-900, 0), 90)], "ghsci")
    request_cells.to_parquet(tmp_path / "cells.parquet")
    again = gap_table(gpd.read_parquet(tmp_path / "cells.parquet"), "ghsci")
    assert again.to_dict("records") == gap_table(request_cells, "ghsci").to_dict("records")


def test_cells_of_another_preset_are_refused(tmp_path: Path) -> None:
    measured = cells(tmp_path, every(10, "1", "pq", (5, 21)), [((0, 0), 90)], "ghsci")
    for preset in ("sdg-11.2.1", "nothing"):
        with pytest.raises(InputError, match=preset):
            gap_table(measured, preset)
