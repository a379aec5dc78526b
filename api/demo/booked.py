"""A taxi or rideshare ride that a simulated resident books, on the operator's made-up tariff."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from api.demo.chance import MINUTE
from api.demo.people import Person
from api.demo.rides import TICK_SECONDS, Act, Moment, PlannedRide, on_tick
from fares.modes import Mode
from fares.shadow_fares import Leg, TaxiTariff

# How often a booked ride does not end as it was ordered.
CANCELLED = 0.06
NO_SHOW = 0.03
NO_VEHICLE = 0.03
OVER_HOLD = 0.05
# How often people ask to be taken where no plan of theirs goes.
STRAYING = 0.07

SHORTEST_METERS, LONGEST_METERS = 900, 6500
METERS_PER_SECOND = 6  # about 22 km/h with lights and traffic
DRIVERS = 5


@dataclass(frozen=True, slots=True)
class BookedOperator:
    """An operator that comes when called; `areas` are all of the town's."""

    operator_id: str
    mode: Mode
    tariff: TaxiTariff
    areas: tuple[int, ...]

    @property
    def dispatched(self) -> bool:
        """Whether a driver is sent, as to rideshare orders; a taxi is taken where it stands."""
        return self.mode is Mode.RIDESHARE

    def price_minor(self, distance_meters: int) -> int:
        """What the meter shows after a distance."""
        price = self.tariff.price(Leg(distance_meters=distance_meters))
        assert price is not None, "a metered ride with a distance has a price"
        return price.amount_minor


def booked_ride(throw: Random, person: Person, operator: BookedOperator, at: int) -> PlannedRide:
    """A ride that is ordered at `at` (service seconds)."""
    distance_meters = throw.randrange(SHORTEST_METERS, LONGEST_METERS, 50)
    metered = operator.price_minor(distance_meters)
    kind = throw.random()
    over = kind >= 1 - OVER_HOLD
    return PlannedRide(
        person=person.number,
        operator_id=operator.operator_id,
        mode=operator.mode,
        reader=f"driver {throw.randint(1, DRIVERS)}",
        moments=_moments(kind, operator.dispatched, on_tick(at), distance_meters),
        area_numbers=_areas(throw, person, operator),
        # Drivers ask for a fifth more than they expect; a detour can still go beyond it.
        hold_minor=metered * 6 // 5,
        price_minor=metered * 3 // 2 if over else metered,
        distance_meters=distance_meters,
    )


def _areas(throw: Random, person: Person, operator: BookedOperator) -> tuple[int, ...]:
    """Where the ride begins and ends: within the plan's own areas, but for who strays."""
    home = _taxi_areas(person, operator.mode) or operator.areas
    pool = operator.areas if throw.random() < STRAYING else home
    return tuple(sorted({throw.choice(home), throw.choice(pool)}))


def _taxi_areas(person: Person, mode: Mode) -> tuple[int, ...]:
    if person.plan is None:
        return ()
    limited = [set(a.areas) for a in person.plan.allowances if mode in a.modes and a.areas]
    return tuple(sorted(set(person.plan.areas).intersection(*limited)))


def _moments(kind: float, dispatched: bool, at: int, distance_meters: int) -> tuple[Moment, ...]:
    ordered: tuple[Moment, ...] = (Moment(at, Act.HOLD),)
    if CANCELLED + NO_SHOW <= kind < CANCELLED + NO_SHOW + NO_VEHICLE:
        return *ordered, Moment(at + 4 * MINUTE, Act.NO_VEHICLE)
    if dispatched:
        ordered += (Moment(at + TICK_SECONDS, Act.CONFIRM),)
    if kind < CANCELLED:
        return *ordered, Moment(at + 2 * MINUTE, Act.CANCEL)
    if dispatched:
        ordered += (Moment(at + 5 * MINUTE, Act.ARRIVE),)
    if kind < CANCELLED + NO_SHOW:
        return *ordered, Moment(at + 15 * MINUTE, Act.NO_SHOW)
    return ordered + _drive(at + 6 * MINUTE, distance_meters, over=kind >= 1 - OVER_HOLD)


def _drive(started: int, distance_meters: int, *, over: bool) -> tuple[Moment, ...]:
    ended = on_tick(started + distance_meters // METERS_PER_SECOND)
    driven = (Moment(started, Act.START), Moment(ended, Act.END))
    if not over:
        return *driven, Moment(ended + TICK_SECONDS, Act.CAPTURE)
    return (
        *driven,
        Moment(ended + TICK_SECONDS, Act.OVERCHARGE),
        Moment(ended + 2 * TICK_SECONDS, Act.SIGNED_CAPTURE),
    )
