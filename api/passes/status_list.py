"""The signed status list: built at once when a pass is stopped, and anew when it gets old."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.passes.keys import signing_key
from api.passes.pass_ids import decoy_key, lock_status_list
from api.passes.tables import IssuerKeyRow, PassCertificate, StatusListRow, list_issuer_keys
from api.settings import Settings
from api.town.service import get_town
from fares.passes.decoys import decoys_at
from fares.passes.status import (
    TIME_TO_LIVE,
    NamedArea,
    PublishedKey,
    StatusList,
    sign_status_list,
    status_bits,
)

log = structlog.get_logger(__name__)

PATH = "/v1/passes/status"


async def build_status_list(
    session: AsyncSession, now: datetime, settings: Settings
) -> StatusListRow:
    """Sign a list of how things stand in this transaction; it is the one from then on."""
    row = await lock_status_list(session, settings)
    stopped = [
        *await _revoked_pass_ids(session, now),
        *decoys_at(decoy_key(settings), row.capacity, now),
    ]
    status = StatusList(
        url=settings.base_url + PATH,
        number=row.list_number + 1,
        issued_at=now.replace(microsecond=0),
        keys=tuple(
            PublishedKey(key.public_key, key.signs_from_at)
            for key in await list_issuer_keys(session)
        ),
        areas=tuple(
            NamedArea(area.area_number, area.name.text())
            for area in (await get_town(session)).areas
        ),
        bits=status_bits(stopped, row.capacity),
    )
    row.document = sign_status_list(status, await signing_key(session, now, settings.secret))
    row.list_number, row.issued_at = status.number, status.issued_at
    await session.flush()
    return row


async def current_status_list(
    session: AsyncSession, now: datetime, settings: Settings
) -> StatusListRow:
    """The list as it was built last; a new one when that is due, whatever the jobs do."""
    row = await session.get(StatusListRow, 1)
    if row is not None and _is_fresh(row, now):
        return row
    row = await lock_status_list(session, settings)
    # Of several who found it old, one builds and the others take that.
    return row if _is_fresh(row, now) else await build_status_list(session, now, settings)


def _is_fresh(row: StatusListRow, now: datetime) -> bool:
    return row.issued_at is not None and now - row.issued_at < TIME_TO_LIVE


async def _revoked_pass_ids(session: AsyncSession, now: datetime) -> list[int]:
    """Those that a reader would accept otherwise: not expired, and by a key that is trusted."""
    found = await session.exec(
        select(PassCertificate.pass_id)
        .join(IssuerKeyRow, col(IssuerKeyRow.kid) == col(PassCertificate.kid))
        .where(
            col(PassCertificate.revoked_at).is_not(None),
            col(PassCertificate.valid_until_at) > now,
            col(IssuerKeyRow.retired_at).is_(None),
        )
    )
    return list(found)
