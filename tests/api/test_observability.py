"""What those who run the system see of it: health, metrics and logs, and nothing of anybody."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from api.app import create_app
from api.auth.service import new_link
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.database]

NAME, EMAIL = "内密 花子", "hanako.naimitsu@example.org"


@asynccontextmanager
async def talkative(world: World) -> AsyncIterator[World]:
    """The same town by a server that logs everything."""
    app = create_app(replace(world.settings, log_level="DEBUG"), world.database, world.clock)
    async with app.lifespan():
        yield replace(world, app=app, clients=[])


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


async def test_health_readiness_and_metrics(world: World) -> None:
    client = world.browser().client
    assert (await client.get("/health")).json() == {"status": "ok"}
    assert (await client.get("/ready")).json() == {
        "ready": True,
        "database": "ok",
        "redis": "not used",
    }
    await client.get("/v1/plans")
    bus = await world.reader("mori-bus")
    await bus.client.get(f"/v1/authorizations/{uuid4()}")
    metrics = await client.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain")
    assert 'path="/v1/plans"' in metrics.text
    assert 'path="/v1/authorizations/{authorization_id}"' in metrics.text
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", metrics.text), "a series for an identifier"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("caller-id-0001", True),
        ("short", False),
        ("x" * 65, False),
        ('quote"newline', False),
        (None, False),
    ],
)
async def test_every_answer_bears_a_request_id(world: World, sent: str | None, kept: bool) -> None:
    headers = {} if sent is None else {"X-Request-Id": sent}
    for path in ("/v1/plans", "/nothing", "/v1/me", "/health"):
        answer = await world.browser().client.get(path, headers=headers)
        (told,) = answer.headers.get_list("x-request-id")
        assert (told == sent) is kept
        if answer.status_code >= 400:
            assert answer.json()["request_id"] == told


async def test_one_line_for_each_request_by_its_route(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    async with talkative(world) as loud:
        capsys.readouterr()
        client = loud.browser().client
        await client.get("/v1/plans", headers={"X-Request-Id": "caller-id-0001"})
        await client.get(f"/v1/authorizations/{uuid4()}")
        await client.get("/secret/in/an/unknown/path")
        await client.get("/health")
        told = [line for line in lines(capsys) if line["event"] == "request"]
    assert [(line["method"], line["path"], line["status"]) for line in told] == [
        ("GET", "/v1/plans", 200),
        ("GET", "/v1/authorizations/{authorization_id}", 401),
        ("GET", "unknown", 404),
    ]
    assert told[0]["request_id"] == "caller-id-0001"
    assert all(line["milliseconds"] >= 0 for line in told)


async def test_logs_tell_nobodys_name_token_key_or_code(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    secrets = [NAME, EMAIL, "hanako"]
    async with talkative(world) as loud:
        resident = loud.browser()
        body = {"display_name": NAME, "email": EMAIL}
        resident.me = await resident.post("/v1/residents", body)
        held = await resident.post("/v1/me/subscriptions", {"plan_id": "everything"})
        await loud.pay(resident, held)
        phone = await loud.phone(resident)
        bus = await loud.reader("mori-bus")
        code = phone.code()
        await bus.tap("tap_on", "bus", code)
        await bus.tap("tap_on", "bus", code)
        async with loud.database.session() as session:
            token = new_link(session, loud.clock.now(), account_id=None)
        await resident.send("POST", "/v1/sessions", {"token": "x" * 40})
        await resident.client.get("/v1/plans", headers={"Authorization": f"Bearer {token}"})
        await resident.client.get(f"/v1/{token}?code={token}")
        secrets += [code, token, "x" * 40, resident.me["resident_number"]]
        secrets += [
            resident.client.cookies["teiki_session"],
            resident.client.cookies["teiki_csrf"],
            bus.client.headers["authorization"].removeprefix("Bearer "),
        ]
        await _break_everything(loud)
        broken = await resident.send("POST", "/v1/residents", body)
        poisoned = await (await loud.reader("mori-bus")).ask(
            "/v1/authorizations",
            {"action": "tap_on", "mode": "bus", "code": phone.code(), "vehicle_id": NAME},
        )
    said = capsys.readouterr().err
    assert (broken.status_code, poisoned.status_code) == (500, 500)
    for answer in (broken, poisoned):
        assert answer.json()["code"] == "internal_error"
        assert NAME not in answer.text
        assert "Traceback" not in answer.text
    assert said.count("unhandled_error") == 2
    for secret in secrets:
        assert secret not in said
        assert json.dumps(secret)[1:-1] not in said


async def _break_everything(world: World) -> None:
    """From now on the database complains, quoting what people typed."""
    await world.change("CREATE UNIQUE INDEX broken ON resident (display_name)")
    await world.change(
        "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'broken: %', NEW; END $$"
    )
    await world.change(
        'CREATE TRIGGER broken BEFORE INSERT ON "authorization" FOR EACH ROW '
        "EXECUTE FUNCTION broken()"
    )


@pytest.fixture(autouse=True)
async def mended(world: World) -> AsyncIterator[None]:
    """Whatever a test broke in the shared database is whole again afterwards."""
    yield
    await world.change('DROP TRIGGER IF EXISTS broken ON "authorization"')
    await world.change("DROP FUNCTION IF EXISTS broken")
    await world.change("DROP INDEX IF EXISTS broken")


async def test_what_v1_tells_one_person_is_kept_by_no_cache(world: World) -> None:
    resident = await world.resident(plan=None)
    for path in ("/v1/me", "/v1/nothing", "/v1/me/subscription"):
        answer = await resident.client.get(path)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_spans_go_wherever_the_process_was_told_to_send_them(world: World) -> None:
    app = create_app(replace(world.settings, otlp=True), world.database, world.clock)
    async with app.lifespan():
        told = replace(world, app=app, clients=[])
        assert (await told.browser().client.get("/v1/plans")).status_code == 200
