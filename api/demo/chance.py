"""Dice that fall the same way in every run, so that a played city can be played again."""

from __future__ import annotations

from random import Random

# Change it and every city is lived in differently.
SEED = "teiki-demo-1"

MINUTE = 60
HOUR = 3600


def dice(*names: object) -> Random:
    """Dice of their own for whatever is named: adding a person changes nobody else's day."""
    return Random("/".join(map(str, (SEED, *names))))  # noqa: S311 - a simulation, no secret


def wanted_time(throw: Random, earliest: int, latest: int) -> int:
    """A time of day (service seconds) at which people travel, between two times.

    A made-up profile of the day: a morning, a noon and an evening peak over an even floor.
    """
    for _ in range(20):
        kind = throw.random()
        if kind < 0.35:
            at = throw.gauss(7.75 * HOUR, 0.7 * HOUR)
        elif kind < 0.55:
            at = throw.gauss(13 * HOUR, 1.5 * HOUR)
        elif kind < 0.75:
            at = throw.gauss(17.5 * HOUR, HOUR)
        else:
            at = throw.uniform(6 * HOUR, 21 * HOUR)
        if earliest <= at <= latest:
            return int(at)
    return int(throw.uniform(earliest, max(earliest, latest)))
