"""Cases for gtfs/rules/transfers.py."""

from tests.support.rule_cases import Case

STOPS = (
    "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station / A,Asahi,42.30,141.00,,S / "
    "B,Bansei,42.31,141.00,, / S,Asahi,42.30,141.00,1, / E,Gate,42.30,141.00,2,S"
)
TRANSFERS = "from_stop_id,to_stop_id,transfer_type,from_trip_id,from_route_id"

CASES = [
    Case(
        "transfer_with_invalid_stop_location_type",
        {"stops": STOPS, "transfers": f"{TRANSFERS} / E,B,0,, / S,B,0,,"},
        [("transfers.txt", 2, "from_stop_id", "E")],
    ),
    Case(
        "transfer_with_invalid_trip_and_route",
        {
            "routes": "route_id,agency_id,route_short_name,route_type / r,o,One,3 / q,o,Two,3",
            "transfers": f"{TRANSFERS} / A,B,0,t,q / A,B,1,t,r",
        },
        [("transfers.txt", 2, "from_trip_id", "t")],
    ),
    Case(
        "transfer_with_invalid_trip_and_stop",
        # The trip calls at A, and so at the station S; nowhere near C.
        {
            "stops": f"{STOPS} / C,Chuo,42.32,141.00,,",
            "transfers": f"{TRANSFERS} / S,B,0,t, / C,B,0,t,",
        },
        [("transfers.txt", 3, "from_trip_id", "t")],
        also=[("stop_without_stop_time", "stops.txt", 6, "stop_id", "C")],
    ),
]
