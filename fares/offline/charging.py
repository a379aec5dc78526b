"""What does a ride that nobody asked the server about take from the plan, and who pays it?"""

from collections.abc import Iterator
from datetime import datetime

from fares.entitlements import (
    Consumption,
    Entitlement,
    Granted,
    RideRequest,
    Usage,
    decide,
    people_on,
    period_of,
)
from fares.lines import Unit
from fares.reasons import Reason

_OVERSPENT = frozenset({Reason.ALLOWANCE_USED_UP, Reason.ALLOWANCE_TOO_SMALL})


def charge_plan(
    ride: RideRequest, entitlement: Entitlement, usage: Usage, now: datetime
) -> tuple[Granted, bool]:
    """The charge of a ride that took place, and whether the plan allows it.

    The rider pays nothing of a ride that the plan does not allow. Over an allowance it is
    counted all the same, beyond the limit, so that the overspend shows.
    """
    decision = decide(ride, entitlement, usage, now)
    if isinstance(decision, Granted):
        return decision, True
    overspent = tuple(_overspend(ride, entitlement)) if decision.reason in _OVERSPENT else ()
    return charge_scheme(ride, entitlement, decision.rule, overspent), False


def charge_scheme(
    ride: RideRequest, entitlement: Entitlement, rule: str, consumes: tuple[Consumption, ...] = ()
) -> Granted:
    """The charge of a ride whose whole price the scheme bears."""
    return Granted(rule, consumes, entitlement.plan.nothing, ride.amount)


def _overspend(ride: RideRequest, entitlement: Entitlement) -> Iterator[Consumption]:
    price = 0 if ride.amount is None else ride.amount.amount_minor
    people = people_on(ride.mode, ride.companions)
    for line in entitlement.plan.lines[ride.mode].allowances:
        quantity = people if line.unit is Unit.RIDES else price
        start_date, _ = period_of(line, ride.service_date, entitlement)
        if quantity:
            yield Consumption(line.allowance_id, start_date, quantity, line.unit)
