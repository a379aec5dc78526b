"""One operation of the contract: who may ask, what may go wrong, and what goes in and out."""

from __future__ import annotations

import inspect
from collections import defaultdict
from typing import Any

from litestar.handlers import HTTPRouteHandler

from api.auth import identity
from api.errors import MEDIA_TYPE
from api.openapi.examples import ANSWERS, REQUESTS
from api.openapi.problems import PROBLEMS

Operation = dict[str, Any]

SESSION, KEY, CSRF = "session", "operator_key", "csrf"
_WRITING = {"POST", "PATCH", "PUT", "DELETE"}
_NOISE = ("deprecated", "allowEmptyValue", "allowReserved")

# What a guard accepts; a route without a guard is open to all.
_ACCEPTED: dict[Any, tuple[str, ...]] = {
    identity.resident_only: (SESSION,),
    identity.signed_in: (SESSION,),
    identity.desk_only: (SESSION,),
    identity.planner_only: (SESSION,),
    identity.operator_staff_only: (SESSION,),
    identity.operator_key_only: (KEY,),
    identity.operator_any: (KEY, SESSION),
}

_BODIES: dict[str, dict[str, Any]] = {
    "application/geo+json": {"$ref": "#/components/schemas/FeatureCollection"},
    "text/event-stream": {"type": "string"},
}

_RETRY_AFTER = {
    "description": "Seconds to wait before the same request is sent again.",
    "required": True,
    "schema": {"type": "integer", "minimum": 0},
}


def complete_operation(
    operation: Operation,
    path: str,
    method: str,
    handler: HTTPRouteHandler,
    components: dict[str, Any],
) -> None:
    """Add to what the framework says of an operation all that an integrator must know.

    The document's `components` are read for shapes, and given the responses that recur.
    """
    _drop_noise(operation)
    operation["description"] = inspect.cleandoc(operation["description"])
    for parameter in operation.get("parameters", ()):
        _complete_parameter(parameter)
    operation["security"] = _security(method, handler)
    answers = {s: a for s, a in operation["responses"].items() if s != "400"}
    for status, answer in answers.items():
        _complete_answer(answer, status, components["schemas"])
    codes = _codes(operation, path, method, handler)
    operation["responses"] = {**answers, **_problem_references(codes, components["responses"])}
    _add_examples(operation)


def _drop_noise(described: dict[str, Any]) -> None:
    for name in _NOISE:
        if not described.get(name):
            described.pop(name, None)


def _complete_parameter(parameter: dict[str, Any]) -> None:
    _drop_noise(parameter)
    schema = parameter["schema"]
    # Nobody sends null in an address: what is optional is left out.
    for option in schema.pop("oneOf", ()):
        if option != {"type": "null"}:
            schema.update(option)
    schema.pop("description", None)


def _complete_answer(answer: dict[str, Any], status: str, schemas: dict[str, Any]) -> None:
    if not answer.get("headers"):
        answer.pop("headers", None)
    if status in {"204", "304"}:
        answer.pop("content", None)
    if status.startswith("2"):
        answer["description"] = "Done."
    for media_type, body in answer.get("content", {}).items():
        body["schema"] = _BODIES.get(media_type, body["schema"])
        shape = schemas.get(body["schema"].get("$ref", "").rpartition("/")[2])
        if shape is not None and status.startswith("2"):
            answer["description"] = shape["description"]


def _security(method: str, handler: HTTPRouteHandler) -> list[dict[str, list[str]]]:
    token: dict[str, list[str]] = {CSRF: []} if _needs_token(method, handler) else {}
    # The framework wraps a guard that is no coroutine; `func` is the guard itself.
    guards = [getattr(guard, "func", guard) for guard in handler.resolve_guards()]
    accepted = [scheme for guard in guards for scheme in _ACCEPTED[guard]]
    if not accepted:
        return [token]
    return [{scheme: [], **(token if scheme == SESSION else {})} for scheme in accepted]


def _needs_token(method: str, handler: HTTPRouteHandler) -> bool:
    return method in _WRITING and not handler.opt.get("exclude_from_csrf")


def _codes(operation: Operation, path: str, method: str, handler: HTTPRouteHandler) -> set[str]:
    """The problems that can really occur: what follows from the route, and what it names."""
    codes = set(handler.opt.get("problems", ()))
    if path.startswith("/v1/"):
        # A key that is no key is refused even where none is needed; and all ask the database.
        codes |= {"not_signed_in", "database_unavailable"}
    if operation.get("parameters"):
        codes.add("bad_request")
    if "{" in path:
        codes.add("not_found")
    if "requestBody" in operation:
        codes |= {"bad_request", "body_too_large", "unsupported_media_type"}
    if _needs_token(method, handler):
        codes.add("csrf_token_missing")
    if handler.resolve_guards():
        codes.add("not_allowed")
    return codes


def _problem_references(codes: set[str], responses: dict[str, Any]) -> dict[str, Any]:
    """A reference for each status; what it leads to is named after the codes it may bear."""
    by_status: dict[int, list[str]] = defaultdict(list)
    if missing := set(codes) - PROBLEMS.keys():
        raise LookupError(f"say in api/openapi/problems.py when {sorted(missing)} occur")
    for code in sorted(codes):
        by_status[PROBLEMS[code].status].append(code)
    references = {}
    for status, bearing in sorted(by_status.items()):
        name = "-".join(bearing)
        responses[name] = _problem_response(bearing)
        references[str(status)] = {"$ref": f"#/components/responses/{name}"}
    return references


def _problem_response(codes: list[str]) -> dict[str, Any]:
    narrowed = {"type": "object", "properties": {"code": {"type": "string", "enum": codes}}}
    schema = {"allOf": [{"$ref": "#/components/schemas/ProblemView"}, narrowed]}
    response: dict[str, Any] = {
        "description": "\n".join(f"- `{code}`: {PROBLEMS[code].when}" for code in codes),
        "content": {MEDIA_TYPE: {"schema": schema}},
    }
    if PROBLEMS[codes[0]].status in {429, 503}:
        response["headers"] = {"Retry-After": _RETRY_AFTER}
    return response


def _add_examples(operation: Operation) -> None:
    name = operation["operationId"]
    if name in REQUESTS:
        body = operation["requestBody"]["content"]["application/json"]
        body["examples"] = _examples(REQUESTS[name])
    if name in ANSWERS:
        done = min(operation["responses"])
        body = operation["responses"][done]["content"]["application/json"]
        body["examples"] = _examples(ANSWERS[name])


def _examples(examples: dict[str, Any]) -> dict[str, Any]:
    return {
        summary.lower().replace(",", "").replace("'", "").replace(" ", "_"): {
            "summary": summary,
            "value": value,
        }
        for summary, value in examples.items()
    }
