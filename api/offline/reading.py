"""What the desk reads to reconcile passes: their records, their online uses, what they became.

Read after the subscriptions are locked, like everything else that a batch decides on.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.offline.state import Entry, OfflineState, PassFile, PostedRide, RecordInHand
from api.rides.parameters import as_array
from api.rides.requests import DeskRequest, Reconcile
from api.rides.state import BatchState, Ride
from api.rides.taps import ride_id
from fares.offline.entries import Bearer, OnlineUse
from fares.offline.evidence import read_evidence
from fares.offline.record import read_record
from fares.taps import TapAction


async def read_offline(
    connection: AsyncConnection, requests: Sequence[DeskRequest], state: BatchState
) -> OfflineState:
    """The files of the passes that the batch reconciles; nothing is asked where there are none."""
    offline = OfflineState()
    pass_ids = {r.pass_id for r in requests if isinstance(r, Reconcile)} & state.passes.keys()
    if pass_ids:
        asked = {"pass_ids": as_array(sorted(pass_ids))}
        await _read_passes(connection, asked, state, offline)
        await _read_posted_rides(connection, asked, state, offline)
        await _read_online_uses(connection, asked, offline)
        await _read_records(connection, asked, state, offline)
    return offline


_ASKED = "ANY(CAST(CAST(:pass_ids AS text) AS bigint[]))"
# Dropping an issuer's key stops every pass that it signed.
_PASSES = text(f"""
    SELECT c.pass_id, c.valid_until_at, least(c.revoked_at, k.retired_at), s.canceled_at
    FROM pass_certificate c JOIN issuer_key k USING (kid)
    JOIN subscription s USING (account_id, subscription_id)
    WHERE c.pass_id = {_ASKED}
""")  # noqa: S608 - a constant


async def _read_passes(
    connection: AsyncConnection, asked: dict[str, str], state: BatchState, offline: OfflineState
) -> None:
    for pass_id, *facts in await connection.execute(_PASSES, asked):
        offline.files[pass_id] = PassFile(pass_id, state.passes[pass_id].holder, *facts)


# Rides that records of these subscriptions became. A merged record's ride is not its own.
_POSTED = text(f"""
    SELECT a.*, c.valid_until_at
    FROM pass_certificate asked
    JOIN pass_certificate c USING (account_id, subscription_id)
    JOIN offline_record r ON r.pass_id = c.pass_id
    JOIN "authorization" a
      ON a.account_id = c.account_id AND a.authorization_id = r.authorization_id
    WHERE asked.pass_id = {_ASKED} AND c.valid_until_at >= asked.valid_until_at
      AND NOT r.merged
""")  # noqa: S608 - a constant


async def _read_posted_rides(
    connection: AsyncConnection, asked: dict[str, str], state: BatchState, offline: OfflineState
) -> None:
    for found in (await connection.execute(_POSTED, asked)).mappings():
        row = dict(found)
        place = (row.pop("valid_until_at"), row["pass_id"])
        holder = state.holders[str(row["subscription_id"])]
        ride = state.rides.get(str(row["authorization_id"])) or Ride(row, holder)
        state.add(ride)
        posted = offline.posted.setdefault(holder.subscription_id, {})
        posted[ride.authorization_id] = PostedRide(place, ride)


_USES = text(f"""
    SELECT pass_id, operator_id, validator_id, action, counter, unix_seconds, used_at
    FROM pass_use WHERE pass_id = {_ASKED} AND NOT offline
