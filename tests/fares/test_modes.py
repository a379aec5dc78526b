from hypothesis import given
from hypothesis import strategies as st

from fares.modes import METERED, WALK_UP, Mode, mode_bits, modes_of


def test_the_bits_of_passes_never_change() -> None:
    assert {mode.value: mode.bit for mode in Mode} == {
        "bus": 1,
        "rail": 2,
        "taxi": 4,
        "rideshare": 8,
        "on_demand": 16,
    }


@given(st.frozensets(st.sampled_from(Mode)))
def test_bits_name_exactly_their_modes(modes: frozenset[Mode]) -> None:
    assert modes_of(mode_bits(modes)) == modes


def test_a_mode_of_a_newer_issuer_is_ignored() -> None:
    assert modes_of(0b100001) == {Mode.BUS}


def test_an_on_demand_bus_is_booked_but_sold_by_the_seat() -> None:
    assert frozenset(Mode) - METERED - WALK_UP == {Mode.ON_DEMAND}
