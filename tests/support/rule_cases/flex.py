"""Cases for gtfs/rules/flex.py."""

from tests.support.rule_cases import Case

STOP_TIMES = (
    "trip_id,stop_id,location_group_id,location_id,stop_sequence,arrival_time,departure_time,"
    "start_pickup_drop_off_window,end_pickup_drop_off_window,pickup_type,drop_off_type"
)
GROUPS = {
    "location_groups": "location_group_id / g",
    "location_group_stops": "location_group_id,stop_id / g,A / g,B",
}
WINDOW = "08:00:00,18:00:00"


def square(zone_id: str, west: float) -> str:
    """A zone of a tenth of a degree."""
    east, south, north = west + 0.1, 42.3, 42.4
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return (
        f'{{"type":"Feature","id":"{zone_id}","properties":{{}},'
        f'"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}'
    )


def zones(*features: str) -> str:
    """A locations.geojson."""
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'


def on_demand(*rows: str) -> dict[str, str | bytes | None]:
    """The files of a trip among the stops of a group."""
    return {**GROUPS, "stop_times": " / ".join([STOP_TIMES, *rows])}


IN = f"t,,g,,1,,,{WINDOW},2,1"
OUT = f"t,,g,,2,,,{WINDOW},1,2"

CASES = [
    Case(
        "forbidden_geography_id",
        on_demand(f"t,A,g,,1,,,{WINDOW},2,1", OUT),
        [("stop_times.txt", 2, "stop_id", "A")],
    ),
    Case(
        "forbidden_arrival_or_departure_time",
        on_demand(f"t,,g,,1,08:00:00,,{WINDOW},2,1", OUT),
        [("stop_times.txt", 2, "arrival_time", "08:00:00")],
        also=[
            (
                "stop_time_with_only_arrival_or_departure_time",
                "stop_times.txt",
                2,
                "departure_time",
                None,
            )
        ],
    ),
    Case(
        "missing_pickup_or_drop_off_window",
        on_demand("t,,g,,1,,,08:00:00,,2,1", OUT),
        [("stop_times.txt", 2, "end_pickup_drop_off_window", None)],
    ),
    Case(
        "invalid_pickup_drop_off_window",
        on_demand("t,,g,,1,,,18:00:00,08:00:00,2,1", OUT),
        [("stop_times.txt", 2, "end_pickup_drop_off_window", "08:00:00")],
    ),
    Case(
        "forbidden_pickup_type",
        on_demand(f"t,,g,,1,,,{WINDOW},3,1", f"t,,g,,2,,,{WINDOW},,2"),
        [("stop_times.txt", 2, "pickup_type", "3"), ("stop_times.txt", 3, "pickup_type", "")],
    ),
    Case(
        "forbidden_drop_off_type",
        on_demand(IN, f"t,,g,,2,,,{WINDOW},1,0"),
        [("stop_times.txt", 3, "drop_off_type", "0")],
    ),
    Case(
        "forbidden_shape_dist_traveled",
        {
            **GROUPS,
            "stop_times": f"{STOP_TIMES},shape_dist_traveled / {IN},1.5 / {OUT},",
        },
        [("stop_times.txt", 2, "shape_dist_traveled", "1.5")],
    ),
    Case(
        "forbidden_continuous_pickup_drop_off",
        on_demand(IN, OUT)
        | {
            "routes": "route_id,agency_id,route_short_name,route_type,continuous_pickup / "
            "r,o,One,3,0"
        },
        [("stop_times.txt", 2, "trip_id", "t"), ("stop_times.txt", 3, "trip_id", "t")],
    ),
    Case(
        "missing_stop_times_record",
        on_demand(f"t,,g,,1,,,{WINDOW},2,2"),
        [("stop_times.txt", 2, "trip_id", "t")],
        also=[("unusable_trip", "trips.txt", 2, "trip_id", "t")],
    ),
    Case(
        "overlapping_zone_and_pickup_drop_off_window",
        {
            "locations.geojson": zones(square("y", 141.0), square("z", 141.05)),
            "stop_times": f"{STOP_TIMES} / t,,,y,1,,,{WINDOW},2,2 / t,,,z,2,,,{WINDOW},2,2",
        },
        [("stop_times.txt", 3, "location_id", "z")],
        also=[
            ("stop_without_stop_time", "stops.txt", 2, "stop_id", "A"),
            ("stop_without_stop_time", "stops.txt", 3, "stop_id", "B"),
        ],
    ),
]
