"""Issuing passes: issuer keys kept sealed, one fresh certificate per day and device key."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.tokens import derive_key
from api.categories import category_number
from api.clock import SERVICE_DAY_STARTS_SECONDS, service_instant
from api.errors import DomainError, conflict
from api.passes.tables import IssuerKeyRow, PassCertificate, list_issuer_keys
from api.plans.tables import get_plan
from api.residents.tables import Resident
from api.subscriptions.service import get_open_subscription, is_paid_on
from api.town.document import TownDocument
from fares.modes import mode_bits
from fares.passes import IssuerKey, PassClaims, area_bitmap, issue_certificate
from fares.passes.cose import key_id
from fares.reasons import Text

# Pass ids index one status list; 2^24 leaves room for a year of daily passes of a city.
PASS_IDS = 2**24
# Rides per validator per certificate, and minor units of metered rides, that a reader may
# grant without asking the server.
OFFLINE_CAPS = (4, 0)
PHONE = 0


@dataclass(frozen=True, slots=True)
class IssuedPass:
    """A certificate and what the resident should be told about it."""

    certificate: bytes
    valid_from_at: datetime
    valid_until_at: datetime
    modes: tuple[str, ...]
    area_numbers: tuple[int, ...]
    rider_category: str


async def ensure_issuer_key(session: AsyncSession, now: datetime, secret: str) -> None:
    """Make the first issuer key of an installation."""
    if await list_issuer_keys(session):
        return
    private = Ed25519PrivateKey.generate()
    kid = key_id(private.public_key())
    session.add(
        IssuerKeyRow(
            kid=kid,
            public_key=private.public_key().public_bytes_raw(),
            private_key_sealed=_seal(secret, kid, private.private_bytes_raw()),
            signs_from_at=now,
            created_at=now,
        )
    )
    await session.flush()


async def trusted_keys(session: AsyncSession) -> Mapping[bytes, Ed25519PublicKey]:
    """The public keys that certificates are checked against, by key id."""
    return {
        row.kid: Ed25519PublicKey.from_public_bytes(row.public_key)
        for row in await list_issuer_keys(session)
    }


async def signing_key(session: AsyncSession, now: datetime, secret: str) -> IssuerKey:
    """The newest key whose time has come."""
    rows = [r for r in await list_issuer_keys(session) if r.signs_from_at <= now]
    if not rows:
        raise conflict(
            "no_issuer_key", "発行用の鍵がありません。", "No issuer key. Run `teiki migrate`."
        )
    row = rows[-1]
    raw = _unseal(secret, row.kid, row.private_key_sealed)
    return IssuerKey(row.kid, Ed25519PrivateKey.from_private_bytes(raw))


async def issue_pass(
    session: AsyncSession,
    now: datetime,
    town: TownDocument,
    secret: str,
    *,
    resident: Resident,
    device_key: bytes,
) -> IssuedPass:
    """Issue the certificate of the running service day for one device key.

    Raises 404 `no_subscription`, 409 `waiting_for_payment`, 409 `subscription_inactive`,
    400 `bad_device_key`.
    """
    _check_device_key(device_key)
    subscription = await get_open_subscription(session, resident.account_id)
    day, _ = service_instant(now, town.zone())
    if subscription.status == "incomplete":
        raise conflict(
            "waiting_for_payment",
            "お支払いがまだです。窓口でお支払いください。",
            "The first payment is missing. Pay at the counter.",
        )
    if subscription.status not in ("active", "trialing") or not is_paid_on(subscription, day):
        raise conflict(
            "subscription_inactive",
            "プランの期間が終わっています。窓口でお支払いください。",
            "The paid period is over. Pay at the counter to go on.",
        )
    plan = (await get_plan(session, subscription.plan_id, subscription.plan_version)).plan()
    valid_from = now.replace(second=0, microsecond=0)
    valid_until = _end_of_service_day(now, town)
    claims = PassClaims(
        pass_id=await _reserve_pass_id(
            session, now, resident.account_id, subscription.subscription_id, valid_from, valid_until
        ),
        valid_from_at=valid_from,
        validity_minutes=int((valid_until - valid_from).total_seconds()) // 60,
        modes=mode_bits(plan.modes),
        areas=area_bitmap(plan.areas),
        rider_category=category_number(resident.rider_category),
        offline_caps=OFFLINE_CAPS,
        device_key=device_key,
        medium=PHONE,
    )
    certificate = issue_certificate(claims, await signing_key(session, now, secret))
    return IssuedPass(
        certificate=certificate,
        valid_from_at=valid_from,
        valid_until_at=valid_until,
        modes=tuple(sorted(plan.modes)),
        area_numbers=tuple(sorted(plan.areas)),
        rider_category=resident.rider_category,
    )


def _end_of_service_day(now: datetime, town: TownDocument) -> datetime:
    """04:00 after the running service day, local time, in UTC; at most 24 h away."""
    day, _ = service_instant(now, town.zone())
    starts = time(SERVICE_DAY_STARTS_SECONDS // 3600)
    end = datetime.combine(day + timedelta(days=1), starts, tzinfo=town.zone())
    limit = now.replace(second=0, microsecond=0) + timedelta(hours=24)
    return min(end.astimezone(now.tzinfo), limit)


async def _reserve_pass_id(
    session: AsyncSession,
    now: datetime,
    account_id: UUID,
    subscription_id: UUID,
    valid_from: datetime,
    valid_until: datetime,
) -> int:
    """A random free id, so that two days of one person can't be linked by their passes."""
    for _ in range(20):
        pass_id = secrets.randbelow(PASS_IDS)
        taken = await session.exec(
            select(PassCertificate.pass_id).where(col(PassCertificate.pass_id) == pass_id)
        )
        if taken.first() is not None:
            continue
        session.add(
            PassCertificate(
                account_id=account_id,
                pass_id=pass_id,
                subscription_id=subscription_id,
                medium=PHONE,
                valid_from_at=valid_from,
                valid_until_at=valid_until,
                issued_at=now,
            )
        )
        await session.flush()
        return pass_id
    raise conflict(
        "pass_ids_used_up",
        "パスを発行できません。窓口に知らせてください。",
        "No free pass id was found; old certificates must be cleared.",
    )


def _check_device_key(device_key: bytes) -> None:
    try:
        # The wire shape has made sure of 33 bytes, so this is a compressed point or none.
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), device_key)
    except ValueError as error:
        raise DomainError(
            "bad_device_key",
            Text(
                "端末の鍵が正しくありません。",
                "device_public_key must be a compressed P-256 point of 33 bytes, base64url.",
            ),
        ) from error


def _seal(secret: str, kid: bytes, raw: bytes) -> bytes:
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(derive_key(secret, "issuer-keys")).encrypt(nonce, raw, kid)


def _unseal(secret: str, kid: bytes, sealed: bytes) -> bytes:
    try:
        return AESGCM(derive_key(secret, "issuer-keys")).decrypt(sealed[:12], sealed[12:], kid)
    except InvalidTag as error:
        raise DomainError(
            "wrong_secret",
            Text(
                "発行用の鍵を開けません。TEIKI_SECRET を確かめてください。",
                "The issuer key can't be opened: TEIKI_SECRET is not the one it was made with.",
            ),
            status=500,
        ) from error
