"""When the database fails, nothing is half-done: 503, and the same key finds the one ride."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.app import create_app
from api.database import Database, is_away, libpq_url
from api.errors import DomainError
from api.rides.desk import Desk
from api.rides.requests import Caller, Tap
from fares.modes import Mode
from fares.passes import verify_code
from fares.taps import TapAction
from tests.support.cut_wire import wire_to
from tests.support.postgres import fresh_database
from tests.support.world import Phone, Reader, World, open_world

pytestmark = [pytest.mark.anyio, pytest.mark.database]

KEY = "tap-00000001"


def tap_on(phone: Phone, **facts: Any) -> dict[str, Any]:
    return {"action": "tap_on", "mode": "bus", "code": phone.code(), **facts}


def problem(response: httpx.Response) -> tuple[int, str, str | None]:
    return response.status_code, response.json()["code"], response.headers.get("retry-after")


AWAY = (503, "database_unavailable", "2")


async def counts(world: World) -> dict[str, int]:
    return {
        table: (await world.rows(f'SELECT count(*) AS n FROM "{table}"'))[0]["n"]
        for table in ("authorization", "authorization_claim", "pass_use", "usage", "refusal")
    }


NOTHING = {"authorization": 0, "authorization_claim": 0, "pass_use": 0, "usage": 0, "refusal": 0}
ONE_RIDE = NOTHING | {"authorization": 1, "authorization_claim": 1, "pass_use": 1}


@asynccontextmanager
async def server_at(world: World, url: str) -> AsyncIterator[World]:
    """Another server of the same town, which reaches the database its own way."""
    database = Database(url)
    app = create_app(world.settings, database, world.clock)
    async with app.lifespan():
        yield replace(world, app=app, clients=[])
    await database.close()


async def ask(world: World, reader: Reader, body: dict[str, Any], key: str) -> httpx.Response:
    """Ask this server with a reader's key."""
    client = world.client({"Authorization": reader.client.headers["authorization"]})
    headers = {"Idempotency-Key": key}
    return await client.post("/v1/authorizations", json=body, headers=headers)


async def test_an_answer_lost_after_the_commit_is_found_again_by_its_key(world: World) -> None:
    phone, bus = await world.rider(), await world.reader("mori-bus")
    body = tap_on(phone)
    async with wire_to(world.database.url) as wire, server_at(world, wire.url) as far:
        assert (await ask(far, bus, tap_on(await world.rider()), "warm-up-1")).status_code == 200
        before = (await counts(world))["authorization"]
        wire.cut_after_commit = True
        lost = await ask(far, bus, body, KEY)
        assert (problem(lost), wire.cuts) == (AWAY, 1)
        assert (await counts(world))["authorization"] == before + 1
        again = await ask(far, bus, body, KEY)
        assert again.json()["result"] == "granted"
        assert (await counts(world))["authorization"] == before + 1


async def test_a_connection_that_dies_at_the_commit_leaves_nothing(world: World) -> None:
    phone, bus = await world.rider(), await world.reader("mori-bus")
    body = tap_on(phone)
    async with dying_at_commit(world, "authorization_claim"):
        assert problem(await bus.ask("/v1/authorizations", body, KEY)) == AWAY
    assert await counts(world) == NOTHING
    assert (await bus.ask("/v1/authorizations", body, KEY)).json()["result"] == "granted"
    assert await counts(world) == ONE_RIDE


async def test_a_connection_that_died_while_nobody_asked_is_replaced(world: World) -> None:
    bus = await world.reader("mori-bus")
    first = await bus.ask("/v1/authorizations", tap_on(await world.rider()), "first-tap")
    second = tap_on(await world.rider())
    ended = await world.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    answer = await bus.ask("/v1/authorizations", second, KEY)
    assert ended
    assert [a.json()["result"] for a in (first, answer)] == ["granted", "granted"]
    assert (await counts(world))["authorization"] == 2


