"""Cases for gtfs/rules/booking_rules.py."""

from tests.support.rule_cases import Case

RULES = (
    "booking_rule_id,booking_type,prior_notice_duration_min,prior_notice_duration_max,"
    "prior_notice_last_day,prior_notice_last_time,prior_notice_start_day,prior_notice_start_time"
)


def case(code: str, row: str, field: str, value: str) -> Case:
    """A case of one booking rule with one fault."""
    files: dict[str, str | bytes | None] = {"booking_rules": f"{RULES} / {row}"}
    return Case(code, files, [("booking_rules.txt", 2, field, value)])


CASES = [
    case(
        "forbidden_real_time_booking_field_value",
        "b,0,30,,,,,",
        "prior_notice_duration_min",
        "30",
    ),
    case("forbidden_same_day_booking_field_value", "b,1,30,,1,,,", "prior_notice_last_day", "1"),
    case(
        "forbidden_prior_day_booking_field_value",
        "b,2,30,,1,17:00:00,,",
        "prior_notice_duration_min",
        "30",
    ),
    case("missing_prior_notice_duration_min", "b,1,,,,,,", "prior_notice_duration_min", ""),
    case("missing_prior_notice_last_day", "b,2,,,,17:00:00,,", "prior_notice_last_day", ""),
    case("missing_prior_notice_last_time", "b,2,,,1,,,", "prior_notice_last_time", ""),
    case(
        "invalid_prior_notice_duration_min",
        "b,1,60,30,,,,",
        "prior_notice_duration_min",
        "60",
    ),
    case(
        "prior_notice_last_day_after_start_day",
        "b,2,,,7,17:00:00,3,08:00:00",
        "prior_notice_last_day",
        "7",
    ),
    case(
        "forbidden_prior_notice_start_day", "b,1,30,600,,,1,08:00:00", "prior_notice_start_day", "1"
    ),
    case(
        "forbidden_prior_notice_start_time",
        "b,2,,,1,17:00:00,,08:00:00",
        "prior_notice_start_time",
        "08:00:00",
    ),
    case("missing_prior_notice_start_time", "b,2,,,1,17:00:00,7,", "prior_notice_start_time", ""),
]
