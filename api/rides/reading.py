"""What a batch reads: subscriptions under lock, then passes and what hangs on them.

Usage, rides and shown codes are read in statements after the lock; read with it, they would
be as they were before the lock was granted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, LiteralString
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
    know_journeys: bool = False

    async def get(self, connection: AsyncConnection, plan_id: str, version: int) -> Plan:
        """A plan as it was sold."""
        plan = self.plans.get((plan_id, version))
        if plan is None:
            asked = Statement(_PLAN, {"plan_id": plan_id, "version": version})
            (found,) = await run_together(connection, asked)
            plan = self.plans[(plan_id, version)] = plan_from_document(found[0][0])
            self.know_journeys = self.know_journeys or bool(plan.transfer_minutes)
        return plan


_PLAN = "SELECT document FROM plan WHERE plan_id = %(plan_id)s AND version = %(version)s"


@dataclass(frozen=True, slots=True)
class Found:
    """What was locked, and what was read after that; `journeys` is None where nobody was expected
    to need them."""

    locked: list[Row]
    passes: list[Row]
    usage: list[Row]
    rides: list[dict[str, Any]]
    journeys: list[dict[str, Any]] | None = None


def find_statements(requests: Sequence[DeskRequest], plans: PlanCache) -> list[Statement]:
    """What is to be locked and read, in the order of `Found`.

    Subscriptions are locked in id order: shared allowances hang on them, and billing locks them
    too.
    """
    asked = _Asked.of(requests)
    statements = [
        Statement(_LOCK, asked.about),
        Statement(_PASSES, asked.shown),
        Statement(_USAGE, asked.about),
        Statement(_RIDES, asked.about, by_column=True),
    ]
    if asked.corrections or plans.know_journeys:
        statements.append(_journeys(asked))
    return statements


async def read_state(
    connection: AsyncConnection, requests: Sequence[DeskRequest], found: Found, plans: PlanCache
) -> BatchState:
    """Everything the requests are decided on; what was found is read no second time."""
    state = await _with_holders(connection, found.locked, plans)
    journeys = found.journeys
    if journeys is None and any(h.plan.transfer_minutes for h in state.holders.values()):
        (journeys,) = await run_together(connection, _journeys(_Asked.of(requests)))
    _add_passes(found.passes, state)
    _add_usage(found.usage, state)
    _add_rides(chain(found.rides, journeys or ()), state)
    await read_uncounted(connection, requests, state)
    return state


async def read_holder(
    connection: AsyncConnection, account_id: UUID, now: datetime, plans: PlanCache
) -> Holder | None:
    """A resident's subscription and what hangs on it, without a lock: to answer a question."""
    asked = {"account_id": account_id, "since_at": now - _A_SERVICE_DAY}
    rows, usage, rides, journeys = await run_together(
        connection,
        Statement(_HOLDER_OF, asked),
        Statement(_USAGE_OF, asked),
        Statement(_RIDES_OF, asked, by_column=True),
        Statement(_JOURNEYS_OF, asked, by_column=True),
    )
    state = await _with_holders(connection, rows, plans)
    _add_usage(usage, state)
    _add_rides(chain(rides, journeys), state)
    return next(iter(state.holders.values()), None)


async def _with_holders(
    connection: AsyncConnection, rows: Sequence[Row], plans: PlanCache
) -> BatchState:
    state = BatchState()
    for account_id, subscription_id, plan_id, version, *standing in rows:
        plan = await plans.get(connection, plan_id, version)
        state.holders[subscription_id] = Holder(account_id, subscription_id, plan, *standing)
    return state


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


def _add_usage(rows: Iterable[Row], state: BatchState) -> None:
    for subscription_id, allowance_id, start, used in rows:
        holder = state.holders.get(subscription_id)
        if holder is not None:  # it may have come to the card after the lock
            holder.usage[(allowance_id, start)] = used


def _add_rides(rows: Iterable[dict[str, Any]], state: BatchState) -> None:
    for row in rows:
        holder = state.holders.get(str(row["subscription_id"]))
        if holder is not None:
            state.add(Ride(row, holder))


