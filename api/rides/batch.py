"""One batch of the desk in one transaction: lock, read, decide, write, commit.

The order matters; each step answers a failure that was seen. Stored answers and usage are read in
statements after the lock (read with it, they would be stale). Claims are written last and sorted
(unsorted ones deadlock); one that another server wrote meanwhile ends the batch, which is run
again and then finds the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from psycopg.errors import UniqueViolation
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from api.offline.judging import judge_records
from api.offline.reading import read_offline
from api.offline.state import OfflineState
from api.offline.writing import write_offline
from api.rides.answers import Answer
from api.rides.network import Network, load_network
from api.rides.parameters import as_json
from api.rides.reading import Found, PlanCache, find_statements, read_state
from api.rides.requests import DeskRequest, Reconcile, Tap
from api.rides.state import BatchState
from api.rides.steps import decide_step
from api.rides.taps import decide_tap
from api.rides.together import COMMIT, Row, Statement, run_together
from api.rides.writing import claim_statement, state_statements


class KeyReusedError(Exception):
    """This operator has used this idempotency key for another request."""


def is_answered_elsewhere(error: BaseException) -> bool:
    """Whether another server has answered a request of the batch since the batch looked."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    return (
        isinstance(cause, UniqueViolation)
        and cause.diag.constraint_name == "authorization_claim_pkey"
    )


Outcome = Answer | KeyReusedError
Claim = tuple[str, str]


async def run_batch(
    connection: AsyncConnection, requests: Sequence[DeskRequest], begun: Begun, known: Known
) -> list[Outcome]:
    """Answer every request of a batch, committed; no two of them have the same claim."""
    outcomes = _stored_outcomes(requests, begun.stored)
    fresh = [r for r in requests if r.caller.claim not in outcomes]
    writes: list[Statement] = []
    if fresh:
        network = await known.network_of(connection, begun.revision)
        state = await read_state(connection, fresh, begun.found, known.plans)
        offline = await read_offline(connection, fresh, state)
        decided = [(r.caller, _decide(r, state, offline, network)) for r in _in_order(fresh)]
        await write_offline(connection, offline)
        now = max(request.caller.arrived_at for request in fresh)
        told = state_statements(state, network.listening, now)
        writes = [*told, claim_statement(decided)]
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
    """What the first journey to the database brings: the rows under lock, and what was read."""

    revision: int
    stored: list[Row]
    found: Found


async def begin_batch(
    connection: AsyncConnection, requests: Sequence[DeskRequest], known: Known
) -> Begun:
    """Lock, and read what there is; nothing is written yet."""
    settings, *found, stored = await run_together(
        connection, _settings(), *find_statements(requests, known.plans), _stored(requests)
    )
    return Begun(settings[0][0] or 0, stored, Found(*found))


# How long a subscription that somebody else has locked may hold up the taps of everybody.
LOCK_PATIENCE = "2s"
# All that a batch reads it finds by keys, so one plan is as good for any batch and is made once. As
# it may be made while a table is small, and kept for ever, no plan may read the whole of one.
_SETTINGS = """
    SELECT (SELECT network_revision FROM town WHERE town_id = 1),
           set_config('lock_timeout', %(patience)s, true),
           set_config('plan_cache_mode', 'force_generic_plan', true),
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


_STORED = """
    SELECT c.operator_id, c.idempotency_key, c.request_hash, CAST(c.answer AS text)
    FROM json_to_recordset(CAST(%(rows)s AS json)) AS r(operator_id text, idempotency_key text)
    JOIN authorization_claim c
      ON c.operator_id = r.operator_id AND c.idempotency_key = r.idempotency_key
"""


def _stored(requests: Sequence[DeskRequest]) -> Statement:
    rows = [
        {"operator_id": r.caller.operator_id, "idempotency_key": r.caller.idempotency_key}
        for r in requests
    ]
    return Statement(_STORED, {"rows": as_json(rows)})


def _stored_outcomes(
    requests: Sequence[DeskRequest], stored: Sequence[Row]
) -> dict[Claim, Outcome]:
    if not stored:
        return {}
    hashes = {r.caller.claim: r.caller.request_hash for r in requests}
    return {
        (operator, key): (
            Answer(answer.encode()) if request == hashes[operator, key] else KeyReusedError()
        )
        for operator, key, request, answer in stored
    }
