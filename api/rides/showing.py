"""Was this shown before? Phones count their codes; for paper and cards the reader counts."""

from __future__ import annotations

from typing import Any

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
    if record.openings and tap.action.opens:
        here = record.openings.get(str(tap.caller.key_id), ())
        # Either way round: a clock may have been set back in between.
        if any(abs(tap.caller.arrived_at - at) < PASS_BACK for at in here):
            return Refused(Reason.PASS_BACK, "pass:pass_back")
    return None


def note_use(tap: Tap, shown: Shown, record: PassRecord, state: BatchState) -> None:
    """Note that this was accepted, so that it never is again."""
    if tap.action.opens:
        record.note_opening(str(tap.caller.key_id), tap.caller.arrived_at)
    if isinstance(shown, VerifiedPass) and shown.counter is not None:
        record.counters.add(shown.counter)
        state.uses.append(use_row(tap, shown, offline=False))
    elif tap.sequence_key is not None:
        state.sequences.add(tap.sequence_key)
        state.sequence_uses.append(_sequence_row(tap, shown, record))


def use_row(tap: Tap, verified: VerifiedPass, *, offline: bool) -> dict[str, Any]:
    """A shown code as it is kept, so that it is accepted once."""
    return {
        "pass_id": verified.claims.pass_id,
        "counter": verified.counter,
        "operator_id": tap.caller.operator_id,
        "validator_id": tap.caller.key_id,
        "action": str(tap.action),
        "used_at": tap.caller.arrived_at,
        "unix_seconds": verified.unix_seconds,
        "offline": offline,
    }


def _sequence_row(tap: Tap, shown: Shown, record: PassRecord) -> dict[str, Any]:
    return {
        "operator_id": tap.caller.operator_id,
        "validator_id": tap.caller.key_id,
        "sequence": tap.sequence,
        "pass_id": shown.claims.pass_id if isinstance(shown, VerifiedPass) else None,
        "card_id": record.card_id,
        "action": str(tap.action),
        "used_at": tap.caller.arrived_at,
    }


def _counter(shown: Shown) -> int | None:
    return shown.counter if isinstance(shown, VerifiedPass) else None
