"""Several desks on one database: shared riders and keys in any order, and a disk that is slow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from api.app import create_app
from api.clock import DemoClock
from api.database import Database
from api.errors import DomainError
from api.rides.answers import Answer
from api.rides.desk import Desk
from api.rides.requests import Caller, Tap
from fares.modes import Mode
from fares.passes import VerifiedPass
from fares.passes.certificate import read_certificate
from fares.reasons import Reason, Refused
from fares.taps import TapAction
from tests.support.riders import NOW, Phone, set_up
from tests.support.world import World, empty, upgrade_once

pytestmark = [pytest.mark.anyio, pytest.mark.database]

DESKS, RIDERS, TAPS, ROUNDS = 4, 20, 10, 4


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def desks_on(url: str) -> AsyncIterator[list[Desk]]:
    """Desks as so many servers have them: each with connections of its own."""
    async with AsyncExitStack() as stack:
        desks = []
        for _ in range(DESKS):
            database = await stack.enter_async_context(open_database(url))
            desk = Desk(database, DemoClock(NOW))
            await stack.enter_async_context(desk.running())
            desks.append(desk)
        yield desks


def tap_of(phone: Phone, counter: int) -> Tap:
    """A phone shown at a reader that has not seen it yet, under a key of its own."""
    claims = read_certificate(phone.certificate).claims
    issued = sha256(phone.certificate).digest()
    return Tap(
        caller=Caller("bus", uuid4(), uuid4().hex, b"the same", NOW),
        action=TapAction.TAP_ON,
        mode=Mode.BUS,
        verified=VerifiedPass(claims, issued, b"", int(NOW.timestamp()), counter, None),
    )


def in_opposite_orders(
    shared: str, phones: list[Phone], counters: Iterator[int]
) -> list[list[Tap]]:
    """For each desk a batch of the same taps, or of other taps of the same riders."""
    if shared == "keys":
        taps = [tap_of(phone, next(counters)) for phone in phones * TAPS]
        return [taps, taps[::-1], taps[::2] + taps[1::2], taps[1::2] + taps[::2]]
    orders = (phones, phones[::-1], phones[::2] + phones[1::2], phones[1::2] + phones[::2])
    return [[tap_of(phone, next(counters)) for phone in order * TAPS] for order in orders]


@pytest.mark.parametrize("shared", ["keys", "riders"])
async def test_desks_that_share_keys_or_riders_in_opposite_orders_never_deadlock(
    database_url: str, shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deadlock ends a batch after a second, a machine that is busy must not: so it may wait."""
    monkeypatch.setattr("api.rides.batch.LOCK_PATIENCE", "60s")
    upgrade_once(database_url)
    async with open_database(database_url) as database:
        await empty(database)
        phones, _ = await set_up(database, RIDERS, 0)
    counters = count()
    with capture_logs() as logs:
        async with desks_on(database_url) as desks:
            for _ in range(ROUNDS):
                orders = in_opposite_orders(shared, phones, counters)
                answers = await _submit(desks, orders)
                assert {a.document["result"] for a in answers} == {"granted"}
                rides = {a.document["authorization_id"] for a in answers}
                assert len(rides) == len({tap.caller.claim for order in orders for tap in order})
    assert [log["event"] for log in logs] == []  # no batch had to be taken apart


async def _submit(desks: list[Desk], orders: list[list[Tap]]) -> list[Answer]:
    """All at once: each desk has its own order of the same."""
    return await asyncio.gather(
        *(desk.submit(tap) for desk, order in zip(desks, orders, strict=True) for tap in order)
    )


