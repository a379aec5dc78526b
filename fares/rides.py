"""What becomes of an authorized ride when somebody acts on it, or when time runs out?

Leaves out who may act; what calling a ride off costs is a town's own rule, given as data.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from fares.money import Money
from fares.reasons import Reason, Refused
from fares.ride_steps import STEPS, Action, Kind, LegState, RideStatus

__all__ = [
    "Action",
    "By",
    "FeeRule",
    "Kind",
    "LegState",
    "RideRules",
    "RideState",
    "RideStatus",
    "advance",
    "deadline_at",
    "find_fee",
    "open_booked",
    "open_walk_up",
]


class By(StrEnum):
    """Who cancels."""

    RIDER = "rider"
    DRIVER = "driver"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class RideState:
    """A ride at an instant. `hold` bounds what may be captured; None when no price was known."""

    kind: Kind
    status: RideStatus
    leg_state: LegState
    opened_at: datetime
    hold: Money | None
    started_at: datetime | None = None
    captured: Money | None = None
    resolved_by: Action | None = None
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeeRule:
    """What a ride that does not happen costs: the first rule that fits is charged.

    Empty `by` and `legs` fit everything; nothing is charged within `free_for` of the hold.
    """

    action: Action
    amount: Money
    by: frozenset[By] = frozenset()
    legs: frozenset[LegState] = frozenset()
    free_for: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class RideRules:
    """How long each step may take, and what not riding costs; a town sets its own."""

    start_within: timedelta = timedelta(hours=2)
    capture_within: timedelta = timedelta(hours=24)
    tap_off_within: timedelta = timedelta(hours=4)
    correct_within: timedelta = timedelta(hours=24)
    fees: tuple[FeeRule, ...] = ()


DEFAULT_RULES = RideRules()

# Where a fee may be due although nobody rode.
_CALLS_OFF = frozenset({Action.CANCEL, Action.NO_SHOW, Action.NO_VEHICLE})

# Steps of time itself: allowed only after the deadline, when all others but voiding are not.
_TIMED = frozenset({Action.CLOSE, Action.EXPIRE})


def open_walk_up(now: datetime, hold: Money | None = None) -> RideState:
    """A ride as a tap-on or gate-in begins it; `hold` is its price where that is known."""
    return RideState(
        Kind.WALK_UP, RideStatus.AUTHORIZED, LegState.IN_USE, now, hold, started_at=now
    )


def open_booked(now: datetime, hold: Money) -> RideState:
    """A ride as a hold on an amount begins it."""
    return RideState(Kind.BOOKED, RideStatus.AUTHORIZED, LegState.NOT_STARTED, now, hold)


def deadline_at(state: RideState, rules: RideRules = DEFAULT_RULES) -> datetime:
    """When an unresolved ride is closed (walk-up) or expires (booked) by rule."""
    if state.kind == Kind.WALK_UP:
        return state.opened_at + rules.tap_off_within
    if state.started_at is None:
        return state.opened_at + rules.start_within
    return state.started_at + rules.capture_within


def advance(
    state: RideState,
    action: Action,
    now: datetime,
    *,
    by: By | None = None,
    amount: Money | None = None,
    signed: Money | None = None,
    rules: RideRules = DEFAULT_RULES,
) -> RideState | Refused:
    """The ride after an action, or why it cannot happen.

    `amount` is the price: required to capture, optional on leaving a walk-up ride (else the hold
    is the price). `signed` is the amount that the rider's device signed for this
    ride; only that allows more than the hold. `by` says who cancels. Raises ValueError for a
    negative amount, and for a cancellation by nobody.
    """
    step = STEPS.get((state.kind, state.leg_state, action))
    if step is None or state.status != RideStatus.AUTHORIZED:
        return Refused(Reason.WRONG_STATE, f"ride:{action}")
    refused = _check_deadline(state, action, now, rules)
    if refused is not None:
        return refused
    status, leg_state = step
    captured: Money | Refused | None
    if status is RideStatus.CAPTURED:
        captured = _price(state, action, amount, signed)
        if isinstance(captured, Refused):
            return captured
    else:
        captured = find_fee(state, action, now, by=by, rules=rules)
        status = status if captured is None else RideStatus.CAPTURED
    resolved = step[0] is not RideStatus.AUTHORIZED
    return RideState(
        state.kind,
        status,
        leg_state,
        state.opened_at,
        state.hold,
        started_at=now if action is Action.START else state.started_at,
        captured=captured,
        resolved_by=action if resolved else None,
        resolved_at=now if resolved else None,
    )


def find_fee(
    state: RideState,
    action: Action,
    now: datetime,
    *,
    by: By | None = None,
    rules: RideRules = DEFAULT_RULES,
) -> Money | None:
    """What it would cost to call an open ride off this way, to be shown before it is done.

    None when it costs nothing; never more than the hold. Raises ValueError for a cancellation by
    nobody: who cancels decides what it costs.
    """
    if action is Action.CANCEL and by is None:
        raise ValueError("say who cancels")
    if state.hold is None or action not in _CALLS_OFF:
        return None
    for rule in rules.fees:
        fits = rule.action is action and (not rule.by or by in rule.by)
        if fits and (not rule.legs or state.leg_state in rule.legs):
            free = now - state.opened_at < rule.free_for or rule.amount.amount_minor == 0
            return None if free else min(rule.amount, state.hold)
    return None


def _check_deadline(
    state: RideState, action: Action, now: datetime, rules: RideRules
) -> Refused | None:
    passed = now >= deadline_at(state, rules)
    if action in _TIMED:
        return None if passed else Refused(Reason.WRONG_STATE, "ride:deadline")
    if not passed or action is Action.VOID:
        return None
    late = Reason.NO_OPEN_RIDE if state.kind == Kind.WALK_UP else Reason.HOLD_EXPIRED
    return Refused(late, "ride:deadline")


def _price(
    state: RideState, action: Action, amount: Money | None, signed: Money | None
) -> Money | Refused | None:
    if amount is None and action is Action.CAPTURE:
        return Refused(Reason.AMOUNT_MISSING, f"ride:{action}")
    if amount is not None and amount.amount_minor < 0:
        raise ValueError("a ride has no negative price")
    limit = state.hold
    price = limit if amount is None else amount
    if price is not None and limit is not None:
        if price.currency != limit.currency:
            return Refused(Reason.WRONG_CURRENCY, "ride:hold")
        if signed is not None and signed.currency == limit.currency:
            limit = max(limit, signed)
        if price > limit:
            return Refused(Reason.OVER_HOLD, "ride:hold")
    return price
