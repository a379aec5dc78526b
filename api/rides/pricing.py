"""What a ride costs and who pays it, written down on the ride in hand."""

from __future__ import annotations

from api.rides.network import OperatorNetwork
from api.rides.state import Ride
from fares.entitlements import split_fare
from fares.money import Money
from fares.rides import RideState
from fares.usage import keep_usage


def fare_for_all(
    operator: OperatorNetwork,
    route_id: str | None,
    from_stop_id: str | None,
    to_stop_id: str | None,
    companions: int,
) -> Money | None:
    """The tariff's price of a walk-up ride for everybody on the pass; None when not known."""
    fare = operator.price(route_id, from_stop_id, to_stop_id)
    if fare is None or companions == 0:
        return fare
    return Money(fare.amount_minor * (1 + companions), fare.currency)


def capture(ride: Ride, after: RideState, shadow_fare: Money | None) -> None:
    """Write a resolved price down: what the plan pays, what the rider pays, what goes back."""
    ride.set(status=str(after.status), leg_state=str(after.leg_state))
    if shadow_fare is not None:
        ride.set(shadow_fare_minor=shadow_fare.amount_minor)
    if after.captured is not None:
        ride.set(captured_minor=after.captured.amount_minor)
        if after.captured != after.hold:  # at the price it began with, it was split as it began
            settle(ride, after.captured)


def settle(ride: Ride, price: Money) -> None:
    """Split a price that may have gone down, and give back what it no longer takes."""
    plan_part, rider_part = split_fare(ride.money("plan_pays_minor"), price)
    kept = keep_usage(ride.consumed, plan_part)
    if kept != ride.consumed:
        ride.consume(kept)
    ride.set(plan_pays_minor=plan_part.amount_minor, rider_pays_minor=rider_part.amount_minor)


def release(ride: Ride) -> None:
    """A ride that costs nobody anything gives back all that it took."""
    ride.consume(())
    ride.set(plan_pays_minor=0, rider_pays_minor=0)
