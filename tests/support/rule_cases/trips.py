"""Cases for gtfs/rules/trips.py."""

from tests.support.rule_cases import Case

STOP_TIMES = (
    "trip_id,arrival_time,departure_time,stop_id,stop_sequence / "
    "t,08:00:00,08:00:00,A,1 / t,08:10:00,08:10:00,B,2"
)

CASES = [
    Case(
        "unusable_trip",
        {
            "trips": "route_id,service_id,trip_id / r,w,t / r,w,u",
            "stop_times": f"{STOP_TIMES} / u,09:00:00,09:00:00,A,1",
        },
        [("trips.txt", 3, "trip_id", "u")],
    ),
    Case(
        "unused_trip",
        {"trips": "route_id,service_id,trip_id / r,w,t / r,w,u"},
        [("trips.txt", 3, "trip_id", "u")],
        also=[("unusable_trip", "trips.txt", 3, "trip_id", "u")],
    ),
    Case(
        "overlapping_frequency",
        {
            "frequencies": "trip_id,start_time,end_time,headway_secs / t,08:00:00,09:00:00,600 / "
            "t,10:00:00,11:00:00,600 / t,08:59:00,10:00:00,600"
        },
        [("frequencies.txt", 4, "trip_id", "t")],
    ),
    Case(
        "block_trips_with_overlapping_stop_times",
        # u and v leave while t is on the way; v never on a day of t. x goes on where t ends.
        {
            "trips": "route_id,service_id,trip_id,block_id / r,w,t,k / r,w,u,k / r,s,v,k / r,w,x,k",
            "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
            "start_date,end_date / w,1,1,1,1,1,0,0,20260401,20270331 / "
            "s,0,0,0,0,0,1,0,20260401,20270331",
            "stop_times": f"{STOP_TIMES} / u,08:09:00,08:09:00,A,1 / u,08:09:30,08:09:30,B,2 / "
            "v,08:05:00,08:05:00,A,1 / v,08:10:00,08:10:00,B,2 / "
            "x,08:10:00,08:10:00,B,1 / x,08:20:00,08:20:00,A,2",
        },
        [("trips.txt", 3, "trip_id", "u")],
    ),
]
