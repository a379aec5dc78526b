"""Every route, every role: who may ask what. The table below is the promise."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from api.tables import metadata
from tests.support.world import Browser, Reader, World

pytestmark = [pytest.mark.anyio, pytest.mark.database]

ALL = {"nobody", "resident", "desk", "operator", "planner", "admin", "operator_key"}
SIGNED_IN = ALL - {"nobody", "operator_key"}
RESIDENT, DESK, PLANNER = {"resident"}, {"desk", "admin"}, {"planner", "admin"}
OPERATOR, KEY = {"operator", "operator_key"}, {"operator_key"}

# A key never reaches what a browser writes: without the page's CSRF token it is refused too.
BROWSERS = ALL - {"operator_key"}

PROMISE: dict[tuple[str, str], set[str]] = {
    ("GET", "/v1/time"): ALL,
    ("GET", "/v1/town"): ALL,
    ("GET", "/v1/plans"): ALL,
    ("POST", "/v1/residents"): BROWSERS,
    ("POST", "/v1/sessions"): BROWSERS,
    ("DELETE", "/v1/sessions/current"): BROWSERS,
    ("GET", "/v1/me"): SIGNED_IN,
    ("PATCH", "/v1/me"): RESIDENT,
    ("GET", "/v1/me/data"): RESIDENT,
    ("GET", "/v1/me/payments"): RESIDENT,
    ("GET", "/v1/me/sessions"): SIGNED_IN,
    ("DELETE", "/v1/me/sessions/{session_id}"): SIGNED_IN,
    ("GET", "/v1/me/lookups"): RESIDENT,
    ("GET", "/v1/me/events"): RESIDENT,
    ("GET", "/v1/me/rides"): RESIDENT,
    ("GET", "/v1/me/covered"): RESIDENT,
    ("GET", "/v1/me/subscription"): RESIDENT,
    ("POST", "/v1/me/subscriptions"): RESIDENT,
    ("POST", "/v1/me/subscription/cancel"): RESIDENT,
    ("POST", "/v1/me/subscription/checkout"): RESIDENT,
    ("POST", "/v1/me/subscription/bank-card"): RESIDENT,
    ("POST", "/v1/me/subscription/change"): RESIDENT,
    ("POST", "/v1/me/subscription/keep"): RESIDENT,
    ("POST", "/v1/me/subscription/pause"): RESIDENT,
    ("POST", "/v1/me/subscription/resume"): RESIDENT,
    ("POST", "/v1/stripe/events"): ALL,
    ("POST", "/v1/me/passes"): RESIDENT,
    ("POST", "/v1/me/devices"): RESIDENT,
    ("GET", "/v1/me/devices/current"): RESIDENT,
    ("POST", "/v1/me/devices/current/lost"): RESIDENT,
    ("GET", "/v1/passes/keys"): ALL,
    ("GET", "/v1/passes/status"): ALL,
    ("GET", "/v1/desk/residents"): DESK,
    ("POST", "/v1/desk/enrolments"): DESK,
    ("GET", "/v1/desk/residents/rides"): DESK,
    ("POST", "/v1/desk/subscriptions"): DESK,
    ("POST", "/v1/desk/attestations"): DESK,
    ("POST", "/v1/desk/payments"): DESK,
    ("POST", "/v1/desk/reversals"): DESK,
    ("GET", "/v1/desk/drawer"): DESK,
    ("POST", "/v1/desk/drawer/closings"): DESK,
    ("POST", "/v1/desk/residents/{lost}"): DESK,
    ("POST", "/v1/desk/paper-passes"): DESK,
    ("POST", "/v1/desk/cards"): DESK,
    ("GET", "/v1/desk/card-key"): DESK,
    ("GET", "/v1/operators/current/card-key"): KEY,
    ("GET", "/v1/operators/current/card-list"): KEY,
    ("GET", "/v1/desk/marked-passes"): DESK,
    ("GET", "/v1/operators/current"): OPERATOR,
    ("GET", "/v1/operators/current/stops"): OPERATOR,
    ("POST", "/v1/operators/current/validators"): {"operator"},
    ("PUT", "/v1/operators/current/webhook"): {"operator"},
    ("GET", "/v1/operators/current/webhook"): {"operator"},
    ("DELETE", "/v1/operators/current/webhook"): {"operator"},
    ("GET", "/v1/operators/current/webhook/events"): {"operator"},
    ("GET", "/v1/authorizations"): OPERATOR,
    ("GET", "/v1/authorizations/{authorization_id}"): OPERATOR,
    ("POST", "/v1/authorizations"): KEY,
    ("POST", "/v1/authorizations/{authorization_id}/capture"): KEY,
    ("POST", "/v1/authorizations/{authorization_id}/adjust"): KEY,
    ("GET", "/v1/authorizations/{authorization_id}/corrections"): OPERATOR,
    ("GET", "/v1/authorizations/tides.csv"): OPERATOR,
    ("POST", "/v1/authorizations/{authorization_id}/{step}"): KEY,
    ("POST", "/v1/offline-records"): KEY,
    ("GET", "/v1/offline-records"): OPERATOR,
    ("POST", "/v1/offline-records/{record_id}/disputes"): KEY,
    ("GET", "/v1/offline-disputes"): DESK,
    ("POST", "/v1/offline-disputes/{dispute_id}/resolution"): DESK,
    ("GET", "/v1/insights/options"): PLANNER,
    ("GET", "/v1/insights/coverage"): PLANNER,
    ("GET", "/v1/insights/gaps"): PLANNER,
    ("GET", "/v1/insights/cells.geojson"): PLANNER,
    ("GET", "/v1/insights/cells.csv"): PLANNER,
    ("GET", "/v1/insights/stops.geojson"): PLANNER,
    ("GET", "/v1/insights/streets.geojson"): PLANNER,
    ("GET", "/v1/insights/boardings"): PLANNER,
    # Last: nobody is left who could ask for anything else.
    ("DELETE", "/v1/me"): RESIDENT,
}


def operations(world: World) -> set[tuple[str, str]]:
    return {
        (method, route.path_format)
        for route in world.app.routes
        if isinstance(route, HTTPRoute) and route.path_format.startswith("/v1")
        for method, (handler, _) in route.route_handler_map.items()
        if isinstance(handler, HTTPRouteHandler) and method != "OPTIONS"
    }


async def test_the_table_names_every_route(world: World) -> None:
    assert operations(world) == set(PROMISE)


class Cast:
    """One caller of each role."""

    def __init__(self, callers: dict[str, Browser | Reader]) -> None:
        self.callers = callers

    @classmethod
    async def of(cls, world: World) -> Cast:
        callers: dict[str, Browser | Reader] = {
            role: await world.staff(role, "mori-bus" if role == "operator" else None)
            for role in ("desk", "operator", "planner", "admin")
        }
        callers["nobody"] = world.browser()
        callers["resident"] = await world.resident()
        callers["operator_key"] = await world.reader("mori-bus")
        return cls(callers)

    async def ask(self, role: str, method: str, path: str) -> httpx.Response:
        for name in ("{authorization_id}", "{record_id}", "{dispute_id}", "{session_id}"):
            path = path.replace(name, str(uuid4()))
        path = path.replace("{step}", "start").replace("{lost}", "lost-phone")
        caller = self.callers[role]
        body: dict[str, Any] = {}
        if isinstance(caller, Browser):
            return await caller.send(method, path, body, key=uuid4().hex)
        headers = {"Idempotency-Key": uuid4().hex}
        return await caller.client.request(method, path, json=body, headers=headers)


async def everything(world: World) -> dict[str, int]:
    counts = {}
    for table in metadata.sorted_tables:
        rows = await world.rows(f'SELECT count(*) AS n FROM "{table.name}"')
        counts[table.name] = rows[0]["n"]
    return counts


async def test_a_wrong_role_is_refused_and_neither_reads_nor_writes(world: World) -> None:
    cast = await Cast.of(world)
    await cast.ask("nobody", "GET", "/v1/plans")
    before = await everything(world)
    for (method, path), allowed in PROMISE.items():
        for role in sorted(ALL - allowed):
            answer = await cast.ask(role, method, path)
            wrong = 401 if role == "nobody" else 403
            assert answer.status_code == wrong, f"{role} {method} {path}: {answer.text}"
            assert set(answer.json()) == {
                "type", "title", "status", "code", "detail", "message", "request_id"
            }  # fmt: skip
    assert await everything(world) == before


async def test_a_right_role_gets_past_the_door(world: World) -> None:
    cast = await Cast.of(world)
    for (method, path), allowed in PROMISE.items():
        # Signing out and in would change who is asking; the stream never ends.
        if path in {"/v1/sessions/current", "/v1/residents", "/v1/sessions", "/v1/me/events"}:
            continue
        for role in sorted(allowed):
            answer = await cast.ask(role, method, path)
            assert answer.status_code not in {401, 403, 500}, f"{role} {method} {path}"


async def test_a_cookie_does_not_count_beside_a_key(world: World) -> None:
    """A page that is made to send a key's header gets what the key may, not what its cookie may."""
    resident, bus = await world.resident(), await world.reader("mori-bus")
    headers = {"Authorization": bus.client.headers["authorization"]}
    me = await resident.client.get("/v1/me", headers=headers)
    assert (me.status_code, me.json()["code"]) == (403, "not_allowed")


