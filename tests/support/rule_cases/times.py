"""Cases for gtfs/rules/times.py."""

from tests.support.rule_cases import Case

STOP_TIMES = "trip_id,arrival_time,departure_time,stop_id,stop_sequence"

CASES = [
    Case(
        "stop_time_with_arrival_before_previous_departure_time",
        # The row between has no time; the rule looks past it.
        {
            "stop_times": f"{STOP_TIMES} / t,08:00:00,08:05:00,A,1 / t,,,A,2 / "
            "t,08:04:00,08:10:00,B,3"
        },
        [("stop_times.txt", 4, "arrival_time", "08:04:00")],
    ),
    Case(
        "stop_time_with_only_arrival_or_departure_time",
        {
            "stop_times": f"{STOP_TIMES} / t,08:00:00,08:00:00,A,1 / t,08:03:00,,A,2 / "
            "t,,08:05:00,A,3 / t,08:10:00,08:10:00,B,4"
        },
        [
            ("stop_times.txt", 4, "arrival_time", None),
            ("stop_times.txt", 3, "departure_time", None),
        ],
    ),
    Case(
        "missing_trip_edge",
        {
            "stop_times": f"{STOP_TIMES} / t,,,A,1 / t,08:05:00,08:05:00,A,2 / "
            "t,08:10:00,08:10:00,B,3"
        },
        [
            ("stop_times.txt", 2, "arrival_time", None),
            ("stop_times.txt", 2, "departure_time", None),
        ],
    ),
    Case(
        "stop_time_timepoint_without_times",
        {
            "stop_times": f"{STOP_TIMES},timepoint / t,08:00:00,08:00:00,A,1,1 / t,,,A,2,1 / "
            "t,08:10:00,08:10:00,B,3,1"
        },
        [
            ("stop_times.txt", 3, "arrival_time", None),
            ("stop_times.txt", 3, "departure_time", None),
        ],
    ),
    Case(
        "decreasing_or_equal_stop_time_distance",
        {
            "stop_times": f"{STOP_TIMES},shape_dist_traveled / t,08:00:00,08:00:00,A,1,0 / "
            "t,08:05:00,08:05:00,B,2,1.5 / t,08:10:00,08:10:00,A,3,1.5"
        },
        [("stop_times.txt", 4, "shape_dist_traveled", "1.5")],
    ),
]
