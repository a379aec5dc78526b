from typing import Any

import pytest
import yaml
from hypothesis import given

from fares.modes import Mode
from fares.plans import (
    Above,
    Allowance,
    OfflineCaps,
    Period,
    Plan,
    PlanError,
    TimeWindow,
    Unit,
    Weekday,
    plan_from_document,
    plan_to_document,
)
from tests.support.fare_strategies import documented_plans
from tests.support.fares import make_cap, make_plan, yen

TOWN = """
plan_id: town-and-taxi
version: 2
name: {ja: まちとタクシー, en: Town and taxi}
description: {ja: バスと電車に乗り放題です。, en: All buses and trains.}
price: {amount_minor: 4900, currency: JPY}
period: month
modes: [bus, rail, taxi]
areas: [1, 2]
operators: [muroran-bus, muroran-taxi]
service_days: [sat, sun]
time_windows:
- {from: "05:00", to: "09:30"}
- {from: "22:00", to: "25:30"}
allowances:
# A licensed flat taxi fare: area, number of trips, period.
- {allowance_id: taxi-flat, modes: [taxi], unit: rides, limit: 8, period: month, areas: [2]}
- {allowance_id: taxi-yen, modes: [taxi], unit: amount, limit: 9000, period: week,
   above: rider_pays}
ride_caps:
- {modes: [taxi], amount_minor: 1500, above: rider_pays}
companions: 1
"""


def town(**changes: object) -> dict[str, Any]:
    document = yaml.safe_load(TOWN) | changes
    return {key: value for key, value in document.items() if value is not ...}


def problems_of(document: object) -> dict[str, str]:
    with pytest.raises(PlanError) as error:
        plan_from_document(document)
    return {problem.path: problem.message for problem in error.value.problems}


def test_reads_everything_that_a_town_can_say() -> None:
    plan = plan_from_document(town())
    assert plan.price == yen(4900)
    assert plan.modes == {Mode.BUS, Mode.RAIL, Mode.TAXI}
    assert plan.service_days == {Weekday.SAT, Weekday.SUN}
    assert plan.time_windows == (TimeWindow(18_000, 34_200), TimeWindow(79_200, 91_800))
    assert plan.allowances[0] == Allowance(
        allowance_id="taxi-flat",
        modes=frozenset({Mode.TAXI}),
        unit=Unit.RIDES,
        limit=8,
        period=Period.MONTH,
        above=Above.REFUSE,
        areas=frozenset({2}),
    )
    assert plan.ride_caps == (make_cap(1500, Above.RIDER_PAYS, Mode.TAXI),)
    assert plan.companions == 1


def test_writes_the_document_that_it_read() -> None:
    assert plan_to_document(plan_from_document(town())) == town()


def test_what_is_not_said_is_not_written() -> None:
    assert list(plan_to_document(make_plan())) == [
        *("plan_id", "version", "name", "description", "price", "period", "modes", "areas")
    ]


@given(documented_plans)
def test_every_plan_survives_its_document(plan: Plan) -> None:
    through_yaml = yaml.safe_load(yaml.safe_dump(plan_to_document(plan), allow_unicode=True))
    assert plan_from_document(through_yaml) == plan


def test_lists_all_problems_at_once_by_path() -> None:
    document = town(
        version=0,
        name={"ja": " ", "en": "Town", "fr": "Ville"},
        price={"amount_minor": 49.0, "currency": "yen"},
        period="year",
        modes=["bus", "tram"],
        areas=...,
        colour="red",
        allowances=[{"allowance_id": "Taxi!", "unit": "km", "limit": True, "modes": []}],
    )
    assert problems_of(document) == {
        "colour": "unknown field",
        "version": "must be at least 1, not 0",
        "name.fr": "unknown field",
        "name.ja": "must be a text, not ' '",
        "price.amount_minor": "must be a whole number, not 49.0",
        "price.currency": "must be a currency of three capital letters, not 'yen'",
        "period": "must be one of month, not 'year'",
        "modes[1]": "must be one of bus, rail, taxi, rideshare, on_demand, not 'tram'",
        "areas": "missing: a list with at least one item",
        "allowances[0].allowance_id": (
            "must be an id of small letters, digits and hyphens, not 'Taxi!'"
        ),
        "allowances[0].modes": "must be a list with at least one item, not []",
        "allowances[0].unit": "must be one of rides, amount, not 'km'",
        "allowances[0].limit": "must be a whole number, not True",
        "allowances[0].period": "missing: one of day, week, month, subscription",
    }


@pytest.mark.parametrize("document", [None, [], "plan", 7])
def test_a_plan_is_a_mapping(document: object) -> None:
    assert problems_of(document) == {
        "": f"a plan is a mapping, not {type(document).__name__}",
    }


def test_an_unquoted_time_is_a_number_to_yaml_and_refused() -> None:
    windows = yaml.safe_load("[{from: 22:00, to: '25:00'}, {from: '10:00', to: '09:00'}]")
    assert problems_of(town(time_windows=windows)) == {
        "time_windows[0].from": (
            'must be a quoted service time such as "07:00" or "25:30", not 1320'
        ),
        "time_windows[1].to": ("must be later than from; after midnight, count on past 24:00"),
    }


def test_an_area_must_fit_into_a_pass() -> None:
    assert problems_of(town(areas=[1, 2, 256])) == {"areas[2]": "must be at most 127, not 256"}
    assert problems_of(town(areas=[1, 2, 2])) == {"areas[2]": "listed twice: 2"}


def test_offline_caps_that_are_not_said_are_the_usual_ones() -> None:
    caps = plan_from_document(town(offline_caps={"phone_amount_minor": 3000})).offline_caps
    assert caps == OfflineCaps(phone_amount_minor=3000)
    bad = {"phone_rides": -1, "paper_rides": 2**32, "card_rides": "4", "watch_rides": 1}
    assert problems_of(town(offline_caps=bad)) == {
        "offline_caps.watch_rides": "unknown field",
        "offline_caps.phone_rides": "must be at least 0, not -1",
        "offline_caps.paper_rides": "must be at most 4294967295, not 4294967296",
        "offline_caps.card_rides": "must be a whole number, not '4'",
    }


def test_lines_must_fit_the_plan_and_one_another() -> None:
    line = {"modes": ["bus"], "unit": "rides", "limit": 9, "period": "day"}
    document = town(
        modes=["taxi"],
        allowances=[
            line | {"allowance_id": "one", "areas": [1, 7]},
            line | {"allowance_id": "one", "modes": ["taxi"], "above": "rider_pays"},
            line | {"allowance_id": "two", "modes": ["taxi"], "unit": "amount"},
        ],
        ride_caps=[{"modes": ["rail", "taxi"], "amount_minor": 900, "above": "rider_pays"}],
    )
    assert problems_of(document) == {
        "allowances[0].modes": "not among the plan's modes: bus",
        "allowances[0].areas": "not among the plan's areas: 7",
        "allowances[1].allowance_id": "listed twice: 'one'",
        "allowances[1].above": "a count of rides has no rest that a rider could pay; use refuse",
        "allowances[2].above": (
            "another line lets the rider of this mode pay the rest; use rider_pays here too"
        ),
        "ride_caps[0].modes": "not among the plan's modes: rail",
    }


def test_an_error_reads_as_one_line() -> None:
    with pytest.raises(PlanError, match=r"^version: must be at least 1, not 0; period: missing: "):
        plan_from_document(town(version=0, period=...))
