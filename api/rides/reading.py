"""What a batch reads: passes, then subscriptions under lock, then what hangs on them.

Usage, rides and shown codes are read in statements after the lock; read with it, they would
be as they were before the lock was granted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from api.rides.parameters import as_array
from api.rides.requests import DeskRequest, Reconcile, ShownCard, Step, Tap
from api.rides.state import BatchState, Holder, PassRecord, Ride
from api.rides.together import Row, Statement, run_together
from api.rides.uncounted import read_uncounted
from fares.passes import VerifiedPass
from fares.plans import Plan, plan_from_document
from fares.rides import Action
from fares.taps import PASS_BACK, TapAction

_CORRECTIONS = {Action.VOID, Action.ADJUST}
# No journey outlasts its service day, which may have 25 hours.
_A_SERVICE_DAY = timedelta(hours=25)


@dataclass(slots=True)
class PlanCache:
    """Plans never change once sold, so each is read and built once per process."""

    plans: dict[tuple[str, int], Plan] = field(default_factory=dict)

    async def get(self, connection: AsyncConnection, plan_id: str, version: int) -> Plan:
        """A plan as it was sold."""
        plan = self.plans.get((plan_id, version))
        if plan is None:
            asked = Statement(_PLAN, {"plan_id": plan_id, "version": version})
            (found,) = await run_together(connection, asked)
            plan = self.plans[(plan_id, version)] = plan_from_document(found[0][0])
        return plan


_PLAN = "SELECT document FROM plan WHERE plan_id = %(plan_id)s AND version = %(version)s"


def lock_holders(requests: Sequence[DeskRequest]) -> Statement:
    """Lock subscriptions in id order: shared allowances hang on them; billing locks them too."""
    asked = _Asked.of(requests)
    return Statement(
        _LOCK,
        {
            "pass_ids": asked.pass_ids,
            "card_hashes": asked.card_hashes,
            "authorization_ids": asked.authorization_ids,
        },
    )


async def read_state(
    connection: AsyncConnection,
    requests: Sequence[DeskRequest],
    locked: Sequence[Row],
    plans: PlanCache,
) -> BatchState:
    """Everything the requests are decided on; `locked` is what `lock_holders` returned."""
    asked = _Asked.of(requests)
    state = await _with_holders(connection, locked, plans)
    if state.holders:
        await _read_rest(connection, asked, state)
    await read_uncounted(connection, requests, state)
    return state


async def read_holder(
    connection: AsyncConnection, account_id: UUID, now: datetime, plans: PlanCache
) -> Holder | None:
    """A resident's subscription and what hangs on it, without a lock: to answer a question."""
    asked = Statement(_HOLDER_OF, {"account_id": account_id})
    (rows,) = await run_together(connection, asked)
    state = await _with_holders(connection, rows, plans)
    if not state.holders:
        return None
    await _read_rest(connection, _Asked.nothing(now), state)
    (holder,) = state.holders.values()
    return holder


async def _with_holders(
    connection: AsyncConnection, rows: Sequence[Row], plans: PlanCache
) -> BatchState:
    state = BatchState()
    for account_id, subscription_id, plan_id, version, *standing in rows:
        plan = await plans.get(connection, plan_id, version)
        state.holders[subscription_id] = Holder(account_id, subscription_id, plan, *standing)
    return state


async def _read_rest(connection: AsyncConnection, asked: _Asked, state: BatchState) -> None:
    holders = {
        "accounts": as_array(holder.account_id for holder in state.holders.values()),
        "subscriptions": as_array(state.holders),
    }
    rides = {**holders, "authorization_ids": asked.authorization_ids}
    statements = [
        Statement(
            _PASSES,
            {
                "pass_ids": asked.pass_ids,
                "reconciled": asked.reconciled,
                "recent_at": asked.earliest_at - PASS_BACK,
                **asked.shown,
            },
        ),
        Statement(_USAGE, holders),
        Statement(_RIDES, rides, by_column=True),
    ]
    if asked.corrections or any(h.plan.transfer_minutes for h in state.holders.values()):
        journeys = {**rides, "since_at": asked.earliest_at - _A_SERVICE_DAY}
        statements.append(Statement(_JOURNEYS, journeys, by_column=True))
    passes, usage, *found = await run_together(connection, *statements)
    _add_passes(passes, state)
    for subscription_id, allowance_id, start, used in usage:
        state.holders[subscription_id].usage[(allowance_id, start)] = used
    for row in chain.from_iterable(found):
        state.add(Ride(row, state.holders[str(row["subscription_id"])]))


@dataclass(frozen=True, slots=True)
class _Asked:
    """The passes, cards and rides that a batch is about, as statements take them."""

    pass_ids: str
    reconciled: str
    shown: dict[str, str]
    card_hashes: str
    authorization_ids: str
    corrections: bool
    earliest_at: datetime

    @classmethod
    def nothing(cls, now: datetime) -> _Asked:
        """No pass, card or ride, only a holder."""
        shown = {"shown_ids": "{}", "shown_counters": "{}"}
        return cls("{}", "{}", shown, "{}", "{}", False, now)

    @classmethod
    def of(cls, requests: Sequence[DeskRequest]) -> _Asked:
        passes = {
            r.verified.claims.pass_id
            for r in requests
            if not isinstance(r, Reconcile) and isinstance(r.verified, VerifiedPass)
        }
        reconciled = {r.pass_id for r in requests if isinstance(r, Reconcile)}
        counters = [
            (r.verified.claims.pass_id, r.verified.counter)
            for r in requests
            if isinstance(r, Tap)
            and isinstance(r.verified, VerifiedPass)
            and r.verified.counter is not None
        ]
        cards = {
            r.verified.reference_hash.hex()
            for r in requests
            if isinstance(r, Tap) and isinstance(r.verified, ShownCard)
        }
        steps = {r.authorization_id for r in requests if isinstance(r, Step)}
        return cls(
            as_array(sorted(passes | reconciled)),
            as_array(sorted(reconciled)),
            {
                "shown_ids": as_array(pass_id for pass_id, _ in counters),
                "shown_counters": as_array(counter for _, counter in counters),
            },
            as_array(sorted(cards)),
            as_array(sorted(steps)),
            any(isinstance(r, Step) and r.action in _CORRECTIONS for r in requests),
            min(r.caller.arrived_at for r in requests),
        )


