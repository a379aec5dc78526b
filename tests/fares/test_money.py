import pytest
from hypothesis import given
from hypothesis import strategies as st

from fares.money import Money, split, zero
from tests.support.fares import yen


def test_adds_subtracts_and_compares_within_a_currency() -> None:
    assert yen(500) + yen(80) == yen(580)
    assert yen(500) - yen(580) == yen(-80)
    assert yen(499) < yen(500) <= yen(500)
    assert yen(501) > yen(500) >= yen(500)
    assert zero("JPY") == yen(0)


def test_refuses_to_mix_currencies() -> None:
    with pytest.raises(ValueError, match="cannot combine JPY with EUR"):
        yen(500) + Money(500, "EUR")
    with pytest.raises(ValueError, match="cannot combine EUR with JPY"):
        max(yen(500), Money(500, "EUR"))
    assert yen(500) != Money(500, "EUR")


def test_the_largest_remainder_gets_the_odd_yen() -> None:
    assert split(yen(100), [1, 1, 1]) == [yen(34), yen(33), yen(33)]
    assert split(yen(10), [1, 2, 4]) == [yen(1), yen(3), yen(6)]
    assert split(yen(-100), [1, 1, 1]) == [yen(-34), yen(-33), yen(-33)]
    assert split(yen(7), [0, 5]) == [yen(0), yen(7)]


@pytest.mark.parametrize("weights", [[], [0, 0], [3, -1]])
def test_cannot_split_by_nothing_or_by_less_than_nothing(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights must be"):
        split(yen(100), weights)


@given(
    st.integers(-(10**12), 10**12),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any),
)
def test_a_split_conserves_money_and_is_fair_to_one_unit(total: int, weights: list[int]) -> None:
    parts = [part.amount_minor for part in split(yen(total), weights)]
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)
