"""May this ride go ahead on this subscription, who pays which part, and which line says so?"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from fares.lines import Above, Allowance, Period, Unit
from fares.modes import METERED, Mode
from fares.money import Money
from fares.plans import ModeLines, Plan
from fares.reasons import Reason, Refused
from fares.usage import Consumption, Usage, UsageKey, settle_usage, split_fare

__all__ = [
    "Consumption",
    "Entitlement",
    "Granted",
    "RideRequest",
    "Status",
    "Usage",
    "UsageKey",
    "decide",
    "people_on",
    "period_of",
    "settle_usage",
    "split_fare",
]


class Status(StrEnum):
    """A subscription's status, in Stripe's words."""

    INCOMPLETE = "incomplete"
    INCOMPLETE_EXPIRED = "incomplete_expired"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    CANCELED = "canceled"
    UNPAID = "unpaid"
    PAUSED = "paused"


# A late payment does not strand anybody at once: past_due still rides.
_RIDING = frozenset({Status.ACTIVE, Status.TRIALING, Status.PAST_DUE})


@dataclass(frozen=True, slots=True)
class RideRequest:
    """A ride that somebody wants to take, or is taking.

    `areas` are all the areas it touches, empty when the place is not known. `service_seconds`
    counts from noon minus 12 h of `service_date`. `amount` is the price for everybody on the
    ride, None when not known. `counted` is how many of them the same journey has counted so far,
    by allowance and period. Raises ValueError for a negative amount or number of companions.
    """

    mode: Mode
    operator_id: str
    areas: frozenset[int]
    service_date: date
    service_seconds: int
    amount: Money | None
    companions: int = 0
    counted: Usage = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.companions < 0 or (self.amount is not None and self.amount.amount_minor < 0):
            raise ValueError("a ride has no negative amount and no negative number of companions")


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a subscription allows one member.

    The period is [start, end): `period_end_date` is the first service day that it no longer
    covers. `ends_at` is set when a cancellation takes effect within the period. `late_from_date`
    is the first service day of it that waits for a charge (`fares.lines.LatePayment`).
    """

    plan: Plan
    status: Status
    period_start_date: date
    period_end_date: date
    rider_category: str
    barred_modes: frozenset[Mode] = frozenset()
    ends_at: datetime | None = None
    late_from_date: date | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """The ride may go ahead; `plan_pays` is None when nobody knows its price."""

    rule: str
    consumes: tuple[Consumption, ...]
    rider_pays: Money
    plan_pays: Money | None


def decide(
    ride: RideRequest, entitlement: Entitlement, usage: Usage, now: datetime
) -> Granted | Refused:
    """Decide one ride from what is used so far; the same input always gives the same answer.

    `now` is timezone-aware; for a record uploaded later it is the instant of the ride. `rule`
    names the line that decided. The caller adds `consumes` to usage before the next decision.
    """
    refused = _check_standing(ride, entitlement, now) or _check_coverage(ride, entitlement.plan)
    if refused is not None:
        return refused
    lines = entitlement.plan.lines[ride.mode]
    if not lines.caps and not lines.allowances:
        return Granted(lines.rule, (), entitlement.plan.nothing, ride.amount)
    return _fit(ride, entitlement, usage, lines)


def period_of(
    allowance: Allowance, service_date: date, entitlement: Entitlement
) -> tuple[date, date]:
    """The period [start, end) of an allowance that a service day falls into."""
    start = _period_start(allowance.period, service_date, entitlement)
    match allowance.period:
        case Period.DAY:
            return start, start + timedelta(days=1)
        case Period.WEEK:
            return start, start + timedelta(days=7)
        case Period.MONTH:
            return start, (start + timedelta(days=31)).replace(day=1)
        case Period.SUBSCRIPTION:
            return start, entitlement.period_end_date


def people_on(mode: Mode, companions: int) -> int:
    """How many rides of an allowance a ride counts as: a taxi is hired whole, a seat is not."""
    return 1 if mode in METERED else 1 + companions


def _check_standing(ride: RideRequest, entitlement: Entitlement, now: datetime) -> Refused | None:
    status = entitlement.status
    if status not in _RIDING:
        unpaid = status == Status.INCOMPLETE
        reason = Reason.WAITING_FOR_PAYMENT if unpaid else Reason.SUBSCRIPTION_INACTIVE
        return Refused(reason, f"subscription:{status}")
    if not entitlement.period_start_date <= ride.service_date < entitlement.period_end_date:
        return Refused(Reason.SUBSCRIPTION_INACTIVE, "subscription:period")
    if entitlement.ends_at is not None and now >= entitlement.ends_at:
        return Refused(Reason.SUBSCRIPTION_INACTIVE, "subscription:ended")
    if ride.mode in entitlement.barred_modes:
        return Refused(Reason.MEMBER_BARRED, "member:barred_modes")
    if entitlement.late_from_date is not None and ride.mode in METERED:
        late_days = (ride.service_date - entitlement.late_from_date).days
        if late_days >= entitlement.plan.late_payment.restrict_after_days:
            return Refused(Reason.PAYMENT_LATE, "late_payment:restrict_after_days")
    return None


