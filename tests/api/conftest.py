"""Every test here tells a journey to the real application on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.services import Services
from tests.support.isleta import open_isleta
from tests.support.world import World, open_world


@pytest.fixture
def anyio_backend() -> str:
    """The product runs on asyncio."""
    return "asyncio"


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A town at noon of a Wednesday."""
    async with open_world(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
async def isleta_town(database_url: str, tmp_path: Path) -> AsyncIterator[tuple[World, Services]]:
    """A town with streets and people as files, and no feed yet."""
    async with open_isleta(database_url, tmp_path) as opened:
        yield opened
