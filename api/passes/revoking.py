"""Stopping passes: at once where the server is asked, and in a new list for everybody else."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import structlog
from sqlalchemy import ColumnElement, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.passes.status_list import build_status_list
from api.passes.tables import PassCertificate
from api.settings import Settings

log = structlog.get_logger(__name__)

Why = Literal["lost", "lost_at_desk", "switched", "replaced", "suspended"]


async def revoke_passes(
    session: AsyncSession,
    now: datetime,
    settings: Settings,
    *which: ColumnElement[bool],
    why: Why,
) -> int:
    """Stop every pass that these conditions on `PassCertificate` hold for; returns how many.

    Passes that have expired are left alone, and the first reason for stopping one stays. The
    status list is built anew in the same transaction.
    """
    revoked = await session.exec(
        update(PassCertificate)
        .where(
            *which,
            col(PassCertificate.revoked_at).is_(None),
            col(PassCertificate.valid_until_at) > now,
        )
        .values(revoked_at=now, revoked_for=why)
    )
    count: int = revoked.rowcount
    if count:
        await build_status_list(session, now, settings)
        log.info("passes_revoked", count=count, why=why)
    return count
