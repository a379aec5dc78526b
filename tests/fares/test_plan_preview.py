"""What a plan would have done last month, by example and by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from fares.modes import Mode
from fares.plan_preview import PastRide, preview_plan
from fares.plans import Plan, plan_from_document
from fares.reasons import Reason
from tests.support.fares import yen
from tests.support.world import PLAN

MARCH = date(2026, 3, 1), date(2026, 4, 1)


def plan(**changes: Any) -> Plan:
    return plan_from_document(PLAN | changes)


def ride(rider: str, mode: Mode, day: int, amount: int | None, category: str = "adult") -> PastRide:
    price = None if amount is None else yen(amount)
    return PastRide(rider, category, mode, f"mori-{mode}", date(2026, 3, day), 36_000, price)


RIDES = [
    ride("hana", Mode.BUS, 2, 210),
    ride("hana", Mode.TAXI, 9, 2500),  # the plan pays 2,000 of it
    ride("hana", Mode.TAXI, 3, 1500),
    ride("hana", Mode.TAXI, 20, 1800),  # the third taxi: refused
    ride("taro", Mode.BUS, 5, None),
    ride("taro", Mode.RIDESHARE, 6, 900),  # not in the plan
]


def test_what_it_would_have_allowed_and_cost() -> None:
    seen = preview_plan(plan(), RIDES, *MARCH)
    assert (seen.riders, seen.rides, seen.granted, seen.unpriced) == (2, 6, 4, 1)
    assert seen.refused == {Reason.ALLOWANCE_USED_UP: 1, Reason.MODE_NOT_COVERED: 1}
    assert seen.plan_pays == yen(210 + 1500 + 2000)
    assert seen.riders_pay == yen(500 + 1800 + 900)
    assert seen.fees == yen(2 * 4900)
    assert seen.balance == yen(9800 - 3710)


def test_a_concession_pays_its_price_once() -> None:
    prices = [{"rider_category": "senior", "amount_minor": 2900}]
    rides = [ride("ume", Mode.BUS, day, 210, "senior") for day in (1, 2, 3)]
    seen = preview_plan(plan(concession_prices=prices), rides, *MARCH)
    assert (seen.fees, seen.balance) == (yen(2900), yen(2900 - 630))


def test_each_rider_has_an_allowance_of_their_own() -> None:
    rides = [ride(who, Mode.TAXI, day, 1000) for who in ("hana", "taro") for day in (1, 2, 3)]
    seen = preview_plan(plan(), rides, *MARCH)
    assert (seen.granted, seen.refused) == (4, {Reason.ALLOWANCE_USED_UP: 2})


def test_more_generous_lines_never_allow_less() -> None:
    lines = [PLAN["allowances"][0] | {"limit": limit} for limit in (1, 2, 3, 9)]
    granted = [preview_plan(plan(allowances=[line]), RIDES, *MARCH).granted for line in lines]
    assert granted == sorted(granted)


def test_nobody_rode() -> None:
    seen = preview_plan(plan(), [], *MARCH)
    assert (seen.riders, seen.balance) == (0, yen(0))
