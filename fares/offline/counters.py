"""Does a pass's counter run backwards? Then two phones must be signing with one key."""

from collections.abc import Collection
from math import inf
from typing import NamedTuple

from fares.offline.entries import RecordKey


class Shown(NamedTuple):
    """A genuine code of a certificate; `key` is None when it was shown online."""

    counter: int
    unix_seconds: int
    key: RecordKey | None


def runs_backwards(codes: Collection[Shown]) -> bool:
    """Was any code shown later than one with a higher counter?"""
    earliest = _earliest_above(codes)
    return any(code.unix_seconds > earliest[code.counter] for code in codes)


def contradicting_records(codes: Collection[Shown]) -> set[RecordKey]:
    """The records later than a code with a higher counter.

    Where only codes shown online are, the records earlier than a code with a lower counter.
    """
    earliest = _earliest_above(codes)
    found = {code.key for code in codes if code.unix_seconds > earliest[code.counter]}
    if found == {None}:
        latest = _latest_below(codes)
        found = {code.key for code in codes if code.unix_seconds < latest[code.counter]}
    return {key for key in found if key is not None}


def _earliest_above(codes: Collection[Shown]) -> dict[int, float]:
    """For each counter, the earliest time of any higher one."""
    earliest: dict[int, float] = {}
    so_far = inf
    for counter, seconds in _in_steps(codes, descending=True):
        earliest[counter] = so_far
        so_far = min(so_far, *seconds)
    return earliest


def _latest_below(codes: Collection[Shown]) -> dict[int, float]:
    """For each counter, the latest time of any lower one."""
    latest: dict[int, float] = {}
    so_far = -inf
    for counter, seconds in _in_steps(codes, descending=False):
        latest[counter] = so_far
        so_far = max(so_far, *seconds)
    return latest


def _in_steps(codes: Collection[Shown], *, descending: bool) -> list[tuple[int, list[int]]]:
    """Each counter with all its times, in order."""
    steps: dict[int, list[int]] = {}
    for code in codes:
        steps.setdefault(code.counter, []).append(code.unix_seconds)
    return sorted(steps.items(), reverse=descending)
