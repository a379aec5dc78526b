"""A town with a timetable, streets, people, buses and taxis, for pages to show."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from api.services import Services
from tests.support import isleta
from tests.support.world import World

TAXI: dict[str, Any] = {
    "operator_id": "isleta-taxi",
    "name": {"ja": "イスレタタクシー", "en": "Isleta Taxi"},
    "modes": ["taxi"],
    "tariff": {"kind": "flat", "amount_minor": 900, "source": "test"},
}


@pytest.fixture
def anyio_backend() -> str:
    """The product runs on asyncio."""
    return "asyncio"


@pytest.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[tuple[World, Services]]:
    """Isleta with its bus company's feed in force, and a taxi company."""
    operators = [*isleta.catalogue()["operators"], TAXI]
    async with isleta.open_isleta(database_url, tmp_path, operators=operators) as opened:
        await isleta.add_feed(opened[1], isleta.feed(tmp_path))
        yield opened


@pytest.fixture
def world(town: tuple[World, Services]) -> World:
    """The same town, where jobs are not needed."""
    return town[0]
