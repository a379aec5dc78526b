"""One batch of the desk in one transaction: claim, lock, read, decide, write, commit.

The order matters; each step answers a failure that was seen. Claims come first and sorted
(unsorted ones deadlock, and a repeated key must find its answer before its code has aged).
Usage is read in a statement after the lock (read with the lock, it would be stale).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.offline.judging import judge_records
from api.offline.reading import read_offline
from api.offline.state import OfflineState
from api.offline.writing import write_offline
from api.rides.answers import Answer
from api.rides.network import Network
from api.rides.parameters import as_json
from api.rides.reading import PlanCache, read_state
from api.rides.requests import DeskRequest, Reconcile, Tap
from api.rides.state import BatchState
from api.rides.steps import decide_step
from api.rides.taps import decide_tap
from api.rides.writing import write_answers, write_state


class KeyReusedError(Exception):
    """This operator has used this idempotency key for another request."""


Outcome = Answer | KeyReusedError
Claim = tuple[str, str]


async def run_batch(
    connection: AsyncConnection,
    requests: Sequence[DeskRequest],
    network: Network,
    plans: PlanCache,
) -> list[Outcome]:
    """Answer every request of a batch; the caller commits before it tells anybody.

    No two requests of a batch have the same claim.
    """
    fresh = await _claim(connection, requests)
    to_decide = [r for r in requests if r.caller.claim in fresh]
    repeated = [r for r in requests if r.caller.claim not in fresh]
    outcomes = await _stored_outcomes(connection, repeated)
    if to_decide:
        state = await read_state(connection, to_decide, plans)
        offline = await read_offline(connection, to_decide, state)
        decided = [(r.caller, _decide(r, state, offline, network)) for r in _in_order(to_decide)]
        await write_state(connection, state)
        await write_offline(connection, offline)
        await write_answers(connection, decided)
        outcomes |= {caller.claim: answer for caller, answer in decided}
    return [outcomes[r.caller.claim] for r in requests]


def _in_order(requests: Sequence[DeskRequest]) -> list[DeskRequest]:
    """Records first, as what they were judged on was read before any tap of this batch."""
    return sorted(requests, key=lambda request: not isinstance(request, Reconcile))


def _decide(
    request: DeskRequest, state: BatchState, offline: OfflineState, network: Network
) -> Answer:
    if isinstance(request, Tap):
        return decide_tap(request, state, network)
    if isinstance(request, Reconcile):
        return judge_records(request, state, offline, network)
    return decide_step(request, state, network)


_CLAIM = text("""
    INSERT INTO authorization_claim (operator_id, idempotency_key, request_hash, claimed_at)
    SELECT operator_id, idempotency_key, decode(request_hash, 'hex'), claimed_at
    FROM json_to_recordset(CAST(:rows AS json)) AS r(
        operator_id text, idempotency_key text, request_hash text, claimed_at timestamptz
    ) ORDER BY 1, 2
    ON CONFLICT DO NOTHING
    RETURNING operator_id, idempotency_key
""")


async def _claim(connection: AsyncConnection, requests: Sequence[DeskRequest]) -> set[Claim]:
    rows = [
        {
            "operator_id": r.caller.operator_id,
            "idempotency_key": r.caller.idempotency_key,
            "request_hash": r.caller.request_hash.hex(),
            "claimed_at": r.caller.arrived_at,
        }
        for r in requests
    ]
    claimed = await connection.execute(_CLAIM, {"rows": as_json(rows)})
    return {(row[0], row[1]) for row in claimed}


_STORED = text("""
    SELECT c.operator_id, c.idempotency_key, c.request_hash, c.answer
    FROM authorization_claim c
    JOIN json_to_recordset(CAST(:rows AS json)) AS r(operator_id text, idempotency_key text)
      ON c.operator_id = r.operator_id AND c.idempotency_key = r.idempotency_key
""")


async def _stored_outcomes(
    connection: AsyncConnection, requests: Sequence[DeskRequest]
) -> dict[Claim, Outcome]:
    if not requests:
        return {}
    hashes = {r.caller.claim: r.caller.request_hash for r in requests}
    rows = [{"operator_id": operator, "idempotency_key": key} for operator, key in hashes]
    stored = await connection.execute(_STORED, {"rows": as_json(rows)})
    return {
        (row[0], row[1]): Answer(row[3])
        if bytes(row[2]) == hashes[(row[0], row[1])]
        else KeyReusedError()
        for row in stored
    }
