"""What a batch reads: passes, then subscriptions under lock, then what hangs on them.

Usage, rides and shown codes are read in statements after the lock; read with it, they would
be as they were before the lock was granted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.rides.requests import DeskRequest, Step, Tap
from api.rides.state import BatchState, Holder, PassRecord, Ride
from fares.entitlements import Entitlement, Status
from fares.passes import VerifiedPass
from fares.plans import Plan, plan_from_document


@dataclass(slots=True)
class PlanCache:
    """Plans never change once sold, so each is read and built once per process."""

    plans: dict[tuple[str, int], Plan] = field(default_factory=dict)


async def read_state(
    connection: AsyncConnection, requests: Sequence[DeskRequest], plans: PlanCache
) -> BatchState:
    """Everything the requests are decided on, their subscriptions locked in id order."""
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


def _pairs(keys: Iterable[tuple[UUID, UUID]]) -> dict[str, list[UUID]]:
    ordered = sorted(keys)
    return {
        "accounts": [account_id for account_id, _ in ordered],
        "subscriptions": [subscription_id for _, subscription_id in ordered],
    }
