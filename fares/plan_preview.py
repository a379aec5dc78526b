"""What would a plan have allowed and cost, had those who rode last month held it?

It decides each past ride with `decide`, in order, as the desk would have. What is not kept of past
rides it presumes in the plan's favour: a place that nobody knows any more lies within its areas.
Changes of vehicle are not joined into journeys, so a plan that counts rides looks a little dearer.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from fares.entitlements import Entitlement, RideRequest, Status, decide
from fares.modes import Mode
from fares.money import Money, zero
from fares.plans import Plan
from fares.reasons import Reason, Refused
from fares.usage import UsageKey

_ANY_INSTANT = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PastRide:
    """A ride that took place; `amount` is its price or shadow fare, None when never known."""

    rider_id: str
    rider_category: str
    mode: Mode
    operator_id: str
    service_date: date
    service_seconds: int
    amount: Money | None
    companions: int = 0


@dataclass(frozen=True, slots=True)
class PlanPreview:
    """What became of the rides: how many were granted, and refused why; who would have paid what.

    `fees` is what the riders would have paid for the plan itself, `unpriced` how many granted rides
    nobody knows the price of, which are in no amount.
    """

    riders: int
    rides: int
    granted: int
    refused: Mapping[Reason, int]
    unpriced: int
    fees: Money
    plan_pays: Money
    riders_pay: Money

    @property
    def balance(self) -> Money:
        """What is left of the fees; below zero the town pays for it."""
        return self.fees - self.plan_pays


def preview_plan(
    plan: Plan, rides: Iterable[PastRide], start_date: date, end_date: date
) -> PlanPreview:
    """Decide rides of a period [start, end) in order of time; riders are one subscription each."""
    usage: dict[str, dict[UsageKey, int]] = {}
    fees: dict[str, Money] = {}
    refused: Counter[Reason] = Counter()
    count = granted = unpriced = 0
    plan_pays = riders_pay = zero(plan.price.currency)
    for ride in sorted(rides, key=lambda each: (each.service_date, each.service_seconds)):
        count += 1
        fees[ride.rider_id] = plan.price_for(ride.rider_category)
        used = usage.setdefault(ride.rider_id, {})
        held = Entitlement(plan, Status.ACTIVE, start_date, end_date, ride.rider_category)
        decision = decide(_request(ride, plan), held, used, _ANY_INSTANT)
        if isinstance(decision, Refused):
            refused[decision.reason] += 1
            riders_pay += ride.amount or zero(plan.price.currency)
            continue
        granted += 1
        for taken in decision.consumes:
            used[taken.key] = used.get(taken.key, 0) + taken.quantity
        if decision.plan_pays is None:
            unpriced += 1
            continue
        plan_pays += decision.plan_pays
        riders_pay += decision.rider_pays
    return PlanPreview(
        riders=len(fees),
        rides=count,
        granted=granted,
        refused=dict(refused.most_common()),
        unpriced=unpriced,
        fees=sum(fees.values(), start=zero(plan.price.currency)),
        plan_pays=plan_pays,
        riders_pay=riders_pay,
    )


def _request(ride: PastRide, plan: Plan) -> RideRequest:
    return RideRequest(
        mode=ride.mode,
        operator_id=ride.operator_id,
        areas=_presumed_areas(plan, ride.mode),
        service_date=ride.service_date,
        service_seconds=ride.service_seconds,
        amount=ride.amount,
        companions=ride.companions,
    )


def _presumed_areas(plan: Plan, mode: Mode) -> frozenset[int]:
    """Somewhere that every line of the mode covers, if there is such a place."""
    areas = plan.areas
    for line in plan.allowances:
        if mode in line.modes and line.areas:
            areas &= line.areas
    return areas
