"""IC cards: bound to a resident by reference, never by number, and stopped when they are lost."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

import structlog
from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.tokens import derive_key
from api.bulk import lock_name, run_sql
from api.errors import conflict
from api.passes.revoking import Why, revoke_passes
from api.passes.tables import Card, PassCertificate, find_active_card
from api.residents.tables import get_resident
from api.settings import Settings
from fares.passes import Medium
from fares.passes.cards import reference_hash

log = structlog.get_logger(__name__)


def card_key(settings: Settings) -> bytes:
    """What readers and the desk key a card's number with; it hangs on the deployment's secret."""
    return derive_key(settings.secret, "card-references")


async def bind_card(
    session: AsyncSession, now: datetime, settings: Settings, account_id: UUID, reference: bytes
) -> Card:
    """Have a resident ride with a card; the one they had before is stopped.

    Raises 409 `card_taken` when it is somebody else's. Binding the same card again changes nothing.
    """
    await get_resident(session, account_id, for_update=True)
    hashed = reference_hash(reference)
    await lock_name(session, "cards")  # two counters may have the same card before them
    held = await find_active_card(session, account_id)
    if held is not None and held.reference_hash == hashed:
        return held
    await _check_free(session, hashed)
    if held is not None:
        await end_card(session, now, settings, held, "replaced")
        await session.flush()  # one active card each: the old one must have ended first
    card = Card(account_id=account_id, card_id=uuid4(), reference_hash=hashed, bound_at=now)
    session.add(card)
    await mark_list_old(session)
    log.info("card_bound")
    return card


async def end_card(
    session: AsyncSession,
    now: datetime,
    settings: Settings,
    card: Card,
    why: Literal["lost", "replaced"],
) -> int:
    """Stop a card and its passes in readers' lists; returns how many passes there were."""
    card.ended_at, card.ended_for, card.certificate = now, why, None
    await mark_list_old(session)
    reason: Why = why
    return await revoke_passes(
        session,
        now,
        settings,
        col(PassCertificate.account_id) == card.account_id,
        col(PassCertificate.medium) == int(Medium.CARD),
        why=reason,
    )


async def mark_list_old(session: AsyncSession) -> None:
    """Have the card list built anew before it is given out again."""
    await run_sql(session, text("UPDATE card_list SET issued_at = NULL"))


async def _check_free(session: AsyncSession, hashed: bytes) -> None:
    found = await session.exec(
        select(Card.card_id).where(col(Card.reference_hash) == hashed, col(Card.ended_at).is_(None))
    )
    if found.first() is not None:
        raise conflict(
            "card_taken",
            "このカードは別の人が使っています。",
            "This card is somebody else's already.",
        )
