"""Route types and the modes that a plan can name."""

import pytest

from fares.modes import Mode
from gtfs.modes import is_route_type, mode_of


@pytest.mark.parametrize(
    ("route_type", "mode"),
    [
        (0, Mode.RAIL),
        (1, Mode.RAIL),
        (2, Mode.RAIL),
        (3, Mode.BUS),
        (4, None),
        (11, Mode.BUS),
        (12, Mode.RAIL),
        (109, Mode.RAIL),
        (200, Mode.BUS),
        (401, Mode.RAIL),
        (700, Mode.BUS),
        (715, Mode.ON_DEMAND),
        (900, Mode.RAIL),
        (1000, None),
        (1501, Mode.TAXI),
        (-1, None),
    ],
)
def test_modes_of_route_types(route_type: int, mode: Mode | None) -> None:
    assert mode_of(route_type) == mode


def test_numbers_that_are_no_route_type() -> None:
    assert [number for number in (3, 4, 8, 13, 99, 715, 1702, 1703) if is_route_type(number)] == [
        3,
        4,
        715,
        1702,
    ]
