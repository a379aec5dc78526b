"""How much money is it, exactly? Integers in a currency's minor unit, never a float."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (yen, cents) of an ISO 4217 currency.

    Adding, subtracting or ordering two currencies raises ValueError.
    """

    amount_minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount_minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount_minor - self._same(other), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount_minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount_minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount_minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount_minor >= self._same(other)

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise ValueError(f"cannot combine {self.currency} with {other.currency}")
        return other.amount_minor


def zero(currency: str) -> Money:
    """Nothing, in a currency."""
    return Money(0, currency)


def split(total: Money, weights: Sequence[int]) -> list[Money]:
    """Split an amount in proportion to whole weights; the parts sum to the total exactly.

    Largest remainder (Hamilton's method); of equal remainders the earlier part gets the unit.
    A negative total (a refund) splits as the mirror image of its positive twin.
    Raises ValueError when a weight is negative or all are zero.
    """
    weight_sum = sum(weights)
    if weight_sum <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative and not all zero")
    magnitude = abs(total.amount_minor)
    parts = [magnitude * weight // weight_sum for weight in weights]
    by_remainder = sorted(
        range(len(weights)), key=lambda part: -(magnitude * weights[part] % weight_sum)
    )
    for part in by_remainder[: magnitude - sum(parts)]:
        parts[part] += 1
    sign = -1 if total.amount_minor < 0 else 1
    return [Money(sign * part, total.currency) for part in parts]
