"""Which walk-up rides make one journey, and what does each of them take from an allowance?

An allowance of rides counts a person once in a journey, however often they change. Leaves out
prices: changing is no discount on a fare.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fares.lines import Unit
from fares.usage import Consumption, Usage, UsageKey


@dataclass(frozen=True, slots=True)
class Part:
    """One ride of a journey: how many people it counts as, and what it took."""

    people: int
    consumes: tuple[Consumption, ...]


def continues(transfer_minutes: int, last_seen_at: datetime, now: datetime) -> bool:
    """Whether a walk-up ride that begins now belongs to the journey of the last one.

    `last_seen_at` is when that ride was left, or began where nobody tapped off. The caller sees
    to it that both are of one service day: no journey outlasts it.
    """
    return timedelta() <= now - last_seen_at < timedelta(minutes=transfer_minutes)


def counted_by(parts: Sequence[Part]) -> Usage:
    """How many people a journey has counted so far, by allowance and period."""
    counted: dict[UsageKey, int] = {}
    for part in parts:
        for item in part.consumes:
            if item.unit is Unit.RIDES:
                counted[item.key] = max(counted.get(item.key, 0), part.people)
    return counted


def recount(parts: Sequence[Part]) -> list[tuple[Consumption, ...]]:
    """What each ride of a journey takes, in order, when one has dropped out or has fewer people.

    Never more together than before: somebody who is counted no longer on one ride may have to
    be on the next, but nobody new is.
    """
    return [_count(part, counted_by(parts[:place])) for place, part in enumerate(parts)]


def _count(part: Part, counted: Usage) -> tuple[Consumption, ...]:
    return tuple(
        replace(item, quantity=max(0, part.people - counted.get(item.key, 0)))
        if item.unit is Unit.RIDES
        else item
        for item in part.consumes
    )
