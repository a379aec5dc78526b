"""One batch of the desk in one transaction: claim, lock, read, decide, write, commit.

The order matters; each step answers a failure that was seen. Claims come first and sorted
(unsorted ones deadlock, and a repeated key must find its answer before its code has aged).
Usage is read in a statement after the lock (read with the lock, it would be stale).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.rides.answers import Answer
from api.rides.network import Network
from api.rides.requests import DeskRequest, Step, Tap
from api.rides.state import BatchState, Holder, PassRecord, Ride
from api.rides.steps import decide_step
from api.rides.taps import decide_tap
from fares.entitlements import Entitlement, Status
from fares.passes import VerifiedPass
from fares.plans import Plan, plan_from_document


class KeyReusedError(Exception):
    """This operator has used this idempotency key for another request."""


Outcome = Answer | KeyReusedError
Claim = tuple[str, str]


@dataclass(slots=True)
class PlanCache:
    """Plans never change once sold, so each is read and built once per process."""

    plans: dict[tuple[str, int], Plan] = field(default_factory=dict)


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
    stored = await _stored_outcomes(
        connection, [r for r in requests if r.caller.claim not in fresh]
    )
    to_decide = [r for r in requests if r.caller.claim in fresh]
    answers: dict[Claim, Outcome] = dict(stored)
    if to_decide:
        state = await _read_state(connection, to_decide, plans)
        for request in to_decide:
            answers[request.caller.claim] = (
                decide_tap(request, state, network)
                if isinstance(request, Tap)
                else decide_step(request, state, network)
            )
        await _write(connection, state, to_decide, answers)
    return [answers[r.caller.claim] for r in requests]


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


async def _read_state(
    connection: AsyncConnection, requests: Sequence[DeskRequest], plans: PlanCache
) -> BatchState:
    state = BatchState()
    await _read_passes(connection, requests, state)
    step_holders = await _find_step_holders(connection, requests)
    holders = {(p.account_id, p.subscription_id) for p in state.passes.values()} | step_holders
    if holders:
        await _lock_holders(connection, holders, plans, state)
        await _read_usage(connection, state)
        await _read_rides(connection, requests, state)
    await _read_uses(connection, state)
    return state


async def _read_passes(
    connection: AsyncConnection, requests: Iterable[DeskRequest], state: BatchState
) -> None:
    ids = sorted(
        {
            r.verified.claims.pass_id
            for r in requests
            if isinstance(r, Tap) and isinstance(r.verified, VerifiedPass)
        }
    )
    if not ids:
        return
    rows = await connection.execute(
        text(
            "SELECT pass_id, account_id, subscription_id, revoked_at IS NOT NULL AS revoked "
            "FROM pass_certificate WHERE pass_id = ANY(CAST(:ids AS bigint[]))"
        ),
        {"ids": ids},
    )
    for row in rows:
        state.passes[row.pass_id] = PassRecord(row.account_id, row.subscription_id, row.revoked)


async def _find_step_holders(
    connection: AsyncConnection, requests: Iterable[DeskRequest]
) -> set[tuple[UUID, UUID]]:
    ids = [r.authorization_id for r in requests if isinstance(r, Step)]
    if not ids:
        return set()
    rows = await connection.execute(
        text(
            'SELECT account_id, subscription_id FROM "authorization" '
            "WHERE authorization_id = ANY(CAST(:ids AS uuid[]))"
        ),
        {"ids": ids},
    )
    return {(row[0], row[1]) for row in rows}


_LOCK = text("""
    SELECT s.account_id, s.subscription_id, s.plan_id, s.plan_version, s.status,
           s.current_period_start_date, s.current_period_end_date, r.rider_category, p.document
    FROM subscription s
    JOIN resident r USING (account_id)
    JOIN plan p ON p.plan_id = s.plan_id AND p.version = s.plan_version
    WHERE (s.account_id, s.subscription_id) IN (
        SELECT * FROM unnest(CAST(:accounts AS uuid[]), CAST(:subscriptions AS uuid[]))
    )
    ORDER BY s.account_id, s.subscription_id
    FOR NO KEY UPDATE OF s
""")


async def _lock_holders(
    connection: AsyncConnection,
    keys: set[tuple[UUID, UUID]],
    plans: PlanCache,
    state: BatchState,
) -> None:
    """Lock subscriptions in id order: shared allowances hang on them; billing locks them too."""
    rows = await connection.execute(_LOCK, _pairs(keys))
    for row in rows:
        plan_key = (row.plan_id, row.plan_version)
        if plan_key not in plans.plans:
            plans.plans[plan_key] = plan_from_document(row.document)
        entitlement = Entitlement(
            plan=plans.plans[plan_key],
            status=Status(row.status),
            # Before the first payment there is no period; the status refuses first.
            period_start_date=row.current_period_start_date or date.min,
            period_end_date=row.current_period_end_date or date.min,
            rider_category=row.rider_category,
        )
        state.holders[(row.account_id, row.subscription_id)] = Holder(
            row.account_id, row.subscription_id, entitlement
        )


async def _read_usage(connection: AsyncConnection, state: BatchState) -> None:
    rows = await connection.execute(
        text(
            "SELECT account_id, subscription_id, allowance_id, period_start_date, used FROM usage "
            "WHERE (account_id, subscription_id) IN (SELECT * FROM "
            "unnest(CAST(:accounts AS uuid[]), CAST(:subscriptions AS uuid[])))"
        ),
        _pairs(state.holders),
    )
    for row in rows:
        holder = state.holders[(row.account_id, row.subscription_id)]
        holder.usage[(row.allowance_id, row.period_start_date)] = row.used


async def _read_rides(
    connection: AsyncConnection, requests: Iterable[DeskRequest], state: BatchState
) -> None:
    """The holders' open rides, and every ride that a step names, oldest first."""
    rows = await connection.execute(
        text(
            'SELECT * FROM "authorization" WHERE ('
            "(account_id, subscription_id) IN (SELECT * FROM "
            "unnest(CAST(:accounts AS uuid[]), CAST(:subscriptions AS uuid[]))) "
            "AND status = 'authorized') OR authorization_id = ANY(CAST(:ids AS uuid[])) "
            "ORDER BY granted_at"
        ),
        {
            **_pairs(state.holders),
            "ids": [r.authorization_id for r in requests if isinstance(r, Step)],
        },
    )
    for row in rows.mappings():
        holder = state.holders.get((row["account_id"], row["subscription_id"]))
        if holder is not None:
            state.rides[row["authorization_id"]] = Ride(dict(row), holder)


