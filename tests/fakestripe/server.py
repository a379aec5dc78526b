"""The HTTP side: authentication, real idempotency keys, lists, pages, and faults on demand."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson
from litestar import Litestar, Request, Response, delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from tests.fakestripe.engine import ApiError, Engine, Object, Params
from tests.fakestripe.forms import read_form
from tests.fakestripe.shapes import ShapeError

# What becomes of the next request that writes: no answer although it was done, no answer and not
# done, an error that is kept as its answer, and such an error although it was done.
Fault = Literal["lost_answer", "lost_request", "fault", "fault_after", "none"]

_DROP = "x-fakestripe-drop"
PAGE_LIMIT = 10
RETRY_SECONDS = (60, 600, 3600, 3 * 3600, 12 * 3600, 24 * 3600, 24 * 3600)


@dataclass(slots=True)
class Kept:
    """The answer that an idempotency key stands for."""

    asked: tuple[str, str, str]
    status: int
    body: bytes


@dataclass(slots=True)
class Delivery:
    """An event on its way to a webhook."""

    event: Object
    attempts: int = 0
    due_at: int = 0


@dataclass(slots=True)
class FakeStripe:
    """The server's state. `faults` are used up by writing requests, one each.

    `broken` says where an answer would have had a shape that Stripe's do not have.
    """

    engine: Engine
    webhook_secret: str
    url: str = ""
    ahead_seconds: int = 0
    out_of_order: bool = False
    faults: deque[Fault] = field(default_factory=deque)
    requests: list[tuple[str, str]] = field(default_factory=list)
    kept: dict[str, Kept] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def new_deliveries(self) -> list[Delivery]:
        """What happened since the last time, to be delivered; and what must be tried again."""
        self.deliveries += [Delivery(event) for event in self.engine.events]
        self.engine.events.clear()
        return [each for each in self.deliveries if each.due_at <= self.engine.at]

    def note(self, delivery: Delivery, *, taken: bool) -> None:
        """A delivery was taken, or is tried again later, for about three days."""
        delivery.attempts += 1
        if taken or delivery.attempts > len(RETRY_SECONDS):
            self.deliveries.remove(delivery)
        else:
            delivery.due_at = self.engine.at + RETRY_SECONDS[delivery.attempts - 1]

    def signed(self, event: Object, at: int) -> tuple[bytes, str]:
        """An event's body, and its `Stripe-Signature`."""
        body = orjson.dumps(event)
        message = f"{at}.".encode() + body
        mac = hmac.new(self.webhook_secret.encode(), message, hashlib.sha256).hexdigest()
        return body, f"t={at},v1={mac}"

    # -- answering

    def answer(self, method: str, path: str, form: str, key: str | None) -> Response[bytes]:
        """Do what is asked, once for each idempotency key."""
        self.requests.append((method, path))
        if self.out_of_order:
            return _json(503, _fault())
        if method == "GET":
            return _json(*self._do(method, path, form))
        asked = method, path, form
        if key is not None and (kept := self.kept.get(key)) is not None:
            if kept.asked != asked:
                return _error(ApiError(400, "idempotency_error", "Keys are for one request each."))
            return _json(kept.status, kept.body, {"Idempotent-Replayed": "true"})
        fault = self.faults.popleft() if self.faults else "none"
        if fault == "lost_request":
            return _json(200, b"{}", {_DROP: "yes"})
        status, body = (500, _fault()) if fault == "fault" else self._do(method, path, form)
        if fault == "fault_after":
            status, body = 500, _fault()
        if key is not None and status != 400:
            self.kept[key] = Kept(asked, status, body)
        return _json(status, body, {_DROP: "yes"} if fault == "lost_answer" else {})

    def _do(self, method: str, path: str, form: str) -> tuple[int, bytes]:
        try:
            return 200, orjson.dumps(self._route(method, path, read_form(form)))
        except ApiError as error:
            return error.status, _error_body(error)
        except ShapeError as error:
            self.broken.append(str(error))
            raise
        except (KeyError, IndexError, ValueError) as error:
            return 400, _error_body(
                ApiError(
                    400, "invalid_request_error", f"Missing or bad: {error}", "parameter_missing"
                )
            )

    def _route(self, method: str, path: str, params: Params) -> Object:
        for verb, pattern, act in _ROUTES:
            found = re.fullmatch(pattern, path)
            if verb == method and found:
                done = act(self, params, *found.groups())
                return self._shown(done, params)
        raise ApiError(404, "invalid_request_error", f"Unrecognized request URL ({method} {path})")

    def _shown(self, found: Object, params: Params) -> Object:
        """As it is answered: an invoice's payments only where they are asked for."""
        if found["object"] == "list":
            data = [self._shown(each, params) for each in found["data"]]
            return {**found, "data": data}
        if found["object"] == "checkout.session":
            return {**found, "url": f"{self.url}/pay/{found['id']}"}
        if found["object"] == "billing_portal.session":
            return {**found, "url": f"{self.url}/portal/{found['id']}"}
        if found["object"] == "invoice" and "data.payments" not in params.get("expand", []):
            return {name: value for name, value in found.items() if name != "payments"}
        return found

    def page(self, what: str, params: Params, **wanted: Any) -> Object:
        """A page of a list, newest first."""
        limit = int(params.get("limit", PAGE_LIMIT))
        filters = {name: value for name, value in wanted.items() if value is not None}
        found = self.engine.all(what, **filters)
        after = params.get("starting_after")
        if after is not None:
            found = found[[each["id"] for each in found].index(after) + 1 :]
        more = len(found) > limit
        return {"object": "list", "data": found[:limit], "has_more": more, "url": f"/v1/{what}s"}


