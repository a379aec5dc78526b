"""Which record says where a ride that was opened without network ended?"""

from __future__ import annotations

from collections.abc import Iterable

from api.offline.state import RecordInHand
from fares.modes import Mode
from fares.offline.entries import RecordKey
from fares.offline.record import OfflineRecord
from fares.rides import DEFAULT_RULES


def pair_exits(records: Iterable[RecordInHand]) -> dict[RecordKey, OfflineRecord]:
    """The way out of each ride by its key: the same operator and mode, before the next ride.

    After `tap_off_within` a ride counts as left without a tap.
    """
    riding: dict[tuple[str, Mode], RecordInHand] = {}
    pairs: dict[RecordKey, OfflineRecord] = {}
    opened = (in_hand for in_hand in records if in_hand.record.opened)
    for in_hand in sorted(opened, key=lambda each: (each.record.decided_at, each.record.sequence)):
        record, place = in_hand.record, (in_hand.operator_id, in_hand.record.mode)
        if record.action.opens:
            riding[place] = in_hand
            continue
        start = riding.pop(place, None)
        if start is not None and (
            record.decided_at - start.record.decided_at < DEFAULT_RULES.tap_off_within
        ):
            pairs[start.key] = record
    return pairs
