"""Cash that is given back, and a drawer that is counted: every yen stays on record."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.world import Browser, World

pytestmark = [pytest.mark.anyio, pytest.mark.database]


async def paid(world: World, desk: Browser) -> tuple[Browser, dict[str, Any], dict[str, Any]]:
    """A resident who has paid at this desk, what was sent, and the receipt."""
    resident = await world.resident(pay=False)
    held = await resident.get("/v1/me/subscription")
    body = {
        "resident_number": resident.me["resident_number"],
        "subscription_id": held["subscription_id"],
        **held["amount_due"],
    }
    return resident, body, await pay(desk, body)


async def pay(desk: Browser, body: dict[str, Any]) -> dict[str, Any]:
    receipt: dict[str, Any] = await desk.post("/v1/desk/payments", body, key=uuid4().hex)
    return receipt


async def reverse(
    desk: Browser, receipt: dict[str, Any], key: str | None = None, reason: str = "二重払い"
) -> httpx.Response:
    body = {"receipt_number": receipt["receipt_number"], "reason": reason}
    return await desk.send("POST", "/v1/desk/reversals", body, key or uuid4().hex)


async def close(
    desk: Browser, counted: int, note: str | None = None, key: str = "closing-0001"
) -> httpx.Response:
    body = {"counted_minor": counted, "note": note}
    return await desk.send("POST", "/v1/desk/drawer/closings", body, key)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_payment_that_is_given_back_leaves_both_receipts_and_no_paid_month(
    world: World,
) -> None:
    desk = await world.staff("desk")
    resident, _, receipt = await paid(world, desk)
    phone = await world.phone(resident)
    bus = await world.reader("mori-bus")
    back = await reverse(desk, receipt)
    assert back.status_code == 201
    given = back.json()
    assert (given["receipt_number"], given["amount"]["amount_minor"]) == ("R2026-000002", -4900)
    assert given["subscription"]["status"] == "incomplete"
    assert given["subscription"]["paid_until_date"] is None
    tap = await bus.tap("tap_on", "bus", phone.code())
    assert (tap["result"], tap["reason"]) == ("refused", "pass_revoked")
    rows = await world.rows("SELECT amount_minor, reason FROM payment ORDER BY receipt_number")
    assert [tuple(row.values()) for row in rows] == [(4900, None), (-4900, "二重払い")]
    looks = [look["purpose"] for look in (await resident.get("/v1/me/lookups"))["items"]]
    assert "reversal" in looks


async def test_of_two_paid_months_the_later_is_given_back_first(world: World) -> None:
    desk = await world.staff("desk")
    resident, body, first = await paid(world, desk)
    second = await pay(desk, body)
    assert code(await reverse(desk, first)) == (409, "later_month_paid")
    left = (await reverse(desk, second)).json()["subscription"]
    assert (left["status"], left["paid_until_date"]) == ("active", "2026-05-08")
    phone = await world.phone(resident)
    assert (await (await world.reader("mori-bus")).tap("tap_on", "bus", phone.code()))[
        "result"
    ] == "granted"
    assert (await reverse(desk, first)).json()["subscription"]["status"] == "incomplete"


async def test_a_month_given_back_after_an_earlier_one_was_used_is_owed(world: World) -> None:
    desk = await world.staff("desk")
    _, body, _ = await paid(world, desk)
    world.clock.set(datetime(2026, 6, 1, 3, tzinfo=UTC))
    desk = await world.signed_in_again(desk)
    late = await pay(desk, body)
    left = (await reverse(desk, late)).json()["subscription"]
    assert (left["status"], left["paid_until_date"]) == ("past_due", None)


async def test_it_is_given_back_once_however_often_and_wherever_it_is_asked(world: World) -> None:
    one, two = await world.staff("desk"), await world.staff("desk")
    _, _, receipt = await paid(world, one)
    await two.get("/v1/plans")
    same = await asyncio.gather(*(reverse(one, receipt, "reversal-0001") for _ in range(10)))
    assert {a.json()["receipt_number"] for a in same} == {"R2026-000002"}
    assert code(await reverse(two, receipt)) == (409, "already_reversed")
    assert code(await reverse(two, same[0].json())) == (409, "already_reversed")
    assert code(await reverse(one, receipt, "reversal-0001", "x")) == (
        409,
        "idempotency_key_reused",
    )
    assert code(await reverse(one, {"receipt_number": "R2026-000999"})) == (404, "no_receipt")
    assert len(await world.rows("SELECT * FROM payment")) == 2


async def test_two_desks_that_give_back_at_once_give_back_once(world: World) -> None:
    desks = [await world.staff("desk") for _ in range(4)]
    _, _, receipt = await paid(world, desks[0])
    for desk in desks:
        await desk.get("/v1/plans")
    answers = await asyncio.gather(*(reverse(desk, receipt) for desk in desks))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    total = await world.rows("SELECT sum(amount_minor) AS n FROM payment")
    assert total[0]["n"] == 0


async def test_a_drawer_holds_what_its_own_staff_took_since_it_was_counted(world: World) -> None:
    mine, other = await world.staff("desk"), await world.staff("desk")
    _, _, receipt = await paid(world, mine)
    await paid(world, mine)
    await paid(world, other)
    await reverse(mine, receipt)
    drawer = await mine.get("/v1/desk/drawer")
    amounts = [item["amount"]["amount_minor"] for item in drawer["items"]]
    assert (amounts, drawer["expected"]["amount_minor"]) == ([4900, 4900, -4900], 4900)
    closed = (await close(mine, 4900)).json()
    assert (closed["entries"], closed["counted"]["amount_minor"]) == (3, 4900)
    assert closed["service_date"] == "2026-04-08"
    assert (await mine.get("/v1/desk/drawer"))["items"] == []
    assert len((await other.get("/v1/desk/drawer"))["items"]) == 1
    again = await close(mine, 4900)
    assert again.json()["closing_id"] == closed["closing_id"]
    assert code(await close(mine, 4800)) == (409, "idempotency_key_reused")
    assert code(await close(mine, 0, key="closing-0002")) == (409, "nothing_to_close")


async def test_a_count_that_differs_needs_a_note_and_stays_on_record(world: World) -> None:
    desk = await world.staff("desk")
    await paid(world, desk)
    assert code(await close(desk, 4800)) == (409, "difference_unexplained")
    assert len((await desk.get("/v1/desk/drawer"))["items"]) == 1
    closed = (await close(desk, 4800, "釣り銭の渡しすぎ")).json()
    assert closed["expected"]["amount_minor"] - closed["counted"]["amount_minor"] == 100
    assert closed["note"] == "釣り銭の渡しすぎ"


async def test_every_payment_is_in_one_closing_when_counting_and_paying_meet(world: World) -> None:
    desk = await world.staff("desk")
    _, body, _ = await paid(world, desk)
    counts = [close(desk, 0, "?", f"closing-{n:04d}") for n in range(4)]
    await asyncio.gather(*counts, *(pay(desk, body) for _ in range(6)))
    await close(desk, 0, "?", "closing-last")
    rows = await world.rows("SELECT closing_id FROM payment")
    closings = await world.rows(
        "SELECT sum(expected_minor) AS n, sum(entries) AS e FROM cash_closing"
    )
    assert all(row["closing_id"] for row in rows)
    assert (closings[0]["n"], closings[0]["e"]) == (7 * 4900, 7)
