"""Passes for a phone: a certificate for each service day and key, up to seven days ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.clock import service_instant
from api.errors import DomainError, conflict
from api.passes.certificates import (
    IssuedPass,
    Window,
    claims_of,
    day_starts_at,
    issue,
    paid_holding,
)
from api.passes.devices import check_public_key, get_active_device
from api.passes.revoking import revoke_passes
from api.passes.tables import PassCertificate
from api.residents.tables import get_resident
from api.settings import Settings
from api.subscriptions.service import is_covered_on
from api.subscriptions.tables import Subscription
from api.town.document import TownDocument
from fares.passes import Medium
from fares.passes.enrolment import is_pass_request_signed_by
from fares.reasons import Text

DAYS_AHEAD = 7
_LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class PassOrder:
    """Keys made on the phone, one for each day from `first_date` on, signed by the phone."""

    device_keys: Sequence[bytes]
    signature: bytes
    first_date: date | None = None


async def issue_phone_passes(
    session: AsyncSession,
    now: datetime,
    settings: Settings,
    town: TownDocument,
    account_id: UUID,
    order: PassOrder,
) -> list[IssuedPass]:
    """Issue a pass for each day ordered that is paid for; one that a day had already is stopped.

    Raises 404 `no_subscription` and `no_device`, 409 `waiting_for_payment`,
    `subscription_inactive` and `other_device`, 400 `bad_device_key` and `bad_first_date`.
    """
    _check_device_keys(order.device_keys)
    today, _ = service_instant(now, town.zone())
    # A loss that is reported at the same moment comes before this, or finds what this issued.
    resident = await get_resident(session, account_id, for_update=True)
    holding = await paid_holding(session, resident, today)
    device = await get_active_device(session, account_id)
    if not is_pass_request_signed_by(device.public_key, order.device_keys, order.signature):
        raise conflict(
            "other_device",
            "パスは別のスマートフォンで使われています。このスマートフォンに切り替えてください。",
            "Another phone holds the passes. Switch to this one first.",
        )
    days = _paid_days(order, today, holding.subscription)
    caps = holding.plan.offline_caps
    await revoke_passes(
        session,
        now,
        settings,
        col(PassCertificate.account_id) == account_id,
        col(PassCertificate.service_date).in_(days),
        why="replaced",
    )
    return [
        await issue(
            session,
            now,
            settings,
            holding,
            claims_of(
                holding,
                day_window(day, now, town),
                Medium.PHONE,
                (caps.phone_rides, caps.phone_amount_minor),
                key,
            ),
            service_date=day,
            device_id=device.device_id,
        )
        for day, key in zip(days, order.device_keys, strict=False)
    ]


def day_window(day: date, now: datetime, town: TownDocument) -> Window:
    """A service day, or what is left of it.

    A pass lasts 24 hours at most. One fetched ahead for the night in which clocks go back
    therefore ends an hour before its service day does; a phone with network fetches another.
    """
    begins_at = max(now.replace(second=0, microsecond=0), day_starts_at(day, town))
    ends_at = day_starts_at(day + timedelta(days=1), town)
    return Window(begins_at, min(ends_at, begins_at + _LONGEST))


def _paid_days(order: PassOrder, today: date, subscription: Subscription) -> list[date]:
    first = order.first_date or today
    if not today <= first <= today + timedelta(days=DAYS_AHEAD):
        raise DomainError(
            "bad_first_date",
            Text(
                f"今日から{DAYS_AHEAD}日先までの日を選んでください。",
                f"`first_date` must be today or one of the {DAYS_AHEAD} days after it.",
            ),
        )
    days = [first + timedelta(days=number) for number in range(len(order.device_keys))]
    last = today + timedelta(days=DAYS_AHEAD)
    return [day for day in days if day <= last and is_covered_on(subscription, day)]


def _check_device_keys(device_keys: Sequence[bytes]) -> None:
    for key in device_keys:
        check_public_key(key)
    if len(set(device_keys)) != len(device_keys):
        raise DomainError(
            "bad_device_key",
            Text("日ごとに別の鍵が必要です。", "Each day needs a device key of its own."),
        )
