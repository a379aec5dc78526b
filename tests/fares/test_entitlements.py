from collections import Counter
from datetime import date, timedelta

import pytest

from fares.entitlements import Granted, Status, decide, period_of
from fares.modes import Mode
from fares.money import Money
from fares.plans import Above, Period, TimeWindow, Unit, Weekday
from fares.reasons import Reason, Refused
from fares.usage import Consumption, Usage
from tests.support.fares import (
    NOW,
    TODAY,
    make_allowance,
    make_cap,
    make_entitlement,
    make_plan,
    make_ride,
    yen,
)

NOTHING_USED: Usage = {}
MONTH = date(2026, 11, 1)
BUDGET = {"unit": Unit.AMOUNT, "limit": 5000, "above": Above.RIDER_PAYS}


def rides_of(limit: int, **changes: object) -> dict[str, object]:
    return {"allowances": (make_allowance(limit=limit, **changes),)}


# What the plan says without counting anything.


def test_an_uncounted_ride_is_the_plans_and_needs_no_price() -> None:
    assert decide(make_ride(Mode.BUS), make_entitlement(), NOTHING_USED, NOW) == Granted(
        rule="mode:bus", consumes=(), rider_pays=yen(0), plan_pays=None
    )
    assert decide(
        make_ride(Mode.BUS, amount=yen(230)), make_entitlement(), NOTHING_USED, NOW
    ) == Granted(rule="mode:bus", consumes=(), rider_pays=yen(0), plan_pays=yen(230))


@pytest.mark.parametrize(
    ("ride", "plan", "refused"),
    [
        (
            make_ride(Mode.RIDESHARE),
            make_plan(),
            Refused(Reason.MODE_NOT_COVERED, "modes"),
        ),
        (
            make_ride(operator_id="operator-9"),
            make_plan(operators=frozenset({"operator-1", "operator-2"})),
            Refused(Reason.OPERATOR_NOT_COVERED, "operators"),
        ),
        (
            make_ride(areas=frozenset({1, 3})),
            make_plan(),
            Refused(Reason.AREA_NOT_COVERED, "areas"),
        ),
        (
            make_ride(Mode.TAXI, areas=frozenset()),
            make_plan(),
            Refused(Reason.AREA_UNKNOWN, "areas"),
        ),
        (
            make_ride(),  # a Wednesday
            make_plan(service_days=frozenset({Weekday.SAT, Weekday.SUN})),
            Refused(Reason.OUTSIDE_SERVICE_TIME, "service_days"),
        ),
        (
            make_ride(companions=2),
            make_plan(companions=1),
            Refused(Reason.TOO_MANY_COMPANIONS, "companions"),
        ),
        (
            make_ride(amount=Money(230, "EUR")),
            make_plan(),
            Refused(Reason.WRONG_CURRENCY, "price"),
        ),
        (
            make_ride(Mode.TAXI, amount=None),
            make_plan(ride_caps=(make_cap(1500, Above.RIDER_PAYS),)),
            Refused(Reason.AMOUNT_MISSING, "price"),
        ),
    ],
)
def test_a_ride_outside_the_plan_names_the_line(ride, plan, refused) -> None:
    assert decide(ride, make_entitlement(plan), NOTHING_USED, NOW) == refused


def test_a_bus_keeps_to_its_town_even_when_the_stop_is_not_known() -> None:
    ride = make_ride(Mode.BUS, areas=frozenset())
    assert isinstance(decide(ride, make_entitlement(), NOTHING_USED, NOW), Granted)


def test_who_else_sits_in_the_taxi_does_not_matter() -> None:
    entitlement = make_entitlement(make_plan(companions=0, **rides_of(1)))
    ride = make_ride(Mode.TAXI, companions=3)
    granted = decide(ride, entitlement, NOTHING_USED, NOW)
    assert granted == Granted(
        rule="allowance:taxi-rides",
        consumes=(Consumption("taxi-rides", MONTH, 1, Unit.RIDES),),
        rider_pays=yen(0),
        plan_pays=yen(1200),
    )


