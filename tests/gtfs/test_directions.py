"""Directions of trips that state none."""

from tests.support.feeds import small_feed

STOPS = (
    "stop_id,stop_name,stop_lat,stop_lon / N,North,42.40,141.00 / M,Middle,42.35,141.00 / "
    "S,South,42.30,141.00"
)


def directions(trips: str, **calls: str) -> dict[str, tuple[int, bool]]:
    """Direction of every trip and whether it was inferred; calls are the stops in order."""
    rows = [
        f"{trip},08:{minute:02}:00,08:{minute:02}:00,{stop},{minute}"
        for trip, stops in calls.items()
        for minute, stop in enumerate(stops)
    ]
    header = "trip_id,arrival_time,departure_time,stop_id,stop_sequence"
    feed = small_feed(
        routes="route_id,agency_id,route_short_name,route_type / r,o,One,2 / q,o,Two,2",
        stops=STOPS,
        trips=trips,
        stop_times=" / ".join([header, *rows]),
    )
    columns = (feed.trips[name].tolist() for name in ("direction_id", "direction_inferred"))
    return dict(zip(feed.trips["trip_id"], zip(*columns, strict=True), strict=True))


def test_trips_against_the_longest_one_run_the_other_way() -> None:
    trips = "route_id,service_id,trip_id / r,w,part / r,w,down / r,w,up"
    assert directions(trips, part="MS", down="NMS", up="SMN") == {
        "part": (0, True),
        "down": (0, True),
        "up": (1, True),
    }


def test_what_is_stated_stands_and_is_not_added_to() -> None:
    trips = "route_id,service_id,trip_id,direction_id / r,w,down,1 / r,w,up, / q,w,other,"
    assert directions(trips, down="NS", up="SN", other="SN") == {
        "down": (1, False),
        "up": (-1, False),
        "other": (0, True),
    }


def test_a_trip_that_goes_nowhere_known_has_no_direction() -> None:
    trips = "route_id,service_id,trip_id / r,w,down / r,w,lost / r,w,none"
    assert directions(trips, down="NS", lost="NX") == {
        "down": (0, True),
        "lost": (-1, False),
        "none": (-1, False),
    }
