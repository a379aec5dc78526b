"""Cases for gtfs/rules/shapes.py."""

from tests.support.rule_cases import Case

TRIPS = "route_id,service_id,trip_id,shape_id / r,w,t,l"
SHAPES = "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence,shape_dist_traveled"

CASES = [
    Case(
        "decreasing_shape_distance",
        {
            "trips": TRIPS,
            "shapes": f"{SHAPES} / l,42.30,141.00,1,0 / l,42.31,141.00,2,1.1 / "
            "l,42.32,141.00,3,1.0",
        },
        [("shapes.txt", 4, "shape_dist_traveled", "1.0")],
    ),
    Case(
        "equal_shape_distance_diff_coordinates",
        # Rows out of order; the last two points are within a metre of each other.
        {
            "trips": TRIPS,
            "shapes": f"{SHAPES} / l,42.31,141.00,2,0 / l,42.30,141.00,1,0 / "
            "l,42.32,141.00,3,1.0 / l,42.320001,141.00,4,1.0",
        },
        [("shapes.txt", 2, "shape_dist_traveled", "0")],
    ),
    Case(
        "trip_distance_exceeds_shape_distance",
        {
            "trips": TRIPS,
            "shapes": f"{SHAPES} / l,42.30,141.00,1,0 / l,42.305,141.00,2,0.5",
            "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,"
            "shape_dist_traveled / t,08:00:00,08:00:00,A,1,0 / t,08:10:00,08:10:00,B,2,1.1",
        },
        [("trips.txt", 2, "trip_id", "t")],
    ),
    Case(
        "single_shape_point",
        {"trips": TRIPS, "shapes": f"{SHAPES} / l,42.30,141.00,1,"},
        [("shapes.txt", 2, "shape_id", "l")],
    ),
    Case(
        "unused_shape",
        {"shapes": f"{SHAPES} / l,42.30,141.00,1, / l,42.31,141.00,2,"},
        [("shapes.txt", 2, "shape_id", "l")],
    ),
]
