"""The contract is current, complete and true: an integrator needs nothing else."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from api.cli.contract import openapi_bytes
from api.counter.routes import PaymentRequest, PaymentView
from api.openapi import examples
from api.openapi.problems import PROBLEMS, problems_page
from api.openapi.reader_words import reader_words
from api.openapi.words import WORDS
from api.passes.routes import DeviceRequest, PassListView, PassRequest
from api.residents.routes import JoinRequest, MeView
from api.rides.shapes import (
    AdjustRequest,
    AuthorizationRequest,
    AuthorizationView,
    CaptureRequest,
    StepRequest,
)
from api.subscriptions.routes import SubscribeRequest, SubscriptionView
from fares.passes import VerifiedPass, verify_code
from fares.reasons import MESSAGES

ROOT = Path(__file__).parents[3]

REQUESTS = {
    "join": JoinRequest,
    "choose_plan": SubscribeRequest,
    "enrol_device": DeviceRequest,
    "issue_passes": PassRequest,
    "take_payment": PaymentRequest,
    "authorize_ride": AuthorizationRequest,
    "capture_ride": CaptureRequest,
    "adjust_ride": AdjustRequest,
    "advance_ride": StepRequest,
}
ANSWERS = {
    "join": MeView,
    "choose_plan": SubscriptionView,
    "get_subscription": SubscriptionView,
    "issue_passes": PassListView,
    "take_payment": PaymentView,
    "authorize_ride": AuthorizationView,
    "capture_ride": AuthorizationView,
}


@cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(openapi_bytes())
    return found


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document()["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def responses(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for status, response in operation["responses"].items():
        name = response.get("$ref", "").rpartition("/")[2]
        yield status, document()["components"]["responses"][name] if name else response


def test_the_committed_contract_is_current() -> None:
    assert (ROOT / "mobile-contract/openapi.json").read_bytes() == openapi_bytes(), (
        "stale: run `teiki contract export`"
    )


def test_the_page_of_problems_is_current() -> None:
    assert (ROOT / "docs/problems.md").read_text("utf-8") == problems_page(), (
        "stale: run `teiki contract problems`"
    )


def test_the_words_of_readers_are_current() -> None:
    assert (ROOT / "mobile-contract/src/words.ts").read_text("utf-8") == reader_words(), (
        "stale: run `teiki contract words`"
    )


def test_the_document_is_the_same_each_time() -> None:
    assert openapi_bytes() == openapi_bytes()


def test_every_operation_has_a_name_of_its_own_and_is_explained() -> None:
    names = [operation["operationId"] for _, operation in operations()]
    assert len(set(names)) == len(names)
    tags = {tag["name"] for tag in document()["tags"]}
    for name, operation in operations():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", operation["operationId"]), name
        assert operation["summary"], name
        assert operation["description"], name
        assert set(operation["tags"]) <= tags, name
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], f"{name} {parameter['name']}"
    assert all(tag["description"] for tag in document()["tags"])


def test_every_shape_and_every_field_is_explained() -> None:
    for name, schema in document()["components"]["schemas"].items():
        assert schema["title"], name
        assert schema["description"], name
        for field, described in schema.get("properties", {}).items():
            assert described["description"], f"say in api/openapi/words.py: {name}.{field}"
    used = {
        word
        for name, schema in document()["components"]["schemas"].items()
        for field in schema.get("properties", {})
        for word in (field, f"{name}.{field}")
    }
    assert set(WORDS) <= used, "a word that nothing says"


def test_every_operation_says_who_may_ask() -> None:
    known = set(document()["components"]["securitySchemes"])
    for name, operation in operations():
        assert operation["security"], name
        for choice in operation["security"]:
            assert set(choice) <= known, name
            writes = not name.startswith("GET")
            signed_by_stripe = name == "POST /v1/stripe/events"
            if "operator_key" not in choice and not signed_by_stripe:
                assert ("csrf" in choice) == writes, name


def test_every_error_is_a_problem_with_its_codes() -> None:
    for name, operation in operations():
        for status, response in responses(operation):
            if status < "400" or operation["tags"] == ["system"]:
                continue
            (media_type,) = response["content"]
            assert media_type == "application/problem+json", f"{name} {status}"
            codes = response["content"][media_type]["schema"]["allOf"][1]["properties"]["code"]
            assert {PROBLEMS[code].status for code in codes["enum"]} == {int(status)}
            assert ("Retry-After" in response.get("headers", {})) == (status in {"429", "503"})


def test_every_problem_that_is_listed_occurs_somewhere() -> None:
    """Some belong to no operation: an unknown address or method, a page, a fault of ours."""
    documented = {
        code
        for _, operation in operations()
        for status, response in responses(operation)
        if status >= "400" and operation["tags"] != ["system"]
        for code in response["content"]["application/problem+json"]["schema"]["allOf"][1][
            "properties"
        ]["code"]["enum"]
    }
    assert set(PROBLEMS) - documented == {
        "method_not_allowed",
        "internal_error",
        "pages_not_built",
    }


# Told as a sentence by commands, never by the API.
ON_THE_COMMAND_LINE = {
    "area_number_reused",
    "bad_catalogue",
    "bad_plan",
    "bad_role",
    "day_closed",
    "feed_has_errors",
    "no_active_feed",
    "no_earlier_feed",
    "no_feed_version",
    "no_key",
    "no_operator",
    "no_staff",
    "plan_version_exists",
    "staff_exists",
    "wrong_secret",
}
STATUS_OF = {"not_found": 404, "conflict": 409, "unavailable": 503, "DomainError": 400}


def raised() -> Iterator[tuple[str, int]]:
    """The problems that the code raises by name, with their statuses."""
    for path in sorted((ROOT / "api").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id not in STATUS_OF or not node.args:
                continue
            code = node.args[0]
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                given = [k.value for k in node.keywords if k.arg == "status"]
                status = ast.literal_eval(given[0]) if given else STATUS_OF[node.func.id]
                yield code.value, status


def test_every_problem_that_is_raised_is_listed_with_its_status() -> None:
    for code, status in raised():
        if code not in ON_THE_COMMAND_LINE:
            assert PROBLEMS[code].status == status, code
    assert {code for code, _ in raised()} >= ON_THE_COMMAND_LINE


@pytest.mark.parametrize("name", REQUESTS)
def test_an_example_of_a_request_is_one(name: str) -> None:
    for example in examples.REQUESTS[name].values():
        msgspec.json.decode(msgspec.json.encode(example), type=REQUESTS[name])


@pytest.mark.parametrize("name", ANSWERS)
def test_an_example_of_an_answer_is_one(name: str) -> None:
    for example in examples.ANSWERS[name].values():
        read = msgspec.json.decode(msgspec.json.encode(example), type=ANSWERS[name])
        assert set(msgspec.to_builtins(read)) == set(example), "an answer has all its fields"


def test_the_examples_are_in_the_document() -> None:
    found = {o["operationId"]: o for _, o in operations()}
    assert set(REQUESTS) == set(examples.REQUESTS)
    assert set(ANSWERS) == set(examples.ANSWERS)
    for name in REQUESTS:
        assert found[name]["requestBody"]["content"]["application/json"]["examples"], name
    for name in ANSWERS:
        done = found[name]["responses"][min(found[name]["responses"])]
        assert done["content"]["application/json"]["examples"], name


def test_the_code_of_the_examples_is_a_genuine_one() -> None:
    vectors = json.loads((ROOT / "mobile-contract/vectors/codes.json").read_text("utf-8"))
    keys = {
        bytes.fromhex(kid): Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        for kid, key in vectors["issuer_keys"].items()
    }
    assert isinstance(verify_code(examples.CODE, keys, examples.NOW), VerifiedPass)


def test_every_reason_for_a_refusal_is_named() -> None:
    (reason,) = (
        option
        for option in document()["components"]["schemas"]["AuthorizationView"]["properties"][
            "reason"
        ]["anyOf"]
        if option != {"type": "null"}
    )
    assert reason["enum"] == [str(reason) for reason in MESSAGES]


def test_nothing_names_what_the_api_is_made_of() -> None:
    text = openapi_bytes().decode().lower()
    for word in (
        "litestar",
        "msgspec",
        "sqlalchemy",
        "sqlmodel",
        "struct",
        "account_id",
        "localhost",
    ):
        assert word not in text, word
