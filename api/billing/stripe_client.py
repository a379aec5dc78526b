"""The way to Stripe: its own library over HTTP, and what we do there, by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import stripe

from api.clock import Clock
from api.database import Database
from api.errors import DomainError
from api.services import Services
from api.settings import Settings
from fares.reasons import Text

PATIENCE_SECONDS = 10

Params = dict[str, Any]
Operation = Callable[[stripe.StripeClient, str | None, Any, Any], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Billing:
    """All that paying by bank card needs; `client` is None where no key is set."""

    settings: Settings
    clock: Clock
    database: Database
    client: stripe.StripeClient | None
    http: stripe.HTTPXClient | None

    async def close(self) -> None:
        """Close the connections to Stripe."""
        if self.http is not None:
            await self.http.close_async()  # type: ignore[no-untyped-call]  # the library's

    @property
    def stripe(self) -> stripe.StripeClient:
        """The client; raises 409 `bank_cards_not_accepted` where there is none."""
        if self.client is None:
            raise DomainError(
                "bank_cards_not_accepted",
                Text(
                    "カードでの支払いはまだできません。窓口でお支払いください。",
                    "This town takes no bank cards yet. Pay at the counter.",
                ),
                status=409,
            )
        return self.client


def open_billing(services: Services) -> Billing:
    """Billing as the settings say; nothing is asked of Stripe yet."""
    settings = services.settings
    client = http = None
    if settings.stripe_key is not None:
        http = stripe.HTTPXClient(timeout=PATIENCE_SECONDS)
        client = stripe.StripeClient(
            settings.stripe_key,
            base_addresses={"api": settings.stripe_url} if settings.stripe_url else {},
            http_client=http,
            # Whatever stays without an answer is sent again by the janitor, under the same key.
            max_network_retries=0,
        )
    return Billing(settings, services.clock, services.database, client, http)


async def _create_customer(s: stripe.StripeClient, _: str | None, params: Any, o: Any) -> Any:
    return await s.v1.customers.create_async(params, o)


async def _create_price(s: stripe.StripeClient, _: str | None, params: Any, o: Any) -> Any:
    return await s.v1.prices.create_async(params, o)


async def _open_checkout(s: stripe.StripeClient, _: str | None, params: Any, o: Any) -> Any:
    return await s.v1.checkout.sessions.create_async(params, o)


async def _open_portal(s: stripe.StripeClient, _: str | None, params: Any, o: Any) -> Any:
    return await s.v1.billing_portal.sessions.create_async(params, o)


async def _change_subscription(
    s: stripe.StripeClient, target: str | None, params: Any, o: Any
) -> Any:
    return await s.v1.subscriptions.update_async(target or "", params, o)


async def _cancel_subscription(
    s: stripe.StripeClient, target: str | None, params: Any, o: Any
) -> Any:
    return await s.v1.subscriptions.cancel_async(target or "", params, o)


async def _refund(s: stripe.StripeClient, _: str | None, params: Any, o: Any) -> Any:
    return await s.v1.refunds.create_async(params, o)


OPERATIONS: dict[str, Operation] = {
    "create_customer": _create_customer,
    "create_price": _create_price,
    "open_checkout": _open_checkout,
    "open_portal": _open_portal,
    "change_subscription": _change_subscription,
    "cancel_subscription": _cancel_subscription,
    "refund": _refund,
}
