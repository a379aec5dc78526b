"""Ordinary plans, entitlements and rides, of which a test changes what it is about."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from fares.entitlements import Entitlement, RideRequest, Status
from fares.modes import Mode
from fares.money import Money
from fares.plans import Above, Allowance, Period, Plan, RideCap, Unit
from fares.reasons import Text

NOW = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)  # a Wednesday, noon in Japan
TODAY = date(2026, 11, 18)
NOON = 12 * 3600


def yen(amount_minor: int) -> Money:
    return Money(amount_minor, "JPY")


def make_plan(**changes: Any) -> Plan:
    """Bus, rail and taxi in areas 1 and 2, with no limits."""
    plan = Plan(
        plan_id="town",
        version=1,
        name=Text("まちの定期", "Town pass"),
        description=Text("バスと電車とタクシーに乗れます。", "Rides buses, trains and taxis."),
        price=yen(4900),
        modes=frozenset({Mode.BUS, Mode.RAIL, Mode.TAXI}),
        areas=frozenset({1, 2}),
    )
    return replace(plan, **changes)


def make_allowance(
    allowance_id: str = "taxi-rides",
    *modes: Mode,
    unit: Unit = Unit.RIDES,
    limit: int = 8,
    period: Period = Period.MONTH,
    above: Above = Above.REFUSE,
    areas: frozenset[int] = frozenset(),
) -> Allowance:
    return Allowance(
        allowance_id, frozenset(modes or {Mode.TAXI}), unit, limit, period, above, areas
    )


def make_cap(amount_minor: int, above: Above, *modes: Mode) -> RideCap:
    return RideCap(frozenset(modes or {Mode.TAXI}), amount_minor, above)


def make_entitlement(plan: Plan | None = None, **changes: Any) -> Entitlement:
    """An active subscription from 6 November to 5 December 2026."""
    entitlement = Entitlement(
        plan=plan or make_plan(),
        status=Status.ACTIVE,
        period_start_date=date(2026, 11, 6),
        period_end_date=date(2026, 12, 6),
        rider_category="adult",
    )
    return replace(entitlement, **changes)


def make_ride(mode: Mode = Mode.BUS, **changes: Any) -> RideRequest:
    """A ride at noon in area 1, priced when it is a taxi's."""
    ride = RideRequest(
        mode=mode,
        operator_id="operator-1",
        areas=frozenset({1}),
        service_date=TODAY,
        service_seconds=NOON,
        amount=yen(1200) if mode is Mode.TAXI else None,
    )
    return replace(ride, **changes)
