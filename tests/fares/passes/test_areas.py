import pytest
from hypothesis import given
from hypothesis import strategies as st

from fares.passes import area_bitmap, areas_of


@pytest.mark.parametrize(
    ("numbers", "bitmap"),
    [
        (set(), b""),
        ({0}, b"\x80"),
        ({7}, b"\x01"),
        ({8}, b"\x00\x80"),
        ({0, 3, 11}, b"\x90\x10"),
        ({127}, bytes(15) + b"\x01"),
    ],
)
def test_the_most_significant_bit_comes_first(numbers: set[int], bitmap: bytes) -> None:
    assert area_bitmap(numbers) == bitmap
    assert areas_of(bitmap) == numbers


@given(st.sets(st.integers(0, 127)))
def test_every_set_comes_back(numbers: set[int]) -> None:
    assert areas_of(area_bitmap(numbers)) == numbers


@pytest.mark.parametrize("number", [-1, 128])
def test_a_number_out_of_range_is_an_error(number: int) -> None:
    with pytest.raises(ValueError, match="is not in 0"):
        area_bitmap({3, number})