async def test_what_a_page_wrote_is_committed_before_it_is_told(world: World) -> None:
    browser = world.browser()
    async with dying_at_commit(world, "resident"):
        answer = await browser.send("POST", "/v1/residents", {"display_name": "花子"})
    assert problem(answer) == AWAY
    assert "teiki_session" not in answer.headers.get("set-cookie", "")
    assert await world.rows("SELECT * FROM resident") == []
    assert await world.rows("SELECT * FROM sign_in_session") == []


async def test_a_payment_whose_answer_was_lost_is_found_again_by_its_key(world: World) -> None:
    resident = await world.resident(pay=False)
    held = await resident.get("/v1/me/subscription")
    desk = await world.staff("desk")
    body = {
        "resident_number": resident.me["resident_number"],
        "subscription_id": held["subscription_id"],
        **held["amount_due"],
    }
    async with dying_at_commit(world, "payment"):
        assert problem(await desk.send("POST", "/v1/desk/payments", body, KEY)) == AWAY
    paid = await desk.post("/v1/desk/payments", body, key=KEY)
    assert paid["receipt_number"] == "R2026-000001"


async def test_one_poisoned_request_fails_alone(world: World) -> None:
    phones = [await world.rider() for _ in range(6)]
    bus = await world.reader("mori-bus")
    await world.change(
        "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'poisoned'; END $$"
    )
    await world.change(
        'CREATE TRIGGER poison BEFORE INSERT ON "authorization" FOR EACH ROW '
        "WHEN (NEW.vehicle_id = 'poison') EXECUTE FUNCTION poison()"
    )
    try:
        desk = Desk(world.database, world.clock)
        taps = [
            await a_tap(world, desk, bus, phone, "poison" if number == 3 else "bus")
            for number, phone in enumerate(phones)
        ]
        async with desk.running():
            answers = await asyncio.gather(*map(desk.submit, taps), return_exceptions=True)
    finally:
        await world.change('DROP TRIGGER poison ON "authorization"')
        await world.change("DROP FUNCTION poison")
    poisoned = answers.pop(3)
    assert isinstance(poisoned, Exception)
    assert [a.document["result"] for a in answers if not isinstance(a, BaseException)] == (
        ["granted"] * 5
    )
    assert (await counts(world))["authorization_claim"] == 5


