"""A town that takes bank cards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.bank_cards import BankCards, open_bank_cards


@pytest.fixture
async def cards(database_url: str, tmp_path: Path) -> AsyncIterator[BankCards]:
    """The town at noon of a Wednesday, and the stand-in for Stripe beside it."""
    async with open_bank_cards(database_url, tmp_path) as opened:
        yield opened
