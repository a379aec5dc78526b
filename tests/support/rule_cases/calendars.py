"""Cases for gtfs/rules/calendars.py."""

from tests.support.rule_cases import Case

CALENDAR = (
    "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date / "
    "w,1,1,1,1,1,0,0,20260401,20270331"
)

CASES = [
    Case(
        "service_has_no_active_day_of_the_week",
        {
            "calendar": f"{CALENDAR} / h,0,0,0,0,0,0,0,20260401,20270331",
            "calendar_dates": "service_id,date,exception_type / h,20260429,1",
        },
        [("calendar.txt", 3, "service_id", "h")],
    ),
    Case(
        "service_without_dates",
        {
            # A Saturday service within one week of working days.
            "calendar": f"{CALENDAR} / s,0,0,0,0,0,1,0,20260406,20260410",
            "trips": "route_id,service_id,trip_id / r,w,t / r,s,u",
            "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence / "
            "t,08:00:00,08:00:00,A,1 / t,08:10:00,08:10:00,B,2 / "
            "u,08:00:00,08:00:00,A,1 / u,08:10:00,08:10:00,B,2",
        },
        [("trips.txt", None, "service_id", "s")],
    ),
    Case(
        "feed_without_service_dates",
        {
            "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,"
            "start_date,end_date / w,1,0,0,0,0,0,0,20260406,20260412",
            "calendar_dates": "service_id,date,exception_type / w,20260406,2",
        },
        [(None, None, None, None)],
        also=[("service_without_dates", "trips.txt", None, "service_id", "w")],
    ),
]
