"""The whole measurement on a town small enough to work out by hand."""

import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.coverage import (
    CoverageRequest,
    CoverageResult,
    Override,
    measure_coverage,
    write_coverage,
)
from analytics.problems import InputError
from analytics.standards import STANDARDS
from tests.support.towns import (
    Place,
    Trip,
    Way,
    every,
    write_feed,
    write_population,
    write_streets,
)

HOUR = 3600
WINDOW = (6 * HOUR, 20 * HOUR)
# A street of 8 km with a lane of 300 m: from its end, g, the stop p is 600 m along the streets and
# 424 m as the crow flies.
NODES = {
    "a": (-4000.0, 0.0),
    "b": (500.0, 0.0),
    "c": (4000.0, 0.0),
    "g": (500.0, 300.0),
}
WAYS = [Way("abc"), Way("bg")]
# p and q are 50 m apart, the two sides of a street; r is the other end of line 1.
STOPS = {"p": (200.0, 0.0), "q": (250.0, 0.0), "r": (-3000.0, 0.0), "s": (3000.0, 0.0)}
PEOPLE: list[tuple[Place, float]] = [
    ((0.0, 0.0), 50.0),
    ((500.0, 300.0), 30.0),
    ((-3000.0, 0.0), 15.0),
    ((1500.0, 0.0), 5.0),
]
TRIPS = [*every(10, "1", "pr", (5, 21)), *every(10, "1", "rq", (5, 21), direction=1)]
TRIPS += [*every(60, "2", "ps", (5, 21)), *every(60, "2", "sq", (5, 21), direction=1)]


def town(folder: Path, trips: list[Trip] = TRIPS, copies: int = 1) -> CoverageRequest:
    return CoverageRequest(
        gtfs=(write_feed(folder / "feed.zip", STOPS, trips, copies=copies),),
        date=date(2023, 3, 1),
        streets=write_streets(folder / "streets.osm", NODES, WAYS, reach=9_000),
        population=write_population(folder / "people.csv", PEOPLE),
        window=WINDOW,
    )


def shares(result: CoverageResult, preset: str) -> dict[str, float]:
    share = result.summary["presets"][preset]["population_share"]
    return {name: round(100 * value, 6) for name, value in share.items() if value}


def test_shares_are_over_people(tmp_path: Path) -> None:
    result = measure_coverage(town(tmp_path))
    expected = {
        "sdg-11.2.1": {"covered": 65, "not_covered": 35},
        "japan-regional": {"covered": 95, "not_covered": 5},
        "japan-urban": {"covered": 65, "not_covered": 35},
        "japan-subsidy": {"covered": 95, "not_covered": 5},
        # 6 + 1 an hour leave p, 6 leave r; none leave q, where both lines end.
        "ec-regio": {"medium": 65, "none": 35},
        "ghsci": {"covered": 65, "not_covered": 35},
        "ghsci-30": {"covered": 65, "not_covered": 35},
        "ghsci-20": {"covered": 65, "not_covered": 35},
        "japan-location-plan": {"covered": 65, "not_covered": 35},
    }
    assert {preset: shares(result, preset) for preset in STANDARDS} == expected
    assert result.summary["population"] == {"total": 100, "modelled": None, "note": None}


def test_the_best_single_stop_counts_and_stops_never_add_up(tmp_path: Path) -> None:
    # Two stops side by side with 6 an hour each: medium, where 12 would be high.
    trips = [*every(10, "1", "pr", (6, 20)), *every(10, "2", "qs", (6, 20))]
    result = measure_coverage(town(tmp_path, trips))
    assert shares(result, "ec-regio") == {"medium": 50, "none": 50}
    home = result.cells.iloc[0]
    assert home["best_stop_departures_per_hour"] == 6
    assert home["departures_per_hour"] == 12


def test_a_straight_line_is_an_explicit_choice(tmp_path: Path) -> None:
    asked = town(tmp_path)
    straight = measure_coverage(replace(asked, straight_line=True))
    assert shares(straight, "sdg-11.2.1") == {"covered": 95, "not_covered": 5}
    assert straight.summary["presets"]["sdg-11.2.1"]["distance"] == "straight_line"
    with pytest.raises(InputError, match=r"sdg-11\.2\.1.* measure along streets") as refused:
        measure_coverage(replace(asked, streets=None))
    assert refused.value.code == "no_streets"
    japanese = replace(asked, streets=None, presets=("japan-urban",))
    assert shares(measure_coverage(japanese), "japan-urban") == {"covered": 65, "not_covered": 35}


