"""Cases for gtfs/rules/translations.py."""

from tests.support.rule_cases import Case

TRANSLATIONS = "table_name,field_name,language,translation,record_id,record_sub_id,field_value"

CASES = [
    Case(
        "translation_unknown_table_name",
        {"translations": f"{TRANSLATIONS} / routez,route_long_name,en,One,r,,"},
        [("translations.txt", 2, "table_name", "routez")],
    ),
    Case(
        "translation_unexpected_value",
        {
            "translations": f"{TRANSLATIONS} / stops,stop_name,ja-Hrkt,あさひ,A,,Asahi / "
            "feed_info,feed_publisher_name,ja-Hrkt,おおさき,o,,"
        },
        [("translations.txt", 2, "record_id", "A"), ("translations.txt", 3, "record_id", "o")],
    ),
    Case(
        "translation_foreign_key_violation",
        {
            "translations": f"{TRANSLATIONS} / stops,stop_name,ja-Hrkt,あさひ,A,, / "
            "stops,stop_name,ja-Hrkt,ちゅうおう,C,, / stop_times,stop_headsign,en,Asahi,t,1, / "
            "stop_times,stop_headsign,en,Asahi,t,9,"
        },
        [("translations.txt", 3, "record_id", "C"), ("translations.txt", 5, "record_id", "t")],
    ),
]
