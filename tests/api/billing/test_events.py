"""Stripe's events: only Stripe's, only now, each once, in any order."""

from __future__ import annotations

import itertools
import os
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import Any

import orjson
import pytest

from api.billing.events import handle_events, keep_event, read_event
from tests.fakestripe.engine import Object
from tests.support.bank_cards import BankCards
from tests.support.world import Browser

pytestmark = [pytest.mark.anyio, pytest.mark.database]

ORDERS = int(os.environ.get("TEIKI_EVENT_ORDERS", "12"))


async def first_event(cards: BankCards) -> Object:
    browser = await cards.choose()
    cards.fake.engine.pay_checkout(await cards.checkout(browser))
    event: Object = cards.fake.new_deliveries()[-1].event
    return event


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_a_signature_that_is_not_of_now_is_refused(cards: BankCards, minutes: int) -> None:
    event = await first_event(cards)
    signed_at = cards.world.clock.now() + timedelta(minutes=minutes)
    answer = await cards.post_event(event, signed_at)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_stripe_event")
    assert await cards.world.rows("SELECT 1 FROM stripe_event") == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"stripe-signature": ""},
        {"stripe-signature": "t=now,v1=00"},
        {"stripe-signature": "t=1775617200,v1=" + "0" * 64},
        {"stripe-signature": "v1=" + "0" * 64},
    ],
)
async def test_what_stripe_did_not_sign_is_refused(
    cards: BankCards, headers: dict[str, str]
) -> None:
    body = orjson.dumps(await first_event(cards))
    client = cards.world.client({})
    answer = await client.post("/v1/stripe/events", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_stripe_event")


@pytest.mark.parametrize(
    "event",
    [
        [],
        {"id": "evt_1"},
        {"id": "", "type": "invoice.paid", "data": {"object": {"object": "invoice"}}},
        {"id": "e" * 300, "type": "invoice.paid", "data": {"object": {"object": "invoice"}}},
        {"id": "evt_1", "type": "invoice.paid", "data": {"object": "in_1"}},
    ],
)
async def test_what_is_no_event_is_refused(cards: BankCards, event: Any) -> None:
    answer = await cards.post_event(event)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_stripe_event")


async def test_somebody_elses_customer_is_no_matter_of_ours(cards: BankCards) -> None:
    about = {"object": "invoice", "id": "in_1", "customer": "cus_of_another_shop"}
    event = {"id": "evt_1", "type": "invoice.paid", "data": {"object": about}}
    assert (await cards.post_event(event)).status_code == 204
    (kept,) = await cards.world.rows("SELECT handled_at FROM stripe_event")
    assert kept["handled_at"] is not None


async def test_an_event_that_comes_again_is_kept_once(cards: BankCards) -> None:
    event = await first_event(cards)
    for _ in range(3):
        assert (await cards.post_event(event)).status_code == 204
    assert len(await cards.world.rows("SELECT 1 FROM stripe_event")) == 1
    assert await cards.payments() == [("paid", 4900)]


async def test_an_event_whose_customer_cannot_be_asked_about_waits(cards: BankCards) -> None:
    event = await first_event(cards)
    cards.fake.out_of_order = True
    assert (await cards.post_event(event)).status_code == 204
    (kept,) = await cards.world.rows("SELECT handled_at, last_error FROM stripe_event")
    assert (kept["handled_at"], kept["last_error"]) == (None, "APIError")
    cards.fake.out_of_order = False
    await cards.tidy()
    assert await cards.payments() == [("paid", 4900)]


Story = Callable[[BankCards, Browser], Awaitable[None]]


async def paid(cards: BankCards, browser: Browser) -> None:
    cards.fake.engine.pay_checkout(await cards.checkout(browser))


async def renewed_late(cards: BankCards, browser: Browser) -> None:
    await paid(cards, browser)
    cards.fake.engine.use_card(cards.customer(), declines=True)
    cards.move(timedelta(days=31))
    cards.fake.engine.use_card(cards.customer(), declines=False)


async def given_back(cards: BankCards, browser: Browser) -> None:
    await paid(cards, browser)
    (charge,) = cards.fake.engine.all("charge")
    for amount in ("900", "1000"):
        refund = {"payment_intent": charge["payment_intent"], "amount": amount}
        cards.fake.engine.create_refund(refund)


async def a_month(cards: BankCards, browser: Browser) -> None:
    """Paid, renewed, late, retried, recovered, given back in part, ended."""
    await renewed_late(cards, browser)
    cards.move(timedelta(days=20))
    charge = cards.fake.engine.all("charge")[0]
    refund = {"payment_intent": charge["payment_intent"], "amount": "1200"}
    cards.fake.engine.create_refund(refund)
    cards.fake.engine.cancel_subscription(cards.at_stripe()["id"], {})


async def told(cards: BankCards, story: Story) -> list[Object]:
    """Tell a story at Stripe of which nobody hears yet; its events."""
    browser = await cards.choose()
    await story(cards, browser)
    events = [each.event for each in cards.fake.new_deliveries()]
    cards.fake.deliveries.clear()
    return events


async def forget(cards: BankCards) -> None:
    """As before any event: of the residents only what they chose."""
    for table in ("stripe_event", "payment", "receipt_counter"):
        await cards.world.change(f"DELETE FROM {table}")
    await cards.world.change(
        "UPDATE subscription SET status = 'incomplete', paid_from_date = NULL, "
        "paid_until_date = NULL, covered_until_date = NULL, collection = 'counter', "
        "stripe_subscription_id = NULL, canceled_at = NULL, cancel_at_period_end = false, "
        "started_at = NULL"
    )


async def heard(cards: BankCards, events: list[Object]) -> Any:
    """What is left when these events arrive in this order."""
    await forget(cards)
    for event in events:
        assert (await cards.post_event(event)).status_code == 204
    return await cards.state()


@pytest.mark.parametrize("story", [paid, given_back])
async def test_every_order_of_a_small_group_ends_alike(cards: BankCards, story: Story) -> None:
    events = (await told(cards, story))[-3:]
    (expected, receipts) = await heard(cards, events)
    assert receipts[0] == ("paid", 4900)
    for order in itertools.permutations(events):
        assert await heard(cards, list(order)) == (expected, receipts)


async def handled(cards: BankCards, order: list[Object], random: Random) -> Any:
    """What is left when these were kept in this order, and handled now and then in between."""
    await forget(cards)
    stops = {random.randrange(len(order)) for _ in range(2)}
    for number, event in enumerate(order):
        body, signature = cards.fake.signed(event, int(cards.world.clock.now().timestamp()))
        await keep_event(cards.billing, read_event(cards.billing, body, signature))
        if number in stops:
            await handle_events(cards.billing)
    await handle_events(cards.billing)
    return await cards.state()


@pytest.mark.once
async def test_random_orders_of_a_month_with_repeats_end_alike(cards: BankCards) -> None:
    """`TEIKI_EVENT_ORDERS=2000` tries as many."""
    events = await told(cards, a_month)
    kinds = {event["type"] for event in events}
    assert {"invoice.payment_failed", "refund.created", "customer.subscription.deleted"} <= kinds
    expected = await heard(cards, events)
    assert expected[0][0]["status"] == "canceled"
    assert expected[1] == [("paid", 4900), ("paid", 4900), ("refund", -1200)]
    random = Random(7)
    for _ in range(ORDERS):
        order = events + random.sample(events, len(events) // 2)
        random.shuffle(order)
        assert await handled(cards, order, random) == expected


async def test_events_that_come_while_the_month_goes_on_end_alike(cards: BankCards) -> None:
    """Not only afterwards: some late, some twice, some never, day by day."""
    browser = await cards.rider()
    random = Random(11)
    for number in range(70):
        if number == 25:
            cards.fake.engine.use_card(cards.customer(), declines=True)
        if number == 36:
            cards.fake.engine.use_card(cards.customer(), declines=False)
        cards.move(timedelta(days=1))
        for delivery in cards.fake.new_deliveries():
            if random.random() < 0.4:
                continue  # it comes another day
            for _ in range(random.choice((1, 1, 2))):
                await cards.post_event(delivery.event)
            cards.fake.note(delivery, taken=random.random() < 0.7)
    cards.fake.deliveries.clear()  # and the rest never
    await cards.tidy()
    held = await cards.held(browser)
    assert (held["status"], held["paid_until_date"]) == ("active", "2026-07-08")
    assert await cards.payments() == [("paid", 4900)] * 3
