"""What frequencies.txt may not do to a computer."""

from datetime import date

import pytest

from gtfs.frequencies import MOST_CALLS, headways
from gtfs.notices import FeedError
from gtfs.timetable import stop_events
from tests.support.feeds import small_feed

HEADER = "trip_id,start_time,end_time,headway_secs"


def test_rows_that_mean_nothing_are_left_out() -> None:
    feed = small_feed(
        frequencies=f"{HEADER} / t,08:00:00,09:00:00,600 / t,10:00:00,11:00:00,0 / "
        "t,12:00:00,12:00:00,600 / x,08:00:00,09:00:00,600 / t,noon,13:00:00,600"
    )
    spans = headways(feed.table("frequencies"), feed.trips["trip_id"])
    assert spans.values.tolist() == [[0, 28_800, 32_400, 600]]


def test_a_departure_every_second_for_ever_is_refused() -> None:
    rows = [f"t,{hour:02}:00:00,{hour + 900}:00:00,1" for hour in range(4)]
    feed = small_feed(frequencies=" / ".join([HEADER, *rows]))
    assert MOST_CALLS < 4 * 900 * 3600 * 2
    with pytest.raises(FeedError) as refused:
        stop_events(feed, date(2026, 4, 8))
    assert refused.value.code == "frequencies_too_dense"
