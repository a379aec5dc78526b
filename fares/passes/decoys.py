"""Which bits of the status list mean nothing, so that counting and comparing lists tells little?

Some pass ids are never given to anybody: their bits come on and go off like those of passes that
were revoked and then expired. Which ids these are, and when they are on, follows from a key that
only the issuer has. How many are on changes from week to week, so that nobody can take their
usual number off and be left with the rest.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import shake_256
from typing import Final

# Ids are drawn block by block, so that a list that grows keeps the decoys that it had.
BLOCK: Final = 2**17
SLOTS_PER_BLOCK: Final = BLOCK // 256
# As long as a phone's passes reach ahead: no revoked bit of theirs stays longer.
PERIOD: Final = timedelta(days=8)

_UNIT: Final = 2**16
_LOWEST_SHARE: Final = _UNIT // 4


def decoy_slots(key: bytes, capacity: int) -> frozenset[int]:
    """The ids below `capacity` (a multiple of BLOCK) that no pass may have."""
    return frozenset(slot for block in range(capacity // BLOCK) for slot, _ in _slots(key, block))


def decoys_at(key: bytes, capacity: int, at: datetime) -> Iterator[int]:
    """The ids below `capacity` whose bits are on at an instant and mean nothing."""
    for block in range(capacity // BLOCK):
        for index, (slot, phase) in enumerate(_slots(key, block)):
            seconds = int(at.timestamp()) + phase
            period, into = divmod(seconds, PERIOD // timedelta(seconds=1))
            place = into * _UNIT // (PERIOD // timedelta(seconds=1))
            if _is_on(key, block, index, period, place) or _is_on(
                key, block, index, period - 1, place + _UNIT
            ):
                yield slot


def _is_on(key: bytes, block: int, index: int, period: int, place: int) -> bool:
    """Is the spell that this slot may have had from some place of a period on still going on?"""
    chance, start, length = _spells(key, block, period)[index]
    return chance < _share(key, period) and start <= place < start + length


@lru_cache(maxsize=1024)
def _slots(key: bytes, block: int) -> tuple[tuple[int, int], ...]:
    """The slots of a block, each with how much its periods are shifted, in seconds."""
    numbers = _numbers(key, b"slots", block, 0, 2 * SLOTS_PER_BLOCK, width=4)
    seconds = PERIOD // timedelta(seconds=1)
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return tuple((block * BLOCK + number % BLOCK, shift % seconds) for number, shift in pairs)


@lru_cache(maxsize=1024)
def _spells(key: bytes, block: int, period: int) -> tuple[tuple[int, int, int], ...]:
    """For each slot of a block in a period: a chance, where a spell begins, how long it lasts."""
    numbers = _numbers(key, b"spells", block, period, 3 * SLOTS_PER_BLOCK, width=2)
    return tuple(zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True))


@lru_cache(maxsize=64)
def _share(key: bytes, period: int) -> int:
    """How many of all slots have a spell in a period, from a quarter up to all (of 65,536)."""
    (number,) = _numbers(key, b"share", 0, period, 1, width=2)
    return _LOWEST_SHARE + number * (_UNIT - _LOWEST_SHARE) // _UNIT


def _numbers(
    key: bytes, purpose: bytes, block: int, period: int, count: int, width: int
) -> list[int]:
    name = key + purpose + block.to_bytes(4, "big") + period.to_bytes(4, "big")
    data = shake_256(name).digest(count * width)
    return [int.from_bytes(data[at : at + width], "big") for at in range(0, len(data), width)]
