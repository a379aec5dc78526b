"""What a batch reads: passes, then subscriptions under lock, then what hangs on them.

Usage, rides and shown codes are read in statements after the lock; read with it, they would
be as they were before the lock was granted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.rides.parameters import as_array
from api.rides.requests import DeskRequest, Reconcile, ShownCard, Step, Tap
from api.rides.state import BatchState, Holder, PassRecord, Ride
from api.rides.uncounted import read_uncounted
from fares.passes import VerifiedPass
from fares.plans import Plan, plan_from_document
from fares.rides import Action
from fares.taps import TapAction

_CORRECTIONS = {Action.VOID, Action.ADJUST}
# No journey outlasts its service day, which may have 25 hours.
_A_SERVICE_DAY = timedelta(hours=25)


@dataclass(slots=True)
class PlanCache:
    """Plans never change once sold, so each is read and built once per process."""

    plans: dict[tuple[str, int], Plan] = field(default_factory=dict)


async def read_state(
    connection: AsyncConnection, requests: Sequence[DeskRequest], plans: PlanCache
) -> BatchState:
    """Everything the requests are decided on, their subscriptions locked in id order."""
    asked = _Asked.of(requests)
    state = BatchState()
    if asked.anything:
        await _lock_holders(connection, asked, plans, state)
        await _read_passes(connection, asked, state)
        await read_uncounted(connection, requests, state)
        await _read_usage(connection, state)
        await _read_rides(connection, asked, state)
        if asked.corrections or any(h.plan.transfer_minutes for h in state.holders.values()):
            await _read_journeys(connection, asked, state)
    return state


@dataclass(frozen=True, slots=True)
class _Asked:
    """The passes, cards and rides that a batch is about, as statements take them."""

    pass_ids: str
    card_hashes: str
    authorization_ids: str
    corrections: bool
    since_at: datetime

    @classmethod
    def of(cls, requests: Sequence[DeskRequest]) -> _Asked:
        passes = {
            r.verified.claims.pass_id
            for r in requests
            if not isinstance(r, Reconcile) and isinstance(r.verified, VerifiedPass)
        } | {r.pass_id for r in requests if isinstance(r, Reconcile)}
        cards = {
            r.verified.reference_hash.hex()
            for r in requests
            if isinstance(r, Tap) and isinstance(r.verified, ShownCard)
        }
        steps = {r.authorization_id for r in requests if isinstance(r, Step)}
        return cls(
            as_array(sorted(passes)),
            as_array(sorted(cards)),
            as_array(sorted(steps)),
            any(isinstance(r, Step) and r.action in _CORRECTIONS for r in requests),
            min(r.caller.arrived_at for r in requests) - _A_SERVICE_DAY,
        )

    @property
    def anything(self) -> bool:
        return (self.pass_ids, self.card_hashes, self.authorization_ids) != ("{}", "{}", "{}")


# Identifiers travel as text: a driver's UUID objects cost more than all the rest of a row.
_LOCK = text("""
    SELECT CAST(s.account_id AS text), CAST(s.subscription_id AS text), s.plan_id, s.plan_version,
           s.status, s.paid_from_date, s.paid_until_date, r.rider_category
    FROM subscription s JOIN resident r USING (account_id)
    WHERE (s.account_id, s.subscription_id) IN (
        SELECT account_id, subscription_id FROM pass_certificate
        WHERE pass_id = ANY(CAST(CAST(:pass_ids AS text) AS bigint[]))
        UNION
        SELECT account_id, subscription_id FROM card JOIN subscription USING (account_id)
        WHERE ended_at IS NULL AND status NOT IN ('canceled', 'incomplete_expired')
          AND reference_hash IN (
            SELECT decode(h, 'hex') FROM unnest(CAST(CAST(:card_hashes AS text) AS text[])) h)
        UNION
        SELECT account_id, subscription_id FROM "authorization"
        WHERE authorization_id = ANY(CAST(CAST(:authorization_ids AS text) AS uuid[]))
    )
    ORDER BY s.account_id, s.subscription_id
    FOR NO KEY UPDATE OF s
