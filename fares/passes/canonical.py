"""Is this exactly the CBOR that a pass may contain? A strict reader for known shapes.

A general decoder accepts duplicate keys, trailing bytes, indefinite lengths and tags unless its
result is encoded again and compared. Here the caller states the one shape it expects, value by
value, and every number must be in the shortest form (RFC 8949, section 4.2.1): stricter, and
quicker. Writing is left to `cbor2`.
"""

from typing import Any, Final

# Numbers have at most 32 bits, so that any pass fits its QR code and reads alike everywhere.
MAX_INTEGER: Final = 2**32 - 1

# The first byte of the shortest value of a type; the next 23 carry the numbers 1 to 23.
_UNSIGNED: Final = 0x00
_BYTES: Final = 0x40
_TEXT: Final = 0x60
_ARRAY: Final = 0x80
_COUNTS: Final = (_UNSIGNED, _ARRAY)

# What follows a head that does not carry the number itself: how many bytes, and the smallest number
# worth them, as anything less has a shorter form. Other heads stand for a number that is too
# large, another type, or a string of unknown length; asking for 1 in no byte refuses them.
_LONG_ARGUMENTS: Final = {24: (1, 24), 25: (2, 1 << 8), 26: (4, 1 << 16)}
_NO_ARGUMENT: Final = (0, 1)

# One value: the bytes that always stand before it (map and array heads, keys), its type, and the
# range of its number, or of its length in bytes. Plain tuples: every tap reads about 20 of them.
Item = tuple[bytes, int, int, int]


class MalformedError(ValueError):
    """The bytes are not in the one form allowed; `layer` names the part, `str()` says what."""

    def __init__(self, layer: str, problem: str) -> None:
        super().__init__(f"{layer}: {problem}")
        self.layer = layer


def unsigned(before: bytes = b"", highest: int = MAX_INTEGER) -> Item:
    """An integer in 0..highest."""
    return before, _UNSIGNED, 0, highest


def constant(before: bytes, number: int) -> Item:
    """An integer that never varies."""
    return before, _UNSIGNED, number, number


def byte_string(before: bytes, shortest: int, longest: int) -> Item:
    """A byte string of shortest..longest bytes."""
    return before, _BYTES, shortest, longest


def text_string(before: bytes, shortest: int, longest: int) -> Item:
    """A text string of shortest..longest bytes in UTF-8."""
    return before, _TEXT, shortest, longest


def array_of(before: bytes, shortest: int, longest: int) -> Item:
    """The head of an array; its value is how many items follow, which the caller reads."""
    return before, _ARRAY, shortest, longest


def read(data: bytes, shape: tuple[Item, ...], layer: str) -> list[Any]:
    """The values (int, bytes or str) of data that has exactly this shape; else MalformedError."""
    values, at = read_from(data, 0, shape, layer)
    if at != len(data):
        raise MalformedError(layer, "cut short, or bytes after the end")
    return values


def read_from(data: bytes, at: int, shape: tuple[Item, ...], layer: str) -> tuple[list[Any], int]:
    """The values of this shape from a place on, and the place after them.

    What ends before its values do may give a place beyond the end of the data.
    """
    values: list[Any] = []
    for before, first_head, lowest, highest in shape:
        if not data.startswith(before, at):
            raise MalformedError(layer, f"expected {before.hex()} at byte {at}")
        at += len(before) + 1
        if at > len(data):
            raise MalformedError(layer, "cut short")
        number = data[at - 1] - first_head
        if number > 23:
            width, smallest = _LONG_ARGUMENTS.get(number, _NO_ARGUMENT)
            at += width
            number = int.from_bytes(data[at - width : at], "big")
            if number < smallest:
                raise MalformedError(layer, f"not the shortest form of this type at byte {at}")
        if not lowest <= number <= highest:
            raise MalformedError(layer, f"{number} before byte {at} is not in {lowest}..{highest}")
        if first_head in _COUNTS:
            values.append(number)
        else:
            at += number
            string = data[at - number : at]
            values.append(string if first_head == _BYTES else _text(string, layer))
    return values, at


def _text(data: bytes, layer: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise MalformedError(layer, "text is not UTF-8") from error