async def test_a_slow_commit_fills_a_bounded_queue_and_then_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody holds what every batch needs, as a disk does that takes long to write."""
    monkeypatch.setattr("api.rides.batch.LOCK_PATIENCE", "60s")
    settings = replace(world.settings, desk_queue_limit=3)
    bus, phones = await world.reader("mori-bus"), [await world.rider() for _ in range(8)]
    app = create_app(settings, world.database, world.clock)
    async with app.lifespan():
        town = replace(world, app=app, clients=[])
        client = town.client({"Authorization": bus.client.headers["authorization"]})
        async with nothing_commits(world):
            under_way = asyncio.create_task(ask(client, phones[0]))
            await until_somebody_waits(world)
            waiting = {asyncio.create_task(ask(client, phone)) for phone in phones[1:]}
            refused: list[httpx.Response] = []
            while len(waiting) > settings.desk_queue_limit:
                done, waiting = await asyncio.wait(waiting, return_when="FIRST_COMPLETED")
                refused += [task.result() for task in done]
            assert {problem(answer) for answer in refused} == {(503, "desk_busy", "1")}
            assert not under_way.done()
        answers = await asyncio.gather(under_way, *waiting)
    assert [answer.json()["result"] for answer in answers] == ["granted"] * 4
    rides = await world.rows('SELECT count(*) AS n FROM "authorization"')
    assert rides[0]["n"] == 4


async def ask(client: httpx.AsyncClient, phone: Any) -> httpx.Response:
    body = {"action": "tap_on", "mode": "bus", "code": phone.code()}
    headers = {"Idempotency-Key": uuid4().hex}
    return await client.post("/v1/authorizations", json=body, headers=headers)


def problem(response: httpx.Response) -> tuple[int, str, str | None]:
    return response.status_code, response.json()["code"], response.headers.get("retry-after")


@asynccontextmanager
async def nothing_commits(world: World) -> AsyncIterator[None]:
    """Another connection holds the table that every batch writes first."""
    async with world.database.engine.begin() as connection:
        await connection.execute(text("LOCK TABLE authorization_claim IN SHARE MODE"))
        yield


async def until_somebody_waits(world: World, how_many: int = 1) -> None:
    """Look until so many sessions wait for a lock."""
    async with asyncio.timeout(30):
        while how_many > len(
            await world.rows(
                "SELECT 1 FROM pg_stat_activity "
                "WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
        ):
            pass


async def test_two_servers_that_refuse_the_same_request_at_once_give_one_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No subscription keeps them apart: a forged code has none. One finds the other's answer."""
    monkeypatch.setattr("api.rides.batch.LOCK_PATIENCE", "60s")
    forged = Refused(Reason.BAD_CERTIFICATE_SIGNATURE, "pass:certificate")
    caller = Caller("mori-bus", uuid4(), "twice", b"the same", world.clock.now())
    tap = Tap(caller=caller, action=TapAction.TAP_ON, mode=Mode.BUS, verified=forged)
    later = replace(
        tap, caller=replace(caller, arrived_at=caller.arrived_at + timedelta(seconds=1))
    )
    other = replace(tap, caller=replace(caller, request_hash=b"another"))
    desks = [Desk(world.database, world.clock) for _ in range(3)]
    async with AsyncExitStack() as stack:
        for desk in desks:
            await stack.enter_async_context(desk.running())
        async with nothing_commits(world):
            asked = zip(desks, (tap, later, other), strict=True)
            asking = [asyncio.create_task(desk.submit(request)) for desk, request in asked]
            await until_somebody_waits(world, len(desks))
        answers = await asyncio.gather(*asking, return_exceptions=True)
    (row,) = await world.rows("SELECT request_hash, answer FROM authorization_claim")
    refusals = await world.rows("SELECT 1 FROM refusal")
    assert len(refusals) == 1
    first_two, third = answers[:2], answers[2:]
    same, reused = first_two, third
    if row["request_hash"] == b"another":
        same, reused = third, first_two
    assert [a.document for a in same if isinstance(a, Answer)] == [row["answer"]] * len(same)
    codes = [error.code for error in reused if isinstance(error, DomainError)]
    assert codes == ["idempotency_key_reused"] * len(reused)


async def test_a_database_without_room_decides_nothing_and_says_come_back(world: World) -> None:
    bus, phone = await world.reader("mori-bus"), await world.rider()
    await world.change(
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $$"
    )
    await world.change(
        'CREATE TRIGGER no_room BEFORE INSERT ON "authorization" '
        "FOR EACH ROW EXECUTE FUNCTION no_room()"
    )
    try:
        full = await ask(bus.client, phone)
    finally:
        await world.change("DROP FUNCTION no_room CASCADE")
    assert problem(full) == (503, "database_unavailable", "2")
    assert await world.rows("SELECT * FROM authorization_claim") == []
    assert (await ask(bus.client, phone)).json()["result"] == "granted"