""")


async def _lock_holders(
    connection: AsyncConnection, asked: _Asked, plans: PlanCache, state: BatchState
) -> None:
    """Lock subscriptions in id order: shared allowances hang on them; billing locks them too."""
    rows = await connection.execute(
        _LOCK,
        {
            "pass_ids": asked.pass_ids,
            "card_hashes": asked.card_hashes,
            "authorization_ids": asked.authorization_ids,
        },
    )
    for account_id, subscription_id, plan_id, version, *standing in rows.all():
        plan = await _plan(connection, plans, plan_id, version)
        state.holders[subscription_id] = Holder(account_id, subscription_id, plan, *standing)


async def _plan(connection: AsyncConnection, plans: PlanCache, plan_id: str, version: int) -> Plan:
    plan = plans.plans.get((plan_id, version))
    if plan is None:
        found = await connection.execute(
            text("SELECT document FROM plan WHERE plan_id = :plan_id AND version = :version"),
            {"plan_id": plan_id, "version": version},
        )
        plan = plans.plans[(plan_id, version)] = plan_from_document(found.scalar_one())
    return plan


# Read after the lock, so that a revocation which was first is seen. A code that was used is
# a row each; a pass without any comes once, with nulls.
_PASSES = text("""
    SELECT c.pass_id, CAST(c.subscription_id AS text),
           c.revoked_at IS NOT NULL OR k.retired_at IS NOT NULL, c.certificate_hash,
           u.counter, CAST(u.validator_id AS text), u.action, u.used_at
    FROM pass_certificate c JOIN issuer_key k USING (kid) LEFT JOIN pass_use u USING (pass_id)
    WHERE c.pass_id = ANY(CAST(CAST(:pass_ids AS text) AS bigint[]))
    ORDER BY u.used_at
""")


async def _read_passes(connection: AsyncConnection, asked: _Asked, state: BatchState) -> None:
    rows = await connection.execute(_PASSES, {"pass_ids": asked.pass_ids})
    for pass_id, subscription_id, revoked, issued, counter, validator_id, action, used_at in rows:
        record = state.passes.get(pass_id)
        if record is None:
            record = PassRecord(state.holders[subscription_id], revoked, issued)
            state.passes[pass_id] = record
        if counter is not None:
            record.counters.add(counter)
            if TapAction(action).opens:
                record.last_opening[validator_id] = used_at


_HOLDERS = """(account_id, subscription_id) IN (
    SELECT * FROM unnest(
        CAST(CAST(:accounts AS text) AS uuid[]), CAST(CAST(:subscriptions AS text) AS uuid[])
    ))"""
_USAGE = text(
    "SELECT CAST(subscription_id AS text), allowance_id, period_start_date, used "  # noqa: S608 - a constant
    f"FROM usage WHERE {_HOLDERS}"
)


async def _read_usage(connection: AsyncConnection, state: BatchState) -> None:
    rows = await connection.execute(_USAGE, _pairs(state))
    for subscription_id, allowance_id, start, used in rows:
        state.holders[subscription_id].usage[(allowance_id, start)] = used


_RIDES = text(
    f"""SELECT * FROM "authorization" WHERE (account_id, authorization_id) IN (
        SELECT account_id, authorization_id FROM "authorization"
        WHERE {_HOLDERS} AND status = 'authorized'
        UNION
        SELECT account_id, authorization_id FROM "authorization"
        WHERE authorization_id = ANY(CAST(CAST(:authorization_ids AS text) AS uuid[]))
    )
    ORDER BY granted_at"""  # noqa: S608 - a constant
)


_JOURNEYS = text(
    f"""SELECT * FROM "authorization"
    WHERE {_HOLDERS} AND journey_id IS NOT NULL AND status IN ('authorized', 'captured')
      AND (granted_at > :since_at OR journey_id IN (
        SELECT journey_id FROM "authorization"
        WHERE authorization_id = ANY(CAST(CAST(:authorization_ids AS text) AS uuid[]))
      ))
    ORDER BY granted_at"""  # noqa: S608 - a constant
)


async def _read_journeys(connection: AsyncConnection, asked: _Asked, state: BatchState) -> None:
    """The rides that a new one may go on from, and those that a corrected one was counted with."""
    values = {
        **_pairs(state),
        "authorization_ids": asked.authorization_ids,
        "since_at": asked.since_at,
    }
    rows = await connection.execute(_JOURNEYS, values)
    for row in rows.mappings():
        state.add(Ride(dict(row), state.holders[str(row["subscription_id"])]))


async def _read_rides(connection: AsyncConnection, asked: _Asked, state: BatchState) -> None:
    """The holders' open rides, and every ride that a step names, oldest first."""
    values = {**_pairs(state), "authorization_ids": asked.authorization_ids}
    rows = await connection.execute(_RIDES, values)
    for row in rows.mappings():
        state.add(Ride(dict(row), state.holders[str(row["subscription_id"])]))


def _pairs(state: BatchState) -> dict[str, str]:
    return {
        "accounts": as_array(holder.account_id for holder in state.holders.values()),
        "subscriptions": as_array(state.holders),
    }
