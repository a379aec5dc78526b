"""Reading records with all their entries and disputes, and what is missing of a reader's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.bulk import run_sql
from api.cursors import read_cursor, write_cursor
from api.offline.tables import OfflineDispute, OfflineOutcome, OfflineRecordRow
from api.rides.parameters import as_array

PAGE = 200
# How far back gaps in a reader's numbers are looked for.
NUMBERS_LOOKED_AT = 10_000


@dataclass(frozen=True, slots=True)
class RecordFile:
    """A record with its entries, oldest first, and its disputes."""

    row: OfflineRecordRow
    entries: list[OfflineOutcome]
    disputes: list[OfflineDispute]


@dataclass(frozen=True, slots=True)
class ReaderSequence:
    """A reader's highest number, and the ranges of numbers below it that never came."""

    validator_id: UUID
    last_sequence: int
    missing: list[tuple[int, int]]


async def find_record(
    session: AsyncSession, operator_id: str, record_id: UUID
) -> OfflineRecordRow | None:
    """A record if it is this operator's."""
    found = await session.exec(
        select(OfflineRecordRow).where(
            col(OfflineRecordRow.record_id) == record_id,
            col(OfflineRecordRow.operator_id) == operator_id,
        )
    )
    return found.first()


async def list_records(
    session: AsyncSession, operator_id: str, service_date: date, cursor: str | None
) -> tuple[list[OfflineRecordRow], str | None]:
    """A page of an operator's records of a day in order of time, and where the next begins."""
    order = (col(OfflineRecordRow.decided_at), col(OfflineRecordRow.record_id))
    query = (
        select(OfflineRecordRow)
        .where(
            col(OfflineRecordRow.operator_id) == operator_id,
            col(OfflineRecordRow.service_date) == service_date,
        )
        .order_by(*order)
        .limit(PAGE + 1)
    )
    if cursor is not None:
        query = query.where(tuple_(*order) > read_cursor(cursor))
    rows = list(await session.exec(query))
    page = rows[:PAGE]
    more = len(rows) > PAGE
    return page, write_cursor(page[-1].decided_at, page[-1].record_id) if more else None


async def open_files(session: AsyncSession, rows: Iterable[OfflineRecordRow]) -> list[RecordFile]:
    """Records with their entries and disputes."""
    listed = list(rows)
    ids = [row.record_id for row in listed]
    entries: dict[UUID, list[OfflineOutcome]] = defaultdict(list)
    for entry in await list_entries(session, ids):
        entries[entry.record_id].append(entry)
    disputes: dict[UUID, list[OfflineDispute]] = defaultdict(list)
    for dispute in await _list_disputes_of(session, ids):
        disputes[dispute.record_id].append(dispute)
    return [RecordFile(row, entries[row.record_id], disputes[row.record_id]) for row in listed]


async def list_entries(session: AsyncSession, ids: Collection[UUID]) -> list[OfflineOutcome]:
    """The entries of records, oldest first."""
    found = await session.exec(
        select(OfflineOutcome)
        .where(col(OfflineOutcome.record_id).in_(ids))
        .order_by(col(OfflineOutcome.number))
    )
    return list(found)


async def _list_disputes_of(session: AsyncSession, ids: Collection[UUID]) -> list[OfflineDispute]:
    found = await session.exec(
        select(OfflineDispute)
        .where(col(OfflineDispute.record_id).in_(ids))
        .order_by(col(OfflineDispute.opened_at))
    )
    return list(found)


_SEQUENCES = text("""
    WITH last AS (
        SELECT validator_id, max(sequence) AS last_sequence FROM offline_record
        WHERE operator_id = :operator_id
          AND validator_id = ANY(CAST(CAST(:validators AS text) AS uuid[]))
        GROUP BY validator_id
    ), step AS (
        SELECT validator_id, last_sequence, r.sequence, lag(
            r.sequence, 1, greatest(last_sequence - :looked_at, 0)
        ) OVER (PARTITION BY validator_id ORDER BY r.sequence) AS before
        FROM last JOIN offline_record r USING (validator_id)
        WHERE r.operator_id = :operator_id AND r.sequence > last_sequence - :looked_at
    )
    SELECT validator_id, last_sequence, before + 1 AS first, sequence - 1 AS last FROM step
    WHERE sequence > before + 1 OR sequence = last_sequence
    ORDER BY validator_id, sequence
""")


async def list_sequences(
    session: AsyncSession, operator_id: str, validators: Collection[UUID]
) -> list[ReaderSequence]:
    """How far the records of readers have come; the last row of a reader may be no gap."""
    rows = await run_sql(
        session,
        _SEQUENCES,
        operator_id=operator_id,
        validators=as_array(validators),
        looked_at=NUMBERS_LOOKED_AT,
    )
    found: dict[UUID, ReaderSequence] = {}
    for row in rows:
        reader = found.setdefault(
            row.validator_id, ReaderSequence(row.validator_id, row.last_sequence, [])
        )
        if row.first <= row.last:
            reader.missing.append((row.first, row.last))
    return list(found.values())
