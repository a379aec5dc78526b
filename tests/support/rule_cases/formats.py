"""Cases for gtfs/rules/formats.py."""

from tests.support.rule_cases import Case

AGENCY = "agency_id,agency_name,agency_url,agency_timezone"
ROUTES = "route_id,agency_id,route_short_name,route_type"
STOPS = "stop_id,stop_name,stop_lat,stop_lon / A,Asahi,42.30,141.00 / B,Bansei"
STOP_TIMES = "trip_id,arrival_time,departure_time,stop_id,stop_sequence"

CASES = [
    Case(
        "invalid_color",
        {"routes": f"{ROUTES},route_color,route_text_color / r,o,One,3,#FF0000,0"},
        [("routes.txt", 2, "route_color", "#FF0000"), ("routes.txt", 2, "route_text_color", "0")],
    ),
    Case(
        "invalid_currency",
        {
            "fare_attributes": "fare_id,price,currency_type,payment_method,transfers / "
            "f,210,YEN,0,0",
        },
        [("fare_attributes.txt", 2, "currency_type", "YEN")],
    ),
    Case(
        "invalid_date",
        {"calendar_dates": "service_id,date,exception_type / w,2026-04-29,2 / w,20260431,2"},
        [
            ("calendar_dates.txt", 2, "date", "2026-04-29"),
            ("calendar_dates.txt", 3, "date", "20260431"),
        ],
    ),
    Case(
        "invalid_email",
        {
            "agency": f"{AGENCY},agency_email / o,Osaki Bus,https://osaki.example,Asia/Tokyo,desk(at)osaki"
        },
        [("agency.txt", 2, "agency_email", "desk(at)osaki")],
    ),
    Case(
        "invalid_float",
        {"stops": f"{STOPS},42.31,141°00'"},
        [("stops.txt", 3, "stop_lon", "141°00'")],
        also=[("stop_without_location", "stops.txt", 3, "stop_lon", "141°00'")],
    ),
    Case(
        "invalid_integer",
        {"routes": f"{ROUTES} / r,o,One,bus"},
        [("routes.txt", 2, "route_type", "bus")],
    ),
    Case(
        "invalid_language_code",
        {"agency": f"{AGENCY},agency_lang / o,Osaki Bus,https://osaki.example,Asia/Tokyo,日本語"},
        [("agency.txt", 2, "agency_lang", "日本語")],
    ),
    Case(
        "invalid_time",
        {
            "stop_times": f"{STOP_TIMES} / t,08:00:00,08:00:00,A,1 / t,8:05,8:60:00,A,2 / "
            "t,108:10:00,108:10:00,B,3"
        },
        [
            ("stop_times.txt", 3, "arrival_time", "8:05"),
            ("stop_times.txt", 3, "departure_time", "8:60:00"),
        ],
    ),
    Case(
        "invalid_timezone",
        {"agency": f"{AGENCY} / o,Osaki Bus,https://osaki.example,Japan Standard Time"},
        [("agency.txt", 2, "agency_timezone", "Japan Standard Time")],
    ),
    Case(
        "invalid_url",
        {"agency": f"{AGENCY} / o,Osaki Bus,www.osaki.example,Asia/Tokyo"},
        [("agency.txt", 2, "agency_url", "www.osaki.example")],
    ),
]