@pytest.mark.parametrize(
    ("service_time", "covered"),
    [(21, False), (22, True), (25, True), (25.5, False), (1, False)],
)
def test_evening_hours_run_past_midnight(service_time: float, covered: bool) -> None:
    plan = make_plan(time_windows=(TimeWindow(22 * 3600, 25 * 3600 + 1800),))
    ride = make_ride(service_seconds=int(service_time * 3600))
    decision = decide(ride, make_entitlement(plan), NOTHING_USED, NOW)
    if covered:
        assert isinstance(decision, Granted)
    else:
        assert decision == Refused(Reason.OUTSIDE_SERVICE_TIME, "time_windows")


# The subscription.


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (Status.ACTIVE, None),
        (Status.TRIALING, None),
        (Status.PAST_DUE, None),
        (Status.INCOMPLETE, Reason.WAITING_FOR_PAYMENT),
        (Status.INCOMPLETE_EXPIRED, Reason.SUBSCRIPTION_INACTIVE),
        (Status.CANCELED, Reason.SUBSCRIPTION_INACTIVE),
        (Status.UNPAID, Reason.SUBSCRIPTION_INACTIVE),
        (Status.PAUSED, Reason.SUBSCRIPTION_INACTIVE),
    ],
)
def test_a_late_payment_still_rides_but_no_payment_does_not(status, reason) -> None:
    decision = decide(make_ride(), make_entitlement(status=status), NOTHING_USED, NOW)
    if reason is None:
        assert isinstance(decision, Granted)
    else:
        assert decision == Refused(reason, f"subscription:{status.value}")


@pytest.mark.parametrize(
    ("service_date", "covered"),
    [
        (date(2026, 11, 5), False),
        (date(2026, 11, 6), True),
        (date(2026, 12, 5), True),
        (date(2026, 12, 6), False),
    ],
)
def test_a_period_ends_before_its_end_date(service_date: date, covered: bool) -> None:
    decision = decide(make_ride(service_date=service_date), make_entitlement(), NOTHING_USED, NOW)
    if covered:
        assert isinstance(decision, Granted)
    else:
        assert decision == Refused(Reason.SUBSCRIPTION_INACTIVE, "subscription:period")


def test_a_cancellation_takes_effect_at_its_instant() -> None:
    entitlement = make_entitlement(ends_at=NOW)
    before = NOW - timedelta(seconds=1)
    assert isinstance(decide(make_ride(), entitlement, NOTHING_USED, before), Granted)
    assert decide(make_ride(), entitlement, NOTHING_USED, NOW) == Refused(
        Reason.SUBSCRIPTION_INACTIVE, "subscription:ended"
    )


def test_a_member_may_be_barred_from_taxis() -> None:
    entitlement = make_entitlement(barred_modes=frozenset({Mode.TAXI}))
    assert isinstance(decide(make_ride(Mode.BUS), entitlement, NOTHING_USED, NOW), Granted)
    assert decide(make_ride(Mode.TAXI), entitlement, NOTHING_USED, NOW) == Refused(
        Reason.MEMBER_BARRED, "member:barred_modes"
    )


# Caps on one ride.


@pytest.mark.parametrize(
    ("caps", "plan_pays", "rider_pays", "rule"),
    [
        ([make_cap(1200, Above.RIDER_PAYS)], 1200, 0, "mode:taxi"),
        ([make_cap(1000, Above.RIDER_PAYS)], 1000, 200, "ride_cap:taxi"),
        ([make_cap(0, Above.RIDER_PAYS)], 0, 1200, "ride_cap:taxi"),
        (
            [
                make_cap(1100, Above.RIDER_PAYS),
                make_cap(900, Above.RIDER_PAYS, Mode.TAXI, Mode.BUS),
            ],
            *(900, 300, "ride_cap:bus+taxi"),
        ),
        ([make_cap(1200, Above.REFUSE)], 1200, 0, "mode:taxi"),
    ],
)
def test_above_a_cap_the_rider_pays_the_rest(caps, plan_pays, rider_pays, rule) -> None:
    entitlement = make_entitlement(make_plan(ride_caps=tuple(caps)))
    assert decide(make_ride(Mode.TAXI), entitlement, NOTHING_USED, NOW) == Granted(
        rule=rule, consumes=(), rider_pays=yen(rider_pays), plan_pays=yen(plan_pays)
    )