def test_without_people_everybody_is_not_assessed(tmp_path: Path) -> None:
    result = measure_coverage(replace(town(tmp_path), streets=None, population=None))
    assert result.summary["missing"] == ["streets", "population"]
    assert shares(result, "ec-regio") == {"not_assessed": 100}
    reasons = result.summary["presets"]["ec-regio"]["not_assessed_reasons"]
    assert reasons == {"no_population": 1.0}
    assert result.cells.empty
    write_coverage(result, tmp_path / "out")
    assert json.loads((tmp_path / "out" / "cells.geojson").read_text())["features"] == []


def test_hours_that_the_feed_does_not_hold_are_not_assessed_unless_overridden(
    tmp_path: Path,
) -> None:
    short = replace(town(tmp_path, every(10, "1", "pr", (11, 17))), window=(7 * HOUR, 9 * HOUR))
    result = measure_coverage(short)
    for preset in STANDARDS:
        assert shares(result, preset) == {"not_assessed": 100}
        reasons = result.summary["presets"][preset]["not_assessed_reasons"]
        assert reasons == {"hours_not_covered": 1.0}
    assert result.cells["departures_per_hour"].isna().all()
    assert result.summary["reasons"]["hours_not_covered"]["en"].startswith("A feed does not")
    taken = replace(short, override=Override("Ana", "The morning has no buses."))
    overridden = measure_coverage(taken)
    assert shares(overridden, "sdg-11.2.1") == {"not_covered": 100}
    assert overridden.summary["gate_override"] == {
        "by": "Ana",
        "reason": "The morning has no buses.",
    }


def test_covered_stands_where_the_gate_closes(tmp_path: Path) -> None:
    # A stop of another operator between the served home and the one at 1500 m.
    asked = town(tmp_path)
    on_map = [((1100.0, 20.0), {"highway": "bus_stop"}), ((300.0, 80.0), {"highway": "bus_stop"})]
    streets = write_streets(tmp_path / "streets.osm", NODES, WAYS, on_map, reach=9_000)
    result = measure_coverage(replace(asked, streets=streets))
    assert shares(result, "sdg-11.2.1") == {"covered": 65, "not_assessed": 35}
    # Graded: a middling class might be higher if the other operator were known.
    assert shares(result, "ec-regio") == {"medium": 15, "not_assessed": 85}
    reasons = result.summary["presets"]["ec-regio"]["not_assessed_reasons"]
    assert reasons == pytest.approx({"operator_missing": 0.85})


def test_people_outside_the_extract_are_not_assessed(tmp_path: Path) -> None:
    asked = town(tmp_path)
    write_population(tmp_path / "people.csv", [((0, 0), 50), ((50_000, 0), 50)])
    result = measure_coverage(asked)
    assert shares(result, "sdg-11.2.1") == {"covered": 50, "not_assessed": 50}
    assert result.cells["reason_sdg_11_2_1"].tolist()[1] == "outside_streets"


def test_deleting_a_line_flags_its_catchment(tmp_path: Path) -> None:
    before = measure_coverage(town(tmp_path))
    (tmp_path / "after").mkdir()
    kept = [trip for trip in TRIPS if trip.route != "1"]
    after = measure_coverage(town(tmp_path / "after", kept))
    assert shares(after, "sdg-11.2.1") == {"covered": 50, "not_covered": 50}
    fell = before.cells["departures_per_hour"] > after.cells["departures_per_hour"]
    assert fell.tolist() == [True, False, True, False]
    assert after.cells["gap_sdg_11_2_1"].tolist()[2] == "no_stop_in_reach"


def test_a_doubled_feed_changes_nothing(tmp_path: Path) -> None:
    once = measure_coverage(town(tmp_path)).cells
    pd.testing.assert_frame_equal(measure_coverage(town(tmp_path, copies=2)).cells, once)


