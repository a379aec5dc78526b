"""A stop lies in an area by its point; a point on the edge of two lies in both."""

from __future__ import annotations

import math

import numpy as np

from api.feeds.areas import area_numbers
from api.town.document import AreaDocument, TextDocument


def square(number: int, west: float) -> AreaDocument:
    ring = [(west, 0.0), (west + 1, 0.0), (west + 1, 1.0), (west, 1.0)]
    return AreaDocument(number, TextDocument(str(number), str(number)), ring)


def test_inside_edge_outside_and_unknown_place() -> None:
    areas = [square(7, west=1), square(3, west=0)]
    lon = np.array([0.5, 1.5, 1.0, 5.0, math.nan])
    lat = np.array([0.5, 0.5, 0.5, 0.5, 0.5])
    assert area_numbers(areas, lon, lat) == [[3], [7], [3, 7], [], []]


def test_no_stops_lie_nowhere() -> None:
    assert area_numbers([square(0, west=0)], np.empty(0), np.empty(0)) == []
