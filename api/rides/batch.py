"""One batch of the desk in one transaction: claim, lock, read, decide, write, commit.

The order matters; each step answers a failure that was seen. Claims come first and sorted
(unsorted ones deadlock, and a repeated key must find its answer before its code has aged).
Usage is read in a statement after the lock (read with the lock, it would be stale).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from api.offline.judging import judge_records
from api.offline.reading import read_offline
from api.offline.state import OfflineState
from api.offline.writing import write_offline
from api.rides.answers import Answer
from api.rides.network import Network, load_network
from api.rides.parameters import as_json
from api.rides.reading import PlanCache, lock_holders, read_state
from api.rides.requests import DeskRequest, Reconcile, Tap
from api.rides.state import BatchState
from api.rides.steps import decide_step
from api.rides.taps import decide_tap
from api.rides.together import COMMIT, Statement, run_together
from api.rides.writing import answer_statement, state_statements


class KeyReusedError(Exception):
    """This operator has used this idempotency key for another request."""


Outcome = Answer | KeyReusedError
Claim = tuple[str, str]


async def run_batch(
    connection: AsyncConnection, requests: Sequence[DeskRequest], begun: Begun, known: Known
) -> list[Outcome]:
    """Answer every request of a batch, committed; no two of them have the same claim."""
    fresh = [r for r in requests if r.caller.claim in begun.claims]
    repeated = [r for r in requests if r.caller.claim not in begun.claims]
    outcomes = await _stored_outcomes(connection, repeated)
    writes: list[Statement] = []
    if fresh:
        network = await known.network_of(connection, begun.revision)
        state = await read_state(connection, fresh, begun.holders, known.plans)
        offline = await read_offline(connection, fresh, state)
        decided = [(r.caller, _decide(r, state, offline, network)) for r in _in_order(fresh)]
        await write_offline(connection, offline)
        now = max(request.caller.arrived_at for request in fresh)
        told = state_statements(state, network.listening, now)
        writes = [*told, answer_statement(decided)]
        outcomes |= {caller.claim: answer for caller, answer in decided}
    await run_together(connection, *writes, COMMIT)
    return [outcomes[r.caller.claim] for r in requests]


@dataclass(slots=True)
class Known:
    """What a desk keeps from one batch to the next."""

    plans: PlanCache = field(default_factory=PlanCache)
    network: Network | None = None

    async def network_of(self, connection: AsyncConnection, revision: int) -> Network:
        """The network as of a revision of the town."""
        if self.network is None or self.network.revision != revision:
            self.network = await load_network(connection)
        return self.network


@dataclass(frozen=True, slots=True)
class Begun:
    """What the first journey to the database brings: claims that are new, rows under lock."""

    revision: int
    claims: set[Claim]
    holders: list[tuple[Any, ...]]


async def begin_batch(connection: AsyncConnection, requests: Sequence[DeskRequest]) -> Begun:
    """Claim and lock; a request whose claim turns out to be old was locked for nothing."""
    settings, claimed, holders = await run_together(
        connection, _settings(), _claim(requests), lock_holders(requests)
    )
    return Begun(settings[0][0] or 0, set(claimed), holders)


# How long a subscription that somebody else has locked may hold up the taps of everybody.
LOCK_PATIENCE = "2s"
# All that a batch reads it finds by keys. A plan that was made while a table was small, and kept,
# would read all of it for ever, so for the transaction no other plan may be made.
_SETTINGS = """
    SELECT (SELECT network_revision FROM town WHERE town_id = 1),
           set_config('lock_timeout', %(patience)s, true),
           set_config('enable_seqscan', 'off', true),
           set_config('enable_hashjoin', 'off', true),
           set_config('enable_mergejoin', 'off', true)
"""


def _settings() -> Statement:
    """The town's revision, null before there is one; and for the transaction, how it behaves."""
    return Statement(_SETTINGS, {"patience": LOCK_PATIENCE})


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


_CLAIM = """
    INSERT INTO authorization_claim (operator_id, idempotency_key, request_hash, claimed_at)
    SELECT operator_id, idempotency_key, decode(request_hash, 'hex'), claimed_at
    FROM json_to_recordset(CAST(%(rows)s AS json)) AS r(
        operator_id text, idempotency_key text, request_hash text, claimed_at timestamptz
    ) ORDER BY 1, 2
    ON CONFLICT DO NOTHING
    RETURNING operator_id, idempotency_key
"""


def _claim(requests: Sequence[DeskRequest]) -> Statement:
    rows = [
        {
            "operator_id": r.caller.operator_id,
            "idempotency_key": r.caller.idempotency_key,
            "request_hash": r.caller.request_hash.hex(),
            "claimed_at": r.caller.arrived_at,
        }
        for r in requests
    ]
    return Statement(_CLAIM, {"rows": as_json(rows)})


_STORED = """
    SELECT c.operator_id, c.idempotency_key, c.request_hash, c.answer
    FROM authorization_claim c
    JOIN json_to_recordset(CAST(%(rows)s AS json)) AS r(operator_id text, idempotency_key text)
      ON c.operator_id = r.operator_id AND c.idempotency_key = r.idempotency_key
"""


async def _stored_outcomes(
    connection: AsyncConnection, requests: Sequence[DeskRequest]
) -> dict[Claim, Outcome]:
    if not requests:
        return {}
    hashes = {r.caller.claim: r.caller.request_hash for r in requests}
    rows = [{"operator_id": operator, "idempotency_key": key} for operator, key in hashes]
    (stored,) = await run_together(connection, Statement(_STORED, {"rows": as_json(rows)}))
    return {
        (operator, key): Answer(answer) if request == hashes[operator, key] else KeyReusedError()
        for operator, key, request, answer in stored
    }
