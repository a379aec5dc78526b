"""Decoys: known to who has the key, on and off like real ones; their number tells nothing."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import mean, pstdev

from fares.passes.decoys import BLOCK, PERIOD, SLOTS_PER_BLOCK, decoy_slots, decoys_at

KEY, OTHER = bytes(32), bytes(31) + b"\1"
NOW = datetime(2026, 4, 1, 8, tzinfo=UTC)
HOURS = [NOW + timedelta(hours=hour) for hour in range(24 * 80)]


def on(at: datetime, key: bytes = KEY, capacity: int = BLOCK) -> frozenset[int]:
    return frozenset(decoys_at(key, capacity, at))


def test_only_slots_that_no_pass_may_have_are_ever_on() -> None:
    slots = decoy_slots(KEY, BLOCK)
    assert SLOTS_PER_BLOCK - 3 <= len(slots) <= SLOTS_PER_BLOCK
    ever = frozenset[int]().union(*(on(at) for at in HOURS[::12]))
    assert ever == slots


def test_another_key_has_other_decoys() -> None:
    assert len(decoy_slots(KEY, BLOCK) & decoy_slots(OTHER, BLOCK)) < 10
    assert on(NOW) != on(NOW, OTHER)


def test_a_list_that_grows_keeps_its_decoys() -> None:
    assert decoy_slots(KEY, BLOCK) < decoy_slots(KEY, 2 * BLOCK)
    assert on(NOW) == {slot for slot in on(NOW, capacity=2 * BLOCK) if slot < BLOCK}


def test_a_decoy_stays_on_for_hours_or_days_like_a_revoked_pass() -> None:
    spells = []
    for slot in sorted(decoy_slots(KEY, BLOCK))[:40]:
        states = [slot in each for each in LISTS]
        edges = [hour for hour, (a, b) in enumerate(pairwise(states)) if a != b]
        spells += [b - a for a, b in pairwise(edges) if states[a + 1]]
    assert len(spells) > 100
    assert max(spells) <= 2 * PERIOD / timedelta(hours=1)
    assert mean(spells) > 24


def test_the_number_of_decoys_varies_so_much_that_it_hides_a_towns_lost_phones() -> None:
    """Were it about the same each week, the usual number could be taken off any count."""
    counts = [len(each) for each in LISTS[:: 24 * 4]]
    assert pstdev(counts) > mean(counts) / 5


LISTS = [on(at) for at in HOURS]
