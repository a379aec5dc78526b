"""An operator's webhook: set, shown, taken away."""

from __future__ import annotations

import secrets
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.tokens import derive_key
from api.errors import not_found
from api.settings import Settings
from api.town.service import touch_network
from api.webhooks.addresses import check_url
from api.webhooks.signing import SECRET_BYTES
from api.webhooks.tables import Outbox, Webhook

_NONCE_BYTES = 12
SHOWN = 100


async def set_webhook(
    session: AsyncSession, now: datetime, settings: Settings, operator_id: str, url: str
) -> tuple[Webhook, bytes]:
    """Tell an operator of its rides from now on; returns the secret, which is new each time.

    Raises 400 `bad_webhook_url`.
    """
    check_url(url, production=settings.production)
    secret = secrets.token_bytes(SECRET_BYTES)
    webhook = Webhook(
        operator_id=operator_id,
        url=url,
        secret_sealed=_seal(settings.secret, operator_id, secret),
        created_at=now,
    )
    await session.merge(webhook)
    await touch_network(session)  # the desks write for who listens
    return webhook, secret


async def get_webhook(session: AsyncSession, operator_id: str) -> Webhook:
    """The operator's webhook; raises 404 `no_webhook`."""
    webhook = await session.get(Webhook, operator_id)
    if webhook is None:
        raise not_found("no_webhook", "通知先はまだありません。", "No webhook is set.")
    return webhook


async def remove_webhook(session: AsyncSession, operator_id: str) -> None:
    """Tell the operator nothing more; raises 404 `no_webhook`."""
    await session.delete(await get_webhook(session, operator_id))
    await touch_network(session)


async def list_events(session: AsyncSession, operator_id: str) -> list[Outbox]:
    """What the operator was last told or is to be told, newest first."""
    found = await session.exec(
        select(Outbox)
        .where(col(Outbox.operator_id) == operator_id)
        .order_by(col(Outbox.created_at).desc(), col(Outbox.event_id))
        .limit(SHOWN)
    )
    return list(found)


def _seal(secret: str, operator_id: str, value: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(secret).encrypt(nonce, value, operator_id.encode())


def unsealed(secret: str, webhook: Webhook) -> bytes:
    """The secret that deliveries are signed with."""
    nonce, encrypted = webhook.secret_sealed[:_NONCE_BYTES], webhook.secret_sealed[_NONCE_BYTES:]
    return _cipher(secret).decrypt(nonce, encrypted, webhook.operator_id.encode())


def _cipher(secret: str) -> AESGCM:
    return AESGCM(derive_key(secret, "webhook-secrets"))
