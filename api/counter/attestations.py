"""Concessions at the counter: a document is looked at, and only what it showed is kept."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID, uuid4

import structlog
from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.clock import Clock, service_instant
from api.database import Database
from api.errors import conflict
from api.residents.tables import Attestation, Resident
from api.subscriptions.periods import months_after
from api.town.document import TownDocument
from api.town.service import get_town

log = structlog.get_logger(__name__)

NO_CONCESSION = "adult"


class Outcome(StrEnum):
    """What came of a request; somebody who could not prove it is not somebody who is refused."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    NOT_PROVEN = "not_proven"


def attest(
    session: AsyncSession,
    town: TownDocument,
    resident: Resident,
    *,
    rider_category: str,
    outcome: Outcome,
    today: date,
    staff_id: UUID,
) -> Attestation:
    """Note what was found, and have the resident ride in that category, or no longer.

    What could not be proven changes nothing. The category lasts for the months that the town's
    policy says, from the same day. Raises 409 `no_concession` where the town has no such policy.
    """
    concession = next((c for c in town.concessions if c.rider_category == rider_category), None)
    if concession is None:
        raise conflict(
            "no_concession",
            "この割引は、この町にはありません。",
            "The town has no policy for this category.",
        )
    until = months_after(today, concession.months) if outcome is Outcome.ELIGIBLE else None
    attestation = Attestation(
        account_id=resident.account_id,
        attestation_id=uuid4(),
        rider_category=rider_category,
        outcome=outcome,
        attested_date=today,
        until_date=until,
        staff_id=staff_id,
    )
    session.add(attestation)
    if outcome is Outcome.ELIGIBLE:
        resident.rider_category, resident.category_until_date = rider_category, until
    elif outcome is Outcome.NOT_ELIGIBLE and resident.rider_category == rider_category:
        resident.rider_category, resident.category_until_date = NO_CONCESSION, None
    return attestation


async def end_concessions(database: Database, clock: Clock) -> int:
    """Categories whose time is over end; returns how many."""
    async with database.session() as session:
        today, _ = service_instant(clock.now(), (await get_town(session)).zone())
        ended = await session.exec(
            update(Resident)
            .where(col(Resident.category_until_date) <= today)
            .values(rider_category=NO_CONCESSION, category_until_date=None)
        )
    count: int = ended.rowcount
    if count:
        log.info("concessions_ended", count=count)
    return count