async def test_staff_of_an_operator_see_its_rides_but_decide_none(world: World) -> None:
    phone = await world.rider()
    bus = await world.reader("mori-bus")
    ride = (await bus.tap("tap_on", "bus", phone.code()))["authorization_id"]
    own, other = (
        await world.staff("operator", "mori-bus"),
        await world.staff("operator", "mori-rail"),
    )
    assert (await own.get(f"/v1/authorizations/{ride}"))["authorization_id"] == ride
    assert (await other.get("/v1/authorizations"))["items"] == []
    await other.get(f"/v1/authorizations/{ride}", status=404)
    body = {"action": "tap_on", "mode": "bus", "code": phone.code()}
    by_staff = await own.send("POST", "/v1/authorizations", body, key=uuid4().hex)
    assert by_staff.status_code == 403


async def test_a_revoked_key_is_nobodys(world: World) -> None:
    from api.operators.service import revoke_key

    bus = await world.reader("mori-bus")
    async with world.database.session() as session:
        await revoke_key(session, world.clock.now(), bus.key_id)
    answer = await bus.client.get("/v1/operators/current")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    assert answer.headers["www-authenticate"] == 'Bearer realm="teiki"'


@pytest.mark.parametrize(
    "header", ["Bearer tk_unknown", "Bearer nothing", "Basic eDp5", "tk_x", ""]
)
async def test_a_header_that_is_no_key_is_refused(world: World, header: str) -> None:
    answer = await world.browser().client.get("/v1/plans", headers={"Authorization": header})
    assert answer.status_code == 401


async def test_a_registered_validator_works_for_its_operator(world: World) -> None:
    staff = await world.staff("operator", "mori-bus")
    made = await staff.post("/v1/operators/current/validators", {"name": "Bus 12"})
    assert made["operator_id"] == "mori-bus"
    headers = {"Authorization": f"Bearer {made['key']}"}
    own = await world.browser().client.get("/v1/operators/current", headers=headers)
    assert own.json()["operator_id"] == "mori-bus"
    stored = await world.rows("SELECT * FROM operator_key")
    assert made["key"] not in str(stored)
