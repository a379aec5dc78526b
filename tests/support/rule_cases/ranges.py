"""Cases for gtfs/rules/ranges.py."""

from tests.support.rule_cases import Case

CASES = [
    Case(
        "start_and_end_range_out_of_order",
        {
            "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence / "
            "t,08:00:00,07:59:00,A,1 / t,08:10:00,08:10:00,B,2",
            "feed_info": "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,"
            "feed_end_date / Osaki,https://osaki.example,ja,20260401,20260331",
        },
        [
            ("feed_info.txt", 2, "feed_end_date", "20260331"),
            ("stop_times.txt", 2, "departure_time", "07:59:00"),
        ],
    ),
    Case(
        "start_and_end_range_equal",
        {"frequencies": "trip_id,start_time,end_time,headway_secs / t,08:00:00,08:00:00,600"},
        [("frequencies.txt", 2, "end_time", "08:00:00")],
    ),
]
