"""Hypothesis strategies for plans that can be sold and rides that can be asked for."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st

from fares.entitlements import RideRequest
from fares.modes import Mode
from fares.plans import (
    Above,
    Allowance,
    ConcessionPrice,
    LatePayment,
    OfflineCaps,
    Period,
    Plan,
    Refund,
    RideCap,
    TimeWindow,
    Unit,
    Weekday,
)
from fares.reasons import Text
from tests.support.fares import TODAY, make_plan, yen

AREAS = st.frozensets(st.integers(0, 5), max_size=4)
OPERATORS = ("operator-1", "operator-2", "operator-3")
amounts = st.integers(0, 5000)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Plans of any coverage; their names and prices do not matter."""
    modes = draw(st.frozensets(st.sampled_from(Mode), min_size=1))
    areas = draw(st.frozensets(st.integers(0, 5), min_size=1))
    # Where a cap lets the rider pay the rest, so must every amount allowance of that mode.
    above = draw(st.sampled_from(Above))
    cap_above = st.sampled_from(sorted({above, Above.REFUSE}))
    some_modes = st.frozensets(st.sampled_from(sorted(modes)), min_size=1)
    return make_plan(
        modes=modes,
        areas=areas,
        operators=draw(st.frozensets(st.sampled_from(OPERATORS))),
        service_days=draw(st.frozensets(st.sampled_from(Weekday))),
        time_windows=tuple(draw(st.lists(_windows(), max_size=3))),
        allowances=tuple(
            draw(_allowances(f"line-{place}", some_modes, areas, above))
            for place in range(draw(st.integers(0, 4)))
        ),
        ride_caps=tuple(
            draw(st.lists(st.builds(RideCap, some_modes, amounts, cap_above), max_size=3))
        ),
        companions=draw(st.integers(0, 3)),
        transfer_minutes=draw(st.sampled_from([0, 30, 180])),
        offline_caps=draw(st.builds(OfflineCaps, *[st.integers(0, 9)] * 4)),
    )


# Without line ends of other alphabets, which YAML writes as its own.
characters = st.characters(exclude_categories=["C", "Zl", "Zp"])
words = st.text(characters, min_size=1, max_size=8).filter(str.strip)
texts = st.builds(Text, ja=words, en=words)
ids = st.text("abcxyz0189-", min_size=1, max_size=63).filter(lambda text: text[0] != "-")
# Everything that a document can say.
documented_plans = st.builds(
    lambda plan, changes: replace(plan, **changes),
    plans(),
    st.fixed_dictionaries(
        {
            "plan_id": ids,
            "version": st.integers(1, 99),
            "name": texts,
            "description": texts,
            "price": amounts.map(yen),
            "late_payment": st.lists(st.integers(4, 365), min_size=3, max_size=3).map(
                lambda days: LatePayment(*sorted(days))
            ),
            "refund": st.sampled_from(Refund),
            "pause_months": st.integers(0, 12),
            "concession_prices": st.lists(
                st.builds(ConcessionPrice, ids, st.integers(0, 9999)),
                max_size=3,
                unique_by=lambda each: each.rider_category,
            ).map(tuple),
        }
    ),
)


@st.composite
def _allowances(
    draw: st.DrawFn,
    allowance_id: str,
    modes: st.SearchStrategy[frozenset[Mode]],
    areas: frozenset[int],
    above: Above,
) -> Allowance:
    unit = draw(st.sampled_from(Unit))
    return Allowance(
        allowance_id=allowance_id,
        modes=draw(modes),
        unit=unit,
        limit=draw(st.integers(1, 10) if unit is Unit.RIDES else st.integers(1, 10_000)),
        period=draw(st.sampled_from(Period)),
        above=above if unit is Unit.AMOUNT else Above.REFUSE,
        areas=draw(st.just(frozenset()) | st.frozensets(st.sampled_from(sorted(areas)))),
    )


@st.composite
def _windows(draw: st.DrawFn) -> TimeWindow:
    starts = draw(st.integers(0, 99 * 60))
    ends = draw(st.integers(starts + 1, 99 * 60 + 59))
    return TimeWindow(starts * 60, ends * 60)


rides = st.builds(
    RideRequest,
    mode=st.sampled_from(Mode),
    operator_id=st.sampled_from(OPERATORS),
    areas=AREAS,
    # A little more than the subscription's period, which `make_entitlement` fixes.
    service_date=st.integers(-15, 20).map(lambda days: TODAY + timedelta(days=days)),
    service_seconds=st.integers(0, 30 * 3600),
    amount=st.none() | amounts.map(yen),
    companions=st.integers(0, 3),
)


@st.composite
def fitting_rides(draw: st.DrawFn, plan: Plan) -> RideRequest:
    """Priced rides within the plan, which only a cap or an allowance can refuse."""
    mode = draw(st.sampled_from(sorted(plan.modes)))
    areas = plan.areas
    for line in plan.lines[mode].allowances:
        areas = areas & line.areas or areas if line.areas else areas
    windows = plan.time_windows or (TimeWindow(0, 30 * 3600),)
    days = [day for day in range(7) if not plan.weekdays or day in plan.weekdays]
    monday = TODAY - timedelta(days=TODAY.weekday())
    return RideRequest(
        mode=mode,
        operator_id=draw(st.sampled_from(sorted(plan.operators or OPERATORS))),
        areas=draw(st.frozensets(st.sampled_from(sorted(areas)), min_size=1)),
        service_date=monday + timedelta(days=draw(st.sampled_from(days))),
        service_seconds=draw(st.sampled_from(windows)).from_seconds,
        amount=yen(draw(amounts)),
        companions=draw(st.integers(0, plan.companions)),
    )
