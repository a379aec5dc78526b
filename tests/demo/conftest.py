"""A city lived in once for all tests that look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.support.demo_command import DemoPlace, Finished, demo_place

RESIDENTS = "40"


@dataclass(frozen=True)
class Lived:
    """A small Muroran after its first start, and what that start said."""

    place: DemoPlace
    first: Finished


@pytest.fixture(scope="session")
def lived() -> Iterator[Lived]:
    """The smallest city, lived in by forty."""
    with demo_place() as place:
        first = place.run("--city", "muroran", "--once", "--json", "--residents", RESIDENTS)
        assert first.code == 0, first.told
        yield Lived(place, first)


@pytest.fixture
def anyio_backend() -> str:
    """The product runs on asyncio."""
    return "asyncio"
