"""Delivering the outbox: at least once, oldest first, and again later what did not arrive."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import httpx
import orjson
import structlog
from cryptography.exceptions import InvalidTag
from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.bulk import run_sql
from api.services import Services
from api.settings import Settings
from api.town.service import touch_network
from api.webhooks.addresses import resolve
from api.webhooks.service import unsealed
from api.webhooks.signing import signed_headers
from api.webhooks.tables import Outbox, Webhook

log = structlog.get_logger(__name__)

BATCH = 20
PATIENCE = httpx.Timeout(10)
# After the first try at once: the waits that Standard Webhooks recommends, three days in all.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
KEPT = timedelta(days=30)
_GONE = 410


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one try; `error` is None where it arrived."""

    error: str | None = None
    gone: bool = False


async def deliver_due(services: Services) -> int:
    """Deliver all that is due; returns how much arrived. Several may do so at once.

    A row is marked in the transaction that holds it while it is sent: who dies in between leaves
    it due, and it is sent again under the same id.
    """
    arrived = 0
    async with httpx.AsyncClient(timeout=PATIENCE, follow_redirects=False) as client:
        while True:
            async with services.database.session() as session:
                rows = await _due(session, services.clock.now())
                if not rows:
                    return arrived
                arrived += await _deliver(session, services, client, rows)


async def _due(session: AsyncSession, now: datetime) -> list[Outbox]:
    found = await session.exec(
        select(Outbox)
        .where(col(Outbox.due_at) <= now)
        .order_by(col(Outbox.due_at), col(Outbox.created_at))
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    return list(found)


async def _deliver(
    session: AsyncSession, services: Services, client: httpx.AsyncClient, rows: list[Outbox]
) -> int:
    wanted = {row.operator_id for row in rows}
    found = await session.exec(select(Webhook).where(col(Webhook.operator_id).in_(wanted)))
    webhooks = {webhook.operator_id: webhook for webhook in found}
    now = services.clock.now()
    deliveries = await asyncio.gather(
        *(_send(client, services.settings, webhooks.get(row.operator_id), row, now) for row in rows)
    )
    for row, delivery in zip(rows, deliveries, strict=True):
        _note(row, delivery, now)
        if delivery.gone and (webhook := webhooks.pop(row.operator_id, None)):
            await session.delete(webhook)
            await touch_network(session)  # the desks write no more for it
            log.warning("webhook_gone", operator_id=row.operator_id)
    return sum(delivery.error is None for delivery in deliveries)


def _note(row: Outbox, delivery: Delivery, now: datetime) -> None:
    row.attempts += 1
    row.last_error = delivery.error
    if delivery.error is None:
        row.due_at, row.delivered_at = None, now
    elif delivery.gone or row.attempts > len(WAITS):
        row.due_at = None
        log.warning("webhook_given_up", operator_id=row.operator_id, event_id=str(row.event_id))
    else:
        row.due_at = now + WAITS[row.attempts - 1]


async def _send(
    client: httpx.AsyncClient,
    settings: Settings,
    webhook: Webhook | None,
    row: Outbox,
    now: datetime,
) -> Delivery:
    """Send one event; nobody's answer is read, only whether it was taken."""
    if webhook is None:
        return Delivery("no webhook is set", gone=True)
    body = orjson.dumps(row.payload)
    try:
        secret = unsealed(settings.secret, webhook)
        headers = signed_headers(secret, str(row.event_id), int(now.timestamp()), body)
        async with asyncio.timeout(PATIENCE.read):
            request = await _request(client, settings, webhook.url, headers, body)
            response = await client.send(request, stream=True)
            await response.aclose()
    except (httpx.HTTPError, httpx.InvalidURL, InvalidTag, OSError, ValueError) as error:
        return Delivery(type(error).__name__)  # whatever it is, it is this operator's alone
    if response.is_success:
        return Delivery()
    return Delivery(f"status {response.status_code}", gone=response.status_code == _GONE)


async def _request(
    client: httpx.AsyncClient, settings: Settings, url: str, headers: dict[str, str], body: bytes
) -> httpx.Request:
    """To the very address that was checked, under the name that its certificate must have."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = await resolve(host, port, production=settings.production)
    return client.build_request(
        "POST",
        httpx.URL(url).copy_with(host=address),
        content=body,
        headers={**headers, "content-type": "application/json", "host": parts.netloc},
        extensions={"sni_hostname": host},
    )


_FORGET = text("DELETE FROM outbox WHERE due_at IS NULL AND created_at < :before")


async def forget_old_events(session: AsyncSession, now: datetime) -> None:
    """Forget what was delivered or given up a month ago."""
    await run_sql(session, _FORGET, before=now - KEPT)
