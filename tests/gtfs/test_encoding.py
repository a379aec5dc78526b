"""A file that is not UTF-8 is named together with what it looks like."""

import pytest

from gtfs.encoding import looks_like
from gtfs.notices import FeedError
from tests.support.feeds import small_feed

JAPANESE = "stop_id,stop_name,stop_lat,stop_lon\nA,室蘭駅前,42.30,141.00\nB,あさひ町,42.31,141.00\n"
PORTUGUESE = "stop_id,stop_name,stop_lat,stop_lon\nA,São João,-30.0,-51.2\nB,Praça,-30.1,-51.2\n"


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        (JAPANESE, "shift_jis", "Shift_JIS"),
        (JAPANESE, "euc_jp", "EUC-JP"),
        (JAPANESE, "utf-16", "UTF-16"),
        (PORTUGUESE, "latin-1", "Windows-1252 or another encoding of one byte a character"),
    ],
)
def test_encodings_are_told_apart(text: str, encoding: str, name: str) -> None:
    assert looks_like(text.encode(encoding)) == name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf8_is_read_with_and_without_a_byte_order_mark(encoding: str) -> None:
    feed = small_feed(stops=JAPANESE.encode(encoding))
    assert feed.stops["name"].tolist() == ["室蘭駅前", "あさひ町"]
    assert feed.stops["stop_id"].tolist() == ["A", "B"]


def test_a_feed_in_shift_jis_is_refused_by_file_and_encoding() -> None:
    with pytest.raises(FeedError) as refused:
        small_feed(stops=JAPANESE.encode("shift_jis"))
    assert refused.value.code == "not_utf8"
    assert refused.value.message == (
        "stops.txt is not UTF-8; it looks like Shift_JIS. Save it as UTF-8."
    )
    assert [notice.code for notice in refused.value.notices] == ["not_utf8"]