def _journeys(asked: _Asked) -> Statement:
    since_at = asked.earliest_at - _A_SERVICE_DAY
    return Statement(_JOURNEYS, {**asked.about, "since_at": since_at}, by_column=True)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The passes, cards and rides that a batch is about, as statements take them."""

    about: dict[str, str]
    shown: dict[str, Any]
    corrections: bool
    earliest_at: datetime

    @classmethod
    def of(cls, requests: Sequence[DeskRequest]) -> _Asked:
        passes: set[int] = set()
        reconciled: set[int] = set()
        cards: set[str] = set()
        steps: set[UUID] = set()
        readers: set[UUID] = set()
        counters: list[tuple[int, int]] = []
        for request in requests:
            if isinstance(request, Reconcile):
                reconciled.add(request.pass_id)
                continue
            if isinstance(request, Step):
                steps.add(request.authorization_id)
            shown = request.verified
            if isinstance(shown, VerifiedPass):
                passes.add(shown.claims.pass_id)
            if isinstance(request, Tap):
                readers.add(request.caller.key_id)
                if isinstance(shown, ShownCard):
                    cards.add(shown.reference_hash.hex())
                elif isinstance(shown, VerifiedPass) and shown.counter is not None:
                    counters.append((shown.claims.pass_id, shown.counter))
        earliest_at = min(r.caller.arrived_at for r in requests)
        pass_ids = as_array(sorted(passes | reconciled))
        return cls(
            about={
                "pass_ids": pass_ids,
                "card_hashes": as_array(sorted(cards)),
                "authorization_ids": as_array(sorted(steps)),
            },
            shown={
                "pass_ids": pass_ids,
                "reconciled": as_array(sorted(reconciled)),
                "shown_ids": as_array(pass_id for pass_id, _ in counters),
                "shown_counters": as_array(counter for _, counter in counters),
                "readers": as_array(readers),
                "recent_at": earliest_at - PASS_BACK,
            },
            corrections=any(isinstance(r, Step) and r.action in _CORRECTIONS for r in requests),
            earliest_at=earliest_at,
        )


# Identifiers travel as text: a driver's UUID objects cost more than all the rest of a row.
_STANDING = """
    SELECT CAST(s.account_id AS text), CAST(s.subscription_id AS text), s.plan_id, s.plan_version,
           s.status, s.paid_from_date, s.paid_until_date, s.covered_until_date, r.rider_category
    FROM subscription s JOIN resident r USING (account_id)
"""
# Whose passes, cards and rides a batch is about.
_HELD = """
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
"""
_LOCK = f"""{_STANDING}
    WHERE (s.account_id, s.subscription_id) IN ({_HELD})
    ORDER BY s.account_id, s.subscription_id
    FOR NO KEY UPDATE OF s
"""
_HELD_BY = """
    SELECT account_id, subscription_id FROM subscription
    WHERE account_id = %(account_id)s AND status NOT IN ('canceled', 'incomplete_expired')
"""
_HOLDER_OF = f"{_STANDING} WHERE (s.account_id, s.subscription_id) IN ({_HELD_BY})"


# Read after the lock, so that a revocation which was first is seen. Of the codes that were used
# come those that are shown again and those of a moment ago at the readers that ask (all of them
# where records are judged), a row each; a pass without any comes once, with nulls.
_PASSES = """
    SELECT c.pass_id, CAST(c.subscription_id AS text),
           c.revoked_at IS NOT NULL OR k.retired_at IS NOT NULL, c.certificate_hash,
           u.counter, CAST(u.validator_id AS text), u.action, u.used_at
    FROM pass_certificate c JOIN issuer_key k USING (kid)
    LEFT JOIN pass_use u ON u.pass_id = c.pass_id AND (
        u.used_at > %(recent_at)s
            AND u.validator_id = ANY(CAST(CAST(%(readers)s AS text) AS uuid[]))
        OR (u.pass_id, u.counter) IN (SELECT * FROM unnest(
            CAST(CAST(%(shown_ids)s AS text) AS bigint[]),
            CAST(CAST(%(shown_counters)s AS text) AS bigint[])))
        OR u.pass_id = ANY(CAST(CAST(%(reconciled)s AS text) AS bigint[]))
    )
    WHERE c.pass_id = ANY(CAST(CAST(%(pass_ids)s AS text) AS bigint[]))
    ORDER BY u.used_at
"""


def _usage(held: LiteralString) -> LiteralString:
    return (
        "SELECT CAST(subscription_id AS text), allowance_id, period_start_date, used "  # noqa: S608
        f"FROM usage WHERE (account_id, subscription_id) IN ({held})"
    )


def _open_rides(held: LiteralString) -> LiteralString:
    return (
        'SELECT * FROM "authorization" '  # noqa: S608
        f"WHERE (account_id, subscription_id) IN ({held}) AND status = 'authorized'"
    )


def _recent_rides(held: LiteralString) -> LiteralString:
    return (
        'SELECT * FROM "authorization" '  # noqa: S608
        f"WHERE (account_id, subscription_id) IN ({held}) AND journey_id IS NOT NULL "
        "AND status IN ('authorized', 'captured') AND granted_at > %(since_at)s"
    )


_USAGE = _usage(_HELD)
_USAGE_OF = _usage(_HELD_BY)
_NAMED = "authorization_id = ANY(CAST(CAST(%(authorization_ids)s AS text) AS uuid[]))"
_RIDES = f"""
    {_open_rides(_HELD)} UNION ALL SELECT * FROM "authorization" WHERE {_NAMED}
    ORDER BY granted_at"""  # noqa: S608 - a constant
_RIDES_OF = f"{_open_rides(_HELD_BY)} ORDER BY granted_at"
_JOURNEYS = f"""
    {_recent_rides(_HELD)} UNION ALL SELECT * FROM "authorization" WHERE
        (account_id, subscription_id) IN ({_HELD}) AND status IN ('authorized', 'captured')
        AND journey_id IN (SELECT journey_id FROM "authorization" WHERE {_NAMED})
    ORDER BY granted_at"""  # noqa: S608 - a constant
_JOURNEYS_OF = f"{_recent_rides(_HELD_BY)} ORDER BY granted_at"
