"""Real feeds for tests: the ones shipped for the demo, and others where they are at hand.

TEIKI_DATA names a folder of feeds that may not be shipped, by default the folder `shared/data`
beside the checkout; without it their tests are listed as not run.
"""

import os
from functools import cache
from pathlib import Path

import pytest

from gtfs.feed import Feed, read_feed

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "api" / "demo" / "data"
OTHERS = Path(os.environ.get("TEIKI_DATA", ROOT.parent / "shared" / "data"))


@cache
def shipped_feed(name: str) -> Feed:
    """Read a feed of a demo city, by city/feed."""
    city, feed = name.split("/")
    return read_feed(SHIPPED / city / "feeds" / feed)


@cache
def other_feed(name: str) -> Feed:
    """Read a feed that is not shipped; skip the test where it is not at hand."""
    if not (OTHERS / name).exists():
        pytest.skip(f"not run: {name} is not in TEIKI_DATA")
    return read_feed(OTHERS / name)
