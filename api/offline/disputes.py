"""Disputes about final outcomes: opened by the operator, ruled on by the desk, all kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import conflict, not_found
from api.offline.queries import find_record, list_entries
from api.offline.tables import OfflineDispute, OfflineOutcome, OfflineRecordRow
from fares.offline.entries import Bearer

# How long after an outcome an operator may object to it.
DISPUTE_WITHIN = timedelta(days=14)
PAGE = 200


async def open_dispute(
    session: AsyncSession, now: datetime, operator_id: str, record_id: UUID, statement: str
) -> OfflineDispute:
    """Object to the outcome of a record.

    Raises 404 `no_record`, 409 `not_final`, 409 `dispute_too_late`, 409 `dispute_open`.
    """
    row = await find_record(session, operator_id, record_id)
    if row is None:
        raise not_found("no_record", "この記録はありません。", "You have no such record.")
    await session.refresh(row, with_for_update=True)
    entry = await _latest(session, record_id)
    if entry is None or not entry.final:
        raise conflict(
            "not_final",
            "まだ決まっていません。決まってから申し立ててください。",
            "The outcome is provisional and may still change; dispute it once it is final.",
        )
    if now - entry.decided_at > DISPUTE_WITHIN:
        raise conflict(
            "dispute_too_late",
            "申し立ての期限（14日）を過ぎています。",
            "Outcomes can be disputed for 14 days.",
        )
    for dispute in await _disputes(session, record_id):
        if dispute.ruled_at is None or dispute.outcome_number == entry.number:
            raise conflict(
                "dispute_open",
                "この記録については、すでに申し立てがあります。",
                "This outcome is disputed already.",
            )
    dispute = OfflineDispute(
        dispute_id=uuid4(),
        record_id=record_id,
        operator_id=operator_id,
        outcome_number=entry.number,
        statement=statement,
        opened_at=now,
    )
    session.add(dispute)
    await session.flush()
    return dispute


async def rule_on_dispute(
    session: AsyncSession,
    now: datetime,
    dispute_id: UUID,
    *,
    bearer: Bearer,
    note: str,
    staff_id: UUID,
) -> tuple[OfflineDispute, OfflineRecordRow]:
    """End a dispute: the bearer after all, or the same as before.

    What follows for the ledger is the desk's. Where the record proves no pass there is no ride
    to write, so its new entry is made here. Raises 404 `no_dispute`, 409 `dispute_ruled`.
    """
    dispute = await session.get(OfflineDispute, dispute_id, with_for_update=True)
    if dispute is None:
        raise not_found("no_dispute", "この申し立てはありません。", "There is no such dispute.")
    if dispute.ruled_at is not None:
        raise conflict(
            "dispute_ruled", "すでに決まっています。", "This dispute has been ruled on already."
        )
    dispute.bearer, dispute.note = str(bearer), note
    dispute.ruled_by, dispute.ruled_at = staff_id, now
    row = await _get_record(session, dispute.record_id)
    entry = await _latest(session, dispute.record_id)
    if row.pass_id is None and entry is not None and entry.bearer != bearer:
        session.add(_ruled_entry(entry, bearer, now))
    await session.flush()
    return dispute, row


async def list_disputes(session: AsyncSession, *, ruled: bool) -> list[OfflineDispute]:
    """The disputes that wait, oldest first; or those that were ruled on, the latest first."""
    query = select(OfflineDispute).limit(PAGE)
    if ruled:
        query = query.where(col(OfflineDispute.ruled_at).is_not(None)).order_by(
            col(OfflineDispute.ruled_at).desc()
        )
    else:
        query = query.where(col(OfflineDispute.ruled_at).is_(None)).order_by(
            col(OfflineDispute.opened_at)
        )
    return list(await session.exec(query))


async def list_disputed_records(
    session: AsyncSession, disputes: list[OfflineDispute]
) -> dict[UUID, OfflineRecordRow]:
    """The records that disputes are about."""
    found = await session.exec(
        select(OfflineRecordRow).where(
            col(OfflineRecordRow.record_id).in_([each.record_id for each in disputes])
        )
    )
    return {row.record_id: row for row in found}


def _ruled_entry(entry: OfflineOutcome, bearer: Bearer, now: datetime) -> OfflineOutcome:
    return OfflineOutcome(
        record_id=entry.record_id,
        number=entry.number + 1,
        bearer=str(bearer),
        rule="ruling",
        final=True,
        currency=entry.currency,
        amount_minor=entry.amount_minor,
        rider_pays_minor=0,
        flags=entry.flags,
        decided_at=now,
    )


async def _get_record(session: AsyncSession, record_id: UUID) -> OfflineRecordRow:
    found = await session.exec(
        select(OfflineRecordRow).where(col(OfflineRecordRow.record_id) == record_id)
    )
    return found.one()


async def _latest(session: AsyncSession, record_id: UUID) -> OfflineOutcome | None:
    entries = await list_entries(session, [record_id])
    return entries[-1] if entries else None


async def _disputes(session: AsyncSession, record_id: UUID) -> list[OfflineDispute]:
    found = await session.exec(
        select(OfflineDispute).where(col(OfflineDispute.record_id) == record_id)
    )
    return list(found)
