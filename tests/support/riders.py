"""Many riders at once, for benchmarks and for tests that kill things: passes, readers, codes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from api.database import Database
from api.operators.service import add_key
from api.passes.keys import rotate_when_due, signing_key
from api.passes.tables import PassCertificate
from api.plans.service import publish_plan
from api.residents.tables import Resident
from api.settings import DEVELOPMENT_SECRET
from api.subscriptions.tables import Subscription
from api.town.document import town_from_document
from api.town.service import import_town
from fares.passes import PassClaims, area_bitmap, compressed_point, issue_certificate, present

NOW = datetime(2026, 4, 8, 3, 0, tzinfo=UTC)

TOWN = {
    "town_id": "riders",
    "name": {"ja": "測定町", "en": "Riders"},
    "currency": "JPY",
    "time_zone": "Asia/Tokyo",
    "center": [140.0, 42.0],
    "simulated": True,
    "areas": [
        {
            "area_number": 0,
            "name": {"ja": "全域", "en": "All"},
            "polygon": [[139.0, 41.0], [141.0, 41.0], [141.0, 43.0], [139.0, 43.0]],
        }
    ],
    "operators": [
        {
            "operator_id": "bus",
            "name": {"ja": "バス", "en": "Bus"},
            "modes": ["bus"],
            "tariff": {"kind": "flat", "amount_minor": 210, "source": "test"},
        }
    ],
    "attribution": [{"title": "Test", "licence": "none"}],
}
# An allowance on the bus, so that every tap counts something that must not be lost.


def plan(limit: int) -> dict[str, object]:
    """A plan with an allowance on the bus, so that every tap counts what must not be lost."""
    return {
        "plan_id": "riders",
        "version": 1,
        "name": {"ja": "測定", "en": "Riders"},
        "description": {"ja": "測定", "en": "Riders"},
        "price": {"amount_minor": 4900, "currency": "JPY"},
        "period": "month",
        "modes": ["bus"],
        "areas": [0],
        "allowances": [
            {
                "allowance_id": "bus-rides",
                "modes": ["bus"],
                "unit": "rides",
                "limit": limit,
                "period": "month",
            }
        ],
    }


@dataclass(frozen=True, slots=True)
class Phone:
    """A device key and the certificate that names it."""

    key: EllipticCurvePrivateKey
    certificate: bytes


async def set_up(
    database: Database, riders: int, readers: int, limit: int = 1_000_000
) -> tuple[list[Phone], list[str]]:
    """A town with paid-up riders; returns their phones and the readers' keys."""
    async with database.session() as session:
        await import_town(session, NOW, town_from_document(TOWN))
        await publish_plan(session, NOW, plan(limit))
        await rotate_when_due(session, NOW, DEVELOPMENT_SECRET)
        keys = [
            (await add_key(session, NOW, operator_id="bus", kind="validator", name=str(i)))[1]
            for i in range(readers)
        ]
    async with database.session() as session:
        issuer = await signing_key(session, NOW, DEVELOPMENT_SECRET)
        accounts = [uuid4() for _ in range(riders)]
        session.add_all(
            Resident(account_id=a, resident_number=a.hex, display_name="測定", created_at=NOW)
            for a in accounts
        )
        await session.flush()
        phones = []
        for pass_id, account in enumerate(accounts):
            subscription = uuid4()
            session.add(_subscription(account, subscription))
            key = ec.generate_private_key(ec.SECP256R1())
            certificate = issue_certificate(_claims(pass_id, key), issuer)
            session.add(_certificate(account, subscription, pass_id, issuer.kid, certificate))
            phones.append(Phone(key, certificate))
    return phones, keys


@dataclass(frozen=True, slots=True)
class Tap:
    """One tap as a reader sends it, again and again with the same key until it is answered."""

    reader_key: str
    idempotency_key: str
    body: bytes

    def http(self, path: str) -> bytes:
        """The whole request, for a client that costs little."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: town\r\nAuthorization: Bearer {self.reader_key}\r\n"
            f"Idempotency-Key: {self.idempotency_key}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(self.body)}\r\n\r\n"
        )
        return head.encode() + self.body


def taps(phones: list[Phone], keys: list[str], start: int = 0) -> list[Tap]:
    """One tap per phone and reader: each phone is at a reader only once."""
    seconds = int(NOW.timestamp())
    return [
        Tap(keys[turn], secrets.token_hex(12), _body(phone, seconds, start + turn))
        for turn in range(len(keys))
        for phone in phones
    ]


def _body(phone: Phone, seconds: int, counter: int) -> bytes:
    code = present(phone.certificate, phone.key, seconds, counter)
    return orjson.dumps({"action": "tap_on", "mode": "bus", "code": code})


def _subscription(account: UUID, subscription: UUID) -> Subscription:
    return Subscription(
        account_id=account,
        subscription_id=subscription,
        plan_id="riders",
        plan_version=1,
        status="active",
        created_at=NOW,
        started_at=NOW,
        paid_from_date=date(2026, 4, 1),
        paid_until_date=date(2026, 5, 1),
        covered_until_date=date(2026, 5, 1),
    )


def _certificate(
    account: UUID, subscription: UUID, pass_id: int, kid: bytes, certificate: bytes
) -> PassCertificate:
    return PassCertificate(
        account_id=account,
        pass_id=pass_id,
        subscription_id=subscription,
        medium=0,
        kid=kid,
        certificate_hash=sha256(certificate).digest(),
        valid_from_at=NOW - timedelta(hours=1),
        valid_until_at=NOW + timedelta(hours=12),
        issued_at=NOW,
    )


def _claims(pass_id: int, key: EllipticCurvePrivateKey) -> PassClaims:
    return PassClaims(
        pass_id=pass_id,
        valid_from_at=NOW - timedelta(hours=1),
        validity_minutes=780,
        modes=1,
        areas=area_bitmap([0]),
        rider_category=0,
        offline_caps=(4, 0),
        device_key=compressed_point(key.public_key()),
        medium=0,
    )
