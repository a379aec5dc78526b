"""Signing in: a link works once and not for long, sessions end, pages must say their token."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from api.auth.service import new_link
from tests.support.world import Browser, World

pytestmark = [pytest.mark.anyio, pytest.mark.database]


async def link_for(world: World, browser: Browser) -> str:
    number = browser.me["resident_number"]
    (row,) = await world.rows(
        "SELECT account_id FROM resident WHERE resident_number = :n", n=number
    )
    async with world.database.session() as session:
        return new_link(session, world.clock.now(), account_id=row["account_id"])


async def test_of_many_browsers_one_uses_a_link(world: World) -> None:
    token = await link_for(world, await world.resident(plan=None))
    browsers = [world.browser() for _ in range(12)]
    for browser in browsers:
        await browser.get("/v1/plans")
    answers = await asyncio.gather(
        *(browser.send("POST", "/v1/sessions", {"token": token}) for browser in browsers)
    )
    assert sorted(a.status_code for a in answers) == [201] + [401] * 11
    refused = next(a for a in answers if a.status_code == 401)
    assert refused.json()["code"] == "link_not_valid"
    assert await world.rows("SELECT count(*) AS n FROM sign_in_session") == [{"n": 2}]


@pytest.mark.parametrize(("minutes", "status"), [(14, 201), (15, 401)])
async def test_a_link_works_for_a_quarter_of_an_hour(
    world: World, minutes: int, status: int
) -> None:
    token = await link_for(world, await world.resident(plan=None))
    world.clock.advance(timedelta(minutes=minutes))
    answer = await world.browser().send("POST", "/v1/sessions", {"token": token})
    assert answer.status_code == status


async def test_a_session_ends_after_ninety_days_and_at_sign_out(world: World) -> None:
    resident = await world.resident(plan=None)
    world.clock.advance(timedelta(days=90) - timedelta(seconds=1))
    await resident.get("/v1/me")
    world.clock.advance(timedelta(seconds=1))
    await resident.get("/v1/me", status=401)

    other = await world.resident(plan=None)
    cookie = other.client.cookies["teiki_session"]
    assert (await other.send("DELETE", "/v1/sessions/current")).status_code == 204
    other.client.cookies.set("teiki_session", cookie, domain="town.test")
    await other.get("/v1/me", status=401)


async def test_a_shift_at_the_counter_ends_after_twelve_hours(world: World) -> None:
    desk = await world.staff("desk")
    world.clock.advance(timedelta(hours=12))
    await desk.get("/v1/me", status=401)


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(world: World) -> None:
    browser = world.browser()
    answer = await browser.send("POST", "/v1/residents", {"display_name": "花子"})
    (cookie,) = (c for c in answer.headers.get_list("set-cookie") if c.startswith("teiki_session="))
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/", f"max-age={90 * 86400}"} <= attributes
    assert answer.headers["cache-control"] == "no-store"


async def test_only_hashes_of_tokens_are_kept(world: World) -> None:
    resident = await world.resident(plan=None)
    token = await link_for(world, resident)
    for table in ("sign_in_link", "sign_in_session"):
        kept = str(await world.rows(f"SELECT * FROM {table}"))
        assert token not in kept
        assert resident.client.cookies["teiki_session"] not in kept


@pytest.mark.parametrize("forged", [None, "", "nonsense", "a" * 128])
async def test_a_page_of_another_site_can_not_write(world: World, forged: str | None) -> None:
    resident = await world.resident(plan=None)
    headers = {} if forged is None else {"x-csrf-token": forged}
    answer = await resident.client.patch("/v1/me", json={"display_name": "X"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_token_missing")
    assert (await resident.get("/v1/me"))["display_name"] == "花子"


async def test_a_token_that_another_server_made_is_forged(world: World) -> None:
    """Cookie and header agree, as a site that can plant a cookie would have it."""
    resident = await world.resident(plan=None)
    planted = "f" * 128
    resident.client.cookies.delete("teiki_csrf")
    resident.client.cookies.set("teiki_csrf", planted, domain="town.test")
    headers = {"x-csrf-token": planted}
    answer = await resident.client.patch("/v1/me", json={"display_name": "X"}, headers=headers)
    assert answer.status_code == 403


async def test_staff_sign_in_as_what_they_are(world: World) -> None:
    staff = await world.staff("operator", "mori-rail")
    assert await staff.get("/v1/me") == {
        "role": "operator",
        "display_name": "operator",
        "resident_number": None,
        "rider_category": None,
        "operator_id": "mori-rail",
        "trip_facts_consent": None,
    }


async def test_consent_is_off_until_it_is_given_and_can_be_taken_back(world: World) -> None:
    resident = await world.resident(plan=None)
    assert resident.me["trip_facts_consent"] is False
    for consent in (True, False):
        answer = await resident.send("PATCH", "/v1/me", {"trip_facts_consent": consent})
        assert answer.json()["trip_facts_consent"] is consent
