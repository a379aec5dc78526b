"""Taxi and rideshare rides as they are ordered."""

from __future__ import annotations

from api.demo.booked import booked_ride
from api.demo.chance import dice
from api.demo.rides import Act, PlannedRide
from tests.support.demo_days import person, plan, rideshare, taxi

SOME = [booked_ride(dice("test", n), person(), taxi(), 9 * 3600) for n in range(400)]


SENT_FOR = [booked_ride(dice("test", n), person(), rideshare(), 9 * 3600) for n in range(400)]


def ending(last: Act) -> list[PlannedRide]:
    return [ride for ride in SOME if ride.moments[-1].act is last]


def test_a_ride_costs_what_the_meter_says_and_holds_a_fifth_more() -> None:
    for ride in ending(Act.CAPTURE):
        assert ride.price_minor == taxi().price_minor(ride.distance_meters or 0)
        assert ride.hold_minor == (ride.price_minor or 0) * 6 // 5


def test_a_detour_is_asked_for_without_the_rider_first_and_then_signed() -> None:
    assert ending(Act.SIGNED_CAPTURE)
    for ride in ending(Act.SIGNED_CAPTURE):
        assert (ride.price_minor or 0) > (ride.hold_minor or 0)
        assert [moment.act for moment in ride.moments[-3:]] == [
            Act.END,
            Act.OVERCHARGE,
            Act.SIGNED_CAPTURE,
        ]


def test_what_is_called_off_is_never_started() -> None:
    called_off = [r for act in (Act.CANCEL, Act.NO_SHOW, Act.NO_VEHICLE) for r in ending(act)]
    assert len(called_off) + len(ending(Act.CAPTURE)) + len(ending(Act.SIGNED_CAPTURE)) == len(SOME)
    assert not [r for r in called_off if Act.START in [moment.act for moment in r.moments]]


def test_rides_begin_in_the_plans_areas_and_some_stray() -> None:
    own = plan().areas
    assert all(own.intersection(ride.area_numbers) for ride in SOME)
    straying = [ride for ride in SOME if not own.issuperset(ride.area_numbers)]
    assert 0 < len(straying) < 0.1 * len(SOME)


def test_a_driver_is_sent_to_a_rideshare_order_and_not_to_a_taxi() -> None:
    def acts(rides: list[PlannedRide]) -> set[Act]:
        return {moment.act for ride in rides for moment in ride.moments}

    assert acts(SENT_FOR) - acts(SOME) == {Act.CONFIRM, Act.ARRIVE}
    for ride in SENT_FOR:
        order = [moment.act for moment in ride.moments]
        assert order[0] is Act.HOLD
        assert [m.seconds for m in ride.moments] == sorted(m.seconds for m in ride.moments)
        if Act.START in order:
            assert order[1:4] == [Act.CONFIRM, Act.ARRIVE, Act.START]
