"""A planner reads what a job has measured, and nobody else does."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from api.errors import DomainError
from api.insights.coverage import run_coverage
from api.services import Services
from tests.support import isleta
from tests.support.world import Browser, World

pytestmark = [pytest.mark.anyio, pytest.mark.database]
DAY = isleta.SERVICE_DATE
HOUR = 3600
MORNING = (7 * HOUR, 9 * HOUR)


async def measured(
    world: World, services: Services, folder: Path, *windows: tuple[int, int] | None
) -> tuple[Browser, list[str]]:
    """A planner, and the runs of the windows over the town's feed."""
    await isleta.add_feed(services, isleta.feed(folder))
    runs = await run_coverage(services, DAY, windows or (None,))
    return await world.staff("planner"), [str(run.run_id) for run in runs]


async def test_shares_are_of_people_and_the_far_end_of_the_street_is_not_covered(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    planner, (run,) = await measured(world, services, tmp_path)
    summary = await planner.get(f"/v1/insights/coverage?run_id={run}")
    shares = summary["presets"]["sdg-11.2.1"]["population_share"]
    # 600 of 700 people live at a stop; the others 2 km from the nearest.
    assert shares["covered"] == pytest.approx(600 / 700)
    assert shares["not_covered"] == pytest.approx(100 / 700)
    assert summary["seconds"]["total"] > 0


async def test_options_name_standards_runs_measures_and_the_population(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    planner, runs = await measured(world, services, tmp_path, None, MORNING)
    options = await planner.get("/v1/insights/options")
    assert [(r["run_id"], r["window"], r["day_type"]) for r in options["runs"]] == [
        (runs[0], None, "weekday"),
        (runs[1], {"from": "07:00", "to": "09:00"}, "weekday"),
    ]
    assert options["runs"][1]["label"] == {
        "ja": "2023年3月1日(水) 07:00~09:00",
        "en": "Wed 1 March 2023, 07:00-09:00",
    }
    by_id = {preset["preset_id"]: preset for preset in options["presets"]}
    assert by_id["ec-regio"]["classes"] == ["high", "medium", "low", "none", "not_assessed"]
    assert by_id["sdg-11.2.1"]["source"].startswith("UN-Habitat")
    measures = {measure["measure_id"]: measure["unit"] for measure in options["measures"]}
    assert measures["walk_meters_bus"] == "meters"
    assert "walk_meters_rail" not in measures
    assert options["population"] == {"total": 700.0, "modelled": True, "note": None}
    assert (options["missing"], options["simulated"]) == ([], True)
    assert options["attribution"][0]["title"] == "Made up"


async def test_cells_are_the_same_in_the_map_and_in_the_table(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    planner, (run,) = await measured(world, services, tmp_path)
    cells = (await planner.get(f"/v1/insights/cells.geojson?run_id={run}"))["features"]
    assert {cell["geometry"]["type"] for cell in cells} == {"Polygon"}
    classes = sorted(cell["properties"]["class_sdg_11_2_1"] for cell in cells)
    assert classes == ["covered", "covered", "covered", "not_covered"]

    answer = await planner.client.get(f"/v1/insights/cells.csv?run_id={run}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    table = {row["cell_id"]: row for row in csv.DictReader(io.StringIO(answer.text))}
    for cell in cells:
        row = table[cell["properties"]["cell_id"]]
        assert float(row["population"]) == cell["properties"]["population"]
        assert float(row["walk_meters_bus"]) == cell["properties"]["walk_meters_bus"]
        assert row["class_sdg_11_2_1"] == cell["properties"]["class_sdg_11_2_1"]


async def test_the_most_pressing_gap_comes_first_with_its_nearest_stop(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    planner, (run,) = await measured(world, services, tmp_path)
    path = f"/v1/insights/gaps?run_id={run}&preset_id="
    (gap,) = (await planner.get(path + "sdg-11.2.1"))["items"]
    # 500 of the 2,000 metres to the stop c would be allowed: three quarters are missing.
    assert (gap["rank"], gap["residents"], gap["gap_type"]) == (1, 100.0, "no_stop_in_reach")
    assert gap["shortfall"] == pytest.approx(0.75, abs=0.001)
    assert gap["priority"] == pytest.approx(75, abs=0.1)
    assert gap["nearest_stops"][0]["stop_id"] == "c"
    unknown = await planner.get(path + "nonsense", status=404)
    assert unknown["code"] == "no_preset"


async def test_a_browser_that_has_the_cells_is_told_so(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    planner, (run,) = await measured(world, services, tmp_path)
    for path in (f"cells.geojson?run_id={run}", f"cells.csv?run_id={run}", "streets.geojson"):
        first = await planner.client.get(f"/v1/insights/{path}")
        assert first.headers["cache-control"] == "private, no-cache"
        known = {"If-None-Match": f'"other", {first.headers["etag"]}'}
        again = await planner.client.get(f"/v1/insights/{path}", headers=known)
        assert (again.status_code, again.content) == (304, b"")
        other = {"If-None-Match": '"other"'}
        assert (await planner.client.get(f"/v1/insights/{path}", headers=other)).content


async def test_streets_and_stops_are_layers_of_our_own(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    planner, _ = await measured(world, services, tmp_path)
    streets = (await planner.get("/v1/insights/streets.geojson"))["features"]
    assert [street["properties"]["highway"] for street in streets] == ["residential"]
    (line,) = streets[0]["geometry"]["coordinates"]
    assert len(line) >= 2
    stops = (await planner.get("/v1/insights/stops.geojson"))["features"]
    shown = {stop["properties"]["stop_id"]: stop["properties"]["modes"] for stop in stops}
    assert shown == {"a": ["bus"], "b": ["bus"], "c": ["bus"]}


async def test_measuring_again_replaces_the_run_and_leaves_other_hours_alone(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    planner, (whole, morning) = await measured(world, services, tmp_path, None, MORNING)
    (fresh,) = await run_coverage(services, DAY, (MORNING,))
    options = await planner.get("/v1/insights/options")
    assert [run["run_id"] for run in options["runs"]] == [whole, str(fresh.run_id)]
    gone = await planner.get(f"/v1/insights/cells.geojson?run_id={morning}", status=404)
    assert gone["code"] == "no_run"
    assert len(await world.rows("SELECT DISTINCT run_id FROM coverage_cell")) == 2


async def test_a_run_that_cannot_be_stored_leaves_the_one_before(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    world, services = isleta_town
    planner, (run,) = await measured(world, services, tmp_path)
    async with isleta.refused_at_commit(world, "coverage_run"):
        with pytest.raises(Exception, match="refused by the test"):
            await run_coverage(services, DAY, (None,))
    assert (await planner.get("/v1/insights/options"))["runs"][0]["run_id"] == run
    assert (await planner.get(f"/v1/insights/cells.geojson?run_id={run}"))["features"]


async def test_a_town_without_streets_and_people_says_so_and_still_shows_its_stops(
    database_url: str, tmp_path: Path
) -> None:
    opened = isleta.open_isleta(database_url, tmp_path, streets=None, population=None)
    async with opened as (world, services):
        planner, (run,) = await measured(world, services, tmp_path)
        options = await planner.get("/v1/insights/options")
        assert options["population"] is None
        assert [missing["ja"][:2] for missing in options["missing"]] == ["道路", "人口"]
        summary = await planner.get(f"/v1/insights/coverage?run_id={run}")
        sdg = summary["presets"]["sdg-11.2.1"]
        assert sdg["population_share"]["not_assessed"] == 1.0
        assert sdg["not_assessed_reasons"] == {"no_population": 1.0}
        assert (await planner.get(f"/v1/insights/cells.geojson?run_id={run}"))["features"] == []
        assert len((await planner.get("/v1/insights/stops.geojson"))["features"]) == 3
        missing = await planner.get("/v1/insights/streets.geojson", status=404)
        assert missing["code"] == "no_streets"


async def test_without_streets_only_straight_line_rules_are_measured(
    database_url: str, tmp_path: Path
) -> None:
    opened = isleta.open_isleta(database_url, tmp_path, streets=None)
    async with opened as (world, services):
        planner, (run,) = await measured(world, services, tmp_path)
        summary = await planner.get(f"/v1/insights/coverage?run_id={run}")
        assert "japan-urban" in summary["presets"]
        assert "sdg-11.2.1" not in summary["presets"]


async def test_a_population_that_cannot_be_read_is_told_in_a_sentence(
    isleta_town: tuple[World, Services], tmp_path: Path
) -> None:
    _, services = isleta_town
    await isleta.add_feed(services, isleta.feed(tmp_path))
    await isleta.store_files(services, tmp_path / "catalogue", people=b"x,y\n1,2\n")
    with pytest.raises(DomainError) as refused:
        await run_coverage(services, DAY, (None,))
    assert refused.value.code == "missing_population_column"
    assert "people.csv has no column lon" in refused.value.message.en


async def test_nothing_is_measured_before_a_feed_is_active(
    isleta_town: tuple[World, Services],
) -> None:
    _, services = isleta_town
    with pytest.raises(DomainError) as refused:
        await run_coverage(services, DAY)
    assert (refused.value.code, refused.value.status) == ("no_active_feed", 409)


async def test_only_planners_may_look(isleta_town: tuple[World, Services]) -> None:
    world, _ = isleta_town
    paths = (
        *("options", "coverage", "gaps", "cells.geojson", "cells.csv", "boardings"),
        *("stops.geojson", "streets.geojson"),
    )
    resident, desk = await world.resident(), await world.staff("desk")
    for path in paths:
        assert (await world.browser().client.get(f"/v1/insights/{path}")).status_code == 401
        for person in (resident, desk):
            assert (await person.client.get(f"/v1/insights/{path}")).status_code == 403


async def test_a_bad_question_is_answered_with_the_field(
    isleta_town: tuple[World, Services],
) -> None:
    world, _ = isleta_town
    planner = await world.staff("planner")
    for query in ("coverage", "coverage?run_id=seven", "boardings?service_date=tomorrow"):
        problem: dict[str, Any] = await planner.get(f"/v1/insights/{query}", status=400)
        assert problem["code"] == "bad_request"
        assert problem["errors"]
