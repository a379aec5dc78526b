"""A counter runs backwards when a later code has a lower one."""

from hypothesis import given
from hypothesis import strategies as st

from fares.offline.counters import Shown, contradicting_records, runs_backwards
from tests.support.offline import reader


def offline(counter: int, seconds: int) -> Shown:
    return Shown(counter, seconds, ("bus", reader(1), 100 * counter + seconds))


def online(counter: int, seconds: int) -> Shown:
    return Shown(counter, seconds, None)


small = st.integers(0, 9)
codes = st.lists(st.builds(offline, small, small) | st.builds(online, small, small), max_size=12)


@given(codes=codes)
def test_as_the_definition_says(codes: list[Shown]) -> None:
    pairs = [
        (low, high)
        for low in codes
        for high in codes
        if low.counter < high.counter and low.unix_seconds > high.unix_seconds
    ]
    assert runs_backwards(codes) == bool(pairs)
    later = {low.key for low, _ in pairs} - {None}
    earlier = {high.key for _, high in pairs} - {None}
    assert contradicting_records(codes) == (later or earlier)


def test_equal_counters_or_times_are_no_contradiction() -> None:
    assert not runs_backwards([offline(1, 5), online(1, 9), offline(2, 9)])
    assert contradicting_records([]) == set()
