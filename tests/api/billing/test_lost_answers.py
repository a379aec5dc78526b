"""No answer is no knowledge: whatever call loses its answer, there is one charge in the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from tests.fakestripe.server import Fault
from tests.support.bank_cards import BankCards
from tests.support.world import Browser

pytestmark = [pytest.mark.anyio, pytest.mark.database, pytest.mark.once]

FAULTS: tuple[Fault, ...] = ("lost_answer", "lost_request", "fault", "fault_after")
Act = Callable[[BankCards, Browser], Awaitable[int]]


async def open_page(cards: BankCards, browser: Browser) -> int:
    answer = await browser.send("POST", "/v1/me/subscription/checkout", None)
    return answer.status_code


async def change_now(cards: BankCards, browser: Browser) -> int:
    body = {"plan_id": "plus", "timing": "now"}
    answer = await browser.send("POST", "/v1/me/subscription/change", body)
    return answer.status_code


async def leave_at_once(cards: BankCards, browser: Browser) -> int:
    answer = await browser.send("POST", "/v1/me/subscription/cancel?at_once=true", None)
    return answer.status_code


def charged(cards: BankCards) -> tuple[int, int]:
    """How many charges, and how much is left of them."""
    charges = cards.fake.engine.all("charge")
    return len(charges), sum(each["amount"] - each["amount_refunded"] for each in charges)


async def later(cards: BankCards) -> None:
    """The janitor comes by until nothing is open."""
    for _ in range(3):
        cards.move(timedelta(minutes=6))
        await cards.tidy()
        await cards.deliver()
    assert await cards.world.rows("SELECT 1 FROM stripe_call WHERE done_at IS NULL") == []


# The first page takes three calls: a customer, a price and the page itself.
@pytest.mark.parametrize("call", range(3))
@pytest.mark.parametrize("fault", FAULTS)
async def test_of_the_page_for_paying(cards: BankCards, call: int, fault: Fault) -> None:
    browser = await cards.choose()
    cards.fake.faults.extend([*["none"] * call, fault])
    assert await open_page(cards, browser) == 503
    await later(cards)
    page = await cards.checkout(browser)  # they try again
    cards.fake.engine.pay_checkout(page)
    await cards.deliver()
    assert charged(cards) == (1, 4900)
    assert (await cards.held(browser))["status"] == "active"


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("fault", FAULTS)
async def test_of_a_change_that_is_paid_now(cards: BankCards, fault: Fault, again: bool) -> None:
    browser = await cards.rider()
    cards.move(timedelta(days=15))
    cards.fake.faults.extend(["none", fault])
    assert await change_now(cards, browser) == 503
    if again:  # at once, by an impatient person: the same question under the same key
        assert await change_now(cards, browser) in {200, 409, 503}
    await later(cards)
    held = await cards.held(browser)
    assert held["plan"]["plan_id"] == "plus"
    # Half of the difference, less what the minutes until it was done were worth.
    first, (_, difference) = await cards.payments()
    assert first == ("paid", 4900)
    assert difference in {1499, 1500}
    assert charged(cards) == (2, 4900 + difference)


# To leave takes two calls: the end, and what goes back.
@pytest.mark.parametrize("call", range(2))
@pytest.mark.parametrize("fault", FAULTS)
async def test_of_leaving_with_something_back(cards: BankCards, call: int, fault: Fault) -> None:
    browser = await cards.rider("fair")
    cards.fake.faults.extend([*["none"] * call, fault])
    assert await leave_at_once(cards, browser) == (503 if call == 0 else 200)
    await later(cards)
    assert cards.at_stripe()["status"] == "canceled"
    assert await cards.payments() == [("paid", 4900), ("left", -4736)]
    assert charged(cards) == (1, 4900 - 4736)


async def test_a_click_too_many_asks_one_question(cards: BankCards) -> None:
    browser = await cards.choose()
    await cards.checkout(browser)
    made = [path for _, path in cards.fake.requests if path == "customers"]
    await cards.checkout(browser)
    assert made == [path for _, path in cards.fake.requests if path == "customers"]


async def test_a_key_stands_for_one_request(cards: BankCards) -> None:
    """The stand-in behaves as Stripe says of keys: the first answer again, faults too."""
    fake = cards.fake
    first = fake.answer("POST", "customers", "metadata[a]=1", "key-1")
    assert fake.answer("POST", "customers", "metadata[a]=1", "key-1").content == first.content
    other = fake.answer("POST", "customers", "metadata[a]=2", "key-1")
    assert (other.status_code, b"idempotency_error" in other.content) == (400, True)
    fake.faults.append("fault")
    for _ in range(2):
        assert fake.answer("POST", "customers", "", "key-2").status_code == 500
    assert len(fake.engine.all("customer")) == 1
