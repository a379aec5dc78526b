"""A year of changes, a failing card, a recovery and a pause: the charges worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.bank_cards import BankCards
from tests.support.world import Browser

pytestmark = [pytest.mark.anyio, pytest.mark.database, pytest.mark.once]


async def until(cards: BankCards, browser: Browser, day: date) -> Browser:
    """Days pass until noon of a day in Tokyo; sessions do not last a year, so they sign in."""
    await cards.day((day - cards.world.clock.now().date()).days)
    return await cards.world.resident_again(browser)


async def change(browser: Browser, plan_id: str, timing: str) -> None:
    body = {"plan_id": plan_id, "timing": timing}
    await browser.post("/v1/me/subscription/change", body, 200)


async def test_a_year(cards: BankCards) -> None:
    browser = await cards.rider()  # 8 April: 4,900
    browser = await until(cards, browser, date(2026, 6, 23))  # 8 May, 8 June: 4,900 each
    # 15 of the 30 days from 8 June to 8 July are left: half of 7,900 - 4,900.
    await change(browser, "plus", "now")
    browser = await until(cards, browser, date(2026, 8, 1))  # 8 July: 7,900
    cards.fake.engine.use_card(cards.customer(), declines=True)
    browser = await until(cards, browser, date(2026, 8, 12))  # 8 and 11 August: declined
    assert (await cards.held(browser))["status"] == "past_due"
    cards.fake.engine.use_card(cards.customer(), declines=False)  # 12 August: 7,900
    browser = await until(cards, browser, date(2026, 9, 20))  # 8 September: 7,900
    await browser.post("/v1/me/subscription/pause", {"months": 2}, 200)
    browser = await until(cards, browser, date(2026, 11, 1))  # 8 October, 8 November: nothing
    held = await cards.held(browser)
    assert (held["status"], held["paused_until_date"]) == ("paused", "2026-12-08")
    browser = await until(cards, browser, date(2026, 12, 9))  # 8 December: 7,900
    held = await cards.held(browser)
    assert (held["status"], held["paid_until_date"]) == ("active", "2027-01-08")
    await change(browser, "everything", "next_period")
    browser = await until(cards, browser, date(2027, 1, 20))  # 8 January: 4,900
    await browser.post("/v1/me/subscription/cancel", None, 200)
    browser = await until(cards, browser, date(2027, 1, 25))
    await browser.post("/v1/me/subscription/keep", None, 200)
    browser = await until(cards, browser, date(2027, 3, 20))  # 8 February, 8 March: 4,900 each
    await browser.post("/v1/me/subscription/cancel", None, 200)
    browser = await until(cards, browser, date(2027, 4, 9))  # 8 April: it has ended
    assert await browser.get("/v1/me/subscription", 404)
    assert [amount for _, amount in await cards.payments()] == [
        *(4900, 4900, 4900, 1500),
        *(7900, 7900, 7900),
        *(7900, 4900, 4900, 4900),
    ]
    numbers = await cards.world.rows("SELECT receipt_number FROM payment ORDER BY paid_at")
    assert [row["receipt_number"] for row in numbers] == [
        *(f"R2026-{number:06}" for number in range(1, 9)),
        *(f"R2027-{number:06}" for number in range(1, 4)),
    ]


async def test_a_pause_stops_rides_and_ends_sooner_if_wished(cards: BankCards) -> None:
    browser = await cards.rider("plus")
    refused = await browser.send("POST", "/v1/me/subscription/pause", {"months": 4})
    assert (refused.status_code, refused.json()["code"]) == (409, "pause_not_allowed")
    paused = await browser.post("/v1/me/subscription/pause", {"months": 3}, 200)
    assert (paused["status"], paused["paused_until_date"]) == ("active", "2026-08-08")
    assert paused["covered_until_date"] == paused["paid_until_date"] == "2026-05-08"
    await cards.day(35)
    assert (await cards.held(browser))["status"] == "paused"
    resumed = await browser.post("/v1/me/subscription/resume", None, 200)
    assert resumed["paused_until_date"] is None
    cards.move(timedelta(days=27))
    await cards.deliver()
    held = await cards.held(browser)
    assert (held["status"], held["paid_until_date"]) == ("active", "2026-07-08")
    assert await cards.payments() == [("paid", 7900), ("paid", 7900)]
