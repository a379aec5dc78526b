"""Which kinds of transport does a plan or a pass speak of?"""

from collections.abc import Iterable
from enum import StrEnum


class Mode(StrEnum):
    """A kind of transport, as residents tell them apart."""

    BUS = "bus"
    RAIL = "rail"
    TAXI = "taxi"
    RIDESHARE = "rideshare"
    ON_DEMAND = "on_demand"

    @property
    def bit(self) -> int:
        """The mode's bit in pass certificates (TK1 key 4); never renumbered."""
        return _BITS[self]


_BITS = {Mode.BUS: 1, Mode.RAIL: 2, Mode.TAXI: 4, Mode.RIDESHARE: 8, Mode.ON_DEMAND: 16}

# Boarded without asking anyone first.
WALK_UP = frozenset({Mode.BUS, Mode.RAIL})
# Hired as a vehicle, priced by the ride; an on-demand bus is booked too, but sold by the seat.
METERED = frozenset({Mode.TAXI, Mode.RIDESHARE})


def mode_bits(modes: Iterable[Mode]) -> int:
    """The bitmask of some modes."""
    bits = 0
    for mode in modes:
        bits |= _BITS[mode]
    return bits


def modes_of(bits: int) -> frozenset[Mode]:
    """The modes of a bitmask; bits this version does not know are ignored (a newer issuer)."""
    return frozenset(mode for mode, bit in _BITS.items() if bits & bit)
