"""A resident's phone: one at a time, changed a few times a month, stopped at once when lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import DomainError, conflict, not_found
from api.passes.revoking import Why, revoke_passes
from api.passes.tables import Device, PassCertificate, find_active_device
from api.residents.tables import get_resident
from api.settings import Settings
from fares.passes import Medium
from fares.passes.es256 import public_key
from fares.reasons import Text


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A phone asks to hold the passes: its public key, and what its owner calls it."""

    public_key: bytes
    name: str | None = None
    replace: bool = False


async def enrol(
    session: AsyncSession,
    now: datetime,
    today: date,
    settings: Settings,
    account_id: UUID,
    wanted: Enrolment,
) -> Device:
    """Make this phone the one that holds the passes; asking again changes nothing.

    Taking over from another phone (`replace`) stops all of that one's passes. Raises 409
    `other_device` when that was not asked for, 409 `too_many_switches`, 400 `bad_device_key`.
    """
    check_public_key(wanted.public_key)
    await get_resident(session, account_id, for_update=True)
    active = await find_active_device(session, account_id)
    if active is not None and active.public_key == wanted.public_key:
        return active
    if active is not None and not wanted.replace:
        raise conflict(
            "other_device",
            "パスは別のスマートフォンで使われています。切り替えると、そちらでは使えなくなります。",
            "Another phone holds the passes. Send `replace` to switch; that one stops working.",
        )
    is_switch = await _is_switch(session, account_id)
    if is_switch and await switches_left(session, today, settings, account_id) <= 0:
        raise conflict(
            "too_many_switches",
            "今月はもうスマートフォンを変えられません。窓口に相談してください。",
            "The phone can't be changed again this month. Ask at the counter.",
        )
    await end_device(session, now, settings, account_id, ended_by="switched")
    device = Device(
        account_id=account_id,
        device_id=uuid4(),
        public_key=wanted.public_key,
        name=wanted.name,
        enrolled_at=now,
        enrolled_date=today,
        counts_as_switch=is_switch,
    )
    session.add(device)
    await session.flush()
    return device


async def end_device(
    session: AsyncSession, now: datetime, settings: Settings, account_id: UUID, ended_by: Why
) -> int:
    """Take the passes from the phone that has them, if one does; returns how many were stopped.

    The caller holds the resident's lock, so that no pass is issued in between.
    """
    active = await find_active_device(session, account_id)
    if active is not None:
        active.ended_at, active.ended_by = now, ended_by
        await session.flush()
    return await revoke_passes(
        session,
        now,
        settings,
        col(PassCertificate.account_id) == account_id,
        col(PassCertificate.medium) == int(Medium.PHONE),
        why=ended_by,
    )


async def get_active_device(session: AsyncSession, account_id: UUID) -> Device:
    """The phone that holds the passes; raises 404 `no_device`."""
    device = await find_active_device(session, account_id)
    if device is None:
        raise not_found(
            "no_device",
            "パスを使うスマートフォンがまだ登録されていません。",
            "No phone is enrolled to hold the passes.",
        )
    return device


async def switches_left(
    session: AsyncSession, today: date, settings: Settings, account_id: UUID
) -> int:
    """How often the phone may still be changed in this calendar month."""
    used = await session.exec(
        select(func.count()).where(
            col(Device.account_id) == account_id,
            col(Device.counts_as_switch),
            col(Device.enrolled_date) >= today.replace(day=1),
        )
    )
    return max(0, settings.device_switches_per_month - used.one())


def check_public_key(point: bytes) -> None:
    """Raises 400 `bad_device_key` for what is no compressed point of P-256."""
    try:
        public_key(point)
    except ValueError as error:
        raise DomainError(
            "bad_device_key",
            Text(
                "端末の鍵が正しくありません。",
                "A device key must be a compressed P-256 point of 33 bytes, base64url.",
            ),
        ) from error


async def _is_switch(session: AsyncSession, account_id: UUID) -> bool:
    """A first phone is no switch, nor is one that follows a loss told to staff."""
    latest = await session.exec(
        select(Device)
        .where(col(Device.account_id) == account_id)
        .order_by(col(Device.enrolled_at).desc())
        .limit(1)
    )
    before = latest.first()
    return before is not None and before.ended_by != "lost_at_desk"