Act = Callable[..., Object]


def _list(what: str, *names: str) -> Act:
    def act(fake: FakeStripe, params: Params) -> Object:
        wanted = {name: params.get(name) for name in names}
        if wanted.get("status") == "all":
            del wanted["status"]
        return fake.page(what, params, **wanted)

    return act


def _get(what: str) -> Act:
    return lambda fake, _, object_id: fake.engine.get(object_id, what)


_ROUTES: list[tuple[str, str, Act]] = [
    ("POST", "customers", lambda fake, params: fake.engine.create_customer(params)),
    ("GET", r"customers/(\w+)", _get("customer")),
    ("POST", "prices", lambda fake, params: fake.engine.create_price(params)),
    ("GET", r"prices/(\w+)", _get("price")),
    ("POST", "checkout/sessions", lambda fake, params: fake.engine.create_checkout(params)),
    ("GET", r"checkout/sessions/(\w+)", _get("checkout.session")),
    ("POST", "billing_portal/sessions", lambda fake, params: fake.engine.create_portal(params)),
    ("GET", "subscriptions", _list("subscription", "customer", "status")),
    ("GET", r"subscriptions/(\w+)", _get("subscription")),
    (
        "POST",
        r"subscriptions/(\w+)",
        lambda fake, params, subscription_id: fake.engine.update_subscription(
            subscription_id, params
        ),
    ),
    (
        "DELETE",
        r"subscriptions/(\w+)",
        lambda fake, params, subscription_id: fake.engine.cancel_subscription(
            subscription_id, params
        ),
    ),
    ("GET", "invoices", _list("invoice", "customer", "status")),
    ("GET", r"invoices/(\w+)", _get("invoice")),
    ("GET", "charges", _list("charge", "customer", "payment_intent")),
    ("POST", "refunds", lambda fake, params: fake.engine.create_refund(params)),
    ("GET", "refunds", _list("refund", "charge", "payment_intent")),
    ("GET", "disputes", _list("dispute", "charge", "payment_intent")),
    ("POST", "payment_intents", lambda fake, params: fake.engine.create_intent(params)),
    ("GET", r"payment_intents/(\w+)", _get("payment_intent")),
    (
        "POST",
        r"payment_intents/(\w+)/capture",
        lambda fake, params, intent_id: fake.engine.capture_intent(intent_id, params),
    ),
    (
        "POST",
        r"payment_intents/(\w+)/cancel",
        lambda fake, params, intent_id: fake.engine.cancel_intent(intent_id, params),
    ),
]


