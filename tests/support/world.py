"""A small town to tell journeys in: the real application over HTTP on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from litestar import Litestar
from sqlalchemy import text

from api.app import create_app
from api.auth.service import add_staff, new_link
from api.clock import DemoClock
from api.database import Database
from api.feeds.tables import FeedRoute, FeedStop, FeedTrip, FeedVersion
from api.migrations import upgrade
from api.operators.service import add_key
from api.passes import base64url
from api.passes.keys import rotate_when_due
from api.plans.service import publish_plan
from api.settings import DEVELOPMENT_SECRET, Settings
from api.tables import metadata
from api.town.document import OperatorDocument, town_from_document
from api.town.service import import_town, save_operator, touch_network
from fares.passes import Challenge, compressed_point, present
from fares.passes.enrolment import sign_pass_request
from tests.support.contract import contract_of

NOON = datetime(2026, 4, 8, 3, 0, tzinfo=UTC)  # a Wednesday, 12:00 in Tokyo

TOWN: dict[str, Any] = {
    "town_id": "mori",
    "name": {"ja": "森町", "en": "Mori"},
    "currency": "JPY",
    "time_zone": "Asia/Tokyo",
    "center": [140.57, 42.1],
    "simulated": True,
    "areas": [
        {
            "area_number": 0,
            "name": {"ja": "中心部", "en": "Centre"},
            "polygon": [[140.5, 42.0], [140.6, 42.0], [140.6, 42.2], [140.5, 42.2]],
        },
        {
            "area_number": 1,
            "name": {"ja": "山側", "en": "Hills"},
            "polygon": [[140.6, 42.0], [140.7, 42.0], [140.7, 42.2], [140.6, 42.2]],
        },
    ],
    "operators": [
        {
            "operator_id": "mori-bus",
            "name": {"ja": "森バス", "en": "Mori Bus"},
            "modes": ["bus"],
            "tap_off": "optional",
            "tariff": {"kind": "flat", "amount_minor": 210, "source": "test"},
        },
        {
            "operator_id": "mori-rail",
            "name": {"ja": "森鉄道", "en": "Mori Rail"},
            "modes": ["rail"],
            "tap_off": "required",
            "tariff": {"kind": "flat", "amount_minor": 300, "source": "test"},
        },
        {
            "operator_id": "mori-taxi",
            "name": {"ja": "森タクシー", "en": "Mori Taxi"},
            "modes": ["taxi", "rideshare"],
            "tariff": {
                "kind": "metered",
                "flag_fall_minor": 600,
                "flag_fall_meters": 1000,
                "step_minor": 100,
                "step_meters": 250,
                "source": "test",
            },
        },
    ],
    "concessions": [
        {
            "rider_category": "senior",
            "policy": {"ja": "65歳以上の人", "en": "Everybody aged 65 and over"},
            "months": 12,
        }
    ],
    "attribution": [{"title": "Test town", "licence": "none"}],
}

PLAN: dict[str, Any] = {
    "plan_id": "everything",
    "version": 1,
    "name": {"ja": "まるごと", "en": "Everything"},
    "description": {"ja": "すべての乗りもの", "en": "Every mode"},
    "price": {"amount_minor": 4900, "currency": "JPY"},
    "period": "month",
    "modes": ["bus", "rail", "taxi"],
    "areas": [0],
    "allowances": [
        {
            "allowance_id": "taxi-rides",
            "modes": ["taxi"],
            "unit": "rides",
            "limit": 2,
            "period": "subscription",
        }
    ],
    "ride_caps": [{"modes": ["taxi"], "amount_minor": 2000, "above": "rider_pays"}],
    "offline_caps": {"phone_amount_minor": 3000},
}


def yen(amount_minor: int) -> dict[str, Any]:
    """An amount as the wire says it."""
    return {"amount_minor": amount_minor, "currency": "JPY"}


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """A public key as the wire says it."""
    return base64url.encode(compressed_point(key.public_key()))


def pass_request(
    browser: Browser, keys: list[ec.EllipticCurvePrivateKey], first_date: str | None = None
) -> dict[str, Any]:
    """What a phone sends to have passes for these keys."""
    assert browser.phone_key is not None
    points = [compressed_point(key.public_key()) for key in keys]
    body: dict[str, Any] = {
        "device_public_keys": [base64url.encode(point) for point in points],
        "signature": base64url.encode(sign_pass_request(points, browser.phone_key)),
    }
    return body if first_date is None else body | {"first_date": first_date}


@dataclass(slots=True)
class Phone:
    """A resident's phone: its key, its certificate and how often it has shown a code."""

    world: World
    owner: Browser
    key: ec.EllipticCurvePrivateKey
    certificate: bytes
    counter: int = 0

    def code(self, at: datetime | None = None, challenge: Challenge | None = None) -> str:
        """A fresh code, or one made at another moment."""
        self.counter += 1
        seconds = int((at or self.world.clock.now()).timestamp())
        return present(self.certificate, self.key, seconds, self.counter, challenge)


