"""Which areas does a pass cover? The bitmap of certificate key 5."""

from collections.abc import Iterable
from typing import Final

MAX_AREAS: Final = 128


def area_bitmap(numbers: Iterable[int]) -> bytes:
    """Set one bit per area number (0..127), most significant bit first, no empty last byte.

    Raises ValueError for a number out of range.
    """
    bits = bytearray()
    for number in sorted(set(numbers)):
        if not 0 <= number < MAX_AREAS:
            raise ValueError(f"area number {number} is not in 0..{MAX_AREAS - 1}")
        bits.extend(bytes(number // 8 + 1 - len(bits)))
        bits[number // 8] |= 0x80 >> number % 8
    return bytes(bits)


def areas_of(bitmap: bytes) -> frozenset[int]:
    """Read the area numbers back."""
    return frozenset(
        index * 8 + bit
        for index, byte in enumerate(bitmap)
        for bit in range(8)
        if byte & 0x80 >> bit
    )
