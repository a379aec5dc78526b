"""Whatever a clock does, an allowance is used once in each of its periods."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.clock import service_instant
from fares.entitlements import Granted, decide
from fares.lines import Period
from fares.modes import Mode
from tests.support.fares import make_allowance, make_entitlement, make_plan, make_ride

LIMIT = 3
ZONES = {name: ZoneInfo(name) for name in ("Asia/Tokyo", "Europe/Madrid", "America/New_York")}
# Around the nights in which Europe's and America's clocks change, and around a month's end.
STARTS = [datetime(2026, month, day, tzinfo=UTC) for month, day in ((10, 24), (10, 31), (3, 7))]
JUMPS = st.lists(
    st.sampled_from([-60, -30, -1, 0, 1, 7, 30, 60, 90]).map(lambda m: timedelta(minutes=m)),
    min_size=1,
    max_size=60,
)


@pytest.mark.parametrize("period", [Period.DAY, Period.WEEK, Period.MONTH])
@given(zone=st.sampled_from(sorted(ZONES)), start=st.sampled_from(STARTS), jumps=JUMPS)
@example(zone="Europe/Madrid", start=STARTS[0], jumps=[timedelta(hours=1)] * 30)
def test_no_period_is_begun_twice(
    period: Period, zone: str, start: datetime, jumps: list[timedelta]
) -> None:
    line = make_allowance("bus-rides", Mode.BUS, limit=LIMIT, period=period)
    entitlement = make_entitlement(
        make_plan(allowances=(line,)),
        period_start_date=date(2026, 1, 1),
        period_end_date=date(2027, 1, 1),
    )
    usage: Counter[tuple[str, date]] = Counter()
    granted: Counter[date] = Counter()
    at = start
    for jump in jumps:
        at += jump
        day, seconds = service_instant(at, ZONES[zone])
        ride = make_ride(service_date=day, service_seconds=seconds)
        answer = decide(ride, entitlement, usage, at)
        if isinstance(answer, Granted):
            granted[begin_of(period, day)] += 1
            for taken in answer.consumes:
                usage[taken.key] += taken.quantity
        else:
            assert granted[begin_of(period, day)] == LIMIT
    assert all(number <= LIMIT for number in granted.values())
    assert sum(usage.values()) == sum(granted.values())


def begin_of(period: Period, day: date) -> date:
    """Found another way than the product's: by walking back to where a period begins."""
    begins = {
        Period.DAY: lambda _: True,
        Period.WEEK: lambda each: each.strftime("%a") == "Mon",
        Period.MONTH: lambda each: each.day == 1,
    }[period]
    while not begins(day):
        day -= timedelta(days=1)
    return day
