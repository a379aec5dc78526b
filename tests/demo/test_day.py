"""What simulated residents do on a day: always the same, possible, and partly refused."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

from api.demo.day import in_order, plan_day
from api.demo.people import make_people
from api.demo.rides import LEAVING, OPENING, TICK_SECONDS, TRICKS, Act, Moment, PlannedRide
from fares.modes import Mode
from tests.support.demo_days import AREAS, STOPS, person, plan, supply, timetable

PEOPLE = [person(number) for number in range(1, 201)]


def rides(tap_off: str = "required") -> list[PlannedRide]:
    return plan_day("town", PEOPLE, supply(tap_off))


def acts(of: list[PlannedRide]) -> Counter[Act]:
    return Counter(moment.act for ride in of for moment in ride.moments)


def test_the_same_people_have_the_same_day_again() -> None:
    assert rides() == rides()
    assert rides() != plan_day("another town", PEOPLE, supply())


def test_one_person_more_changes_nobody_elses_day() -> None:
    fewer = plan_day("town", PEOPLE[:50], supply())
    assert rides()[: len(fewer)] == fewer


def test_who_has_no_plan_or_has_not_paid_does_not_ride() -> None:
    assert plan_day("town", [person(pays=False)], supply()) == []


def test_nobody_is_in_two_places_at_once() -> None:
    by_person: dict[int, list[PlannedRide]] = defaultdict(list)
    for ride in rides():
        by_person[ride.person].append(ride)
    for own in by_person.values():
        for before, after in pairwise(own):
            assert before.ends < after.moments[0].seconds


def test_walk_up_rides_are_on_runs_that_the_timetable_has() -> None:
    calls = {
        (run.trip_id, call.stop_id): call.seconds
        for line in timetable().lines
        for runs in line.runs.values()
        for run in runs
        for call in run.calls
    }
    for ride in rides():
        if ride.mode is Mode.BUS:
            at = ride.moments[0].seconds
            assert 0 <= calls[ride.trip_id or "", ride.stop_id or ""] - at < TICK_SECONDS
            on, off = (STOPS.index(stop or "") for stop in (ride.stop_id, ride.to_stop_id))
            assert (off - on > 0) == (ride.direction_id == 0)


def test_most_board_where_their_plan_goes_and_a_few_do_not() -> None:
    boarded = [AREAS[r.stop_id] <= plan().areas for r in rides() if r.stop_id is not None]
    assert 0.80 < sum(boarded) / len(boarded) < 0.99


def test_tapping_off_is_as_the_operator_has_it() -> None:
    assert not LEAVING & acts(rides("none")).keys()
    taps = {kind: acts(rides(kind)) for kind in ("optional", "required")}
    left = {kind: of[Act.TAP_OFF] / of[Act.TAP_ON] for kind, of in taps.items()}
    assert 0.6 < left["optional"] < 0.9 < left["required"] < 1


def test_every_kind_of_mishap_happens() -> None:
    counted = acts(rides())
    assert set(Act) - counted.keys() == {Act.GATE_IN, Act.GATE_OUT}
    assert sum(counted[trick] for trick in TRICKS) < 0.2 * counted[Act.TAP_ON]


def test_a_trick_is_played_on_the_tick_of_its_tap() -> None:
    for ride in rides():
        opening = next(m for m in ride.moments if m.act in OPENING)
        tricks = [m for m in ride.moments if m.act in TRICKS]
        assert tricks in ([], [Moment(opening.seconds, tricks[0].act)] if tricks else [])


def test_ticks_are_in_order_and_hold_every_moment() -> None:
    ticks = in_order(rides())
    assert [at for at, _ in ticks] == sorted({m.seconds for r in rides() for m in r.moments})
    assert sum(len(a) for _, by_ride in ticks for a in by_ride.values()) == acts(rides()).total()
    assert all(at % TICK_SECONDS == 0 for at, _ in ticks)


def test_people_are_the_same_ones_and_spread_over_the_plans() -> None:
    plans = [plan(areas=(1, 2, 3)), plan(modes=("bus",)), plan(areas=(1,))]
    people = make_people("town", 1000, plans)
    assert people == make_people("town", 1000, plans)
    assert people[:10] == make_people("town", 10, plans)
    assert 0.35 < sum(p.consents for p in people) / 1000 < 0.45
    assert 0.92 < sum(p.rides for p in people) / 1000 < 0.97
    shares = Counter(plans.index(p.plan) for p in people if p.plan is not None)
    assert shares[0] > shares[1] > shares[2] > 100
    assert all("simulated" in p.display_name and "模擬" in p.display_name for p in people)