@dataclass(slots=True)
class Browser:
    """One person's browser: its cookies, and the CSRF header a page would send."""

    world: World
    client: httpx.AsyncClient
    me: dict[str, Any] = field(default_factory=dict)
    staff_id: UUID | None = None
    phone_key: ec.EllipticCurvePrivateKey | None = None

    async def send(
        self, method: str, path: str, body: Any = None, key: str | None = None
    ) -> httpx.Response:
        """Send as a page does."""
        if "teiki_csrf" not in self.client.cookies:
            await self.client.get("/v1/plans")
        headers = {"x-csrf-token": self.client.cookies["teiki_csrf"]}
        if key is not None:
            headers["Idempotency-Key"] = key
        return await self.client.request(method, path, json=body, headers=headers)

    async def get(self, path: str, status: int = 200) -> Any:
        """Read, expecting a status."""
        return _checked(await self.client.get(path), status)

    async def post(self, path: str, body: Any, status: int = 201, key: str | None = None) -> Any:
        """Write, expecting a status."""
        return _checked(await self.send("POST", path, body, key), status)


@dataclass(slots=True)
class Reader:
    """An operator's system or validator, by its key."""

    world: World
    client: httpx.AsyncClient
    key_id: UUID

    async def ask(self, path: str, body: Any, key: str | None = None) -> httpx.Response:
        """Send one request with an idempotency key (a new one unless given)."""
        headers = {"Idempotency-Key": key or uuid4().hex}
        return await self.client.post(path, json=body, headers=headers)

    async def tap(
        self, action: str, mode: str, code: str, key: str | None = None, **facts: Any
    ) -> dict[str, Any]:
        """A tap that must be answered."""
        body = {"action": action, "mode": mode, "code": code, **facts}
        return _checked(await self.ask("/v1/authorizations", body, key), 200)

    async def hold(
        self, phone: Phone, amount_minor: int = 1500, mode: str = "taxi", **facts: Any
    ) -> dict[str, Any]:
        """Ask to take a rider up to an amount, in the centre unless told otherwise."""
        facts = {"area_numbers": [0], "amount": yen(amount_minor)} | facts
        return await self.tap("hold", mode, phone.code(), **facts)

    async def ride(self, authorization_id: str, amount_minor: int) -> dict[str, Any]:
        """Start, end and capture a held ride."""
        await self.step(authorization_id, "start")
        await self.step(authorization_id, "end")
        return await self.step(authorization_id, "capture", amount=yen(amount_minor))

    async def step(self, authorization_id: str, step: str, **body: Any) -> dict[str, Any]:
        """A step of a booked ride that must be answered."""
        path = f"/v1/authorizations/{authorization_id}/{step}"
        return _checked(await self.ask(path, body), 200)


