"""Cases for gtfs/rules/rows.py."""

from tests.support.rule_cases import Case

ROUTES = "route_id,agency_id,route_short_name,route_type\n"

CASES = [
    Case(
        "invalid_row_length",
        {"routes": ROUTES + "r,o,One,3\nq,o,Two\np,o,Three,3,FF0000\n"},
        [("routes.txt", 3, None, "3"), ("routes.txt", 4, None, "5")],
    ),
    Case(
        "empty_row",
        {"routes": ROUTES + "\nr,o,One,3\n   \n"},
        [("routes.txt", 2, None, None), ("routes.txt", 4, None, None)],
    ),
    Case(
        "leading_or_trailing_whitespaces",
        {"routes": "route_id, agency_id,route_short_name,route_type\nr,o ,One,3\n"},
        [("routes.txt", 1, "agency_id", " agency_id"), ("routes.txt", 2, "agency_id", None)],
    ),
    Case(
        "new_line_in_value",
        {"routes": ROUTES + 'r,o,"One\nTwo",3\n'},
        [("routes.txt", 2, "route_short_name", "One\nTwo")],
    ),
    Case(
        "invalid_character",
        {"routes": ROUTES + "r,o,Stra\ufffde,3\n"},
        [("routes.txt", 2, "route_short_name", "Stra\ufffde")],
    ),
    Case(
        "more_than_one_entity",
        {
            "feed_info": "feed_publisher_name,feed_publisher_url,feed_lang / "
            "Osaki,https://osaki.example,ja / Osaki,https://osaki.example,en"
        },
        [("feed_info.txt", 3, None, None)],
    ),
]
