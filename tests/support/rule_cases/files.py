"""Cases for gtfs/rules/files.py."""

from tests.support.rule_cases import Case

JAPANESE_STOPS = "stop_id,stop_name,stop_lat,stop_lon\nA,あさひ町,42.30,141.00\nB,万世,42.31,141.00"

CASES = [
    Case(
        "missing_required_file",
        {"stops": None},
        [("stops.txt", None, None, None)],
        also=[
            ("foreign_key_violation", "stop_times.txt", 2, "stop_id", "A"),
            ("foreign_key_violation", "stop_times.txt", 3, "stop_id", "B"),
        ],
    ),
    Case(
        "missing_required_file",
        {
            "feed_info": None,
            "translations": "table_name,field_name,language,translation,field_value / "
            "stops,stop_name,ja-Hrkt,あさひ,Asahi",
        },
        [("feed_info.txt", None, None, None)],
    ),
    Case(
        "missing_recommended_file",
        {"feed_info": None},
        [("feed_info.txt", None, None, None)],
    ),
    Case(
        "missing_calendar_and_calendar_date_files",
        {"calendar": None},
        [(None, None, None, None)],
        also=[
            ("feed_without_service_dates", None, None, None, None),
            ("foreign_key_violation", "trips.txt", 2, "service_id", "w"),
        ],
    ),
    Case(
        "empty_file",
        {"calendar_dates": ""},
        [("calendar_dates.txt", None, None, None)],
    ),
    Case(
        "empty_file",
        {"agency": "agency_id,agency_name,agency_url,agency_timezone"},
        [("agency.txt", None, None, None)],
        also=[("foreign_key_violation", "routes.txt", 2, "agency_id", "o")],
    ),
    Case(
        "not_utf8",
        {"stops": JAPANESE_STOPS.encode("shift_jis")},
        [("stops.txt", None, None, None)],
        also=[
            ("foreign_key_violation", "stop_times.txt", 2, "stop_id", "A"),
            ("foreign_key_violation", "stop_times.txt", 3, "stop_id", "B"),
        ],
    ),
    Case(
        "csv_parsing_failed",
        {"levels": 'level_id,level_index\n"1,0\n2,0\n'},
        [("levels.txt", None, None, None)],
    ),
    Case(
        "csv_parsing_failed",
        {"levels": 'level_id,level_index,level_name\n1,0,"Ground\n2,1,First\n'},
        [("levels.txt", None, None, None)],
    ),
    Case(
        "unknown_file",
        {"notes": "free text"},
        [("notes.txt", None, None, None)],
    ),
]