@dataclass(slots=True)
class World:
    """The running application and everything a test may reach it by."""

    app: Litestar
    clock: DemoClock
    database: Database
    settings: Settings
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def browser(self) -> Browser:
        """A browser that nobody has signed in with."""
        return Browser(self, self.client({}))

    async def reader(self, operator_id: str, kind: Any = "validator") -> Reader:
        """A validator of an operator."""
        async with self.database.session() as session:
            key, plain = await add_key(
                session, self.clock.now(), operator_id=operator_id, kind=kind, name="reader"
            )
        return Reader(self, self.with_key(plain), key.key_id)

    def with_key(self, key: str) -> httpx.AsyncClient:
        """A machine that has this API key."""
        return self.client({"Authorization": f"Bearer {key}"})

    async def staff(self, role: str, operator_id: str | None = None) -> Browser:
        """A member of staff, signed in by a link."""
        async with self.database.session() as session:
            staff = await add_staff(
                session,
                self.clock.now(),
                email=f"{uuid4().hex}@example.org",
                display_name=role,
                role=role,
                operator_id=operator_id,
            )
        return await self._sign_in(staff.staff_id)

    async def signed_in_again(self, browser: Browser) -> Browser:
        """The same member of staff with a new session."""
        assert browser.staff_id is not None
        return await self._sign_in(browser.staff_id)

    async def resident_again(self, browser: Browser) -> Browser:
        """The same resident in another browser, signed in by a link."""
        (row,) = await self.rows(
            "SELECT account_id FROM resident WHERE resident_number = :number",
            number=browser.me["resident_number"],
        )
        async with self.database.session() as session:
            token = new_link(session, self.clock.now(), account_id=row["account_id"])
        return await self.follow(token)

    async def follow(self, link: str) -> Browser:
        """A browser that opens a sign-in link, or uses its token."""
        browser = self.browser()
        browser.me = await browser.post("/v1/sessions", {"token": link.rpartition("=")[2]})
        return browser

    async def _sign_in(self, staff_id: UUID) -> Browser:
        async with self.database.session() as session:
            token = new_link(session, self.clock.now(), staff_id=staff_id)
        browser = self.browser()
        browser.me = await browser.post("/v1/sessions", {"token": token})
        browser.staff_id = staff_id
        return browser

    async def resident(self, plan: str | None = "everything", pay: bool = True) -> Browser:
        """A resident who has joined and, unless told otherwise, subscribed and paid."""
        browser = self.browser()
        browser.me = await browser.post("/v1/residents", {"display_name": "花子"})
        if plan is not None:
            held = await browser.post("/v1/me/subscriptions", {"plan_id": plan})
            if pay:
                await self.pay(browser, held)
        return browser

    async def pay(self, browser: Browser, held: dict[str, Any]) -> dict[str, Any]:
        """Pay a subscription at the counter."""
        desk = await self.staff("desk")
        body = {
            "resident_number": browser.me["resident_number"],
            "subscription_id": held["subscription_id"],
            "method": "cash",
            **held["amount_due"],
        }
        return await desk.post("/v1/desk/payments", body, key=uuid4().hex)

    async def phone(self, browser: Browser) -> Phone:
        """The resident's phone with today's certificate."""
        (phone,) = await self.phones(browser)
        return phone

    async def phones(
        self, browser: Browser, days: int = 1, first_date: str | None = None
    ) -> list[Phone]:
        """The resident's phone (enrolled when it is not yet), a pass each for some days."""
        if browser.phone_key is None:
            await self.enrol(browser)
        keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(days)]
        issued = await browser.post("/v1/me/passes", pass_request(browser, keys, first_date))
        return [
            Phone(self, browser, key, base64url.decode(item["certificate"]))
            for key, item in zip(keys, issued["items"], strict=False)
        ]

    async def enrol(self, browser: Browser, replace: bool = False) -> dict[str, Any]:
        """Enrol a new phone for a resident."""
        key = ec.generate_private_key(ec.SECP256R1())
        body = {"public_key": public_key(key), "replace": replace}
        device = await browser.post("/v1/me/devices", body)
        browser.phone_key = key
        return device

    async def rider(self) -> Phone:
        """The phone of a new resident who has paid."""
        return await self.phone(await self.resident())

    async def phone_of(self, phone: Phone) -> Phone:
        """Another phone of the same resident, which takes over."""
        await self.enrol(phone.owner, replace=True)
        return await self.phone(phone.owner)

    async def publish(self, plan: dict[str, Any]) -> None:
        """Put another plan on sale."""
        async with self.database.session() as session:
            await publish_plan(session, self.clock.now(), plan)

    async def taxi_operator(self, operator_id: str) -> str:
        """Another taxi company; its id."""
        (taxi,) = (o for o in TOWN["operators"] if o["operator_id"] == "mori-taxi")
        document = msgspec.convert(taxi | {"operator_id": operator_id}, OperatorDocument)
        async with self.database.session() as session:
            await save_operator(session, self.clock.now(), document)
            await touch_network(session)
        return operator_id

    async def revoke_passes(self) -> None:
        """Revoke every pass issued so far."""
        await self.change("UPDATE pass_certificate SET revoked_at = :now", now=self.clock.now())

    async def change(self, statement: str, **values: Any) -> None:
        """Change what the database holds, behind the product's back."""
        async with self.database.engine.begin() as connection:
            await connection.execute(text(statement), values)

    async def rows(self, query: str, **values: Any) -> list[dict[str, Any]]:
        """What the database holds."""
        async with self.database.engine.connect() as connection:
            found = await connection.execute(text(query), values)
            return [dict(row) for row in found.mappings()]

    async def _check_by_contract(self, response: httpx.Response) -> None:
        """Whatever a journey is about, no answer may be other than the contract says."""
        await response.aread()
        contract_of(self.app).check(response)

    def client(self, headers: dict[str, str]) -> httpx.AsyncClient:
        """Whoever speaks HTTP to this application with these headers."""
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
            base_url="http://town.test",
            headers=headers,
            event_hooks={"response": [self._check_by_contract]},
        )
        self.clients.append(client)
        return client


