"""The issuer's keys: one signs, the next is known to all readers long before it does.

A key lives in this order: published, signing, superseded by the next, retired once its last
certificate has expired. A key that may be in the wrong hands is dropped: nothing that it signed
is accepted from that moment, and the next key, which readers know already, signs in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.bulk import lock_name
from api.errors import conflict, not_found
from api.passes.sealing import seal, unseal
from api.passes.tables import IssuerKeyRow, PassCertificate, list_issuer_keys
from fares.passes import IssuerKey
from fares.passes.cose import key_id

log = structlog.get_logger(__name__)

# A reader that comes into a network only once a month still learns of a key before it signs.
PUBLISHED_AHEAD = timedelta(days=30)
SIGNS_FOR = timedelta(days=90)


async def rotate_when_due(session: AsyncSession, now: datetime, secret: str) -> None:
    """See to it that one key signs and the next is published; retire what signs nothing alive.

    Run again it changes nothing. The first keys of an installation are made here too.
    """
    await _lock_keys(session)
    keys = await list_issuer_keys(session)
    if not any(key.signs_from_at <= now for key in keys):
        keys.insert(0, _publish(session, now, secret, signs_from_at=now))
    if not any(key.signs_from_at > now for key in keys):
        begins = max(now + PUBLISHED_AHEAD, keys[-1].signs_from_at + SIGNS_FOR)
        keys.append(_publish(session, now, secret, signs_from_at=begins))
    await session.flush()
    await _retire(session, now, keys)


async def rotate_now(session: AsyncSession, now: datetime, secret: str) -> IssuerKeyRow:
    """Let the next key sign as soon as readers have had time to learn of it; return it."""
    await rotate_when_due(session, now, secret)
    following = _following(await list_issuer_keys(session), now)
    following.signs_from_at = min(
        following.signs_from_at, max(now, following.created_at + PUBLISHED_AHEAD)
    )
    await rotate_when_due(session, now, secret)
    return following


async def drop_key(
    session: AsyncSession, now: datetime, secret: str, kid: bytes, reason: str
) -> tuple[int, int]:
    """End all trust in a key now; returns how many live phone and paper passes it had signed.

    Where it was the one that signs, the next takes over at once. Raises 404 `no_key`.
    """
    await _lock_keys(session)
    row = await session.get(IssuerKeyRow, kid)
    if row is None or row.retired_at is not None:
        raise not_found(
            "no_key", "この鍵は使われていません。", f"No issuer key {kid.hex()} is in use."
        )
    row.retired_at, row.drop_reason = now, reason
    await session.flush()
    left = await list_issuer_keys(session)
    if left and not any(key.signs_from_at <= now for key in left):
        left[0].signs_from_at = now
    await rotate_when_due(session, now, secret)
    log.warning("issuer_key_dropped", kid=kid.hex(), reason=reason)
    phone, paper = [await _count_alive(session, now, kid, medium) for medium in (0, 1)]
    return phone, paper


async def trusted_keys(
    session: AsyncSession, *, also_retired: bool = False
) -> Mapping[bytes, Ed25519PublicKey]:
    """The public keys that certificates are checked against, by key id.

    Retired ones tell what was genuine when it was shown.
    """
    return {
        row.kid: Ed25519PublicKey.from_public_bytes(row.public_key)
        for row in await list_issuer_keys(session, also_retired=also_retired)
    }


async def signing_key(session: AsyncSession, now: datetime, secret: str) -> IssuerKey:
    """The newest key whose time has come; raises 409 `no_issuer_key`."""
    rows = [row for row in await list_issuer_keys(session) if row.signs_from_at <= now]
    if not rows:
        raise conflict(
            "no_issuer_key", "発行用の鍵がありません。", "No issuer key. Run `teiki migrate`."
        )
    row = rows[-1]
    return IssuerKey(row.kid, unseal(secret, row.kid, row.private_key_sealed))


def _publish(
    session: AsyncSession, now: datetime, secret: str, *, signs_from_at: datetime
) -> IssuerKeyRow:
    private = Ed25519PrivateKey.generate()
    public = private.public_key()
    row = IssuerKeyRow(
        kid=key_id(public),
        public_key=public.public_bytes_raw(),
        private_key_sealed=seal(secret, key_id(public), private),
        signs_from_at=signs_from_at,
        created_at=now,
    )
    session.add(row)
    log.info("issuer_key_published", kid=row.kid.hex(), signs_from_at=signs_from_at.isoformat())
    return row


async def _retire(session: AsyncSession, now: datetime, keys: list[IssuerKeyRow]) -> None:
    """Retire superseded keys that no living certificate hangs on."""
    started = [key for key in keys if key.signs_from_at <= now]
    for key in started[:-1]:
        if not await _count_alive(session, now, key.kid):
            key.retired_at = now
            log.info("issuer_key_retired", kid=key.kid.hex())
    await session.flush()


async def _count_alive(
    session: AsyncSession, now: datetime, kid: bytes, medium: int | None = None
) -> int:
    query = select(func.count()).where(
        col(PassCertificate.valid_until_at) > now, col(PassCertificate.kid) == kid
    )
    if medium is not None:
        query = query.where(col(PassCertificate.medium) == medium)
    return (await session.exec(query)).one()


def _following(keys: list[IssuerKeyRow], now: datetime) -> IssuerKeyRow:
    return next(key for key in keys if key.signs_from_at > now)


async def _lock_keys(session: AsyncSession) -> None:
    """Two processes that start at once must not both make a first key."""
    await lock_name(session, "issuer-keys")