def test_above_a_refusing_cap_there_is_no_ride() -> None:
    caps = (make_cap(1199, Above.REFUSE), make_cap(500, Above.RIDER_PAYS))
    entitlement = make_entitlement(make_plan(ride_caps=caps))
    assert decide(make_ride(Mode.TAXI), entitlement, NOTHING_USED, NOW) == Refused(
        Reason.OVER_RIDE_CAP, "ride_cap:taxi"
    )


# Allowances.


def test_the_ninth_of_eight_rides_is_refused() -> None:
    entitlement = make_entitlement(make_plan(**rides_of(8)))
    assert isinstance(
        decide(make_ride(Mode.TAXI), entitlement, {("taxi-rides", MONTH): 7}, NOW), Granted
    )
    assert decide(make_ride(Mode.TAXI), entitlement, {("taxi-rides", MONTH): 8}, NOW) == Refused(
        Reason.ALLOWANCE_USED_UP, "allowance:taxi-rides"
    )


def test_everybody_on_the_bus_counts() -> None:
    trips = make_allowance("trips", Mode.BUS, limit=4, period=Period.DAY)
    entitlement = make_entitlement(make_plan(allowances=(trips,), companions=2))
    family = make_ride(Mode.BUS, companions=2)
    granted = decide(family, entitlement, NOTHING_USED, NOW)
    assert isinstance(granted, Granted)
    assert granted.consumes == (Consumption("trips", TODAY, 3, Unit.RIDES),)
    assert decide(family, entitlement, {("trips", TODAY): 3}, NOW) == Refused(
        Reason.ALLOWANCE_TOO_SMALL, "allowance:trips"
    )


def test_a_budget_pays_what_it_can_and_the_rider_the_rest() -> None:
    entitlement = make_entitlement(make_plan(allowances=(make_allowance("budget", **BUDGET),)))
    assert decide(make_ride(Mode.TAXI), entitlement, {("budget", MONTH): 4000}, NOW) == Granted(
        rule="allowance:budget",
        consumes=(Consumption("budget", MONTH, 1000, Unit.AMOUNT),),
        rider_pays=yen(200),
        plan_pays=yen(1000),
    )
    assert decide(make_ride(Mode.TAXI), entitlement, {("budget", MONTH): 5000}, NOW) == Granted(
        rule="allowance:budget", consumes=(), rider_pays=yen(1200), plan_pays=yen(0)
    )


def test_a_budget_that_refuses_wants_room_for_the_whole_price() -> None:
    budget = make_allowance("budget", unit=Unit.AMOUNT, limit=5000)
    entitlement = make_entitlement(make_plan(allowances=(budget,)))
    granted = decide(make_ride(Mode.TAXI), entitlement, {("budget", MONTH): 3800}, NOW)
    assert isinstance(granted, Granted)
    assert granted.consumes == (Consumption("budget", MONTH, 1200, Unit.AMOUNT),)
    assert decide(make_ride(Mode.TAXI), entitlement, {("budget", MONTH): 3801}, NOW) == Refused(
        Reason.ALLOWANCE_TOO_SMALL, "allowance:budget"
    )
    assert decide(make_ride(Mode.TAXI), entitlement, {("budget", MONTH): 5000}, NOW) == Refused(
        Reason.ALLOWANCE_USED_UP, "allowance:budget"
    )


