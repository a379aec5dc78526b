"""API keys, found quickly: each is looked up in the database and remembered for a moment."""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

from api.database import Database
from api.operators.tables import find_key

# How long a revoked key may still be accepted by a worker that has just seen it.
REMEMBER_SECONDS = 5.0
LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A live key."""

    operator_id: str
    key_id: UUID
    kind: str


class KeyRing:
    """Finds the operator of a key; holds at most `LIMIT` keys in memory."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[bytes, tuple[float, KnownKey]] = {}

    async def find(self, key_hash: bytes) -> KnownKey | None:
        """The key of this hash, or None if it is unknown or revoked."""
        held = self._known.get(key_hash)
        if held is not None and time.monotonic() - held[0] < REMEMBER_SECONDS:
            return held[1]
        self._known.pop(key_hash, None)
        async with self._database.session() as session:
            row = await find_key(session, key_hash)
        if row is None:
            return None
        if len(self._known) >= LIMIT:
            self._known.clear()
        known = KnownKey(row.operator_id, row.key_id, row.kind)
        self._known[key_hash] = (time.monotonic(), known)
        return known
