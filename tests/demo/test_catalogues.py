"""The shipped catalogues: whole, consistent with their feeds, and honest about their sources."""

from __future__ import annotations

import pytest

from api.demo.cities import CITIES, City
from api.feeds.areas import area_numbers
from api.plans.service import read_plans
from api.town.document import OperatorDocument, TownDocument, read_town
from fares.modes import METERED, WALK_UP
from fares.plans import Plan, plan_from_document
from gtfs.feed import Feed, read_feed

cities = pytest.mark.parametrize("city", CITIES.values(), ids=lambda city: city.city_id)


def plans_of(city: City) -> list[Plan]:
    return [plan_from_document(document) for document in read_plans(city.plans_file)]


def feeds_of(city: City, town: TownDocument) -> list[tuple[OperatorDocument, Feed]]:
    return [(o, read_feed(city.folder / o.feed)) for o in town.operators if o.feed]


@cities
def test_what_the_catalogue_names_is_there(city: City) -> None:
    town = read_town(city.town_file)
    assert town.town_id == city.city_id
    named = [o.feed for o in town.operators if o.feed]
    named += [town.streets] if town.streets else []
    named += [town.population.file] if town.population else []
    assert [name for name in named if not (city.folder / name).is_file()] == []


@cities
def test_every_stop_lies_in_one_area_and_every_feed_runs_on_the_day(city: City) -> None:
    town = read_town(city.town_file)
    for operator, feed in feeds_of(city, town):
        assert feed.services_on(city.service_date), operator.operator_id
        stops = feed.stops
        found = area_numbers(town.areas, stops["lon"].to_numpy(float), stops["lat"].to_numpy(float))
        assert {len(numbers) for numbers in found} == {1}, operator.operator_id


@cities
def test_three_plans_fit_the_town(city: City) -> None:
    town, plans = read_town(city.town_file), plans_of(city)
    carried = {mode for operator in town.operators for mode in operator.modes}
    areas = {area.area_number for area in town.areas}
    assert len(plans) == 3
    for plan in plans:
        assert plan.price.currency == town.currency
        assert plan.modes <= carried
        assert plan.areas <= areas
    # Some rides are refused for their place, and a flat taxi fare says area, number and period.
    assert any(plan.areas < areas for plan in plans)
    flat = [line for line in plans[-1].allowances if line.areas]
    assert {line.period.value for line in flat} == {"month", "day"}


@cities
def test_what_is_made_up_says_so(city: City) -> None:
    town = read_town(city.town_file)
    assert town.simulated
    for operator in town.operators:
        called = bool(METERED.intersection(operator.modes))
        assert operator.simulated == called == (operator.feed is None)
        assert called != bool(WALK_UP.intersection(operator.modes))
        if called:
            assert "simulated" in operator.name.en
            assert "シミュレーション" in operator.name.ja
            assert "made up" in operator.tariff.source  # type: ignore[union-attr]  # metered


@pytest.mark.parametrize(
    ("city_id", "needed"),
    [
        ("porto-alegre", ["r5r", "MIT", "OpenStreetMap contributors", "ODbL 1.0"]),
        ("las-palmas", ["Guaguas Municipales", "OpenStreetMap contributors", "ODbL 1.0", "GHS"]),
        ("muroran", ["Donan Bus", "Code for Muroran", "CC BY-SA 3.0"]),
    ],
)
def test_sources_are_credited_as_they_ask(city_id: str, needed: list[str]) -> None:
    city = CITIES[city_id]
    shown = " ".join(f"{a.title} {a.licence}" for a in read_town(city.town_file).attribution)
    licences = (city.folder / "LICENCES.md").read_text("utf-8")
    assert [words for words in needed if words not in shown or words not in licences] == []


@cities
def test_licences_name_every_data_file(city: City) -> None:
    licences = (city.folder / "LICENCES.md").read_text("utf-8")
    data = [p for p in city.folder.rglob("*") if p.suffix in {".zip", ".pbf", ".csv"}]
    named = [f"`{path.relative_to(city.folder).as_posix()}`" for path in data]
    assert [name for name in named if name not in licences] == []


def test_modelled_population_is_called_that_in_both_languages() -> None:
    population = read_town(CITIES["las-palmas"].town_file).population
    assert population is not None
    assert population.modelled
    assert population.note is not None
    assert "推計" in population.note.ja
    assert "not a census" in population.note.en


def test_nothing_is_invented_for_muroran() -> None:
    town = read_town(CITIES["muroran"].town_file)
    assert (town.streets, town.population) == (None, None)
