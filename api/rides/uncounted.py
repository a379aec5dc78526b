"""What a batch reads of paper passes and cards, which show no counter of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.rides.parameters import as_array, as_json
from api.rides.requests import DeskRequest, ShownCard, Tap
from api.rides.state import BatchState, PassRecord
from fares.passes import VerifiedPass
from fares.taps import PASS_BACK, TapAction


async def read_uncounted(
    connection: AsyncConnection, requests: Sequence[DeskRequest], state: BatchState
) -> None:
    """Cards with their holders, and what was seen of these cards and of paper passes before.

    Most batches have none; they cost nothing then.
    """
    taps = [r for r in requests if isinstance(r, Tap) and _is_uncounted(r)]
    if not taps:
        return
    cards = [tap.verified.reference_hash for tap in taps if isinstance(tap.verified, ShownCard)]
    await _read_cards(connection, cards, state)
    await _read_uses(connection, taps, state)


def _is_uncounted(tap: Tap) -> bool:
    shown = tap.verified
    return isinstance(shown, ShownCard) or (
        isinstance(shown, VerifiedPass) and shown.counter is None
    )


_CARDS = text("""
    SELECT c.reference_hash, CAST(c.card_id AS text), CAST(s.subscription_id AS text)
    FROM card c LEFT JOIN subscription s
      ON s.account_id = c.account_id AND s.status NOT IN ('canceled', 'incomplete_expired')
    WHERE c.ended_at IS NULL AND c.reference_hash IN (
        SELECT decode(h, 'hex') FROM unnest(CAST(CAST(:hashes AS text) AS text[])) h)
""")


async def _read_cards(
    connection: AsyncConnection, hashes: Sequence[bytes], state: BatchState
) -> None:
    rows = await connection.execute(_CARDS, {"hashes": as_array(h.hex() for h in hashes)})
    for reference_hash, card_id, subscription_id in rows:
        holder = state.holders.get(subscription_id)
        state.cards[reference_hash] = PassRecord(holder, card_id=card_id) if holder else None


# By number, to find the same tap again; by pass and card, to find who was here a moment ago.
_USES = text("""
    SELECT operator_id, CAST(validator_id AS text), sequence, pass_id, CAST(card_id AS text),
           action, used_at
    FROM sequence_use
    WHERE (operator_id, validator_id, sequence) IN (
            SELECT operator_id, validator_id, sequence FROM json_to_recordset(CAST(:keys AS json))
            AS r(operator_id text, validator_id uuid, sequence bigint))
       OR (used_at > :since AND pass_id = ANY(CAST(CAST(:pass_ids AS text) AS bigint[])))
       OR (used_at > :since AND card_id = ANY(CAST(CAST(:card_ids AS text) AS uuid[])))
    ORDER BY used_at
""")


async def _read_uses(connection: AsyncConnection, taps: Sequence[Tap], state: BatchState) -> None:
    cards = {r.card_id: r for r in state.cards.values() if r is not None and r.card_id is not None}
    values = {
        "keys": as_json([_key_row(tap) for tap in taps]),
        "since": _earliest(taps) - PASS_BACK,
        "pass_ids": as_array(
            tap.verified.claims.pass_id for tap in taps if isinstance(tap.verified, VerifiedPass)
        ),
        "card_ids": as_array(cards),
    }
    for (
        operator,
        validator,
        sequence,
        pass_id,
        card_id,
        action,
        used_at,
    ) in await connection.execute(_USES, values):
        state.sequences.add((operator, validator, sequence))
        record = state.passes.get(pass_id) or cards.get(card_id)
        if record is not None and TapAction(action).opens:
            record.note_opening(validator, used_at)


def _key_row(tap: Tap) -> dict[str, object]:
    caller = tap.caller
    return {
        "operator_id": caller.operator_id,
        "validator_id": caller.key_id,
        "sequence": tap.sequence,
    }


def _earliest(taps: Sequence[Tap]) -> datetime:
    return min(tap.caller.arrived_at for tap in taps)
