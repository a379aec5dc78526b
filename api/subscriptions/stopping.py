"""Stopping passes that reach beyond what a subscription covers."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.passes.certificates import day_starts_at
from api.passes.revoking import revoke_passes
from api.passes.tables import PassCertificate
from api.settings import Settings
from api.subscriptions.tables import Subscription
from api.town.document import TownDocument


async def stop_passes(
    session: AsyncSession,
    now: datetime,
    town: TownDocument,
    settings: Settings,
    subscription: Subscription,
    *,
    at_once: bool = False,
) -> None:
    """Readers without network would take them for the whole of what was covered before."""
    end = now
    if subscription.covered_until_date is not None and not at_once:
        end = max(now, day_starts_at(subscription.covered_until_date, town))
    await revoke_passes(
        session,
        now,
        settings,
        col(PassCertificate.account_id) == subscription.account_id,
        col(PassCertificate.subscription_id) == subscription.subscription_id,
        col(PassCertificate.valid_until_at) > end,
        why="suspended",
    )
