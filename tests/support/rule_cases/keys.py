"""Cases for gtfs/rules/keys.py."""

from tests.support.rule_cases import Case

AGENCIES = "agency_id,agency_name,agency_url,agency_timezone / o,Osaki Bus,https://osaki.example,Asia/Tokyo"

CASES = [
    Case(
        "duplicate_key",
        {"routes": "route_id,agency_id,route_short_name,route_type / r,o,One,3 / r,o,Two,3"},
        [("routes.txt", 3, "route_id", "r")],
    ),
    Case(
        "duplicate_key",
        {
            "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence / "
            "t,08:00:00,08:00:00,A,1 / t,08:10:00,08:10:00,B,2 / t,08:20:00,08:20:00,A,2"
        },
        [("stop_times.txt", 4, "trip_id, stop_sequence", "t, 2")],
    ),
    Case(
        "foreign_key_violation",
        {"trips": "route_id,service_id,trip_id,shape_id / r,w,t,line"},
        [("trips.txt", 2, "shape_id", "line")],
    ),
    Case(
        "duplicate_geography_id",
        {
            "location_groups": "location_group_id / A",
            "locations.geojson": '{"type":"FeatureCollection","features":[{"type":"Feature",'
            '"id":"B","properties":{},"geometry":{"type":"Polygon","coordinates":'
            "[[[141.0,42.3],[141.1,42.3],[141.1,42.4],[141.0,42.3]]]}}]}",
        },
        [
            ("location_groups.txt", 2, "location_group_id", "A"),
            ("locations.geojson", None, "id", "B"),
        ],
    ),
    Case(
        "inconsistent_agency_timezone",
        {"agency": f"{AGENCIES} / n,Nishi,https://nishi.example,Asia/Seoul"},
        [("agency.txt", 3, "agency_timezone", "Asia/Seoul")],
    ),
    Case(
        "missing_required_agency_id",
        {
            "agency": f"{AGENCIES} / n,Nishi,https://nishi.example,Asia/Tokyo",
            "routes": "route_id,agency_id,route_short_name,route_type / r,,One,3",
        },
        [("routes.txt", 2, "agency_id", "")],
    ),
    Case(
        "route_both_short_and_long_name_missing",
        {"routes": "route_id,agency_id,route_short_name,route_long_name,route_type / r,o,,,3"},
        [("routes.txt", 2, "route_id", "r")],
    ),
    Case(
        "route_networks_specified_in_more_than_one_file",
        {
            "routes": "route_id,agency_id,route_short_name,route_type,network_id / r,o,One,3,n",
            "networks": "network_id / n",
        },
        [("networks.txt", None, None, None)],
    ),
]
