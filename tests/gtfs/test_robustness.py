"""Whatever comes in, a feed is read with notices or refused; nothing else happens."""

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from gtfs.fares_v1 import fare_table
from gtfs.feed import Feed, read_feed
from gtfs.notices import FeedError
from gtfs.reference import reference
from gtfs.summary import summarize
from gtfs.timetable import stop_events
from gtfs.validation import judge
from tests.support.feeds import SOUND, small_feed, small_raw_feed, write_zip

WEDNESDAY = date(2026, 4, 8)


def use(feed: Feed) -> None:
    """Ask a feed for everything."""
    summarize(feed, on_date=WEDNESDAY)
    stop_events(feed, WEDNESDAY)
    fare_table(feed)
    assert len(feed.stops) == len(feed.table("stops").frame)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_damaged_zip(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        path = write_zip(Path(folder) / "feed.zip")
        content = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 4))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
        try:
            use(read_feed(path))
        except FeedError as refused:
            assert refused.message


cells = st.one_of(
    st.sampled_from(["", "A", "t", "r", "w", "1", "-1", "2.5", "08:00:00", "20260408", '"', " x "]),
    st.text(max_size=5),
)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(reference())), st.data())
def test_any_content_of_a_file(name: str, data: st.DataObject) -> None:
    fields = [*reference()[name].fields, "other"]
    header = data.draw(st.lists(st.sampled_from(fields), min_size=1, max_size=12))
    rows = data.draw(st.lists(st.lists(cells, min_size=len(header) - 1, max_size=len(header) + 1)))
    content = "\n".join([",".join(header), *(",".join(row) for row in rows)])
    try:
        use(small_feed(**{name: content.encode(errors="replace")}))
    except FeedError as refused:
        assert refused.message


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(SOUND)), st.data())
def test_any_value_in_a_sound_file(name: str, data: st.DataObject) -> None:
    lines = [line.split(",") for line in SOUND[name].split(" / ")]
    row = data.draw(st.sampled_from(lines[1:]))
    row[data.draw(st.integers(0, len(row) - 1))] = data.draw(cells)
    content = "\n".join(",".join(line) for line in lines)
    try:
        use(small_feed(**{name: content.encode(errors="replace")}))
    except FeedError as refused:
        assert refused.message


scalars = st.none() | st.booleans() | st.floats() | st.sampled_from(["z", "Polygon", "Feature"])
keys = st.sampled_from(["type", "features", "id", "properties", "geometry", "coordinates"])
documents = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=20
)


@settings(max_examples=25, deadline=None)
@given(documents, st.data())
def test_any_json_for_zones(document: object, data: st.DataObject) -> None:
    feature = {"type": "Feature", "id": "z", "properties": {}, "geometry": document}
    polygon = feature | {"geometry": {"type": "Polygon", "coordinates": document}}
    features = data.draw(st.sampled_from([document, [document], [feature], [polygon]]))
    collection = {"type": "FeatureCollection", "features": features}
    content = json.dumps(data.draw(st.sampled_from([document, collection])))
    judge(small_raw_feed(**{"locations.geojson": content}))
