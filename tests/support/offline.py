"""Uploads of one certificate, of which a test changes what it is about; no signatures in here."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from fares.entitlements import Entitlement, RideRequest
from fares.modes import METERED, Mode
from fares.offline.entries import (
    CertificateFacts,
    OnlineUse,
    Outcome,
    Reconciliation,
    Uploaded,
)
from fares.offline.limits import UPLOAD_WINDOW
from fares.offline.reconcile import reconcile
from fares.offline.record import OfflineRecord
from fares.passes import PassClaims, VerifiedPass, area_bitmap
from fares.taps import TapAction
from tests.support.fares import make_entitlement, make_ride, yen

START = datetime(2026, 11, 18, 0, 0, tzinfo=UTC)
ENDS = START + timedelta(hours=19)
TODAY = date(2026, 11, 18)
CLAIMS = PassClaims(
    pass_id=77,
    valid_from_at=START,
    validity_minutes=19 * 60,
    modes=7,
    areas=area_bitmap({1, 2}),
    rider_category=0,
    offline_caps=(2, 3000),
    device_key=b"\x02" + bytes(32),
    medium=0,
)


def reader(number: int) -> UUID:
    return UUID(int=number)


def minute(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def shown(at: datetime, counter: int | None, claims: PassClaims = CLAIMS) -> VerifiedPass:
    """A genuine code, made at that second."""
    seconds = None if counter is None else int(at.timestamp())
    return VerifiedPass(claims, b"", b"", seconds, counter, None)


def upload(
    at: float = 60,
    counter: int | None = 1,
    validator: int = 1,
    sequence: int | None = None,
    operator: str = "bus",
    mode: Mode = Mode.BUS,
    received: datetime | None = None,
    evidence: Any = None,
    claims: PassClaims = CLAIMS,
    ride: RideRequest | None = None,
    **fields: Any,
) -> Uploaded:
    """A bus ride by the rules, decided `at` minutes after the start, uploaded an hour later."""
    decided_at = minute(at)
    amount = fields.get("amount_minor")
    record = OfflineRecord(
        validator_id=reader(validator),
        sequence=int(at * 60) if sequence is None else sequence,
        code="TK1:",
        action=fields.pop("action", TapAction.HOLD if mode in METERED else TapAction.TAP_ON),
        mode=mode,
        decided_at=decided_at,
        list_issued_at=fields.pop("list_issued_at", decided_at - timedelta(hours=2)),
        clock_age=fields.pop("clock_age", timedelta(hours=2)),
        opened=fields.pop("opened", True),
        why=fields.pop("why", "within_cap"),
        areas=fields.pop("areas", frozenset({1}) if mode in METERED else frozenset()),
        **fields,
    )
    price = yen(210 if amount is None else amount)
    return Uploaded(
        operator_id=operator,
        record=record,
        evidence=evidence or shown(decided_at, counter, claims),
        ride=ride or make_ride(mode, operator_id=operator, service_date=TODAY, amount=price),
        received_at=received or decided_at + timedelta(hours=1),
    )


def taxi(at: float = 60, counter: int = 1, amount_minor: int = 2000, **fields: Any) -> Uploaded:
    """A taxi ride by the rules."""
    return upload(at, counter, operator="taxi", mode=Mode.TAXI, amount_minor=amount_minor, **fields)


def online_use(at: float, counter: int | None = 1, validator: int = 9, **changes: Any) -> OnlineUse:
    """A code that the server granted."""
    used_at = minute(at)
    seconds = None if counter is None else int(used_at.timestamp())
    use = OnlineUse("bus", reader(validator), TapAction.TAP_ON, counter, seconds, used_at)
    return replace(use, **changes)


def facts(entitlement: Entitlement | None = None, **changes: Any) -> CertificateFacts:
    """An active subscription with nothing used, and a pass that nobody stopped."""
    held = entitlement or make_entitlement()
    return replace(CertificateFacts(ENDS, None, {TODAY: held}, {}), **changes)


def settle(
    uploads: Iterable[Uploaded],
    known: CertificateFacts | None = None,
    online: Iterable[OnlineUse] = (),
    now: datetime = ENDS + UPLOAD_WINDOW,
) -> Reconciliation:
    """The reconciliation once all is in."""
    return reconcile(uploads, known or facts(), list(online), now)


def outcomes(
    uploads: Iterable[Uploaded],
    known: CertificateFacts | None = None,
    online: Iterable[OnlineUse] = (),
) -> list[Outcome]:
    """The outcomes, in the order of the uploads given."""
    listed = list(uploads)
    by_key: Mapping[Any, Outcome] = {
        outcome.key: outcome for outcome in settle(listed, known, online).outcomes
    }
    return [by_key[each.key] for each in listed]


def told(outcome: Outcome) -> str:
    """An outcome in two words."""
    return f"{outcome.bearer}: {outcome.rule}"