def test_every_allowance_of_a_mode_must_have_room_and_is_used() -> None:
    lines = (
        make_allowance("trips", limit=8),
        make_allowance("daily", limit=2, period=Period.DAY),
        make_allowance("budget", **BUDGET),
    )
    entitlement = make_entitlement(make_plan(allowances=lines))
    granted = decide(make_ride(Mode.TAXI), entitlement, NOTHING_USED, NOW)
    assert isinstance(granted, Granted)
    assert granted.consumes == (
        Consumption("budget", MONTH, 1200, Unit.AMOUNT),
        Consumption("daily", TODAY, 1, Unit.RIDES),
        Consumption("trips", MONTH, 1, Unit.RIDES),
    )
    assert decide(make_ride(Mode.TAXI), entitlement, {("daily", TODAY): 2}, NOW) == Refused(
        Reason.ALLOWANCE_USED_UP, "allowance:daily"
    )


def test_an_allowance_over_two_modes_is_shared_by_them() -> None:
    shared = make_allowance("any", Mode.BUS, Mode.TAXI, limit=3)
    entitlement = make_entitlement(make_plan(allowances=(shared,)))
    used: Counter[tuple[str, date]] = Counter()
    for mode in (Mode.TAXI, Mode.BUS, Mode.TAXI):
        granted = decide(make_ride(mode), entitlement, used, NOW)
        assert isinstance(granted, Granted)
        used.update({taken.key: taken.quantity for taken in granted.consumes})
    assert isinstance(decide(make_ride(Mode.BUS), entitlement, used, NOW), Refused)
    assert isinstance(decide(make_ride(Mode.RAIL), entitlement, used, NOW), Granted)


def test_a_licensed_flat_taxi_fare_is_an_area_a_number_of_trips_and_a_period() -> None:
    flat = make_allowance("taxi-flat", limit=8, period=Period.MONTH, areas=frozenset({2}))
    entitlement = make_entitlement(make_plan(allowances=(flat,)))
    inside = make_ride(Mode.TAXI, areas=frozenset({2}))
    assert isinstance(decide(inside, entitlement, {("taxi-flat", MONTH): 7}, NOW), Granted)
    assert decide(inside, entitlement, {("taxi-flat", MONTH): 8}, NOW) == Refused(
        Reason.ALLOWANCE_USED_UP, "allowance:taxi-flat"
    )
    across = make_ride(Mode.TAXI, areas=frozenset({1, 2}))
    assert decide(across, entitlement, NOTHING_USED, NOW) == Refused(
        Reason.AREA_NOT_COVERED, "allowance:taxi-flat"
    )


def test_a_licensed_area_must_be_known_whatever_the_mode() -> None:
    local = make_allowance("local", Mode.BUS, areas=frozenset({2}))
    entitlement = make_entitlement(make_plan(allowances=(local,)))
    assert decide(make_ride(areas=frozenset()), entitlement, NOTHING_USED, NOW) == Refused(
        Reason.AREA_UNKNOWN, "allowance:local"
    )


@pytest.mark.parametrize(
    ("period", "service_date", "start", "end"),
    [
        (Period.DAY, date(2026, 11, 30), date(2026, 11, 30), date(2026, 12, 1)),
        (Period.WEEK, date(2026, 11, 16), date(2026, 11, 16), date(2026, 11, 23)),  # Monday
        (Period.WEEK, date(2026, 11, 22), date(2026, 11, 16), date(2026, 11, 23)),  # Sunday
        (Period.WEEK, date(2026, 12, 1), date(2026, 11, 30), date(2026, 12, 7)),
        (Period.MONTH, date(2026, 11, 30), date(2026, 11, 1), date(2026, 12, 1)),
        (Period.MONTH, date(2026, 12, 1), date(2026, 12, 1), date(2027, 1, 1)),
        (Period.MONTH, date(2028, 2, 29), date(2028, 2, 1), date(2028, 3, 1)),
        (Period.SUBSCRIPTION, date(2026, 12, 1), date(2026, 11, 6), date(2026, 12, 6)),
    ],
)
def test_when_an_allowance_starts_anew(period, service_date, start, end) -> None:
    allowance = make_allowance(period=period)
    assert period_of(allowance, service_date, make_entitlement()) == (start, end)


@pytest.mark.parametrize("change", [{"amount": yen(-1)}, {"companions": -1}])
def test_a_ride_cannot_give_anything_back(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no negative"):
        make_ride(**change)
