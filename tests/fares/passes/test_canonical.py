"""The strict reader against a general decoder that encodes again and compares."""

from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fares.passes.canonical import (
    MalformedError,
    byte_string,
    constant,
    read,
    text_string,
    unsigned,
)

# {1: 0..300, 2: [1..3 bytes, 0..5 bytes of UTF-8], 3: 7}
SHAPE = (
    unsigned(b"\xa3\x01", 300),
    byte_string(b"\x02\x82", 1, 3),
    text_string(b"", 0, 5),
    constant(b"\x03", 7),
)


def expected(data: bytes) -> list[Any] | None:
    """What `read` must answer, by the general decoder; None: refused."""
    try:
        value = cbor2.loads(data)
        if cbor2.dumps(value, canonical=True) != data:
            return None
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError):
        return None
    match value:
        case {1: int(number), 2: [bytes(data), str(text)], 3: 7} if (
            list(value) == [1, 2, 3]
            and 0 <= number <= 300
            and type(number) is int
            and type(value[3]) is int
            and 1 <= len(data) <= 3
            and len(text.encode()) <= 5
        ):
            return [number, data, text, 7]
    return None


def answer(data: bytes) -> list[Any] | None:
    try:
        return read(data, SHAPE, "test")
    except MalformedError:
        return None


values = st.fixed_dictionaries(
    {
        1: st.integers(0, 310),
        2: st.tuples(st.binary(max_size=4), st.text(max_size=6)).map(list),
        3: st.integers(6, 8),
    }
)


@given(values)
def test_accepts_just_what_the_general_decoder_accepts(value: dict[int, Any]) -> None:
    data = cbor2.dumps(value, canonical=True)
    assert answer(data) == expected(data)


@given(values, st.data())
def test_any_change_is_judged_alike(value: dict[int, Any], draw: st.DataObject) -> None:
    data = bytearray(cbor2.dumps(value, canonical=True))
    for _ in range(draw.draw(st.integers(1, 2))):
        at = draw.draw(st.integers(0, len(data) - 1))
        data[at : at + draw.draw(st.integers(0, 2))] = draw.draw(st.binary(max_size=2))
        if not data:
            break
    assert answer(bytes(data)) == expected(bytes(data))


@given(st.binary(max_size=24))
def test_noise_is_judged_alike(data: bytes) -> None:
    assert answer(data) == expected(data)


@pytest.mark.parametrize("number", [0, 23, 24, 255, 256, 65535, 65536, 2**32 - 1])
def test_each_width_of_a_number_has_one_form(number: int) -> None:
    heads = {1: b"\x18", 2: b"\x19", 4: b"\x1a", 8: b"\x1b"}
    shortest = cbor2.dumps(number)
    assert read(shortest, (unsigned(),), "test") == [number]
    for width, head in heads.items():
        if width >= len(shortest):
            with pytest.raises(MalformedError, match="test: not the shortest form"):
                read(head + number.to_bytes(width), (unsigned(),), "test")


def test_numbers_beyond_32_bits_are_refused() -> None:
    assert read(cbor2.dumps(2**32 - 1), (unsigned(),), "test") == [2**32 - 1]
    with pytest.raises(MalformedError, match="not the shortest form"):
        read(cbor2.dumps(2**32), (unsigned(),), "test")
