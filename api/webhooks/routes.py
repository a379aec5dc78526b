"""`/v1/operators/current/webhook`: where an operator wants to be told what becomes of its rides."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, delete, get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.status_codes import HTTP_204_NO_CONTENT
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest, operator_staff_only
from api.clock import Clock
from api.errors import problems
from api.settings import Settings
from api.webhooks.addresses import MAX_URL
from api.webhooks.service import get_webhook, list_events, remove_webhook, set_webhook
from api.webhooks.signing import secret_text
from api.wire import VISIBLE, Instant, Request, View


class WebhookRequest(Request, frozen=True):
    """Where to."""

    url: Annotated[str, msgspec.Meta(pattern=VISIBLE, max_length=MAX_URL)]


class WebhookView(View, frozen=True):
    """Where to, since when; the secret once, when it is made."""

    url: str
    created_at: Instant
    secret: str | None


class WebhookEventView(View, frozen=True):
    """One event and how its delivery stands; without `due_at` it arrived, or was given up."""

    event_id: UUID
    authorization_id: UUID
    created_at: Instant
    attempts: int
    due_at: Instant | None
    delivered_at: Instant | None
    last_error: str | None


class WebhookEventListView(View, frozen=True):
    """The last 100, newest first."""

    items: list[WebhookEventView]


class WebhookController(Controller):
    """An operator's staff only: a reader's key must not move where rides are told."""

    path = "/v1/operators/current/webhook"
    tags = ["operators"]
    guards = [operator_staff_only]

    @put(
        summary="Tell us of our rides here",
        operation_id="set_webhook",
        opt=problems("bad_webhook_url", "no_town"),
    )
    async def put(
        self,
        data: JSONBody[WebhookRequest],
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        settings: NamedDependency[Settings],
    ) -> WebhookView:
        """Set or move the webhook; its secret is new each time and shown here once.

        Each ride that begins or changes is sent as `ride.changed`, signed as Standard Webhooks.
        """
        webhook, secret = await set_webhook(
            session, clock.now(), settings, request.user.operator_id, data.url
        )
        return WebhookView(
            url=webhook.url, created_at=webhook.created_at, secret=secret_text(secret)
        )

    @get(summary="Our webhook", operation_id="get_webhook", opt=problems("no_webhook"))
    async def show(
        self, request: AppRequest, session: NamedDependency[AsyncSession]
    ) -> WebhookView:
        """Where rides are told; without the secret."""
        webhook = await get_webhook(session, request.user.operator_id)
        return WebhookView(url=webhook.url, created_at=webhook.created_at, secret=None)

    @delete(
        summary="Tell us no more",
        operation_id="remove_webhook",
        status_code=HTTP_204_NO_CONTENT,
        opt=problems("no_webhook", "no_town"),
    )
    async def remove(self, request: AppRequest, session: NamedDependency[AsyncSession]) -> None:
        """What has not been delivered yet is given up."""
        await remove_webhook(session, request.user.operator_id)

    @get("/events", summary="What we were told", operation_id="list_webhook_events")
    async def events(
        self, request: AppRequest, session: NamedDependency[AsyncSession]
    ) -> WebhookEventListView:
        """The last 100 events and how their delivery stands."""
        rows = await list_events(session, request.user.operator_id)
        return WebhookEventListView(
            items=[
                WebhookEventView(
                    event_id=row.event_id,
                    authorization_id=row.authorization_id,
                    created_at=row.created_at,
                    attempts=row.attempts,
                    due_at=row.due_at,
                    delivered_at=row.delivered_at,
                    last_error=row.last_error,
                )
                for row in rows
            ]
        )
