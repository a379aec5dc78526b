"""One batch of the desk in one transaction: claim, lock, read, decide, write, commit.

The order matters; each step answers a failure that was seen. Claims come first and sorted
(unsorted ones deadlock, and a repeated key must find its answer before its code has aged).
Usage is read in a statement after the lock (read with the lock, it would be stale).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.rides.answers import Answer
from api.rides.network import Network
from api.rides.reading import PlanCache, read_state
from api.rides.requests import DeskRequest, Tap
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
        decided = [(r.caller, _decide(r, state, network)) for r in to_decide]
        await write_state(connection, state)
        await write_answers(connection, decided)
        outcomes |= {caller.claim: answer for caller, answer in decided}
    return [outcomes[r.caller.claim] for r in requests]


def _decide(request: DeskRequest, state: BatchState, network: Network) -> Answer:
    if isinstance(request, Tap):
        return decide_tap(request, state, network)
    return decide_step(request, state, network)


_CLAIM = text("""
    INSERT INTO authorization_claim (operator_id, idempotency_key, request_hash, claimed_at)
    SELECT * FROM unnest(
        CAST(:operators AS text[]), CAST(:keys AS text[]),
        CAST(:hashes AS bytea[]), CAST(:instants AS timestamptz[])
    ) ORDER BY 1, 2
    ON CONFLICT DO NOTHING
    RETURNING operator_id, idempotency_key
""")


async def _claim(connection: AsyncConnection, requests: Sequence[DeskRequest]) -> set[Claim]:
    callers = [r.caller for r in requests]
    rows = await connection.execute(
        _CLAIM,
        {
            "operators": [c.operator_id for c in callers],
            "keys": [c.idempotency_key for c in callers],
            "hashes": [c.request_hash for c in callers],
            "instants": [c.arrived_at for c in callers],
        },
    )
    return {(row[0], row[1]) for row in rows}


_STORED = text("""
    SELECT c.operator_id, c.idempotency_key, c.request_hash, c.answer
    FROM authorization_claim c
    JOIN unnest(CAST(:operators AS text[]), CAST(:keys AS text[])) AS asked(o, k)
      ON c.operator_id = asked.o AND c.idempotency_key = asked.k
""")


async def _stored_outcomes(
    connection: AsyncConnection, requests: Sequence[DeskRequest]
) -> dict[Claim, Outcome]:
    if not requests:
        return {}
    rows = await connection.execute(
        _STORED,
        {
            "operators": [r.caller.operator_id for r in requests],
            "keys": [r.caller.idempotency_key for r in requests],
        },
    )
    hashes = {r.caller.claim: r.caller.request_hash for r in requests}
    return {
        (row[0], row[1]): Answer(row[3])
        if bytes(row[2]) == hashes[(row[0], row[1])]
        else KeyReusedError()
        for row in rows
    }
