"""The signed list of cards: who may ride with one today, for readers that cannot ask.

Each card in it has a pass of its own for the day, so that what readers do without network is
recorded, reconciled and bounded like rides with a phone. A stopped card is stopped in the status
list too, at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Container
from datetime import datetime

import structlog
from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.bulk import run_sql
from api.clock import service_instant
from api.passes.certificates import Holding, claims_of, issue
from api.passes.keys import signing_key, trusted_keys
from api.passes.phone_passes import day_window
from api.passes.revoking import revoke_passes
from api.passes.tables import Card, CardListRow, PassCertificate
from api.plans.tables import get_plan
from api.residents.tables import Resident
from api.settings import Settings
from api.subscriptions.service import is_covered_on
from api.subscriptions.tables import Subscription
from api.town.service import get_town
from fares.passes import Medium, PassClaims, read_certificate
from fares.passes.cards import (
    SALT_BYTES,
    TIME_TO_LIVE,
    CardList,
    name_in_list,
    sign_card_list,
)
from fares.plans import Plan

log = structlog.get_logger(__name__)

PATH = "/v1/operators/current/card-list"


async def build_card_list(session: AsyncSession, now: datetime, settings: Settings) -> CardListRow:
    """Sign a list of how things stand in this transaction; it is the one from then on."""
    row = await _lock_card_list(session)
    salt = secrets.token_bytes(SALT_BYTES)
    passes = {
        name_in_list(salt, card.reference_hash): certificate
        for card, certificate in await _passes_of_today(session, now, settings)
    }
    cards = CardList(
        url=settings.base_url + PATH,
        number=row.list_number + 1,
        issued_at=now.replace(microsecond=0),
        salt=salt,
        passes=passes,
    )
    row.document = sign_card_list(cards, await signing_key(session, now, settings.secret))
    row.list_number, row.issued_at = cards.number, cards.issued_at
    await session.flush()
    log.info("card_list_built", cards=len(passes))
    return row


async def current_card_list(
    session: AsyncSession, now: datetime, settings: Settings
) -> CardListRow:
    """The list as it was built last; a new one where a card was bound or stopped since, or where
    the job that builds it is late."""
    row = await session.get(CardListRow, 1)
    if row is not None and _is_current(row, now):
        return row
    row = await _lock_card_list(session)
    # Of several who found it old, one builds and the others take that.
    return row if _is_current(row, now) else await build_card_list(session, now, settings)


def _is_current(row: CardListRow, now: datetime) -> bool:
    return row.issued_at is not None and now - row.issued_at < 2 * TIME_TO_LIVE


async def _lock_card_list(session: AsyncSession) -> CardListRow:
    await run_sql(
        session,
        text(
            "INSERT INTO card_list (card_list_id, list_number, document) "
            "VALUES (1, 0, '') ON CONFLICT DO NOTHING"
        ),
    )
    return await session.get_one(CardListRow, 1, with_for_update=True, populate_existing=True)


async def _passes_of_today(
    session: AsyncSession, now: datetime, settings: Settings
) -> list[tuple[Card, bytes]]:
    """Each card whose holder may ride today, with its certificate: the one it has, or a new one."""
    town = await get_town(session)
    today, _ = service_instant(now, town.zone())
    window = day_window(today, now, town)
    live_keys = await trusted_keys(session)
    plans: dict[tuple[str, int], Plan] = {}
    found = []
    for card, resident, subscription in await _riding_cards(session):
        if not is_covered_on(subscription, today):
            continue
        named = subscription.plan_id, subscription.plan_version
        plan = plans.get(named) or (await get_plan(session, *named)).plan()
        plans[named] = plan
        if plan.offline_caps.card_rides == 0:
            continue
        holding = Holding(resident, subscription, plan)
        caps = plan.offline_caps.card_rides, 0
        wanted = claims_of(holding, window, Medium.CARD, caps)
        if not _holds(card, wanted, live_keys):
            await _renew(session, now, settings, card, holding, wanted)
        assert card.certificate is not None, "it was issued just now, or held"
        found.append((card, card.certificate))
    return found


async def _riding_cards(session: AsyncSession) -> list[tuple[Card, Resident, Subscription]]:
    rows = await session.exec(
        select(Card, Resident, Subscription)
        .join(Resident, col(Resident.account_id) == col(Card.account_id))
        .join(Subscription, col(Subscription.account_id) == col(Card.account_id))
        .where(
            col(Card.ended_at).is_(None),
            col(Subscription.status).in_(("active", "trialing")),
        )
        .order_by(col(Card.account_id))
    )
    return list(rows)


def _holds(card: Card, wanted: PassClaims, live_keys: Container[bytes]) -> bool:
    """Whether a card's pass still says what one issued now would, by a key that is trusted."""
    if card.certificate is None:
        return False
    held = read_certificate(card.certificate)
    return held.signed.kid in live_keys and _said(held.claims) == _said(wanted)


def _said(claims: PassClaims) -> tuple[object, ...]:
    """All but when it began and its pass id."""
    return (
        claims.valid_until_at,
        claims.modes,
        claims.areas,
        claims.rider_category,
        claims.offline_caps,
    )


async def _renew(
    session: AsyncSession,
    now: datetime,
    settings: Settings,
    card: Card,
    holding: Holding,
    wanted: PassClaims,
) -> None:
    if card.certificate is not None:
        await revoke_passes(
            session,
            now,
            settings,
            col(PassCertificate.account_id) == card.account_id,
            col(PassCertificate.medium) == int(Medium.CARD),
            why="replaced",
        )
    card.certificate = (await issue(session, now, settings, holding, wanted)).certificate
