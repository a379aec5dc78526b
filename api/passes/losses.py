"""What happens when somebody loses what they ride with: it stops at once, whoever holds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.service import end_sessions
from api.passes.cards import end_card
from api.passes.devices import end_device
from api.passes.revoking import Why, revoke_passes
from api.passes.tables import PassCertificate, find_active_card
from api.residents.tables import get_resident
from api.settings import Settings
from fares.passes import Medium


@dataclass(frozen=True, slots=True)
class Loss:
    """What was stopped."""

    passes: int = 0
    sessions: int = 0
    cards: int = 0


async def lose_phone(
    session: AsyncSession,
    now: datetime,
    settings: Settings,
    account_id: UUID,
    kept_session: bytes | None = None,
) -> Loss:
    """Stop a lost phone: its passes, and every session but the one that reports it.

    Told at the counter there is none to keep, and the phone that follows is no switch.
    """
    await get_resident(session, account_id, for_update=True)
    ended_by: Why = "lost_at_desk" if kept_session is None else "lost"
    passes = await end_device(session, now, settings, account_id, ended_by)
    sessions = await end_sessions(session, now, account_id, kept_session)
    return Loss(passes=passes, sessions=sessions)


async def lose_paper(
    session: AsyncSession, now: datetime, settings: Settings, account_id: UUID
) -> Loss:
    """Stop the passes on paper that a resident has."""
    await get_resident(session, account_id, for_update=True)
    return Loss(
        passes=await revoke_passes(
            session,
            now,
            settings,
            col(PassCertificate.account_id) == account_id,
            col(PassCertificate.medium) == int(Medium.PAPER),
            why="lost",
        )
    )


async def lose_card(
    session: AsyncSession, now: datetime, settings: Settings, account_id: UUID
) -> Loss:
    """Stop the card of a resident; readers without network learn it with their next list."""
    await get_resident(session, account_id, for_update=True)
    card = await find_active_card(session, account_id)
    if card is None:
        return Loss()
    passes = await end_card(session, now, settings, card, "lost")
    return Loss(passes=passes, cards=1)