async def _read_uses(connection: AsyncConnection, state: BatchState) -> None:
    if not state.passes:
        return
    rows = await connection.execute(
        text(
            "SELECT pass_id, counter, validator_id, action, used_at FROM pass_use "
            "WHERE pass_id = ANY(CAST(:ids AS bigint[])) ORDER BY used_at"
        ),
        {"ids": sorted(state.passes)},
    )
    for row in rows:
        record = state.passes[row.pass_id]
        record.counters.add(row.counter)
        if row.action in ("tap_on", "gate_in", "hold"):
            record.last_opening[row.validator_id] = row.used_at


async def _write(
    connection: AsyncConnection,
    state: BatchState,
    requests: Sequence[DeskRequest],
    answers: dict[Claim, Outcome],
) -> None:
    await _insert(connection, '"authorization"', [r.row for r in state.rides.values() if r.new])
    await _update_rides(
        connection, [r.row for r in state.rides.values() if r.changed and not r.new]
    )
    await _write_usage(connection, state)
    await _insert(connection, "pass_use", state.uses)
    await _insert(connection, "refusal", state.refusals)
    await _write_answers(connection, requests, answers)


async def _insert(connection: AsyncConnection, table: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows of one table in one statement, as JSON that PostgreSQL takes apart."""
    if rows:
        await connection.execute(
            text(
                f"INSERT INTO {table} SELECT * FROM "  # noqa: S608 - the names are our own
                f"jsonb_populate_recordset(NULL::{table}, CAST(:rows AS jsonb))"
            ),
            {"rows": orjson.dumps(rows).decode()},
        )


_CHANGING = (
    "status",
    "leg_state",
    "rider_pays_minor",
    "plan_pays_minor",
    "captured_minor",
    "shadow_fare_minor",
    "distance_meters",
    "consumed",
    "alighting_stop_id",
    "boarded_at",
    "alighted_at",
    "closed_by",
    "closed_at",
)
_UPDATE_RIDES = text(
    'UPDATE "authorization" a SET '  # noqa: S608 - the names are our own
    + ", ".join(f"{column} = r.{column}" for column in _CHANGING)
    + ' FROM jsonb_populate_recordset(NULL::"authorization", CAST(:rows AS jsonb)) r '
    "WHERE a.account_id = r.account_id AND a.authorization_id = r.authorization_id"
)


async def _update_rides(connection: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(_UPDATE_RIDES, {"rows": orjson.dumps(rows).decode()})


async def _write_usage(connection: AsyncConnection, state: BatchState) -> None:
    rows = [
        {
            "account_id": holder.account_id,
            "subscription_id": holder.subscription_id,
            "allowance_id": allowance_id,
            "period_start_date": start,
            "used": holder.usage[(allowance_id, start)],
        }
        for holder in state.holders.values()
        for allowance_id, start in sorted(holder.touched)
    ]
    if rows:
        await connection.execute(
            text(
                "INSERT INTO usage SELECT * FROM "
                "jsonb_populate_recordset(NULL::usage, CAST(:rows AS jsonb)) "
                "ON CONFLICT (account_id, subscription_id, allowance_id, period_start_date) "
                "DO UPDATE SET used = EXCLUDED.used"
            ),
            {"rows": orjson.dumps(rows).decode()},
        )


async def _write_answers(
    connection: AsyncConnection, requests: Sequence[DeskRequest], answers: dict[Claim, Outcome]
) -> None:
    rows = []
    for request in requests:
        answer = answers[request.caller.claim]
        assert isinstance(answer, Answer)
        operator_id, key = request.caller.claim
        rows.append({"operator_id": operator_id, "idempotency_key": key, "answer": answer.document})
    await connection.execute(
        text(
            "UPDATE authorization_claim c SET answer = r.answer "
            "FROM jsonb_to_recordset(CAST(:rows AS jsonb)) "
            "AS r(operator_id text, idempotency_key text, answer jsonb) "
            "WHERE c.operator_id = r.operator_id AND c.idempotency_key = r.idempotency_key"
        ),
        {"rows": orjson.dumps(rows).decode()},
    )


def _pairs(keys: Iterable[tuple[UUID, UUID]]) -> dict[str, list[UUID]]:
    ordered = sorted(keys)
    return {
        "accounts": [account_id for account_id, _ in ordered],
        "subscriptions": [subscription_id for _, subscription_id in ordered],
    }
