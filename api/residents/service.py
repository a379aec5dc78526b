"""Joining, and what a resident may change about themselves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.tokens import new_resident_number
from api.residents.tables import Resident


async def register(
    session: AsyncSession,
    now: datetime,
    *,
    display_name: str,
    email: str | None = None,
    simulated: bool = False,
    account_id: UUID | None = None,
) -> Resident:
    """A new resident with a new number. The address is a contact, not proof of anything."""
    resident = Resident(
        account_id=account_id or uuid4(),
        resident_number=new_resident_number(),
        display_name=display_name.strip(),
        email=email.lower() if email else None,
        simulated=simulated,
        created_at=now,
    )
    session.add(resident)
    await session.flush()
    return resident


def set_consent(resident: Resident, now: datetime, consent: bool) -> None:
    """Switch trip facts on or off; the moment is kept, rides before it stay as they were."""
    if resident.trip_facts_consent != consent:
        resident.trip_facts_consent = consent
        resident.consent_changed_at = now