# Identifiers travel as text: a driver's UUID objects cost more than all the rest of a row.
_STANDING = """
    SELECT CAST(s.account_id AS text), CAST(s.subscription_id AS text), s.plan_id, s.plan_version,
           s.status, s.paid_from_date, s.paid_until_date, r.rider_category
    FROM subscription s JOIN resident r USING (account_id)
"""
_HOLDER_OF = f"""{_STANDING}
    WHERE s.account_id = %(account_id)s AND s.status NOT IN ('canceled', 'incomplete_expired')
"""
_LOCK = f"""{_STANDING}
    WHERE (s.account_id, s.subscription_id) IN (
        SELECT account_id, subscription_id FROM pass_certificate
        WHERE pass_id = ANY(CAST(CAST(%(pass_ids)s AS text) AS bigint[]))
        UNION
        SELECT account_id, subscription_id FROM card JOIN subscription USING (account_id)
        WHERE ended_at IS NULL AND status NOT IN ('canceled', 'incomplete_expired')
          AND reference_hash IN (
            SELECT decode(h, 'hex') FROM unnest(CAST(CAST(%(card_hashes)s AS text) AS text[])) h)
        UNION
        SELECT account_id, subscription_id FROM "authorization"
        WHERE authorization_id = ANY(CAST(CAST(%(authorization_ids)s AS text) AS uuid[]))
    )
    ORDER BY s.account_id, s.subscription_id
    FOR NO KEY UPDATE OF s
"""  # noqa: S608 - a constant


# Read after the lock, so that a revocation which was first is seen. Of the codes that were used
# come those that are shown again and those of a moment ago (all of them where records are judged),
# a row each; a pass without any comes once, with nulls.
_PASSES = """
    SELECT c.pass_id, CAST(c.subscription_id AS text),
           c.revoked_at IS NOT NULL OR k.retired_at IS NOT NULL, c.certificate_hash,
           u.counter, CAST(u.validator_id AS text), u.action, u.used_at
    FROM pass_certificate c JOIN issuer_key k USING (kid)
    LEFT JOIN pass_use u ON u.pass_id = c.pass_id AND (
        u.used_at > %(recent_at)s
        OR (u.pass_id, u.counter) IN (SELECT * FROM unnest(
            CAST(CAST(%(shown_ids)s AS text) AS bigint[]),
            CAST(CAST(%(shown_counters)s AS text) AS bigint[])))
        OR u.pass_id = ANY(CAST(CAST(%(reconciled)s AS text) AS bigint[]))
    )
    WHERE c.pass_id = ANY(CAST(CAST(%(pass_ids)s AS text) AS bigint[]))
    ORDER BY u.used_at
"""


def _add_passes(rows: Iterable[Row], state: BatchState) -> None:
    for pass_id, subscription_id, revoked, issued, counter, validator_id, action, used_at in rows:
        record = state.passes.get(pass_id)
        if record is None:
            record = PassRecord(state.holders[subscription_id], revoked, issued)
            state.passes[pass_id] = record
        if counter is not None:
            record.counters.add(counter)
            if TapAction(action).opens:
                record.note_opening(validator_id, used_at)


_HOLDERS = """(account_id, subscription_id) IN (
    SELECT * FROM unnest(
        CAST(CAST(%(accounts)s AS text) AS uuid[]), CAST(CAST(%(subscriptions)s AS text) AS uuid[])
    ))"""
_USAGE = (
    "SELECT CAST(subscription_id AS text), allowance_id, period_start_date, used "  # noqa: S608 - a constant
    f"FROM usage WHERE {_HOLDERS}"
)


_RIDES = f"""
    SELECT * FROM "authorization" WHERE (account_id, authorization_id) IN (
        SELECT account_id, authorization_id FROM "authorization"
        WHERE {_HOLDERS} AND status = 'authorized'
        UNION
        SELECT account_id, authorization_id FROM "authorization"
        WHERE authorization_id = ANY(CAST(CAST(%(authorization_ids)s AS text) AS uuid[]))
    )
    ORDER BY granted_at"""  # noqa: S608 - a constant


_JOURNEYS = f"""
    SELECT * FROM "authorization"
    WHERE {_HOLDERS} AND journey_id IS NOT NULL AND status IN ('authorized', 'captured')
      AND (granted_at > %(since_at)s OR journey_id IN (
        SELECT journey_id FROM "authorization"
        WHERE authorization_id = ANY(CAST(CAST(%(authorization_ids)s AS text) AS uuid[]))
      ))
    ORDER BY granted_at"""  # noqa: S608 - a constant
