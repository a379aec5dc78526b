"""Storing records once each, whole; what proves no ride has its final entry at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.bulk import run_sql
from api.clock import service_instant
from api.offline.examining import Examined, Name
from api.offline.tables import OfflineRecordRow
from api.offline.writing import INSERT_ENTRIES
from api.passes.tables import PassCertificate
from api.rides.parameters import as_json
from api.town.service import get_town
from fares.offline.entries import Bearer
from fares.taps import TapAction


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it is stored now. `new` by this upload; `same` unless another record has its
    name; `pass_id` where a pass is to be reconciled."""

    record_id: UUID
    new: bool
    same: bool
    pass_id: int | None


async def store(
    session: AsyncSession, now: datetime, operator_id: str, records: Sequence[Examined]
) -> dict[Name, Stored]:
    """Store what is new, by name; `records` have no name twice."""
    town = await get_town(session)
    issued = await _issued(session, records)
    rows = [
        _row(each, issued, operator_id, now)
        | {"service_date": service_instant(each.record.decided_at, town.zone())[0]}
        for each in records
    ]
    new = await _insert(session, rows)
    proving_nothing = [row for row in rows if row["record_id"] in new and row["finalised_at"]]
    await _enter(session, proving_nothing, town.currency)
    return await _as_stored(session, operator_id, records, new)


async def _issued(session: AsyncSession, records: Sequence[Examined]) -> set[bytes]:
    """The hashes of those certificates that were issued: a stolen key signs none of them."""
    shown = {each.shown.claims.pass_id for each in records if each.shown}
    found = await session.exec(
        select(PassCertificate.certificate_hash).where(col(PassCertificate.pass_id).in_(shown))
    )
    return set(found)


def _row(each: Examined, issued: set[bytes], operator_id: str, now: datetime) -> dict[str, Any]:
    record, shown = each.record, each.shown
    proven = shown is not None and shown.certificate_hash in issued
    return {
        "operator_id": operator_id,
        "validator_id": record.validator_id,
        "sequence": record.sequence,
        "record_id": uuid4(),
        "body": "\\x" + each.signed.body.hex(),
        "signature": "\\x" + each.signed.signature.hex(),
        "evidence": None if proven else each.evidence or "unknown_pass",
        "pass_id": shown.claims.pass_id if shown and proven else None,
        "online_key": record.online_key,
        "authorization_id": None,
        "merged": False,
        "action": str(record.action),
        "mode": str(record.mode),
        "opened": record.opened,
        "decided_at": record.decided_at,
        "received_at": now,
        "finalised_at": None if proven else now,
    }


# In order, so that two uploads of the same records wait for one another instead of deadlocking.
_INSERT = text("""
    INSERT INTO offline_record
    SELECT * FROM json_populate_recordset(NULL::offline_record, CAST(:rows AS json))
    ORDER BY validator_id, sequence
    ON CONFLICT (operator_id, validator_id, sequence) DO NOTHING
    RETURNING record_id
""")


async def _insert(session: AsyncSession, rows: list[dict[str, Any]]) -> set[UUID]:
    return set((await run_sql(session, _INSERT, rows=as_json(rows))).scalars())


async def _enter(session: AsyncSession, rows: list[dict[str, Any]], currency: str) -> None:
    entries = [
        {
            "record_id": row["record_id"],
            "number": 1,
            **_bearer(row),
            "final": True,
            "currency": currency,
            "amount_minor": None,
            "rider_pays_minor": 0,
            "flags": [],
            "decided_at": row["received_at"],
        }
        for row in rows
    ]
    if entries:
        await run_sql(session, INSERT_ENTRIES, rows=as_json(entries))


def _bearer(row: dict[str, Any]) -> dict[str, str]:
    """The first lines of the table, which need no pass."""
    if not row["opened"]:
        return {"bearer": Bearer.NOBODY, "rule": "closed"}
    if not TapAction(row["action"]).opens:
        return {"bearer": Bearer.NOBODY, "rule": "leaving"}
    return {"bearer": Bearer.OPERATOR, "rule": f"evidence:{row['evidence']}"}


async def _as_stored(
    session: AsyncSession, operator_id: str, records: Sequence[Examined], new: set[UUID]
) -> dict[Name, Stored]:
    """What is there under each name; a record that was cleared can no longer be compared."""
    bodies = {each.name: each.signed.body for each in records}
    found = await session.exec(
        select(OfflineRecordRow).where(
            col(OfflineRecordRow.operator_id) == operator_id,
            tuple_(col(OfflineRecordRow.validator_id), col(OfflineRecordRow.sequence)).in_(
                list(bodies)
            ),
        )
    )
    return {
        name: Stored(
            row.record_id,
            new=row.record_id in new,
            same=row.body is None or row.body == bodies[name],
            pass_id=row.pass_id if row.finalised_at is None else None,
        )
        for row in found
        for name in [(row.validator_id, row.sequence)]
    }
