"""Cases for gtfs/rules/stops.py."""

from tests.support.rule_cases import Case

STOPS = "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station"
SERVED = "A,Asahi,42.30,141.00,,{parent_of_a} / B,Bansei,42.31,141.00,,"


def stops(*others: str, parent_of_a: str = "") -> str:
    """A stops.txt with the two stops of the sound feed and others, in six columns."""
    return " / ".join([STOPS, SERVED.format(parent_of_a=parent_of_a), *others])


CASES = [
    Case(
        "stop_without_location",
        {"stops": "stop_id,stop_name,stop_lat,stop_lon / A,Asahi,42.30, / B,Bansei,,141.00"},
        [("stops.txt", 3, "stop_lat", ""), ("stops.txt", 2, "stop_lon", "")],
    ),
    Case(
        "missing_stop_name",
        {"stops": "stop_id,stop_name,stop_lat,stop_lon / A,,42.30,141.00 / B,Bansei,42.31,141.00"},
        [("stops.txt", 2, "stop_name", "")],
    ),
    Case(
        "station_with_parent_station",
        {"stops": stops("S,Eki,42.30,141.00,1,T", "T,Machi,42.30,141.00,1,")},
        [("stops.txt", 4, "parent_station", "T")],
    ),
    Case(
        "location_without_parent_station",
        {"stops": stops("E,North gate,42.30,141.00,2,")},
        [("stops.txt", 4, "parent_station", "")],
    ),
    Case(
        "wrong_parent_location_type",
        {"stops": stops(parent_of_a="B")},
        [("stops.txt", 2, "parent_station", "B")],
    ),
    Case(
        "location_with_unexpected_stop_time",
        {"stops": f"{STOPS} / A,Asahi,42.30,141.00,1, / B,Bansei,42.31,141.00,,"},
        [("stops.txt", 2, "stop_id", "A")],
    ),
    Case(
        "stop_without_stop_time",
        {
            "stops": stops("C,Chuo,42.32,141.00,,", "D,Dai,42.33,141.00,,"),
            "location_groups": "location_group_id / g",
            "location_group_stops": "location_group_id,stop_id / g,D",
        },
        [("stops.txt", 4, "stop_id", "C")],
    ),
    Case(
        "stop_access_specified_for_incorrect_location",
        {
            "stops": f"{STOPS},stop_access / A,Asahi,42.30,141.00,,, / B,Bansei,42.31,141.00,,, / "
            "S,Eki,42.30,141.00,1,,0"
        },
        [("stops.txt", 4, "stop_access", "0")],
    ),
    Case(
        "stop_access_specified_for_stop_with_no_parent_station",
        {"stops": f"{STOPS},stop_access / A,Asahi,42.30,141.00,,,1 / B,Bansei,42.31,141.00,,,"},
        [("stops.txt", 2, "stop_access", "1")],
    ),
    Case(
        "stop_without_zone_id",
        {
            "stops": "stop_id,stop_name,stop_lat,stop_lon,zone_id / A,Asahi,42.30,141.00,1 / "
            "B,Bansei,42.31,141.00,",
            "fare_attributes": "fare_id,price,currency_type,payment_method,transfers / "
            "f,210,JPY,0,0",
            "fare_rules": "fare_id,origin_id / f,1",
        },
        [("stops.txt", 3, "zone_id", None)],
    ),
]
