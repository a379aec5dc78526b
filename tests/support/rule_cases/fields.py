"""Cases for gtfs/rules/fields.py."""

from tests.support.rule_cases import Case

AGENCY = "agency_id,agency_name,agency_url,agency_timezone"
ROUTES = "route_id,agency_id,route_short_name,route_type"
STOPS = "stop_id,stop_name,stop_lat,stop_lon / A,Asahi,42.30,141.00 / B,Bansei"
STOP_TIMES = "trip_id,arrival_time,departure_time,stop_id,stop_sequence"
PRODUCTS = "fare_product_id,amount,currency"

CASES = [
    Case(
        "missing_required_field",
        {"agency": f"{AGENCY} / o,,https://osaki.example,Asia/Tokyo"},
        [("agency.txt", 2, "agency_name", "")],
    ),
    Case(
        "missing_required_field",
        {
            "stop_times": f"{STOP_TIMES} / t,08:00:00,08:00:00,A,1 / t,08:05:00,08:05:00,,2 / "
            "t,08:10:00,08:10:00,B,3"
        },
        [("stop_times.txt", 3, "stop_id", "")],
    ),
    Case(
        "invalid_currency_amount",
        {"fare_products": f"{PRODUCTS} / a,210,JPY / b,210.00,JPY / c,2.1,BRL / d,2.10,BRL"},
        [("fare_products.txt", 3, "amount", "210.00"), ("fare_products.txt", 4, "amount", "2.1")],
    ),
    Case(
        "number_out_of_range",
        {"stops": f"{STOPS},42.31,181 / C,Chuo,-90.5,0"},
        [("stops.txt", 3, "stop_lon", "181"), ("stops.txt", 4, "stop_lat", "-90.5")],
        also=[("stop_without_stop_time", "stops.txt", 4, "stop_id", "C")],
    ),
    Case(
        "number_out_of_range",
        {"frequencies": "trip_id,start_time,end_time,headway_secs / t,08:00:00,09:00:00,0"},
        [("frequencies.txt", 2, "headway_secs", "0")],
    ),
    Case(
        "point_near_origin",
        {"stops": f"{STOPS},0.0,0.0"},
        [("stops.txt", 3, "stop_lat", "0.0")],
    ),
    Case(
        "point_near_pole",
        {"stops": f"{STOPS},89.5,141.00"},
        [("stops.txt", 3, "stop_lat", "89.5")],
    ),
    Case(
        "unexpected_enum_value",
        {"routes": f"{ROUTES} / r,o,One,8 / s,o,Two,715"},
        [("routes.txt", 2, "route_type", "8")],
    ),
    Case(
        "unexpected_enum_value",
        {"calendar_dates": "service_id,date,exception_type / w,20260429,3"},
        [("calendar_dates.txt", 2, "exception_type", "3")],
    ),
]
