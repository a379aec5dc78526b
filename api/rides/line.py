"""A desk's connection to PostgreSQL, kept from batch to batch and replaced when it is lost."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from api.database import Database
from api.rides.batch import Begun, Known, Outcome, begin_batch, run_batch
from api.rides.requests import DeskRequest


class Line:
    """Runs batches, each in a transaction of its own; whatever fails, the next starts afresh."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: AsyncConnection | None = None

    async def run(self, requests: Sequence[DeskRequest], known: Known) -> list[Outcome]:
        """Run a batch and commit it."""
        connection, begun = await self._begin(requests, known)
        try:
            outcomes = await run_batch(connection, requests, begun, known)
        except BaseException as error:
            await _give_back(connection, error)
            raise
        self._kept = connection
        return outcomes

    async def _begin(
        self, requests: Sequence[DeskRequest], known: Known
    ) -> tuple[AsyncConnection, Begun]:
        """A kept connection may have died since. It was asked for nothing yet: take another."""
        kept, self._kept = self._kept, None
        if kept is not None:
            try:
                return kept, await begin_batch(kept, requests, known)
            except BaseException as error:
                await _give_back(kept, error)
                if not _is_lost(error):
                    raise
        fresh = await self._database.engine.connect()
        try:
            return fresh, await begin_batch(fresh, requests, known)
        except BaseException as error:
            await _give_back(fresh, error)
            raise

    async def close(self) -> None:
        """Give the connection back."""
        if self._kept is not None:
            await self._kept.close()


async def _give_back(connection: AsyncConnection, error: BaseException) -> None:
    """Return a connection; what was begun on it is rolled back."""
    if _is_lost(error):
        await connection.invalidate()
    await connection.close()


def _is_lost(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated
