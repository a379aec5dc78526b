"""What goes into a certificate, and keeping it: the same for a phone and for paper."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.categories import category_number
from api.clock import SERVICE_DAY_STARTS_SECONDS
from api.errors import conflict
from api.passes.keys import signing_key
from api.passes.pass_ids import random_pass_ids
from api.passes.tables import PassCertificate
from api.plans.tables import get_plan
from api.residents.tables import Resident
from api.settings import Settings
from api.subscriptions.service import get_open_subscription, is_covered_on
from api.subscriptions.tables import Subscription
from api.town.document import TownDocument
from fares.modes import mode_bits
from fares.passes import Medium, PassClaims, area_bitmap, issue_certificate
from fares.plans import Plan


@dataclass(frozen=True, slots=True)
class Holding:
    """Who a certificate is for, and what it hangs on."""

    resident: Resident
    subscription: Subscription
    plan: Plan


@dataclass(frozen=True, slots=True)
class IssuedPass:
    """A certificate, what it says, and the service day that it is for (none on paper)."""

    certificate: bytes
    claims: PassClaims
    service_date: date | None


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when a pass is valid, in whole minutes."""

    begins_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        """How long it is."""
        return (self.ends_at - self.begins_at) // timedelta(minutes=1)


async def paid_holding(session: AsyncSession, resident: Resident, today: date) -> Holding:
    """What a resident may ride on today.

    Raises 404 `no_subscription`, 409 `waiting_for_payment`, 409 `subscription_inactive`.
    """
    subscription = await get_open_subscription(session, resident.account_id)
    if subscription.status == "incomplete":
        raise conflict(
            "waiting_for_payment",
            "お支払いがまだです。窓口でお支払いください。",
            "The first payment is missing. Pay at the counter.",
        )
    riding = subscription.status in ("active", "trialing", "past_due")
    if not riding or not is_covered_on(subscription, today):
        raise conflict(
            "subscription_inactive",
            "プランの期間が終わっています。自分のページか窓口で支払ってください。",
            "The paid period is over. Pay on your page or at the counter to go on.",
        )
    plan = await get_plan(session, subscription.plan_id, subscription.plan_version)
    return Holding(resident, subscription, plan.plan())


def day_starts_at(day: date, town: TownDocument) -> datetime:
    """04:00 local time of a service day, in UTC."""
    starts = time(SERVICE_DAY_STARTS_SECONDS // 3600)
    return datetime.combine(day, starts, tzinfo=town.zone()).astimezone(UTC)


def claims_of(
    holding: Holding,
    window: Window,
    medium: Medium,
    offline_caps: tuple[int, int],
    device_key: bytes | None = None,
) -> PassClaims:
    """What a certificate says, but for its pass id."""
    return PassClaims(
        pass_id=0,
        valid_from_at=window.begins_at,
        validity_minutes=window.minutes,
        modes=mode_bits(holding.plan.modes),
        areas=area_bitmap(holding.plan.areas),
        rider_category=category_number(holding.resident.rider_category),
        offline_caps=offline_caps,
        device_key=device_key,
        medium=medium,
    )


async def issue(
    session: AsyncSession,
    now: datetime,
    settings: Settings,
    holding: Holding,
    claims: PassClaims,
    *,
    service_date: date | None = None,
    device_id: UUID | None = None,
) -> IssuedPass:
    """Sign the claims under a free random pass id, and note what was issued to whom."""
    issuer = await signing_key(session, now, settings.secret)
    async for pass_id in random_pass_ids(session, settings):
        numbered = replace(claims, pass_id=pass_id)
        certificate = issue_certificate(numbered, issuer)
        kept = await session.exec(
            insert(PassCertificate)
            .values(
                account_id=holding.resident.account_id,
                pass_id=pass_id,
                subscription_id=holding.subscription.subscription_id,
                medium=int(claims.medium),
                kid=issuer.kid,
                certificate_hash=sha256(certificate).digest(),
                service_date=service_date,
                device_id=device_id,
                valid_from_at=claims.valid_from_at,
                valid_until_at=claims.valid_until_at,
                issued_at=now,
            )
            .on_conflict_do_nothing(index_elements=[col(PassCertificate.pass_id)])
            .returning(col(PassCertificate.pass_id))
        )
        if kept.first() is not None:
            return IssuedPass(certificate, numbered, service_date)
    raise AssertionError("ids are tried until one is free, or an error says that none is")
