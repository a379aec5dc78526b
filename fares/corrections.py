"""What may an operator still put right about a ride, so that nobody ever pays more for it?

Leaves out who may, and what else of a ride (stops, route) is put right with its price.
"""

from dataclasses import replace
from datetime import datetime

from fares.money import Money
from fares.reasons import Reason, Refused
from fares.ride_steps import Action, Kind, RideStatus
from fares.rides import DEFAULT_RULES, RideRules, RideState, deadline_at


def take_back(
    state: RideState, now: datetime, rules: RideRules = DEFAULT_RULES
) -> RideState | Refused:
    """The captured ride as one that never was, or why it is too late; it stays resolved."""
    if state.status is not RideStatus.CAPTURED:
        return Refused(Reason.WRONG_STATE, f"ride:{Action.VOID}")
    if _too_late(state, now, rules):
        return Refused(Reason.CORRECTION_TOO_LATE, "ride:correct_within")
    return replace(state, status=RideStatus.VOIDED, captured=None)


def adjust(
    state: RideState,
    now: datetime,
    *,
    amount: Money | None = None,
    fare: Money | None = None,
    rules: RideRules = DEFAULT_RULES,
) -> RideState | Refused:
    """A captured ride, or a walk-up ride under way, at a lower price; or why it can't be.

    `amount` is a price that the operator states: at most what was captured (held, while under
    way). `fare` is what the tariff says for the corrected ride; above that limit, the limit
    stays. Without either the price stays. Raises ValueError for a negative amount.
    """
    under_way = state.status is RideStatus.AUTHORIZED and state.kind is Kind.WALK_UP
    if not under_way and state.status is not RideStatus.CAPTURED:
        return Refused(Reason.WRONG_STATE, f"ride:{Action.ADJUST}")
    if _too_late(state, now, rules):
        return Refused(Reason.CORRECTION_TOO_LATE, "ride:correct_within")
    limit = state.hold if state.captured is None else state.captured
    if amount is not None:
        refused = _check_amount(amount, limit)
        if refused is not None:
            return refused
    price = _within(fare, limit) if amount is None else amount
    return replace(state, hold=price) if under_way else replace(state, captured=price)


def _too_late(state: RideState, now: datetime, rules: RideRules) -> bool:
    if state.resolved_at is None:
        return now >= deadline_at(state, rules)
    return now >= state.resolved_at + rules.correct_within


def _check_amount(amount: Money, limit: Money | None) -> Refused | None:
    if amount.amount_minor < 0:
        raise ValueError("a ride has no negative price")
    if limit is None:
        # Nobody knew a price: the tariff may name one, an operator may not.
        return Refused(Reason.OVER_HOLD, "ride:hold")
    if amount.currency != limit.currency:
        return Refused(Reason.WRONG_CURRENCY, "ride:hold")
    return Refused(Reason.OVER_HOLD, "ride:hold") if amount > limit else None


def _within(fare: Money | None, limit: Money | None) -> Money | None:
    if limit is None:
        return fare
    return limit if fare is None else min(fare, limit)
