"""Paying by bank card, by the real library over HTTP, and riding on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.bank_cards import PLUS, BankCards
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.database]


async def test_a_resident_pays_by_card_and_rides(cards: BankCards) -> None:
    browser = await cards.choose()
    page = await cards.checkout(browser)
    assert (await cards.held(browser))["status"] == "incomplete"
    cards.fake.engine.pay_checkout(page)
    await cards.deliver()
    held = await cards.held(browser)
    assert (held["status"], held["collection"]) == ("active", "card")
    assert (held["current_period_start_date"], held["paid_until_date"]) == (
        "2026-04-08",
        "2026-05-08",
    )
    assert held["covered_until_date"] == "2026-05-15"
    assert held["amount_due"]["amount_minor"] == 0
    assert await cards.payments() == [("paid", 4900)]
    phone = await cards.world.phone(browser)
    reader = await cards.world.reader("mori-bus")
    assert (await reader.tap("tap_on", "bus", phone.code()))["result"] == "granted"


async def test_a_declined_card_pays_nothing(cards: BankCards) -> None:
    browser = await cards.choose()
    cards.fake.engine.pay_checkout(await cards.checkout(browser), declined=True)
    await cards.deliver()
    assert (await cards.held(browser))["status"] == "incomplete"
    assert await cards.payments() == []


async def test_who_pays_on_two_pages_gets_the_second_back(cards: BankCards) -> None:
    browser = await cards.choose()
    pages = [await cards.checkout(browser), await cards.checkout(browser)]
    for page in pages:
        cards.fake.engine.pay_checkout(page)
    await cards.deliver()
    statuses = [each["status"] for each in cards.fake.engine.all("subscription")]
    assert sorted(statuses) == ["active", "canceled"]
    assert sum(charge["amount_refunded"] for charge in cards.fake.engine.all("charge")) == 4900
    await cards.deliver()
    assert await cards.payments() == [("paid", 4900)]


async def test_who_left_before_paying_gets_all_of_it_back(cards: BankCards) -> None:
    browser = await cards.choose()
    page = await cards.checkout(browser)
    await browser.post("/v1/me/subscription/cancel", None, 200)
    cards.fake.engine.pay_checkout(page)
    await cards.deliver()
    assert cards.at_stripe()["status"] == "canceled"
    (charge,) = cards.fake.engine.all("charge")
    assert charge["refunded"]


async def test_what_a_card_pays_is_not_taken_in_cash(cards: BankCards) -> None:
    browser = await cards.rider()
    held = await cards.held(browser)
    desk = await cards.world.staff("desk")
    body = {
        "resident_number": browser.me["resident_number"],
        "subscription_id": held["subscription_id"],
        "method": "cash",
        "amount_minor": 4900,
        "currency": "JPY",
    }
    answer = await desk.send("POST", "/v1/desk/payments", body, "cash-on-top-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "paid_by_bank_card")


async def test_the_counter_gives_a_charge_back_to_the_card(cards: BankCards) -> None:
    browser = await cards.rider()
    desk = await cards.world.staff("desk")
    (receipt,) = await cards.world.rows("SELECT receipt_number FROM payment")
    body = {"receipt_number": receipt["receipt_number"], "reason": "引っ越し"}
    back = await desk.post("/v1/desk/reversals", body, key="card-back-0001")
    assert (back["amount"]["amount_minor"], back["subscription"]["paid_until_date"]) == (
        -4900,
        None,
    )
    assert await desk.post("/v1/desk/reversals", body, key="card-back-0001") == back
    other = body | {"reason": "and again"}
    answer = await desk.send("POST", "/v1/desk/reversals", other, "card-back-0002")
    assert (answer.status_code, answer.json()["code"]) == (409, "already_reversed")
    await cards.deliver()
    assert await cards.payments() == [("paid", 4900), ("引っ越し", -4900)]
    assert (await desk.get("/v1/desk/drawer"))["items"] == []
    assert (await cards.held(browser))["covered_until_date"] is None


async def test_a_resident_sees_every_receipt(cards: BankCards) -> None:
    browser, other = await cards.rider("fair"), await cards.world.resident()
    await browser.post("/v1/me/subscription/cancel?at_once=true", None, 200)
    await cards.deliver()
    receipts = (await browser.get("/v1/me/payments"))["items"]
    assert [(each["amount"]["amount_minor"], each["method"]) for each in receipts] == [
        (-4736, "bank_card"),
        (4900, "bank_card"),
    ]
    (cash,) = (await other.get("/v1/me/payments"))["items"]
    assert (cash["method"], cash["period_end_date"]) == ("cash", "2026-05-08")
    assert cash["receipt_number"] not in {each["receipt_number"] for each in receipts}


async def test_what_was_made_by_hand_at_stripe_is_left_alone(cards: BankCards) -> None:
    await cards.rider()
    made = cards.fake.engine.create_checkout(
        {
            "customer": cards.customer(),
            "line_items": [{"price": cards.fake.engine.all("price")[0]["id"]}],
            "success_url": "https://example.org",
        }
    )
    cards.fake.engine.pay_checkout(made["id"])
    await cards.deliver()
    assert {each["status"] for each in cards.fake.engine.all("subscription")} == {"active"}
    assert await cards.payments() == [("paid", 4900)]


async def test_leaving_with_the_month_and_staying_after_all(cards: BankCards) -> None:
    browser = await cards.rider()
    left = await browser.post("/v1/me/subscription/cancel", None, 200)
    assert (left["status"], left["cancel_at_period_end"]) == ("active", True)
    assert left["covered_until_date"] == left["paid_until_date"] == "2026-05-08"
    kept = await browser.post("/v1/me/subscription/keep", None, 200)
    assert (kept["cancel_at_period_end"], kept["covered_until_date"]) == (False, "2026-05-15")
    await browser.post("/v1/me/subscription/cancel", None, 200)
    await cards.day(31)
    assert await browser.get("/v1/me/subscription", 404)
    assert await cards.payments() == [("paid", 4900)]


@pytest.mark.parametrize(
    ("plan", "given_back"),
    # 8 April is used; 29 of 30 days are not: 4,900 * 29 / 30.
    [("everything", []), ("fair", [("left", -4736)])],
)
async def test_leaving_at_once_gives_back_what_the_plan_says(
    cards: BankCards, plan: str, given_back: list[tuple[str, int]]
) -> None:
    browser = await cards.rider(plan)
    phone = await cards.world.phone(browser)
    left = await browser.post("/v1/me/subscription/cancel?at_once=true", None, 200)
    assert left["status"] == "canceled"
    await cards.deliver()
    assert await cards.payments() == [("paid", 4900), *given_back]
    reader = await cards.world.reader("mori-bus")
    refused = await reader.tap("tap_on", "bus", phone.code())
    assert refused["result"] == "refused"


async def test_a_dearer_plan_from_now_on_is_paid_for_now(cards: BankCards) -> None:
    browser = await cards.rider()
    cards.move(timedelta(days=15))
    body = {"plan_id": "plus", "timing": "now"}
    changed = await browser.post("/v1/me/subscription/change", body, 200)
    assert (changed["plan"]["plan_id"], changed["paid_until_date"]) == ("plus", "2026-05-08")
    # Half of the month is left: half of the difference.
    assert await cards.payments() == [("paid", 4900), ("paid", 1500)]
    await cards.day(16)
    assert await cards.payments() == [("paid", 4900), ("paid", 1500), ("paid", 7900)]


async def test_a_card_that_is_declined_changes_nothing(cards: BankCards) -> None:
    browser = await cards.rider()
    cards.fake.engine.use_card(cards.customer(), declines=True)
    body = {"plan_id": "plus", "timing": "now"}
    answer = await browser.send("POST", "/v1/me/subscription/change", body)
    assert (answer.status_code, answer.json()["code"]) == (402, "card_declined")
    assert (await cards.held(browser))["plan"]["plan_id"] == "everything"
    cards.fake.engine.use_card(cards.customer(), declines=False)
    again = await browser.post("/v1/me/subscription/change", body, 200)
    assert again["plan"]["plan_id"] == "plus"


async def test_a_difference_can_wait_for_the_next_invoice(cards: BankCards) -> None:
    browser = await cards.rider()
    cards.move(timedelta(days=15))
    body = {"plan_id": "plus", "timing": "next_invoice"}
    changed = await browser.post("/v1/me/subscription/change", body, 200)
    assert changed["plan"]["plan_id"] == "plus"
    assert await cards.payments() == [("paid", 4900)]
    await cards.day(16)
    assert await cards.payments() == [("paid", 4900), ("paid", 7900 + 1500)]


async def test_a_plan_for_the_next_period_begins_with_it(cards: BankCards) -> None:
    browser = await cards.rider("plus")
    body = {"plan_id": "everything", "timing": "next_period"}
    changed = await browser.post("/v1/me/subscription/change", body, 200)
    assert (changed["plan"]["plan_id"], changed["next_plan"]["plan_id"]) == ("plus", "everything")
    await cards.day(29)
    assert (await cards.held(browser))["plan"]["plan_id"] == "plus"
    await cards.day(2)
    held = await cards.held(browser)
    assert (held["plan"]["plan_id"], held["next_plan"]) == ("everything", None)
    assert await cards.payments() == [("paid", 7900), ("paid", 4900)]


async def test_the_ladder_of_a_card_that_fails(cards: BankCards) -> None:
    browser = await cards.rider()
    cards.fake.engine.use_card(cards.customer(), declines=True)
    bus, taxi = (
        await cards.world.reader("mori-bus"),
        await cards.world.reader("mori-taxi", "system"),
    )
    await cards.day(31)
    assert (await cards.held(browser))["status"] == "past_due"
    phone = await cards.world.phone(browser)
    held = await taxi.hold(phone)
    assert held["result"] == "granted"  # a day late: everything still runs
    await taxi.ride(held["authorization_id"], 1500)
    await cards.day(4)
    phone = await cards.world.phone(browser)
    refused = await taxi.hold(phone)
    assert (refused["reason"], refused["rule"]) == (
        "payment_late",
        "late_payment:restrict_after_days",
    )
    assert (await bus.tap("tap_on", "bus", phone.code()))["result"] == "granted"
    await cards.day(3)
    answer = await browser.send(
        "POST", "/v1/me/passes", {"device_public_keys": [], "signature": ""}
    )
    assert answer.status_code in (400, 409)
    held = await cards.held(browser)
    assert held["covered_until_date"] == "2026-05-15"
    refused = await bus.tap("tap_on", "bus", phone.code())
    assert refused["result"] == "refused"
    await cards.day(23)
    assert await browser.get("/v1/me/subscription", 404)
    assert cards.at_stripe()["status"] == "canceled"
    assert await cards.payments() == [("paid", 4900)]


async def test_a_good_card_brings_everything_back(cards: BankCards) -> None:
    browser = await cards.rider()
    cards.fake.engine.use_card(cards.customer(), declines=True)
    await cards.day(33)
    assert (await cards.held(browser))["status"] == "past_due"
    opened = await browser.post("/v1/me/subscription/bank-card", None)
    portal = cards.world.client({})
    assert "/portal/" in opened["url"]
    await portal.aclose()
    cards.fake.engine.use_card(cards.customer(), declines=False)
    await cards.deliver()
    held = await cards.held(browser)
    assert (held["status"], held["paid_until_date"]) == ("active", "2026-06-08")
    assert await cards.payments() == [("paid", 4900), ("paid", 4900)]


async def test_a_refund_made_at_stripe_is_a_receipt_and_ends_what_it_paid(cards: BankCards) -> None:
    browser = await cards.rider()
    (charge,) = cards.fake.engine.all("charge")
    cards.fake.engine.create_refund({"payment_intent": charge["payment_intent"], "amount": "900"})
    await cards.deliver()
    assert (await cards.held(browser))["paid_until_date"] == "2026-05-08"
    cards.fake.engine.create_refund({"payment_intent": charge["payment_intent"]})
    await cards.deliver()
    assert (await cards.held(browser))["paid_until_date"] is None
    assert await cards.payments() == [("paid", 4900), ("refund", -900), ("refund", -4000)]


async def test_a_dispute_counts_when_it_is_lost(cards: BankCards) -> None:
    browser = await cards.rider()
    (charge,) = cards.fake.engine.all("charge")
    cards.fake.engine.dispute(charge["payment_intent"], "needs_response")
    await cards.deliver()
    assert (await cards.held(browser))["paid_until_date"] == "2026-05-08"
    cards.fake.engine.dispute(charge["payment_intent"], "lost")
    await cards.deliver()
    assert (await cards.held(browser))["paid_until_date"] is None
    assert await cards.payments() == [("paid", 4900), ("dispute", -4900)]


async def test_rides_go_on_while_stripe_is_silent(cards: BankCards) -> None:
    browser = await cards.rider()
    cards.world.clock.advance(timedelta(days=30, hours=70))  # no event, nobody can be asked
    phone = await cards.world.phone(browser)
    bus, taxi = (
        await cards.world.reader("mori-bus"),
        await cards.world.reader("mori-taxi", "system"),
    )
    assert (await bus.tap("tap_on", "bus", phone.code()))["result"] == "granted"
    assert (await taxi.hold(phone))["result"] == "granted"


async def test_a_town_without_cards_says_so(world: World) -> None:
    browser = await world.resident(pay=False)
    answer = await browser.send("POST", "/v1/me/subscription/checkout", None)
    assert (answer.status_code, answer.json()["code"]) == (409, "bank_cards_not_accepted")


async def test_all_that_a_change_was_paid_for_counts_when_leaving(cards: BankCards) -> None:
    dear = PLUS | {"plan_id": "dear", "refund": "unused_days"}
    await cards.world.publish(dear)
    browser = await cards.rider()
    cards.move(timedelta(days=15))
    body = {"plan_id": "dear", "timing": "now"}
    await browser.post("/v1/me/subscription/change", body, 200)
    await browser.post("/v1/me/subscription/cancel?at_once=true", None, 200)
    await cards.deliver()
    # 14 of 30 days of 4,900 (2,286), and 14 of the 15 that the difference of 1,500 was for (1,400):
    # what was paid last goes back first.
    receipts = await cards.payments()
    assert receipts[:2] == [("paid", 4900), ("paid", 1500)]
    assert sorted(receipts[2:]) == [("left", -(2286 + 1400 - 1500)), ("left", -1500)]


async def test_a_change_that_waits_is_taken_back(cards: BankCards) -> None:
    browser = await cards.rider()
    for plan in ("plus", "everything"):
        body = {"plan_id": plan, "timing": "next_period"}
        changed = await browser.post("/v1/me/subscription/change", body, 200)
    assert (changed["plan"]["plan_id"], changed["next_plan"]) == ("everything", None)
    again = await browser.send("POST", "/v1/me/subscription/change", body)
    assert (again.status_code, again.json()["code"]) == (409, "same_plan")