def create_app(fake: FakeStripe) -> ASGIApp:
    """The server as an application; whatever it is told to drop, it drops on the wire."""
    return _dropping(
        Litestar(
            [_read, _write, _end, _page, _advance, _paid],
            openapi_config=None,
            dependencies={"fake": Provide(lambda: fake, sync_to_thread=False)},
        )
    )


AnyRequest = Request[Any, Any, Any]


def _answered(fake: FakeStripe, request: AnyRequest, path: str, form: str) -> Response[bytes]:
    if not request.headers.get("authorization", "").startswith("Bearer sk_"):
        return _error(ApiError(401, "invalid_request_error", "You did not provide an API key."))
    key = request.headers.get("idempotency-key")
    return fake.answer(request.method, path.strip("/"), form, key)


@get("/v1/{path:path}")
async def _read(
    request: AnyRequest, path: FromPath[str], fake: NamedDependency[Any]
) -> Response[bytes]:
    return _answered(fake, request, path, request.scope["query_string"].decode())


@post("/v1/{path:path}")
async def _write(
    request: AnyRequest, path: FromPath[str], fake: NamedDependency[Any]
) -> Response[bytes]:
    return _answered(fake, request, path, (await request.body()).decode())


@delete("/v1/{path:path}", status_code=200)
async def _end(
    request: AnyRequest, path: FromPath[str], fake: NamedDependency[Any]
) -> Response[bytes]:
    form = request.scope["query_string"].decode() or (await request.body()).decode()
    return _answered(fake, request, path, form)


@get("/{kind:str}/{page_id:str}", media_type="text/html")
async def _page(kind: FromPath[str], page_id: FromPath[str]) -> str:
    """The page on which a person pays, or changes the card: two cards to choose from."""
    what = "Pay" if kind == "pay" else "Use this card"
    return f"""<!doctype html><html lang="en"><meta charset="utf-8">
<title>Stand-in for Stripe</title><h1>Stand-in for Stripe</h1><p>No money moves here.</p>
<form method="post" action="/{kind}/{page_id}">
<button name="card" value="good">{what}: card that works</button>
<button name="card" value="declined">{what}: card that is declined</button></form></html>"""


@post("/fakestripe/advance")
async def _advance(request: AnyRequest, fake: NamedDependency[Any]) -> Response[bytes]:
    """Move the clock on, as a test clock of Stripe's is."""
    fake.ahead_seconds += int(read_form((await request.body()).decode())["seconds"])
    return _json(200, b"{}")


@post("/{kind:str}/{page_id:str}")
async def _paid(
    request: AnyRequest, kind: FromPath[str], page_id: FromPath[str], fake: NamedDependency[Any]
) -> Response[bytes]:
    declined = read_form((await request.body()).decode()).get("card") == "declined"
    engine: Engine = fake.engine
    if kind == "pay":
        page = engine.pay_checkout(page_id, declined=declined)
        address = page["success_url"] if page["status"] == "complete" else f"/pay/{page_id}"
    else:
        portal = engine.get(page_id, "billing_portal.session")
        engine.use_card(portal["customer"], declines=declined)
        address = portal["return_url"]
    return Response(b"", status_code=303, headers={"location": address})


def _dropping(app: ASGIApp) -> ASGIApp:
    """Break the connection off in the middle of an answer that is marked to be lost."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        lost = False

        async def passing(message: Message) -> None:
            nonlocal lost
            if message["type"] == "http.response.start":
                lost = any(name == _DROP.encode() for name, _ in message["headers"])
                if lost:
                    message["headers"] = [(b"content-length", b"1000")]
            elif lost:
                return
            await send(message)

        await app(scope, receive, passing)

    return wrapped


def _json(status: int, body: bytes, headers: dict[str, str] | None = None) -> Response[bytes]:
    return Response(body, status_code=status, media_type="application/json", headers=headers or {})


def _error_body(error: ApiError) -> bytes:
    return orjson.dumps(
        {"error": {"type": error.kind, "message": error.message, "code": error.code}}
    )


def _error(error: ApiError) -> Response[bytes]:
    return _json(error.status, _error_body(error))


def _fault() -> bytes:
    return _error_body(ApiError(500, "api_error", "Something went wrong on Stripe's end."))
