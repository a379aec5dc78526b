"""What does a ride take from an allowance, and what does it give back when it turns out cheaper?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from fares.lines import Unit
from fares.money import Money

UsageKey = tuple[str, date]
Usage = Mapping[UsageKey, int]
"""What is used so far: (allowance_id, period_start_date) -> rides or minor units."""


@dataclass(frozen=True, slots=True)
class Consumption:
    """A quantity (rides, or minor units) that a ride takes from an allowance's period."""

    allowance_id: str
    period_start_date: date
    quantity: int
    unit: Unit

    @property
    def key(self) -> UsageKey:
        """The key of the usage that it adds to."""
        return self.allowance_id, self.period_start_date


def settle_usage(consumed: tuple[Consumption, ...], captured: Money) -> tuple[Consumption, ...]:
    """What a hold took too much of, once the ride's final price is known: to be given back.

    The ride itself stays counted; a cancelled ride without a fee gives back all of `consumed`.
    A price above the hold gives back nothing: decide anew for the whole price.
    """
    return tuple(
        Consumption(taken.allowance_id, taken.period_start_date, surplus, Unit.AMOUNT)
        for taken in consumed
        if taken.unit is Unit.AMOUNT and (surplus := taken.quantity - captured.amount_minor) > 0
    )


def keep_usage(consumed: tuple[Consumption, ...], captured: Money) -> tuple[Consumption, ...]:
    """What a ride still takes after `settle_usage` has given back the rest."""
    if not any(taken.unit is Unit.AMOUNT for taken in consumed):
        return consumed
    surplus = {back.key: back.quantity for back in settle_usage(consumed, captured)}
    if not surplus:
        return consumed
    return tuple(
        replace(taken, quantity=taken.quantity - surplus.get(taken.key, 0)) for taken in consumed
    )


def split_fare(plan_pays: Money | None, captured: Money) -> tuple[Money, Money]:
    """The plan's and the rider's part of a final price, given the plan's part when granted.

    Every limit bounds the plan's part from above, so the smaller of the two is what `decide`
    would have said for the final price. None (nobody knew the price) was granted without any
    limit on amounts: the plan pays all of it.
    """
    plan_part = captured if plan_pays is None else min(plan_pays, captured)
    return plan_part, captured - plan_part
