"""What every simulated resident does on the day, worked out before anybody moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from api.demo.booked import BookedOperator, booked_ride
from api.demo.chance import HOUR, MINUTE, dice, wanted_time
from api.demo.people import Person
from api.demo.rides import Act, PlannedRide
from api.demo.walk_up import WalkUpOperator, ride_back, ride_there
from fares.modes import Mode

EARLIEST, LATEST_ORDER = 5 * HOUR, 22 * HOUR
# Chances that a day has a further bus or train ride.
FURTHER = (0.65, 0.3)
# Chances of booked rides by whether the plan has the mode at all.
BOOKS = {True: 0.55, False: 0.04}
BOOKS_AGAIN = 0.35
# A flat taxi fare is used more than once a day: that is what its daily limit is for.
FLAT_AGAIN = 0.85
# Operators are chosen in the order of the catalogue; a second one is the smaller.
OPERATOR_WEIGHTS = (70, 30)


@dataclass(frozen=True, slots=True)
class Supply:
    """What there is to ride in the town."""

    walk_up: tuple[WalkUpOperator, ...]
    booked: tuple[BookedOperator, ...]


def plan_day(city_id: str, people: Iterable[Person], supply: Supply) -> list[PlannedRide]:
    """The rides of everybody who will hold a pass; the same for the same city and people."""
    return [
        ride
        for person in people
        if person.rides
        for ride in _plan_person(dice(city_id, "day", person.number), person, supply)
    ]


def in_order(rides: Sequence[PlannedRide]) -> list[tuple[int, dict[int, list[Act]]]]:
    """Every tick of the day (service seconds) with the acts of each ride (by its place) on it."""
    ticks: dict[int, dict[int, list[Act]]] = {}
    for number, ride in enumerate(rides):
        for moment in ride.moments:
            ticks.setdefault(moment.seconds, {}).setdefault(number, []).append(moment.act)
    return sorted(ticks.items())


def _plan_person(throw: Random, person: Person, supply: Supply) -> list[PlannedRide]:
    rides = _walk_up_rides(throw, person, supply)
    for operator in supply.booked:
        rides += _booked_rides(throw, person, operator, rides)
    return sorted(rides, key=lambda ride: ride.moments[0].seconds)


def _walk_up_rides(throw: Random, person: Person, supply: Supply) -> list[PlannedRide]:
    operator = _choose(throw, supply)
    there = ride_there(throw, person, operator, EARLIEST)
    if there is None:
        return []
    back = ride_back(throw, person, operator, there)
    rides = [there] if back is None else [there, back]
    for chance in FURTHER:
        if throw.random() >= chance:
            break
        further = ride_there(throw, person, _choose(throw, supply), rides[-1].ends + 10 * MINUTE)
        rides += [further] if further else []
    return rides


def _choose(throw: Random, supply: Supply) -> WalkUpOperator:
    operators = supply.walk_up
    return throw.choices(operators, weights=OPERATOR_WEIGHTS[: len(operators)])[0]


def _booked_rides(
    throw: Random, person: Person, operator: BookedOperator, others: list[PlannedRide]
) -> list[PlannedRide]:
    """Orders in gaps between the day's other rides; who books tends to book again."""
    rides: list[PlannedRide] = []
    has_mode = person.plan is not None and operator.mode in person.plan.modes
    chance = BOOKS[has_mode]
    while len(rides) < 4 and throw.random() < chance:
        ride = booked_ride(throw, person, operator, wanted_time(throw, EARLIEST, LATEST_ORDER))
        if _fits(ride, [*others, *rides]):
            rides.append(ride)
        chance = _again(person, operator.mode)
    return rides


def _again(person: Person, mode: Mode) -> float:
    flat = person.rider_category == "senior" and mode is Mode.TAXI
    return FLAT_AGAIN if flat else BOOKS_AGAIN


def _fits(ride: PlannedRide, others: Iterable[PlannedRide]) -> bool:
    gap = 10 * MINUTE
    first, last = ride.moments[0].seconds - gap, ride.ends + gap
    return all(last < other.moments[0].seconds or other.ends < first for other in others)
