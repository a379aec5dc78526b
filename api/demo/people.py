"""Who lives in the demo city: simulated residents, the plans they choose, who pays and consents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.demo.chance import dice
from fares.plans import Plan

# Shares of a catalogue's plans, in their order; the last is the one for seniors.
PLAN_WEIGHTS = (45, 40, 15)
WITHOUT_PLAN = 0.02
UNPAID = 0.04
CONSENTING = 0.40


@dataclass(frozen=True, slots=True)
class Person:
    """One simulated resident. `plan` is None for who joins and chooses nothing yet."""

    number: int
    display_name: str
    rider_category: str
    plan: Plan | None
    pays: bool
    consents: bool

    @property
    def rides(self) -> bool:
        """Whether this person will hold a pass."""
        return self.plan is not None and self.pays


def make_people(city_id: str, count: int, plans: Sequence[Plan]) -> list[Person]:
    """`count` residents, the same ones for the same city every time."""
    return [_person(city_id, number, plans) for number in range(1, count + 1)]


def _person(city_id: str, number: int, plans: Sequence[Plan]) -> Person:
    throw = dice(city_id, "person", number)
    place = throw.choices(range(len(plans)), weights=PLAN_WEIGHTS[: len(plans)])[0]
    without = throw.random() < WITHOUT_PLAN
    return Person(
        number=number,
        display_name=f"模擬住民 {number:03d} (simulated resident)",
        rider_category="senior" if place == len(plans) - 1 else "adult",
        plan=None if without else plans[place],
        pays=throw.random() >= UNPAID,
        consents=throw.random() < CONSENTING,
    )