def _check_coverage(ride: RideRequest, plan: Plan) -> Refused | None:
    if ride.mode not in plan.modes:
        return Refused(Reason.MODE_NOT_COVERED, "modes")
    if plan.operators and ride.operator_id not in plan.operators:
        return Refused(Reason.OPERATOR_NOT_COVERED, "operators")
    if not ride.areas <= plan.areas:
        return Refused(Reason.AREA_NOT_COVERED, "areas")
    if not ride.areas and ride.mode in METERED:
        # A bus keeps to its town whatever its reader knows; a taxi goes where it is told.
        return Refused(Reason.AREA_UNKNOWN, "areas")
    if plan.weekdays and ride.service_date.weekday() not in plan.weekdays:
        return Refused(Reason.OUTSIDE_SERVICE_TIME, "service_days")
    if plan.time_windows and not any(
        window.from_seconds <= ride.service_seconds < window.to_seconds
        for window in plan.time_windows
    ):
        return Refused(Reason.OUTSIDE_SERVICE_TIME, "time_windows")
    if ride.companions > plan.companions and ride.mode not in METERED:
        # A taxi is hired as a vehicle: who else sits in it is nobody's business.
        return Refused(Reason.TOO_MANY_COMPANIONS, "companions")
    return _check_amount(ride, plan)


def _check_amount(ride: RideRequest, plan: Plan) -> Refused | None:
    if ride.amount is None:
        missing = plan.lines[ride.mode].needs_amount
        return Refused(Reason.AMOUNT_MISSING, "price") if missing else None
    if ride.amount.currency != plan.price.currency:
        return Refused(Reason.WRONG_CURRENCY, "price")
    return None


class _Room(NamedTuple):
    """What is left of an allowance in the period of a ride."""

    line: Allowance
    start_date: date
    left: int
    people: int | None  # how many it must count anew; None where it counts money

    def takes(self, share: int) -> Consumption:
        quantity = share if self.people is None else self.people
        return Consumption(self.line.allowance_id, self.start_date, quantity, self.line.unit)


def _fit(
    ride: RideRequest, entitlement: Entitlement, usage: Usage, lines: ModeLines
) -> Granted | Refused:
    """Fit a covered ride into the caps and allowances of its mode, or say which has no room.

    Refusals look at the whole price, never at the plan's part of it: a more generous line would
    otherwise raise that part and turn a grant into a refusal.
    """
    price = 0 if ride.amount is None else ride.amount.amount_minor
    for cap in lines.caps:
        if price > cap.amount_minor and cap.above is Above.REFUSE:
            return Refused(Reason.OVER_RIDE_CAP, cap.rule)
    rooms = [_find_room(line, ride, entitlement, usage) for line in lines.allowances]
    for room in rooms:
        refused = _check_room(room, ride, price if room.people is None else room.people)
        if refused is not None:
            return refused
    share, rule = _plan_share(price, lines, rooms)
    nothing = entitlement.plan.nothing
    return Granted(
        rule,
        # A ride of a journey that takes no more still says what it counts in.
        tuple(room.takes(share) for room in rooms if share or room.people is not None),
        rider_pays=Money(price - share, nothing.currency) if price > share else nothing,
        plan_pays=None if ride.amount is None else Money(share, nothing.currency),
    )


def _find_room(line: Allowance, ride: RideRequest, entitlement: Entitlement, usage: Usage) -> _Room:
    start_date = _period_start(line.period, ride.service_date, entitlement)
    key = line.allowance_id, start_date
    left = max(0, line.limit - usage.get(key, 0))
    if line.unit is Unit.AMOUNT:
        return _Room(line, start_date, left, None)
    people = people_on(ride.mode, ride.companions)
    return _Room(line, start_date, left, max(0, people - ride.counted.get(key, 0)))


def _check_room(room: _Room, ride: RideRequest, needed: int) -> Refused | None:
    line, _, left, _ = room
    if line.areas and not ride.areas:
        return Refused(Reason.AREA_UNKNOWN, line.rule)
    if line.areas and not ride.areas <= line.areas:
        return Refused(Reason.AREA_NOT_COVERED, line.rule)
    if needed > left and line.above is Above.REFUSE:
        return Refused(Reason.ALLOWANCE_TOO_SMALL if left else Reason.ALLOWANCE_USED_UP, line.rule)
    return None


def _plan_share(price: int, lines: ModeLines, rooms: list[_Room]) -> tuple[int, str]:
    """The plan's part of a price, and the line that limits it (or else the first that counts)."""
    share, rule = price, lines.allowances[0].rule if lines.allowances else lines.rule
    for cap in lines.caps:
        if share > cap.amount_minor:
            share, rule = cap.amount_minor, cap.rule
    for line, _, left, people in rooms:
        if people is None and share > left:
            share, rule = left, line.rule
    return share, rule


def _period_start(period: Period, service_date: date, entitlement: Entitlement) -> date:
    if period is Period.DAY:
        return service_date
    if period is Period.WEEK:
        return service_date - timedelta(days=service_date.weekday())
    if period is Period.MONTH:
        return service_date.replace(day=1)
    return entitlement.period_start_date