def test_a_shifted_day_changes_nothing(tmp_path: Path) -> None:
    now = measure_coverage(town(tmp_path))
    later = [replace(trip, start_hour=trip.start_hour + 3) for trip in TRIPS]
    asked = replace(town(tmp_path, later), window=(9 * HOUR, 23 * HOUR))
    pd.testing.assert_frame_equal(measure_coverage(asked).cells, now.cells)


RANK = {name: rank for s in STANDARDS.values() for rank, name in enumerate(reversed(s.classes))}
extra = st.builds(
    Trip,
    route=st.sampled_from(["1", "2", "3"]),
    stops=st.permutations("pqrs").map("".join),
    start_hour=st.integers(4, 22),
    direction=st.integers(0, 1),
)


@settings(max_examples=8, deadline=None)
@given(st.lists(extra, min_size=1, max_size=12))
def test_added_trips_never_lower_anything(added: list[Trip]) -> None:
    with TemporaryDirectory() as folder:
        base = every(60, "1", "pr", (5, 21))
        before = measure_coverage(town(Path(folder), base)).cells
        after = measure_coverage(town(Path(folder), [*base, *added])).cells
    for column in ("departures_per_hour", "best_stop_departures_per_hour"):
        assert (after[column] >= before[column]).all()
    for standard in STANDARDS.values():
        column = f"class_{standard.column}"
        assert (after[column].map(RANK) >= before[column].map(RANK)).all()


def test_further_columns_are_kept_and_shared_out(tmp_path: Path) -> None:
    asked = town(tmp_path)
    people = pd.read_csv(asked.population).assign(over_65=[4, 6, 0, 0], note="x")
    people.to_csv(asked.population, index=False)
    result = measure_coverage(replace(asked, presets=("sdg-11.2.1",)))
    columns = result.summary["presets"]["sdg-11.2.1"]["column_share"]
    assert columns == {"over_65": {"covered": 0.4, "not_covered": 0.6, "not_assessed": 0.0}}
    assert result.cells["note"].tolist() == ["x"] * 4


def test_what_is_written_is_what_was_measured(tmp_path: Path) -> None:
    asked = replace(town(tmp_path), attribution=({"title": "OpenStreetMap", "licence": "ODbL"},))
    result = measure_coverage(asked)
    out = tmp_path / "out"
    write_coverage(result, out)
    write_coverage(result, out)
    assert sorted(path.name for path in out.iterdir()) == [
        "cells.csv",
        "cells.geojson",
        "cells.parquet",
        "summary.json",
    ]
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary == result.summary
    assert summary["attribution"] == [{"title": "OpenStreetMap", "licence": "ODbL"}]
    assert summary["window"] == {"from": "06:00", "to": "20:00"}
    assert set(summary["seconds"]) == {
        *("feeds", "streets", "population", "walks", "standards", "total")
    }
    geojson = json.loads((out / "cells.geojson").read_text(encoding="utf-8"))
    assert "crs" not in geojson
    first = geojson["features"][0]["properties"]
    assert (first["class_ec_regio"], first["reason_ec_regio"]) == ("medium", None)
    parquet = gpd.read_parquet(out / "cells.parquet")
    table = pd.read_csv(out / "cells.csv", dtype={"cell_id": str})
    assert list(table["cell_id"]) == list(parquet["cell_id"]) == list(result.cells["cell_id"])
    assert json.loads(table["nearest_stops"][0])[0]["stop_id"] == "p"


def test_a_file_in_the_way_of_the_output_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(InputError, match="out cannot be used as a folder"):
        write_coverage(measure_coverage(town(tmp_path)), tmp_path / "out")


@pytest.mark.parametrize("window", [(7 * HOUR, 7 * HOUR), (9 * HOUR, 7 * HOUR), (-1, 5)])
def test_a_window_must_have_length(tmp_path: Path, window: tuple[int, int]) -> None:
    with pytest.raises(InputError, match="must end after it starts"):
        measure_coverage(replace(town(tmp_path), window=window))


def test_at_least_one_feed_is_needed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at least one GTFS feed"):
        measure_coverage(replace(town(tmp_path), gtfs=()))


def test_every_stage_is_shown(tmp_path: Path) -> None:
    shown: list[str] = []

    def progress(stage: str) -> nullcontext[None]:
        shown.append(stage)
        return nullcontext()

    measure_coverage(town(tmp_path), progress)
    assert shown == ["feeds", "streets", "population", "walks", "standards"]