@asynccontextmanager
async def open_world(
    url: str,
    tmp_path: Path,
    at: datetime = NOON,
    town: dict[str, Any] | None = None,
    **changes: Any,
) -> AsyncIterator[World]:
    """An application on an emptied, migrated database, with a town, a plan and issuer keys.

    `changes` are settings that differ from the usual ones.
    """
    upgrade_once(url)
    settings = Settings(
        environment="development",
        data_dir=tmp_path,
        lake_url=str(tmp_path / "lake"),
        base_url="http://town.test",
        secret=DEVELOPMENT_SECRET,
        sign_in_limit_per_minute=0,
        log_level="ERROR",
        **changes,
    )
    clock = DemoClock(at)
    database = Database(url)
    try:
        await empty(database)
        await _set_up(database, clock, settings, town or TOWN)
        app = create_app(settings, database, clock)
        async with app.lifespan():
            world = World(app, clock, database, settings)
            try:
                yield world
            finally:
                for client in world.clients:
                    await client.aclose()
    finally:
        await database.close()


_migrated: set[str] = set()


def upgrade_once(url: str) -> None:
    """Migrate a database the first time this process meets it."""
    if url not in _migrated:
        upgrade(url)
        _migrated.add(url)


async def empty(database: Database) -> None:
    """Leave nothing in any table, and nothing to do."""
    # Of few rows, much quicker than TRUNCATE, which makes new files for every table and index.
    async with database.engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            await connection.execute(table.delete())
        await connection.execute(text("DELETE FROM jobs.procrastinate_jobs"))


async def _set_up(
    database: Database, clock: DemoClock, settings: Settings, town: dict[str, Any]
) -> None:
    now = clock.now()
    async with database.session() as session:
        await import_town(session, now, town_from_document(town))
        await publish_plan(session, now, PLAN)
        await rotate_when_due(session, now, settings.secret)


async def add_bus_feed(world: World, operator_id: str = "mori-bus") -> None:
    """An active feed of three stops: two in the centre, one in the hills."""
    now = world.clock.now()
    version = uuid4()
    async with world.database.session() as session:
        session.add(
            FeedVersion(
                feed_version_id=version,
                operator_id=operator_id,
                sha256="0" * 64,
                source_name="test.zip",
                status="active",
                summary={},
                notices=[],
                parquet_url="",
                source_url="",
                valid_from_date=(now - timedelta(days=30)).date(),
                valid_until_date=(now + timedelta(days=30)).date(),
                imported_at=now,
                activated_at=now,
            )
        )
        await session.flush()
        for stop_id, areas in (("station", [0]), ("school", [0]), ("shrine", [1])):
            session.add(
                FeedStop(
                    feed_version_id=version,
                    stop_id=stop_id,
                    name=stop_id,
                    area_numbers=areas,
                    modes=["bus"],
                )
            )
        session.add(FeedRoute(feed_version_id=version, route_id="r1", mode="bus"))
        session.add(
            FeedTrip(
                feed_version_id=version,
                trip_id="t1",
                route_id="r1",
                direction_id=0,
                service_id="weekday",
                departure_seconds=43200,
            )
        )


def _checked(response: httpx.Response, status: int) -> Any:
    assert response.status_code == status, f"{response.status_code}: {response.text}"
    return response.json() if response.content else None
