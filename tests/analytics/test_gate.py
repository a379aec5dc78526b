"""When the data do not suffice."""

from datetime import date
from pathlib import Path

import pytest

from analytics.access import NetworkWalks
from analytics.gate import REASONS, cell_reasons, feed_reason
from analytics.streets import walk_network
from analytics.supply import FeedFacts
from tests.support.towns import Place, Tags, Way, places, write_streets

DAY = date(2023, 3, 1)
HOUR = 3600
BUS_STOP = {"highway": "bus_stop"}


def facts(
    first_hour: float = 6,
    last_hour: float = 22,
    running: tuple[str, ...] = ("bus",),
    dates: tuple[str, str] = ("2023-01-01", "2023-12-31"),
) -> FeedFacts:
    span = (int(first_hour * HOUR), int(last_hour * HOUR))
    spans = {"bus": span} if running else {}
    return FeedFacts("Bus", "00", *dates, ("bus",), running, spans, 1, 1, 0.0)


def hours(start: float, end: float) -> tuple[int, int]:
    return int(start * HOUR), int(end * HOUR)


@pytest.mark.parametrize(
    ("window", "reason"),
    [
        (hours(7, 9), "hours_not_covered"),
        (hours(10, 12), "hours_not_covered"),
        (hours(11, 13), None),
        (hours(13, 15), None),
        (hours(16, 17), None),
        (hours(16, 18), "hours_not_covered"),
        (None, "hours_not_covered"),
    ],
)
def test_a_short_feed_answers_only_for_its_hours(
    window: tuple[int, int] | None, reason: str | None
) -> None:
    assert feed_reason([facts(11, 16.98)], DAY, window) == reason


@pytest.mark.parametrize("window", [hours(3, 4), hours(23, 24), None])
def test_in_a_span_of_eight_hours_silence_is_real(window: tuple[int, int] | None) -> None:
    assert feed_reason([facts(8, 16)], DAY, window) is None
    assert feed_reason([facts(8, 15.99)], DAY, window) == "hours_not_covered"


def test_one_short_feed_among_many_leaves_the_window_open() -> None:
    assert feed_reason([facts(), facts(11, 16)], DAY, hours(7, 9)) == "hours_not_covered"


def test_a_date_outside_the_calendar() -> None:
    assert feed_reason([facts()], date(2024, 1, 1), None) == "date_outside_calendar"
    assert feed_reason([facts()], date(2023, 12, 31), None) is None


def test_a_kind_of_service_without_a_trip() -> None:
    assert feed_reason([facts(running=())], DAY, None) == "mode_missing"


def test_every_reason_has_its_words() -> None:
    assert all(words.ja and words.en for words in REASONS.values())


STREET = {"a": (-4000.0, 0.0), "b": (4000.0, 0.0)}


def reason_at(
    folder: Path, home: Place, stops: list[Place], on_map: list[tuple[Place, Tags]] | None = None
) -> str | None:
    streets = write_streets(folder / "x.osm", STREET, [Way("ab")], on_map or [])
    network = walk_network(streets, None)
    points, feed_stops = places(home), places(*stops)
    (reason,) = cell_reasons(network, NetworkWalks(network, points, feed_stops), points, feed_stops)
    return reason


@pytest.mark.parametrize(
    ("home", "reason"),
    [
        ((0, 199), None),
        ((0, 201), "outside_streets"),
        ((3990, 0), None),
        ((4010, 0), "edge_of_extract"),
        ((7000, 0), "outside_streets"),
    ],
)
def test_far_from_streets_or_near_the_edge_nothing_is_said(
    tmp_path: Path, home: Place, reason: str | None
) -> None:
    assert reason_at(tmp_path, home, [(0, 0)]) == reason


@pytest.mark.parametrize(
    ("on_map", "reason"),
    [
        ((2000, 76), "operator_missing"),
        ((2000, 74), None),
        ((2499, 0), "operator_missing"),
        ((2501, 0), None),
    ],
)
def test_a_bus_stop_of_no_feed_near_by_hints_at_another_operator(
    tmp_path: Path, on_map: Place, reason: str | None
) -> None:
    assert reason_at(tmp_path, (2000, 0), [(2000, 0)], [(on_map, BUS_STOP)]) == reason
