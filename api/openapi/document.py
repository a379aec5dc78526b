"""The whole OpenAPI document: the framework's reading of the routes, completed for integrators."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

import orjson
from litestar import Litestar, Request
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, License, Reference, SecurityScheme, Tag
from litestar.routes import HTTPRoute

from api.openapi.operations import CSRF, KEY, SESSION, complete_operation
from api.openapi.shapes import component_schemas

VERSION = "2.0.0"

_DESCRIPTION = """\
One flat fee, one pass, every mode.

**Who asks.** Operators' systems and validators send an API key,
`Authorization: Bearer tk_...`. Pages use the session cookie and, to write, send the value of
the `teiki_csrf` cookie as `x-csrf-token`. A request with an `Authorization` header is a
machine's: its cookie is not read.

**What goes wrong.** Errors are `application/problem+json` (RFC 9457) with a stable `code` and
a `message` for the person in Japanese and English; `docs/problems.md` lists them all. A refused
ride is an answer (200, `result: refused`), not an error. A fault of ours is a 500
`internal_error`.

**Trying again.** Whoever sends an `Idempotency-Key` may send the same request again after a
503 or no answer: it is carried out at most once, and the first answer is given again.

**Words.** Instants have their offset, service dates end at 04:00 the next morning, amounts are
whole minor units. Answers have all their fields; new ones may come."""

_TAGS = {
    "town": "The town, its time and the sources of its data.",
    "plans": "What can be bought.",
    "residents": "Joining, signing in, and one's own record and rides.",
    "subscriptions": "Choosing a plan, seeing what is left of it, leaving.",
    "passes": "Certificates that a phone shows codes with.",
    "desk": "What staff at the counter do for residents; every look is logged.",
    "operators": "An operator about itself, and its validators.",
    "authorizations": "May this ride go ahead, and what became of it?",
    "offline": "What readers did without network, who bears it, and disputes about that.",
    "insights": "Where transport is missing; nothing says who anybody is.",
    "system": "For load balancers.",
}

_SCHEMES: dict[str, SecurityScheme | Reference] = {
    KEY: SecurityScheme(type="http", scheme="bearer", description="An API key, `tk_...`."),
    SESSION: SecurityScheme(
        type="apiKey",
        name="teiki_session",
        security_scheme_in="cookie",
        description="A signed-in resident or member of staff.",
    ),
    CSRF: SecurityScheme(
        type="apiKey",
        name="x-csrf-token",
        security_scheme_in="header",
        description="The value of the cookie `teiki_csrf`, which any GET sets.",
    ),
}


class _CompletedJson(JsonRenderPlugin):
    """Serves the completed document; there is no viewer, as each loads scripts from elsewhere."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:  # noqa: ARG002 - the framework's own reading is where it began
        """The document as it is committed."""
        content: bytes = getattr(request.app.state, "contract", b"")
        if not content:
            content = request.app.state.contract = contract_bytes(request.app)
        return content


def openapi_config() -> OpenAPIConfig:
    """What the framework must know to describe the routes."""
    return OpenAPIConfig(
        title="Teiki",
        version=VERSION,
        description=_DESCRIPTION,
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        tags=[Tag(name=name, description=about) for name, about in _TAGS.items()],
        path="/schema",
        render_plugins=[_CompletedJson(path=["/openapi.json", "/"])],
        use_handler_docstrings=True,
        components=Components(security_schemes=_SCHEMES),
    )


def contract_bytes(app: Litestar) -> bytes:
    """The document as it is served and committed: the same bytes on every machine."""
    return orjson.dumps(contract(app), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def contract(app: Litestar) -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    document: dict[str, Any] = deepcopy(app.openapi_schema.to_schema())
    named = set(re.findall(r"#/components/schemas/(\w+)", orjson.dumps(document["paths"]).decode()))
    components = document["components"]
    components |= {"schemas": component_schemas(named | {"ProblemView"}), "responses": {}}
    handlers = _handlers(app)
    for path, item in document["paths"].items():
        for method, operation in item.items():
            handler = handlers[path, method.upper()]
            complete_operation(operation, path, method.upper(), handler, components)
    return document


def _handlers(app: Litestar) -> dict[tuple[str, str], HTTPRouteHandler]:
    return {
        (route.path_format, method): handler
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items()
    }