async def test_a_row_that_somebody_holds_holds_up_its_own_rider_only(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.rides.batch.LOCK_PATIENCE", "50ms")
    held, free = await world.rider(), await world.rider()
    bus = await world.reader("mori-bus")
    desk = Desk(world.database, world.clock)
    taps = [await a_tap(world, desk, bus, phone) for phone in (held, free)]
    async with locked_subscription(world, held), desk.running():
        blocked, granted = await asyncio.gather(*map(desk.submit, taps), return_exceptions=True)
    assert isinstance(blocked, DomainError)
    assert (blocked.code, blocked.status) == ("database_unavailable", 503)
    assert not isinstance(granted, BaseException)
    assert granted.document["result"] == "granted"


async def test_more_than_the_desk_can_hold_is_told_at_once(world: World) -> None:
    bus = await world.reader("mori-bus")
    desk = Desk(world.database, world.clock, queue_limit=3)
    taps = [await a_tap(world, desk, bus, await world.rider()) for _ in range(4)]
    waiting = [asyncio.create_task(desk.submit(tap)) for tap in taps[:3]]
    await asyncio.wait(waiting, timeout=0)
    with pytest.raises(DomainError) as refused:
        await desk.submit(taps[3])
    assert (refused.value.code, refused.value.retry_after_seconds) == ("desk_busy", 1)
    async with desk.running():
        answers = await asyncio.gather(*waiting)
    assert {a.document["result"] for a in answers} == {"granted"}


async def test_a_full_desk_is_a_503_that_says_when_to_come_back(world: World) -> None:
    bus, phone = await world.reader("mori-bus"), await world.rider()
    settings = replace(world.settings, desk_queue_limit=0)
    app = create_app(settings, world.database, world.clock)
    async with app.lifespan():
        answer = await ask(replace(world, app=app, clients=[]), bus, tap_on(phone), KEY)
    assert problem(answer) == (503, "desk_busy", "1")


async def test_who_waits_when_the_desk_closes_is_not_left_waiting(world: World) -> None:
    phone, bus = await world.rider(), await world.reader("mori-bus")
    desk = Desk(world.database, world.clock)
    tap = await a_tap(world, desk, bus, phone)
    async with locked_subscription(world, phone):
        async with desk.running():
            waiting = asyncio.create_task(desk.submit(tap))
            await until_somebody_waits(world)
        with pytest.raises(DomainError, match="database_unavailable"):
            await waiting
    assert await counts(world) == NOTHING


async def test_while_the_database_is_away_nothing_is_refused_and_nothing_lost(
    postgres_url: str, tmp_path: Path
) -> None:
    name = f"teiki_away_{uuid4().hex[:8]}"
    with fresh_database(postgres_url, name) as url:
        async with open_world(url, tmp_path) as world:
            phone, bus, page = await world.rider(), await world.reader("mori-bus"), world.browser()
            resident = await world.resident(plan=None)
            body = tap_on(phone)
            allow_connections(postgres_url, name, False)
            assert problem(await bus.ask("/v1/authorizations", body, KEY)) == AWAY
            assert problem(await page.client.get("/v1/plans")) == AWAY
            ready = await page.client.get("/ready")
            assert (ready.status_code, ready.json()["database"]) == (503, "away")
            # A signed-in browser still gets what needs no database.
            assert (await resident.client.get("/health")).json() == {"status": "ok"}
            assert (await resident.client.get("/schema/openapi.json")).status_code == 200

            allow_connections(postgres_url, name, True)
            assert (await page.client.get("/ready")).json()["ready"] is True
            answer = await bus.ask("/v1/authorizations", body, KEY)
            assert answer.json()["result"] == "granted"
            assert await counts(world) == ONE_RIDE


def test_a_pool_without_a_free_connection_counts_as_away() -> None:
    assert is_away(PoolTimeoutError())
    assert not is_away(ValueError())


async def a_tap(
    world: World, desk: Desk, reader: Reader, phone: Phone, vehicle_id: str = "bus"
) -> Tap:
    """What the desk is asked when this phone is shown to a bus reader."""
    now = world.clock.now()
    key = uuid4().hex
    return Tap(
        caller=Caller("mori-bus", reader.key_id, key, sha256(key.encode()).digest(), now),
        action=TapAction.TAP_ON,
        mode=Mode.BUS,
        verified=verify_code(phone.code(), await desk.issuer_keys(), now),
        vehicle_id=vehicle_id,
    )


@asynccontextmanager
async def dying_at_commit(world: World, table: str) -> AsyncIterator[None]:
    """Whoever inserts into a table dies when committing it."""
    await world.change(
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$"
    )
    await world.change(
        f"CREATE CONSTRAINT TRIGGER die AFTER INSERT ON {table} "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()"
    )
    try:
        yield
    finally:
        await world.change(f"DROP TRIGGER die ON {table}")
        await world.change("DROP FUNCTION die")


@asynccontextmanager
async def locked_subscription(world: World, phone: Phone) -> AsyncIterator[None]:
    """Somebody else holds the subscription of this phone's owner."""
    number = phone.owner.me["resident_number"]
    async with world.database.engine.begin() as connection:
        await connection.execute(
            text(
                "SELECT 1 FROM subscription JOIN resident USING (account_id) "
                "WHERE resident_number = :number FOR UPDATE OF subscription"
            ),
            {"number": number},
        )
        yield


async def until_somebody_waits(world: World) -> None:
    """Look until a session waits for a lock."""
    async with asyncio.timeout(30):
        while not await world.rows(
            "SELECT 1 FROM pg_stat_activity "
            "WHERE wait_event_type = 'Lock' AND datname = current_database()"
        ):
            pass


def allow_connections(server_url: str, database: str, allowed: bool) -> None:
    """Let the database be reached, or end every connection to it and let no new one in."""
    with psycopg.connect(libpq_url(server_url), autocommit=True) as connection:
        connection.execute(
            sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(
                sql.Identifier(database), sql.SQL("true" if allowed else "false")
            )
        )
        if not allowed:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [database],
            )
