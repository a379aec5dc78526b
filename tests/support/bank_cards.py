"""A town that takes bank cards, with the stand-in for Stripe beside it on a port of its own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
import uvicorn

from api.billing.janitor import tidy
from api.billing.stripe_client import Billing, open_billing
from api.services import Services
from tests.fakestripe.engine import Engine
from tests.fakestripe.server import Delivery, FakeStripe, create_app
from tests.support.world import PLAN, Browser, World, open_world

SECRET = "whsec_test"

# The plans of these journeys: dearer, cheaper, and one that gives unused days back.
PLUS: dict[str, Any] = PLAN | {
    "plan_id": "plus",
    "pause_months": 3,
    "price": {"amount_minor": 7900, "currency": "JPY"},
}
SENIORS: dict[str, Any] = PLAN | {
    "plan_id": "seniors",
    "concession_prices": [{"rider_category": "senior", "amount_minor": 2900}],
}
FAIR: dict[str, Any] = PLAN | {"plan_id": "fair", "refund": "unused_days"}


@dataclass(slots=True)
class BankCards:
    """The town, the stand-in, and what a test does with both."""

    world: World
    fake: FakeStripe
    billing: Billing

    async def deliver(self, order: Random | None = None, *, twice: bool = False) -> None:
        """Deliver what has happened: as it came, or shuffled, or each event twice."""
        deliveries = self.fake.new_deliveries()
        sent: list[Delivery] = list(deliveries) * (2 if twice else 1)
        if order is not None:
            order.shuffle(sent)
        for delivery in sent:
            response = await self.post_event(delivery.event)
            assert response.status_code == 204, response.text
        for delivery in deliveries:
            self.fake.note(delivery, taken=True)

    async def post_event(
        self, event: dict[str, Any], signed_at: datetime | None = None
    ) -> httpx.Response:
        """Send one event as Stripe does."""
        at = signed_at or self.world.clock.now()
        body, signature = self.fake.signed(event, int(at.timestamp()))
        headers = {"stripe-signature": signature, "content-type": "application/json"}
        client = self.world.client({})
        return await client.post("/v1/stripe/events", content=body, headers=headers)

    async def choose(self, plan: str = "everything") -> Browser:
        """A resident who has chosen a plan and not paid."""
        return await self.world.resident(plan, pay=False)

    async def checkout(self, browser: Browser) -> str:
        """Open the page for paying; its id at Stripe."""
        opened = await browser.post("/v1/me/subscription/checkout", None)
        url: str = opened["url"]
        return url.rpartition("/")[2]

    async def rider(self, plan: str = "everything") -> Browser:
        """A resident who has paid by bank card."""
        browser = await self.choose(plan)
        self.fake.engine.pay_checkout(await self.checkout(browser))
        await self.deliver()
        return browser

    async def held(self, browser: Browser) -> dict[str, Any]:
        """Their subscription as they see it."""
        found: dict[str, Any] = await browser.get("/v1/me/subscription")
        return found

    def at_stripe(self, browser_index: int = 0) -> dict[str, Any]:
        """A subscription at Stripe, the oldest first."""
        return self.fake.engine.all("subscription")[::-1][browser_index]

    def customer(self) -> str:
        """The name at Stripe of the only customer."""
        (customer,) = self.fake.engine.all("customer")
        found: str = customer["id"]
        return found

    def move(self, by: timedelta) -> None:
        """Let time pass in both places."""
        self.world.clock.advance(by)
        self.fake.engine.advance(int(self.world.clock.now().timestamp()))

    async def day(self, days: int = 1) -> None:
        """Days pass: events come, the janitor comes by."""
        for _ in range(days):
            self.move(timedelta(days=1))
            await self.deliver()
            await tidy(self.billing)

    async def tidy(self) -> None:
        """The janitor comes by."""
        await tidy(self.billing)

    async def payments(self) -> list[tuple[str, int]]:
        """All receipts by their number: what for, and how much."""
        rows = await self.world.rows(
            "SELECT coalesce(reason, 'paid') AS what, amount_minor FROM payment "
            "ORDER BY receipt_number"
        )
        return [(row["what"], row["amount_minor"]) for row in rows]

    async def state(self) -> Sequence[Any]:
        """All that paying leaves behind, for comparing one history with another."""
        subscriptions = await self.world.rows(
            "SELECT status, plan_id, paid_from_date, paid_until_date, covered_until_date, "
            "cancel_at_period_end, canceled_at, collection, next_plan_id FROM subscription "
            "ORDER BY account_id"
        )
        return subscriptions, await self.payments()


@asynccontextmanager
async def open_bank_cards(url: str, tmp_path: Path) -> AsyncIterator[BankCards]:
    """A town with the stand-in, which knows nothing yet."""
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    fake = FakeStripe(Engine(0), SECRET, address)
    config = uvicorn.Config(create_app(fake), lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    settings = {
        "stripe_key": "sk_test_1",
        "stripe_webhook_secret": SECRET,
        "stripe_url": address,
    }
    try:
        async with open_world(url, tmp_path, **settings) as world:
            fake.engine.advance(int(world.clock.now().timestamp()))
            await world.publish(PLUS)
            await world.publish(FAIR)
            await world.publish(SENIORS)
            services = Services(world.settings, world.clock, world.database)
            billing = open_billing(services)
            yield BankCards(world, fake, billing)
            await billing.close()
            assert fake.broken == []
    finally:
        server.should_exit = True
        await serving
        listening.close()
