"""Staff look at a person: found by number, and noted where that person can see it."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import StaffIdentity
from api.errors import not_found
from api.residents.tables import Lookup, Resident, find_resident_by_number


async def look_up(
    session: AsyncSession, staff: StaffIdentity, number: str, now: datetime, purpose: str
) -> Resident:
    """The resident of a number, and a note of this look; raises 404 `no_resident`."""
    resident = await find_resident_by_number(session, number)
    if resident is None:
        raise not_found(
            "no_resident",
            "この番号の利用者は見つかりません。番号を確かめてください。",
            "Nobody has this number. Check it with the person.",
        )
    note_look(session, staff, resident, now, purpose)
    return resident


def note_look(
    session: AsyncSession, staff: StaffIdentity, resident: Resident, now: datetime, purpose: str
) -> None:
    """Note that staff saw a person's record, and why."""
    session.add(
        Lookup(
            account_id=resident.account_id,
            lookup_id=uuid4(),
            staff_id=staff.staff_id,
            staff_role=staff.role,
            purpose=purpose,
            looked_at=now,
        )
    )
