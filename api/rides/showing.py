"""Was this shown before? Phones count their codes; for paper and cards the reader counts."""

from __future__ import annotations

from api.rides.requests import Shown, Tap
from api.rides.state import BatchState, PassRecord
from fares.passes import VerifiedPass
from fares.reasons import Reason, Refused
from fares.taps import PASS_BACK


def check_replay(tap: Tap, shown: Shown, record: PassRecord, state: BatchState) -> Refused | None:
    """Refuse a code that was used, and a pass that was at this reader a moment ago."""
    if _counter(shown) in record.counters:
        return Refused(Reason.CODE_ALREADY_USED, "pass:counter")
    if tap.sequence_key in state.sequences:
        return Refused(Reason.CODE_ALREADY_USED, "reader:sequence")
    last = record.last_opening.get(str(tap.caller.key_id))
    if tap.action.opens and last is not None and tap.caller.arrived_at - last < PASS_BACK:
        return Refused(Reason.PASS_BACK, "pass:pass_back")
    return None


def note_use(tap: Tap, shown: Shown, record: PassRecord, state: BatchState) -> None:
    """Note that this was accepted, so that it never is again."""
    if tap.action.opens:
        record.last_opening[str(tap.caller.key_id)] = tap.caller.arrived_at
    use = {
        "pass_id": shown.claims.pass_id if isinstance(shown, VerifiedPass) else None,
        "operator_id": tap.caller.operator_id,
        "validator_id": tap.caller.key_id,
        "action": str(tap.action),
        "used_at": tap.caller.arrived_at,
    }
    counter = _counter(shown)
    if counter is not None:
        record.counters.add(counter)
        state.uses.append(use | {"counter": counter})
    elif tap.sequence_key is not None:
        state.sequences.add(tap.sequence_key)
        sequence_use = {"card_id": record.card_id, "sequence": tap.sequence}
        state.sequence_uses.append(use | sequence_use)


def _counter(shown: Shown) -> int | None:
    return shown.counter if isinstance(shown, VerifiedPass) else None
