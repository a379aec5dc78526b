"""A small supply to plan days on: one bus line both ways, one taxi, three areas."""

from __future__ import annotations

import pandas as pd

from api.demo.booked import BookedOperator
from api.demo.day import Supply
from api.demo.people import Person
from api.demo.timetable import Timetable, build_timetable
from api.demo.walk_up import WalkUpOperator
from fares.modes import Mode
from fares.money import Money
from fares.plans import Plan, plan_from_document
from fares.shadow_fares import TaxiTariff

STOPS = ("harbour", "market", "school", "shrine")
AREAS = {
    "harbour": frozenset({1}),
    "market": frozenset({1}),
    "school": frozenset({2}),
    "shrine": frozenset({3}),
}


def events(
    route_id: str = "r1",
    starts: tuple[int, ...] = tuple(range(6 * 3600, 22 * 3600, 1800)),
    mode: str | None = "bus",
) -> pd.DataFrame:
    """Runs there and back over `STOPS`, ten minutes between stops."""
    rows = []
    for start in starts:
        for direction, stops in ((0, STOPS), (1, STOPS[::-1])):
            for place, stop_id in enumerate(stops):
                rows.append(
                    {
                        "trip_id": f"{route_id}-{direction}-{start}",
                        "route_id": route_id,
                        "direction_id": direction,
                        "mode": mode,
                        "stop_id": stop_id,
                        "stop_sequence": place,
                        "departure_seconds": start + place * 600,
                        "pickup_type": 0,
                        "drop_off_type": 0,
                        "is_last": place == len(stops) - 1,
                        "start_seconds": start,
                    }
                )
    return pd.DataFrame(rows)


def timetable() -> Timetable:
    return build_timetable("bus", events(), AREAS)


def supply(tap_off: str = "required") -> Supply:
    return Supply(
        walk_up=(WalkUpOperator(timetable(), tap_off),),
        booked=(taxi(), rideshare()),
    )


def taxi() -> BookedOperator:
    tariff = TaxiTariff(Money(600, "JPY"), 1000, Money(100, "JPY"), 250)
    return BookedOperator("taxi", Mode.TAXI, tariff, (1, 2, 3))


def rideshare() -> BookedOperator:
    tariff = TaxiTariff(Money(400, "JPY"), 1000, Money(80, "JPY"), 250)
    return BookedOperator("rideshare", Mode.RIDESHARE, tariff, (1, 2, 3))


def plan(
    modes: tuple[str, ...] = ("bus", "taxi", "rideshare"), areas: tuple[int, ...] = (1, 2)
) -> Plan:
    return plan_from_document(
        {
            "plan_id": "plan",
            "version": 1,
            "name": {"ja": "プラン", "en": "Plan"},
            "description": {"ja": "プラン", "en": "Plan"},
            "price": {"amount_minor": 5000, "currency": "JPY"},
            "period": "month",
            "modes": list(modes),
            "areas": list(areas),
        }
    )


def person(number: int = 1, of: Plan | None = None, **changes: object) -> Person:
    values = {
        "display_name": "simulated",
        "rider_category": "adult",
        "pays": True,
        "consents": False,
        **changes,
    }
    return Person(number=number, plan=of or plan(), **values)  # type: ignore[arg-type]  # a factory
