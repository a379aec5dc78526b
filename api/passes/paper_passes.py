"""A pass on paper, for who has no phone: valid for what is paid, 35 days at most."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.clock import service_instant
from api.passes.certificates import (
    IssuedPass,
    Window,
    claims_of,
    day_starts_at,
    issue,
    paid_holding,
)
from api.passes.revoking import revoke_passes
from api.passes.tables import PassCertificate
from api.residents.tables import get_resident
from api.settings import Settings
from api.subscriptions.tables import Subscription
from api.town.document import TownDocument
from fares.passes import Medium
from fares.passes.certificate import MAX_VALIDITY_MINUTES

_LONGEST = timedelta(minutes=MAX_VALIDITY_MINUTES[Medium.PAPER])


async def issue_paper_pass(
    session: AsyncSession,
    now: datetime,
    settings: Settings,
    town: TownDocument,
    account_id: UUID,
) -> IssuedPass:
    """Issue a pass to be printed; the one that was printed before is stopped.

    Raises 404 `no_subscription`, 409 `waiting_for_payment` and `subscription_inactive`.
    """
    today, _ = service_instant(now, town.zone())
    resident = await get_resident(session, account_id, for_update=True)
    holding = await paid_holding(session, resident, today)
    await revoke_passes(
        session,
        now,
        settings,
        col(PassCertificate.account_id) == account_id,
        col(PassCertificate.medium) == int(Medium.PAPER),
        why="replaced",
    )
    window = paid_window(holding.subscription, now, town)
    caps = holding.plan.offline_caps.paper_rides, 0
    claims = claims_of(holding, window, Medium.PAPER, caps)
    return await issue(session, now, settings, holding, claims)


def paid_window(subscription: Subscription, now: datetime, town: TownDocument) -> Window:
    """From now to the end of what is covered."""
    assert subscription.covered_until_date is not None, "it is covered today"
    begins_at = now.replace(second=0, microsecond=0)
    ends_at = day_starts_at(subscription.covered_until_date, town)
    return Window(begins_at, min(ends_at, begins_at + _LONGEST))