""")  # noqa: S608 - a constant


async def _read_online_uses(
    connection: AsyncConnection, asked: dict[str, str], offline: OfflineState
) -> None:
    for pass_id, operator_id, validator_id, action, *shown in await connection.execute(
        _USES, asked
    ):
        use = OnlineUse(operator_id, validator_id, TapAction(action), *shown)
        offline.files[pass_id].online.append(use)


# The latest entry, the ruling on it, and the ride that was granted online under the same key: by
# the same pass, or by the card (medium 2) whose pass of the day it is.
_RECORDS = text(f"""
    SELECT r.pass_id, CAST(r.record_id AS text) AS record_id, r.operator_id, r.body,
           r.received_at, CAST(r.authorization_id AS text) AS authorization_id,
           o.number, o.bearer, o.rule, o.final, o.amount_minor, o.rider_pays_minor,
           d.bearer AS ruling, CAST(a.authorization_id AS text) AS merged_with
    FROM offline_record r JOIN pass_certificate p USING (pass_id)
    LEFT JOIN LATERAL (
        SELECT * FROM offline_outcome WHERE record_id = r.record_id ORDER BY number DESC LIMIT 1
    ) o ON true
    LEFT JOIN offline_dispute d ON d.record_id = r.record_id
      AND d.outcome_number = o.number AND d.ruled_at IS NOT NULL AND d.bearer <> o.bearer
    LEFT JOIN authorization_claim c ON c.operator_id = r.operator_id
      AND c.idempotency_key = r.online_key AND c.answer ->> 'result' = 'granted'
    LEFT JOIN "authorization" a ON a.account_id = p.account_id
      AND (a.pass_id = r.pass_id OR p.medium = 2 AND a.card_id IS NOT NULL)
      AND a.validator_id = r.validator_id
      AND a.authorization_id = CAST(c.answer ->> 'authorization_id' AS uuid)
    WHERE r.pass_id = {_ASKED} AND r.body IS NOT NULL
""")  # noqa: S608 - a constant


async def _read_records(
    connection: AsyncConnection, asked: dict[str, str], state: BatchState, offline: OfflineState
) -> None:
    for row in (await connection.execute(_RECORDS, asked)).mappings():
        file = offline.files[row["pass_id"]]
        in_hand = _in_hand(row, state)
        file.records.append(in_hand)
        if in_hand.merged_with is not None:
            _note_merged(in_hand, file)
    await _find_lost_rides(connection, offline)


_KNOWN = text("""
    SELECT CAST(authorization_id AS text) FROM "authorization"
    WHERE authorization_id = ANY(CAST(CAST(:ids AS text) AS uuid[]))
""")


async def _find_lost_rides(connection: AsyncConnection, offline: OfflineState) -> None:
    """Which records may bring back a ride that was granted and lost? Only one each, and only
    where no ride has its id."""
    ids: dict[str, RecordInHand] = {}
    for file in offline.files.values():
        for each in sorted(file.records, key=lambda each: each.key):
            if each.ride is None and each.merged_with is None and each.record.online_key:
                ids.setdefault(ride_id(each.operator_id, each.record.online_key, each.shown), each)
    if ids:
        known = set((await connection.execute(_KNOWN, {"ids": as_array(ids)})).scalars())
        for lost in ids.keys() - known:
            ids[lost].comes_back = True


def _in_hand(row: RowMapping, state: BatchState) -> RecordInHand:
    record = read_record(bytes(row["body"]))
    entry = row["bearer"] and Entry(
        row["bearer"], row["rule"], row["final"], row["amount_minor"], row["rider_pays_minor"]
    )
    return RecordInHand(
        record_id=row["record_id"],
        operator_id=row["operator_id"],
        record=record,
        shown=read_evidence(record),
        received_at=row["received_at"],
        ride=None if row["merged_with"] else state.rides.get(row["authorization_id"]),
        number=row["number"] or 0,
        entry=entry,
        ruling=row["ruling"] and Bearer(row["ruling"]),
        merged_with=row["merged_with"],
    )


def _note_merged(in_hand: RecordInHand, file: PassFile) -> None:
    """Give the online use the key by which the record joins it; paper has left no use."""
    record, shown = in_hand.record, in_hand.shown
    use = OnlineUse(
        in_hand.operator_id,
        record.validator_id,
        record.action,
        shown.counter,
        shown.unix_seconds,
        record.decided_at,
        record.online_key,
    )
    same = (use.operator_id, use.validator_id, use.counter)
    file.online = [
        other
        for other in file.online
        if (other.operator_id, other.validator_id, other.counter) != same or other.key
    ]
    file.online.append(use)
