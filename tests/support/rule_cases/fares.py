"""Cases for gtfs/rules/fares.py."""

from tests.support.rule_cases import Case

FRAMES = "timeframe_group_id,start_time,end_time,service_id"
PRODUCTS = "fare_product_id,amount,currency / p,210,JPY / q,230,JPY"
LEGS = "leg_group_id,fare_product_id / a,p / b,q"
TRANSFERS = (
    "from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,"
    "fare_transfer_type"
)


def transfer(*rows: str) -> dict[str, str | bytes | None]:
    """The files of a fare with two groups of legs and some transfer rules."""
    return {
        "fare_products": PRODUCTS,
        "fare_leg_rules": LEGS,
        "fare_transfer_rules": " / ".join([TRANSFERS, *rows]),
    }


RULES = "fare_transfer_rules.txt"

CASES = [
    Case(
        "timeframe_only_start_or_end_time_specified",
        {"timeframes": f"{FRAMES} / peak,07:00:00,,w"},
        [("timeframes.txt", 2, "start_time", "07:00:00")],
    ),
    Case(
        "timeframe_start_or_end_time_greater_than_twenty_four_hours",
        {"timeframes": f"{FRAMES} / night,22:00:00,25:00:00,w"},
        [("timeframes.txt", 2, "end_time", "25:00:00")],
    ),
    Case(
        "timeframe_overlap",
        # Touching is not overlapping, and another group may overlap.
        {
            "timeframes": f"{FRAMES} / peak,08:30:00,10:00:00,w / peak,07:00:00,09:00:00,w / "
            "peak,10:00:00,11:00:00,w / day,,,w"
        },
        [("timeframes.txt", 2, "timeframe_group_id", "peak")],
    ),
    Case(
        "fare_transfer_rule_duration_limit_without_type",
        transfer("a,b,,3600,,0"),
        [(RULES, 2, "duration_limit", "3600")],
    ),
    Case(
        "fare_transfer_rule_duration_limit_type_without_duration_limit",
        transfer("a,b,,,1,0"),
        [(RULES, 2, "duration_limit_type", "1")],
    ),
    Case(
        "fare_transfer_rule_without_transfer_count",
        transfer("a,a,,,,0", "b,b,-1,,,0"),
        [(RULES, 2, "transfer_count", "")],
    ),
    Case(
        "fare_transfer_rule_with_forbidden_transfer_count",
        transfer("a,b,1,,,0"),
        [(RULES, 2, "transfer_count", "1")],
    ),
    Case(
        "fare_transfer_rule_invalid_transfer_count",
        transfer("a,a,0,,,0"),
        [(RULES, 2, "transfer_count", "0")],
    ),
    Case(
        "fare_product_with_multiple_default_rider_categories",
        {
            "rider_categories": "rider_category_id,rider_category_name,is_default_fare_category / "
            "adult,Adult,1 / child,Child,0 / other,Other,1",
            "fare_products": "fare_product_id,rider_category_id,amount,currency / "
            "p,adult,210,JPY / p,child,110,JPY / p,other,210,JPY",
        },
        [("fare_products.txt", 4, "fare_product_id", "p")],
    ),
]
