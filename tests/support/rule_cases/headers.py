"""Cases for gtfs/rules/headers.py."""

from tests.support.rule_cases import Case

CASES = [
    Case(
        "missing_required_column",
        {"agency": "agency_id,agency_name,agency_url / o,Osaki Bus,https://osaki.example"},
        [("agency.txt", None, "agency_timezone", None)],
    ),
    Case(
        "missing_required_column",
        {"transfers": "from_stop_id,to_stop_id / A,B"},
        [("transfers.txt", None, "transfer_type", None)],
    ),
    Case(
        "duplicated_column",
        {"routes": "route_id,agency_id,route_short_name,route_type,route_type / r,o,One,3,2"},
        [("routes.txt", 1, "route_type", None)],
    ),
    Case(
        "empty_column_name",
        {"routes": "route_id,agency_id,route_short_name,route_type, / r,o,One,3,"},
        [("routes.txt", 1, None, None)],
    ),
    Case(
        "unknown_column",
        {"routes": "route_id,agency_id,route_short_name,route_type,colour / r,o,One,3,red"},
        [("routes.txt", 1, "colour", None)],
    ),
    Case(
        "superseded_flex_column",
        {"location_groups": "location_group_id,location_id / g,A"},
        [("location_groups.txt", 1, "location_id", None)],
    ),
]
