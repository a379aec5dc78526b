"""Yomigana from both layouts of translations.txt."""

from tests.support.feeds import small_feed

STOPS = (
    "stop_id,stop_name,stop_lat,stop_lon / A,絵鞆団地,42.30,141.00 / B,市立病院前,42.31,141.00 / "
    "C,市立病院前,42.31,141.01"
)


def test_the_layout_of_gtfs_jp_keys_by_text() -> None:
    feed = small_feed(
        stops=STOPS,
        translations="trans_id,lang,translation / 絵鞆団地,ja,絵鞆団地 / "
        "絵鞆団地,ja-Hrkt,えともだんち / 絵鞆団地,en,Etomo Danchi",
    )
    assert feed.stops["name_kana"].tolist() == ["えともだんち", None, None]


def test_the_layout_of_the_reference_keys_by_record_or_by_text() -> None:
    feed = small_feed(
        stops=STOPS,
        translations="table_name,field_name,language,translation,record_id,field_value / "
        "stops,stop_name,ja-hrkt,えともだんち,A, / "
        "stops,stop_name,ja-Hrkt,しりつびょういんまえ,,市立病院前 / "
        "stops,stop_desc,ja-Hrkt,ちがう,B, / routes,route_long_name,ja-Hrkt,ちがう,A,",
    )
    assert feed.stops["name_kana"].tolist() == [
        "えともだんち",
        "しりつびょういんまえ",
        "しりつびょういんまえ",
    ]
