"""What is held about a resident: all of it to take away, and what goes when they go."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import LargeBinary, Table, delete, select, update
from sqlmodel import SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.tables import SignInLink, SignInSession
from api.bulk import run_sql
from api.offline.tables import PassMark
from api.passes.cards import mark_list_old
from api.passes.revoking import revoke_passes
from api.passes.tables import Card, Device, PassCertificate
from api.residents.tables import Attestation, Resident, get_resident
from api.settings import Settings
from api.subscriptions.tables import Subscription

log = structlog.get_logger(__name__)

# What goes at once. Rides, payments and looks by staff stay, as books and their checks must, under
# an account id that then leads to nobody.
GOES: tuple[type[SQLModel], ...] = (
    SignInLink,
    SignInSession,
    Attestation,
    Card,
    Device,
    PassMark,
)
STAYS = frozenset(
    {
        "resident",  # without a name, an address or a number
        "subscription",
        "usage",
        "payment",
        "authorization",
        "ride_correction",
        "pass_certificate",  # stopped; readers may still bring records of it
        "lookup",
        "stripe_customer",
        "stripe_call",
    }
)
# Whose name is not the resident's to take away, and how their sessions are known.
_LEFT_OUT = frozenset({"staff_id", "token_hash", "validator_id", "idempotency_key"})


def tables_of_residents() -> list[Table]:
    """Every table that holds something under an account, in the order of their references."""
    return [table for table in SQLModel.metadata.sorted_tables if "account_id" in table.c]


async def list_own_data(session: AsyncSession, account_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Every row under an account, by table; keys and hashes are left out, names of staff too."""
    held = {}
    for table in tables_of_residents():
        columns = [
            column
            for column in table.c
            if column.name not in _LEFT_OUT and not isinstance(column.type, LargeBinary)
        ]
        rows = await run_sql(session, select(*columns).where(table.c.account_id == account_id))
        held[table.name] = [
            {name: _plain(value) for name, value in row.items()} for row in rows.mappings()
        ]
    return held


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


async def delete_account(
    session: AsyncSession, now: datetime, settings: Settings, account_id: UUID
) -> None:
    """Forget who somebody is, stop what they hold, and end what they subscribed to.

    A bank card must have been told already (`api/billing/changes.py`).
    """
    resident = await get_resident(session, account_id, for_update=True)
    await session.exec(
        update(Subscription)
        .where(col(Subscription.account_id) == account_id, col(Subscription.status) != "canceled")
        .values(status="canceled", canceled_at=now)
    )
    await revoke_passes(
        session, now, settings, col(PassCertificate.account_id) == account_id, why="suspended"
    )
    await mark_list_old(session)
    for table in GOES:
        await session.exec(delete(table).where(_account_of(table) == account_id))
    _make_nobody(resident)
    log.info("account_deleted")


def _account_of(table: type[SQLModel]) -> Any:
    return SQLModel.metadata.tables[str(table.__tablename__)].c.account_id


def _make_nobody(resident: Resident) -> None:
    resident.display_name, resident.email = "", None
    resident.resident_number = f"deleted-{resident.account_id.hex}"
    resident.rider_category, resident.category_until_date = "adult", None
    resident.trip_facts_consent = False
