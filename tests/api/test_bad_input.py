"""What is malformed is told so, with a stable code, and leaves nothing behind."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest

from api.wire import Request
from tests.support.world import Browser, World

pytestmark = [pytest.mark.anyio, pytest.mark.database]

JSON = "application/json"
DEEP = "[" * 100_000 + "]" * 100_000


async def join(world: World, body: bytes | str, content_type: str | None = JSON) -> httpx.Response:
    browser = world.browser()
    await browser.get("/v1/plans")
    headers = {"x-csrf-token": browser.client.cookies["teiki_csrf"]}
    if content_type is not None:
        headers["content-type"] = content_type
    return await browser.client.post("/v1/residents", content=body, headers=headers)


def problem(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == response.status_code
    assert body["type"] == f"urn:teiki:problem:{body['code']}"
    assert body["request_id"] == response.headers["x-request-id"]
    assert body["message"]["ja"]
    assert body["message"]["en"] == body["detail"]
    return response.status_code, body["code"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="empty"),
        pytest.param("hello", id="no-json"),
        pytest.param('{"display_name":"x"} and more', id="trailing"),
        pytest.param("null", id="null"),
        pytest.param("[]", id="array"),
        pytest.param("{}", id="missing-field"),
        pytest.param('{"display_name":"x","nickname":"y"}', id="unknown-field"),
        pytest.param('{"display_name":1}', id="wrong-type"),
        pytest.param('{"display_name":NaN}', id="nan"),
        pytest.param('{"display_name":""}', id="too-short"),
        pytest.param('{"display_name":"   "}', id="blank"),
        pytest.param('{"display_name":"%s"}' % ("x" * 121), id="too-long"),
        pytest.param('{"display_name":"a\\u0000b"}', id="nul"),
        pytest.param('{"display_name":"a\\n"}', id="line-break"),
        pytest.param('{"display_name":"\\ud800"}', id="lone-surrogate"),
        pytest.param(b'{"display_name":"\xff\xfe"}', id="not-utf8"),
        pytest.param('{"display_name":' + DEEP + "}", id="deep"),
        pytest.param('{"unknown":' + DEEP + "}", id="deep-unknown"),
        pytest.param('{"display_name":"x","email":"a\\u0000@example.org"}', id="nul-in-email"),
        pytest.param('{"display_name":"x","email":"nobody"}', id="no-email"),
    ],
)
async def test_a_malformed_body_is_a_bad_request(world: World, body: bytes | str) -> None:
    answer = await join(world, body)
    assert problem(answer) == (400, "bad_request")
    assert answer.json()["errors"][0]["message"]
    assert await world.rows("SELECT * FROM resident") == []


async def test_nobody_claims_a_concession_by_joining(world: World) -> None:
    answer = await join(world, '{"display_name":"x","rider_category":"senior"}')
    assert problem(answer) == (400, "bad_request")


async def test_a_field_error_names_its_field(world: World) -> None:
    answer = await join(world, '{"display_name":"x","email":1}')
    assert [error["path"] for error in answer.json()["errors"]] == ["email"]


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
        "multipart/form-data",
        "application/xml",
        "application/x-msgpack",
        "nonsense",
    ],
)
async def test_a_body_must_say_that_it_is_json(world: World, content_type: str | None) -> None:
    answer = await join(world, '{"display_name":"x"}', content_type)
    assert problem(answer) == (415, "unsupported_media_type")


async def test_a_body_says_it_is_json_in_any_usual_spelling(world: World) -> None:
    for content_type in ("application/json; charset=utf-8", "Application/JSON"):
        assert (await join(world, '{"display_name":"x"}', content_type)).status_code == 201


async def test_a_huge_body_is_not_read(world: World) -> None:
    answer = await join(world, '{"display_name":"' + "x" * 1_000_001 + '"}')
    assert problem(answer) == (413, "body_too_large")


TAP = {"action": "tap_on", "mode": "bus", "code": "TK1:X"}


@pytest.mark.parametrize(
    "change",
    [
        {"amount": {"amount_minor": -1, "currency": "JPY"}},
        {"amount": {"amount_minor": 1.5, "currency": "JPY"}},
        {"amount": {"amount_minor": True, "currency": "JPY"}},
        {"amount": {"amount_minor": "100", "currency": "JPY"}},
        {"amount": {"amount_minor": 10**30, "currency": "JPY"}},
        {"amount": {"amount_minor": 1, "currency": "yen"}},
        {"amount": {"amount_minor": 1, "currency": "JPY\n"}},
        {"amount": {"amount_minor": 1, "currency": "JPY", "tip": 1}},
        {"direction_id": 2},
        {"direction_id": "0"},
        {"companions": -1},
        {"companions": 9},
        {"mode": "ship"},
        {"action": "hop_on"},
        {"code": ""},
        {"code": "x" * 2001},
        {"stop_id": "x" * 121},
        {"stop_id": "a\0b"},
        {"trip_id": ""},
        {"vehicle_id": "\x1b[2J"},
        {"area_numbers": [256]},
        {"area_numbers": list(range(17))},
        {"rider": "somebody"},
    ],
    ids=lambda change: str(change)[:40],
)
async def test_a_malformed_tap_claims_no_key(world: World, change: dict[str, Any]) -> None:
    bus = await world.reader("mori-bus")
    answer = await bus.ask("/v1/authorizations", TAP | change, key="tap-00001")
    assert problem(answer) == (400, "bad_request")
    right = await bus.ask("/v1/authorizations", TAP, key="tap-00001")
    assert right.json()["reason"] == "malformed_code"


@pytest.mark.parametrize("key", [None, "", "short", "x" * 121, "with space", "slash/slash"])
async def test_an_idempotency_key_is_required_and_plain(world: World, key: str | None) -> None:
    bus = await world.reader("mori-bus")
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = await bus.client.post("/v1/authorizations", json=TAP, headers=headers)
    assert problem(answer) == (400, "bad_request")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nothing", 404, "not_found"),
        ("/v1/nothing", 404, "not_found"),
        ("/v1/authorizations/not-a-uuid", 404, "not_found"),
        ("/v1/authorizations/3f1f0d0c-9a1b-4f0e-8a3a-000000000000", 404, "no_ride"),
        ("/v1/authorizations?service_date=yesterday", 400, "bad_request"),
        ("/v1/authorizations?service_date=2026-02-30", 400, "bad_request"),
        ("/v1/authorizations?cursor=%00", 400, "bad_cursor"),
        ("/v1/authorizations?cursor=nonsense", 400, "bad_cursor"),
        ("/v1/authorizations?cursor=99991231T235959.9~x", 400, "bad_cursor"),
        ("/v1/authorizations?cursor=" + "x" * 81, 400, "bad_request"),
    ],
)
async def test_a_wrong_address_says_what_is_wrong(
    world: World, path: str, status: int, code: str
) -> None:
    bus = await world.reader("mori-bus")
    assert problem(await bus.client.get(path)) == (status, code)


async def test_a_method_that_is_not_there_names_those_that_are(world: World) -> None:
    answer = await world.browser().client.put("/v1/plans")
    assert problem(answer) == (405, "method_not_allowed")
    assert sorted(answer.headers["allow"].split(", ")) == ["GET", "OPTIONS"]


@pytest.mark.parametrize("number", ["%00", "", "x" * 41, "%0A"])
async def test_a_resident_number_to_look_up_is_plain(world: World, number: str) -> None:
    desk = await world.staff("desk")
    answer = await desk.client.get(f"/v1/desk/residents?resident_number={number}")
    assert problem(answer) == (400, "bad_request")


async def test_a_device_key_must_be_a_point_of_the_curve(world: World) -> None:
    resident: Browser = await world.resident()
    for key, code in (
        ("A" * 44, "bad_device_key"),
        ("A" * 43, "bad_request"),
        ("A" * 43 + "+", "bad_request"),
    ):
        answer = await resident.send("POST", "/v1/me/devices", {"public_key": key})
        assert problem(answer) == (400, code)


def strings_without_a_pattern() -> list[str]:
    """Fields of requests that take any text at all."""
    found = []
    for shape in _requests(Request):
        described = msgspec.json.schema(shape)["$defs"][shape.__name__]
        for name, field in described["properties"].items():
            options = [field, *field.get("anyOf", [])]
            found += [
                f"{shape.__name__}.{name}"
                for option in options
                if option.get("type") == "string"
                and not {"pattern", "enum", "format"} & option.keys()
            ]
    return found


def _requests(base: type[Request]) -> list[type[Request]]:
    return [shape for sub in base.__subclasses__() for shape in (sub, *_requests(sub))]


def test_every_text_that_may_be_stored_has_a_pattern() -> None:
    """PostgreSQL takes no NUL: a text without a pattern would be a fault of ours, not a 400."""
    # Codes and signed records are verified before anything of them is stored, each for itself.
    assert set(strings_without_a_pattern()) == {
        "AuthorizationRequest.code",
        "CaptureRequest.code",
        "SignedRecordInput.record",
        "SignedRecordInput.signature",
    }
