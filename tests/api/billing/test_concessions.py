"""A concession has its price, from the day of the attestation on and no longer."""

from __future__ import annotations

from typing import Any

import pytest

from api.counter.attestations import end_concessions
from tests.support.bank_cards import SENIORS, BankCards
from tests.support.world import PLAN, Browser, World

pytestmark = [pytest.mark.anyio, pytest.mark.database]


async def prove(world: World, browser: Browser) -> None:
    desk = await world.staff("desk")
    proven = {
        "resident_number": browser.me["resident_number"],
        "rider_category": "senior",
        "outcome": "eligible",
    }
    await desk.post("/v1/desk/attestations", proven)


async def test_at_the_counter(world: World) -> None:
    await world.publish(SENIORS)
    browser = await world.resident("seniors", pay=False)
    assert (await browser.get("/v1/me/subscription"))["amount_due"]["amount_minor"] == 4900
    await prove(world, browser)
    held = await browser.get("/v1/me/subscription")
    assert held["amount_due"]["amount_minor"] == 2900
    desk = await world.staff("desk")
    body: dict[str, Any] = {
        "resident_number": browser.me["resident_number"],
        "subscription_id": held["subscription_id"],
        "method": "cash",
        "amount_minor": 4900,
        "currency": "JPY",
    }
    answer = await desk.send("POST", "/v1/desk/payments", body, "too-much-0001")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_amount")
    assert (await world.pay(browser, held))["subscription"]["status"] == "active"


async def test_by_bank_card_from_the_next_period_and_until_it_ends(cards: BankCards) -> None:
    browser = await cards.rider("seniors")
    await cards.day(3)
    await prove(cards.world, browser)
    await cards.day(28)  # 8 May: the price of a senior, without a word to Stripe by anybody
    assert await cards.payments() == [("paid", 4900), ("paid", 2900)]
    await cards.world.change("UPDATE resident SET category_until_date = DATE '2026-05-20'")
    await cards.day(20)
    await end_concessions(cards.world.database, cards.world.clock)
    await cards.day(12)
    assert await cards.payments() == [("paid", 4900), ("paid", 2900), ("paid", 4900)]


async def test_a_senior_begins_at_the_price_of_one(cards: BankCards) -> None:
    browser = await cards.choose("seniors")
    await prove(cards.world, browser)
    cards.fake.engine.pay_checkout(await cards.checkout(browser))
    await cards.deliver()
    assert await cards.payments() == [("paid", 2900)]


@pytest.mark.parametrize(
    ("prices", "path"),
    [
        ([{"rider_category": "vip", "amount_minor": 1}], "concession_prices[0].rider_category"),
        (
            [{"rider_category": "senior", "amount_minor": 1}] * 2,
            "concession_prices",
        ),
        ([{"rider_category": "senior"}], "concession_prices[0].amount_minor"),
    ],
)
async def test_a_price_that_is_none_is_refused(
    world: World, prices: list[dict[str, Any]], path: str
) -> None:
    with pytest.raises(Exception, match="bad_plan") as refused:
        await world.publish(PLAN | {"plan_id": "wrong", "concession_prices": prices})
    assert path in str(refused.value)
