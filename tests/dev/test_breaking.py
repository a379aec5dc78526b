"""Each kind of change: does it break who was built on the contract before?"""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from devtools.breaking import breaking_changes

ROOT = Path(__file__).parents[2]

TAP: dict[str, Any] = {
    "type": "object",
    "required": ["code"],
    "properties": {
        "code": {"type": "string", "maxLength": 480, "pattern": "^TK1:"},
        "mode": {"enum": ["bus", "rail"]},
        "stop_id": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "areas": {"type": "array", "maxItems": 5, "items": {"type": "integer", "minimum": 0}},
        "amount": {"$ref": "#/components/schemas/Money"},
    },
}
ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["result", "pays", "note"],
    "properties": {
        "result": {"enum": ["granted", "refused"]},
        "pays": {"$ref": "#/components/schemas/Money"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "place": {"type": "array", "prefixItems": [{"type": "number"}, {"type": "number"}]},
    },
}
MONEY = {
    "type": "object",
    "required": ["amount_minor"],
    "properties": {"amount_minor": {"type": "integer", "maximum": 1000}},
}


def contract() -> dict[str, Any]:
    json_of = lambda schema: {"application/json": {"schema": schema}}  # noqa: E731 - for this once
    tap = {
        "operationId": "tap",
        "parameters": [
            {"in": "header", "name": "key", "required": True, "schema": {"type": "string"}},
            {"in": "query", "name": "day", "schema": {"type": "string", "format": "date"}},
        ],
        "requestBody": {"required": True, "content": json_of(TAP)},
        "responses": {"200": {"content": json_of(ANSWER)}, "409": {"description": "reused"}},
    }
    paths = {"/taps": {"post": tap, "get": {"operationId": "list", "responses": {"204": {}}}}}
    return deepcopy({"paths": paths, "components": {"schemas": {"Money": MONEY}}})


def schema_at(document: dict[str, Any], which: str) -> dict[str, Any]:
    tap = document["paths"]["/taps"]["post"]
    if which == "money":
        return document["components"]["schemas"]["Money"]
    part = tap["requestBody"] if which == "tap" else tap["responses"]["200"]
    return part["content"]["application/json"]["schema"]


# Where, what is put there (None: taken away), and what is said of it.
SCHEMAS = [
    ("tap", "properties.code.maxLength", 400, "body.code: maxLength 480 where 400 was"),
    ("tap", "properties.code.maxLength", 500, None),
    ("tap", "properties.code.pattern", "^TK2:", "body.code: pattern ^TK1: where ^TK2: was"),
    ("tap", "properties.code.pattern", None, None),
    ("tap", "properties.mode.enum", ["bus"], "body.mode: rail is no longer taken"),
    ("tap", "properties.mode.enum", ["bus", "rail", "taxi"], None),
    ("tap", "properties.stop_id", {"type": "string"}, "body.stop_id: type null where string was"),
    ("tap", "properties.stop_id", None, "body.stop_id: is no longer taken"),
    ("tap", "properties.vehicle", {"type": "string"}, None),
    ("tap", "required", ["code", "mode"], "body.mode: has to be sent"),
    ("tap", "required", [], None),
    ("tap", "properties.areas.maxItems", 4, "body.areas: maxItems 5 where 4 was"),
    ("tap", "properties.areas.items.minimum", 1, "body.areas[]: minimum 0 where 1 was"),
    ("tap", "properties.areas.items.type", "string", "body.areas[]: type integer where string was"),
    ("tap", "properties.areas.items.type", "number", None),
    ("answer", "properties.result.enum", ["granted", "refused", "unsure"], None),
    ("answer", "properties.result.enum", ["granted"], None),
    (
        "answer",
        "properties.result",
        {"type": "string"},
        "answer 200.result: any value where one of granted, refused was",
    ),
    ("answer", "required", ["result", "pays"], "answer 200.note: may be missing"),
    ("answer", "properties.note", {"type": "string"}, None),
    ("answer", "properties.note", {"type": "integer"}, "answer 200.note: type integer where"),
    ("answer", "properties.more", {"type": "string"}, None),
    ("answer", "properties.place.prefixItems", [{"type": "number"}], "answer 200.place[1]: type"),
    ("answer", "properties.place.prefixItems.0", {"type": "integer"}, None),
    ("money", "properties.amount_minor.maximum", 500, "body.amount.amount_minor: maximum 1000"),
    ("money", "properties.amount_minor.maximum", 2000, "answer 200.pays.amount_minor: maximum"),
]


@pytest.mark.parametrize(("which", "place", "value", "said"), SCHEMAS)
def test_a_schema_that_takes_less_or_says_less_breaks(
    which: str, place: str, value: Any, said: str | None
) -> None:
    new = contract()
    target: Any = schema_at(new, which)
    *way, last = [int(part) if part.isdecimal() else part for part in place.split(".")]
    for part in way:
        target = target[part]
    if value is None:
        del target[last]
    else:
        target[last] = value
    changes = breaking_changes(contract(), new)
    assert [change.startswith(f"POST /taps: {said}") for change in changes] == [True] * bool(said)


def test_what_is_gone_or_asked_for_breaks() -> None:
    new = contract()
    del new["paths"]["/taps"]["get"]
    tap = new["paths"]["/taps"]["post"]
    tap["operationId"] = "touch"
    tap["parameters"] = [
        {"in": "query", "name": "day", "required": True, "schema": {"type": "string"}},
        {"in": "query", "name": "page", "required": True, "schema": {"type": "string"}},
    ]
    del tap["requestBody"]
    tap["responses"] = {"202": {}}
    assert breaking_changes(contract(), new) == [
        "GET /taps: is gone",
        "POST /taps: has another operationId",
        "POST /taps: query parameter day has to be sent",
        "POST /taps: query parameter page has to be sent",
        "POST /taps: header parameter key is gone",
        "POST /taps: the body is gone",
        "POST /taps: answer 200 is gone",
    ]


def test_what_is_new_breaks_nobody() -> None:
    new = contract()
    new["paths"]["/cards"] = {"post": {"operationId": "bind", "responses": {"201": {}}}}
    tap = new["paths"]["/taps"]["post"]
    tap["parameters"].append({"in": "query", "name": "page", "schema": {"type": "integer"}})
    tap["responses"]["200"]["content"]["text/csv"] = {}
    del tap["responses"]["409"]
    assert breaking_changes(contract(), new) == []


def test_a_schema_that_holds_itself_ends() -> None:
    old = contract()
    old["components"]["schemas"]["Money"]["properties"]["parts"] = {
        "type": "array",
        "items": {"$ref": "#/components/schemas/Money"},
    }
    assert breaking_changes(old, deepcopy(old)) == []


def test_the_contract_of_this_version_breaks_nobody_who_was_promised_it() -> None:
    """A breaking change needs a new major version, and every version a line in the changelog."""
    package = ROOT / "mobile-contract"
    released = json.loads((package / "released" / "openapi.json").read_bytes())
    current = json.loads((package / "openapi.json").read_bytes())
    was, now = (tuple(map(int, d["info"]["version"].split("."))) for d in (released, current))
    version = current["info"]["version"]
    assert json.loads((package / "package.json").read_bytes())["version"] == version
    changes = breaking_changes(released, current)
    assert now[0] > was[0] or not changes, "\n".join(changes)
    _, _, after = (package / "CHANGELOG.md").read_text().partition(f"\n## {version}\n")
    assert after.partition("\n## ")[0].strip(), "this version has no line in the changelog"
