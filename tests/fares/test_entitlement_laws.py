"""What holds for every plan, ride and usage, however odd."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from fares.entitlements import Entitlement, Granted, RideRequest, decide, period_of
from fares.modes import Mode
from fares.plans import Above, Plan, Unit
from fares.reasons import Refused
from fares.usage import Usage, UsageKey, settle_usage, split_fare
from tests.support.fare_strategies import OPERATORS, amounts, fitting_rides, plans, rides
from tests.support.fares import NOW, make_entitlement, yen

Situation = tuple[RideRequest, Entitlement, Usage]


@st.composite
def situations(draw: st.DrawFn, *, fitting: bool = False) -> Situation:
    """A ride, the plan it is asked for on, and what is used of that already."""
    plan = draw(plans())
    ride = draw(fitting_rides(plan) if fitting else rides | fitting_rides(plan))
    entitlement = make_entitlement(plan)
    usage = {
        (line.allowance_id, period_of(line, ride.service_date, entitlement)[0]): draw(
            st.integers(0, line.limit + 1)
        )
        for line in plan.allowances
    }
    return ride, entitlement, usage


def raise_limits(plan: Plan, by: int) -> Plan:
    return replace(
        plan, allowances=tuple(replace(line, limit=line.limit + by) for line in plan.allowances)
    )


def raise_caps(plan: Plan, by: int) -> Plan:
    return replace(
        plan,
        ride_caps=tuple(replace(cap, amount_minor=cap.amount_minor + by) for cap in plan.ride_caps),
    )


def let_riders_pay_the_rest(plan: Plan, _: int) -> Plan:
    return replace(
        plan,
        ride_caps=tuple(replace(cap, above=Above.RIDER_PAYS) for cap in plan.ride_caps),
        allowances=tuple(
            replace(line, above=Above.RIDER_PAYS) if line.unit is Unit.AMOUNT else line
            for line in plan.allowances
        ),
    )


def widen_areas(plan: Plan, number: int) -> Plan:
    lines = (replace(line, areas=line.areas and line.areas | {number}) for line in plan.allowances)
    return replace(plan, areas=plan.areas | {number}, allowances=tuple(lines))


WIDENINGS: tuple[Callable[[Plan, int], Plan], ...] = (
    raise_limits,
    raise_caps,
    let_riders_pay_the_rest,
    widen_areas,
    lambda plan, _: replace(plan, modes=frozenset(Mode)),
    lambda plan, _: replace(plan, operators=plan.operators and frozenset(OPERATORS)),
    lambda plan, _: replace(plan, operators=frozenset()),
    lambda plan, _: replace(plan, service_days=frozenset()),
    lambda plan, _: replace(plan, time_windows=plan.time_windows[:0]),
    lambda plan, by: replace(plan, companions=plan.companions + by),
    lambda plan, place: replace(plan, allowances=plan.allowances[:place]),
    lambda plan, place: replace(plan, ride_caps=plan.ride_caps[:place]),
)


@given(situations(fitting=True), st.sampled_from(WIDENINGS), st.integers(0, 5))
def test_adding_coverage_never_refuses_a_ride_nor_makes_it_dearer(
    situation: Situation, widen: Callable[[Plan, int], Plan], by: int
) -> None:
    ride, entitlement, usage = situation
    before = decide(ride, entitlement, usage, NOW)
    assume(isinstance(before, Granted))
    after = decide(ride, replace(entitlement, plan=widen(entitlement.plan, by)), usage, NOW)
    assert isinstance(after, Granted)
    assert after.rider_pays <= before.rider_pays


@given(situations(), st.randoms())
def test_the_order_of_lines_does_not_matter(situation, random) -> None:
    ride, entitlement, usage = situation
    plan = entitlement.plan
    shuffled = replace(
        plan,
        allowances=tuple(random.sample(plan.allowances, len(plan.allowances))),
        ride_caps=tuple(random.sample(plan.ride_caps, len(plan.ride_caps))),
    )
    assert decide(ride, replace(entitlement, plan=shuffled), usage, NOW) == decide(
        ride, entitlement, usage, NOW
    )


@given(situations(fitting=True))
def test_plan_and_rider_together_pay_the_price(situation) -> None:
    ride, entitlement, usage = situation
    decision = decide(ride, entitlement, usage, NOW)
    assume(isinstance(decision, Granted))
    assert decision.plan_pays + decision.rider_pays == ride.amount
    assert min(decision.plan_pays, decision.rider_pays) >= yen(0)


@given(situations())
def test_every_decision_names_a_line_that_the_plan_has(situation) -> None:
    ride, entitlement, usage = situation
    plan = entitlement.plan
    lines = {line.rule for line in (*plan.allowances, *plan.ride_caps)}
    lines |= {f"mode:{mode.value}" for mode in plan.modes}
    fields = {"modes", "operators", "areas", "service_days", "time_windows", "companions", "price"}
    decision = decide(ride, entitlement, usage, NOW)
    if isinstance(decision, Granted):
        assert decision.rule in lines
    else:
        assert decision.rule in lines | fields | {"subscription:period"}


@given(st.data(), plans())
def test_no_sequence_of_rides_uses_more_than_an_allowance(data, plan) -> None:
    entitlement = make_entitlement(plan)
    used: Counter[UsageKey] = Counter()
    for ride, captured in data.draw(st.lists(st.tuples(fitting_rides(plan), amounts))):
        decision = decide(ride, entitlement, used, NOW)
        if isinstance(decision, Refused):
            continue
        for taken in decision.consumes:
            used[taken.key] += taken.quantity
        for line in plan.allowances:
            start_date, _ = period_of(line, ride.service_date, entitlement)
            assert used[line.allowance_id, start_date] <= line.limit
        for given_back in settle_usage(decision.consumes, yen(captured)):
            used[given_back.key] -= given_back.quantity
            assert used[given_back.key] >= 0


@given(situations(fitting=True), amounts)
def test_a_capture_below_the_hold_ends_as_if_it_had_been_asked_for(situation, captured) -> None:
    ride, entitlement, usage = situation
    hold = decide(ride, entitlement, usage, NOW)
    assume(isinstance(hold, Granted))
    price = min(yen(captured), ride.amount)
    asked = decide(replace(ride, amount=price), entitlement, usage, NOW)
    assert isinstance(asked, Granted)
    assert split_fare(hold.plan_pays, price) == (asked.plan_pays, asked.rider_pays)
    kept = Counter({taken.key: taken.quantity for taken in hold.consumes})
    kept.subtract({back.key: back.quantity for back in settle_usage(hold.consumes, price)})
    assert +kept == Counter({taken.key: taken.quantity for taken in asked.consumes})


@given(plans(), st.integers(0, 29))
def test_periods_hold_their_days_and_follow_one_another(plan, days) -> None:
    entitlement = make_entitlement(plan)
    service_date = entitlement.period_start_date + timedelta(days=days)
    for line in plan.allowances:
        start, end = period_of(line, service_date, entitlement)
        assert start <= service_date < end
        assert period_of(line, start, entitlement) == (start, end)
        assert period_of(line, end - timedelta(days=1), entitlement) == (start, end)
        if end < entitlement.period_end_date:
            assert period_of(line, end, entitlement)[0] == end
