"""The identity store: who a resident is. Rides and money know only the account id."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import not_found


class Resident(SQLModel, table=True):
    """A person of the living area. `resident_number` is what they say at the counter.

    A category that was attested ends on `category_until_date`, the first day it no longer holds.
    """

    __tablename__ = "resident"

    account_id: UUID = Field(primary_key=True)
    resident_number: str = Field(unique=True)
    display_name: str
    email: str | None = None
    rider_category: str = "adult"
    category_until_date: date | None = None
    trip_facts_consent: bool = False
    consent_changed_at: datetime | None = None
    simulated: bool = False
    created_at: datetime


class Attestation(SQLModel, table=True):
    """What staff found when somebody asked for a concession: the claim, its outcome and its dates.

    Never the number or a copy of the document that was shown.
    """

    __tablename__ = "attestation"

    account_id: UUID = Field(primary_key=True, foreign_key="resident.account_id")
    attestation_id: UUID = Field(primary_key=True)
    rider_category: str
    outcome: str
    attested_date: date
    until_date: date | None = None
    staff_id: UUID = Field(foreign_key="staff.staff_id")


class Lookup(SQLModel, table=True):
    """One look by staff at a person's record, which that person can see."""

    __tablename__ = "lookup"

    account_id: UUID = Field(primary_key=True, foreign_key="resident.account_id")
    lookup_id: UUID = Field(primary_key=True)
    staff_id: UUID = Field(foreign_key="staff.staff_id")
    staff_role: str
    purpose: str
    looked_at: datetime


async def find_resident_by_number(session: AsyncSession, number: str) -> Resident | None:
    """The resident of a number as typed at a counter (spaces and case do not matter)."""
    plain = "".join(number.split()).upper()
    found = await session.exec(select(Resident).where(col(Resident.resident_number) == plain))
    return found.first()


async def get_resident(
    session: AsyncSession, account_id: UUID, for_update: bool = False
) -> Resident:
    """The resident of an account; raises 404 `no_resident`."""
    # Keys stay as they are, so that rows which point here need not wait.
    lock = {"key_share": True} if for_update else None
    resident = await session.get(Resident, account_id, with_for_update=lock)
    if resident is None:
        raise not_found("no_resident", "利用者が見つかりません。", "There is no such resident.")
    return resident


async def list_lookups(session: AsyncSession, account_id: UUID) -> list[Lookup]:
    """Who looked at this person's record, newest first."""
    found = await session.exec(
        select(Lookup)
        .where(col(Lookup.account_id) == account_id)
        .order_by(col(Lookup.looked_at).desc())
        .limit(200)
    )
    return list(found)
