"""At the counter: who has no phone joins, chooses, pays, rides, and asks for their rides."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from api.counter.attestations import end_concessions
from tests.support.world import Browser, World

pytestmark = [pytest.mark.anyio, pytest.mark.database]


async def enrolled(desk: Browser, name: str = "ハナ", key: str = "enrol-0001") -> dict[str, Any]:
    found: dict[str, Any] = await desk.post("/v1/desk/enrolments", {"display_name": name}, key=key)
    return found


async def looks_at(world: World, number: str) -> list[str]:
    rows = await world.rows(
        "SELECT purpose FROM lookup JOIN resident USING (account_id) "
        "WHERE resident_number = :number ORDER BY looked_at, purpose",
        number=number,
    )
    return [row["purpose"] for row in rows]


async def test_somebody_without_a_phone_joins_pays_and_rides_on_paper(world: World) -> None:
    desk = await world.staff("desk")
    person = await enrolled(desk)
    assert (person["display_name"], person["rider_category"]) == ("ハナ", "adult")
    assert person["subscription"] is None
    number = {"resident_number": person["resident_number"]}
    chosen = await desk.post(
        "/v1/desk/subscriptions", {**number, "plan_id": "everything"}, status=200
    )
    held = chosen["subscription"]
    assert held["status"] == "incomplete"
    paid = await desk.post(
        "/v1/desk/payments",
        {**number, "subscription_id": held["subscription_id"], **held["amount_due"]},
        key="payment-0001",
    )
    assert paid["subscription"]["status"] == "active"
    sheet = await desk.post("/v1/desk/paper-passes", number)
    bus = await world.reader("mori-bus")
    tap = {"action": "tap_on", "mode": "bus", "code": sheet["code"], "sequence": 1}
    ride = await bus.ask("/v1/authorizations", tap, "ride-0001")
    assert ride.json()["result"] == "granted"
    path = f"/v1/desk/residents/rides?resident_number={number['resident_number']}&month="
    (row,) = (await desk.get(f"{path}2026-04"))["items"]
    assert (row["mode"], row["operator_name"]["en"]) == ("bus", "Mori Bus")
    assert (await desk.get(f"{path}2026-03"))["items"] == []
    looks = await looks_at(world, number["resident_number"])
    assert sorted(looks) == ["enrolment", "paper", "payment", "plan", "rides", "rides"]


async def test_trying_again_to_enrol_enrols_once(world: World) -> None:
    desk = await world.staff("desk")
    first, again = await enrolled(desk), await enrolled(desk)
    assert again["resident_number"] == first["resident_number"]
    wrong = await desk.send("POST", "/v1/desk/enrolments", {"display_name": "タロウ"}, "enrol-0001")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "idempotency_key_reused")
    other = await enrolled(await world.staff("desk"))
    assert other["resident_number"] != first["resident_number"]


@pytest.mark.parametrize("month", ["2026-13", "2026-4", "april", "2026-04-01", ""])
async def test_a_month_is_a_month(world: World, month: str) -> None:
    desk = await world.staff("desk")
    number = (await enrolled(desk))["resident_number"]
    answer = await desk.client.get(
        "/v1/desk/residents/rides", params={"resident_number": number, "month": month}
    )
    assert answer.status_code == 400


async def attested(desk: Browser, number: str, outcome: str, category: str = "senior") -> Any:
    return await desk.send(
        "POST",
        "/v1/desk/attestations",
        {"resident_number": number, "rider_category": category, "outcome": outcome},
    )


async def category_of(desk: Browser, number: str) -> tuple[str, str | None]:
    found = await desk.get(f"/v1/desk/residents?resident_number={number}")
    return found["rider_category"], found["category_until_date"]


async def test_a_category_that_was_shown_holds_for_the_towns_months_and_then_ends(
    world: World,
) -> None:
    desk = await world.staff("desk")
    number = (await enrolled(desk))["resident_number"]
    noted = (await attested(desk, number, "eligible")).json()
    assert (noted["attested_date"], noted["until_date"]) == ("2026-04-08", "2027-04-08")
    assert await category_of(desk, number) == ("senior", "2027-04-08")
    world.clock.set(datetime(2027, 4, 7, 18, 59, tzinfo=UTC))  # 03:59: still the day before
    assert await end_concessions(world.database, world.clock) == 0
    world.clock.set(datetime(2027, 4, 7, 19, tzinfo=UTC))
    assert await end_concessions(world.database, world.clock) == 1
    assert await category_of(await world.signed_in_again(desk), number) == ("adult", None)


async def test_what_could_not_be_proven_changes_nothing(world: World) -> None:
    desk = await world.staff("desk")
    number = (await enrolled(desk))["resident_number"]
    noted = (await attested(desk, number, "not_proven")).json()
    assert (noted["outcome"], noted["until_date"]) == ("not_proven", None)
    assert await category_of(desk, number) == ("adult", None)
    await attested(desk, number, "eligible")
    await attested(desk, number, "not_proven")
    assert (await category_of(desk, number))[0] == "senior"
    await attested(desk, number, "not_eligible")
    assert await category_of(desk, number) == ("adult", None)
    rows = await world.rows("SELECT outcome FROM attestation")
    assert sorted(row["outcome"] for row in rows) == [
        "eligible",
        "not_eligible",
        "not_proven",
        "not_proven",
    ]


async def test_a_town_attests_only_what_it_has_a_policy_for(world: World) -> None:
    desk = await world.staff("desk")
    number = (await enrolled(desk))["resident_number"]
    refused = await attested(desk, number, "eligible", "disabled")
    assert (refused.status_code, refused.json()["code"]) == (409, "no_concession")
    assert (await attested(desk, number, "perhaps")).status_code == 400
    assert await world.rows("SELECT * FROM attestation") == []
    (concession,) = (await desk.get("/v1/town"))["concessions"]
    assert (concession["rider_category"], concession["months"]) == ("senior", 12)
