"""How the program reaches PostgreSQL: one engine, sessions as units of work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any

from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure
from sqlalchemy import DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from api.settings import SettingsError

INSTANT = DateTime(timezone=True)
DOCUMENT = JSONB
Instant = Annotated[datetime, "timezone-aware, UTC"]
Document = dict[str, Any]

# procrastinate's tables live in a schema of their own; its functions name them bare.
SEARCH_PATH = "public,jobs"


class Database:
    """The engine and its session factory; `close` when the program ends."""

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self.url = psycopg_url(url)
        self.engine: AsyncEngine = create_async_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=10,
            pool_pre_ping=True,
            # Statements carry names, addresses and hashes: an error's text must not.
            hide_parameters=True,
            connect_args={"options": f"-c search_path={SEARCH_PATH} -c timezone=UTC"},
        )
        self._sessions = async_sessionmaker(
            self.engine, class_=AsyncSession, expire_on_commit=False
        )

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """One unit of work: committed on the way out, rolled back on any error."""
        async with self._sessions() as session:
            try:
                yield session
                await session.commit()
            except BaseException:
                await session.rollback()
                raise

    async def close(self) -> None:
        """Give back every connection."""
        await self.engine.dispose()


def is_away(error: BaseException) -> bool:
    """Whether the database could not do its part, so that trying again later may succeed.

    That is: it can't be reached, it went away, it has no room or no connection left, or
    somebody else holds what was needed.
    """
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    return isinstance(error, PoolTimeoutError | OSError | TimeoutError)


def is_contended(error: BaseException) -> bool:
    """Whether the database is there and another transaction was in the way."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    return isinstance(cause, LockNotAvailable | DeadlockDetected | SerializationFailure)


def psycopg_url(url: str) -> str:
    """Accept any usual PostgreSQL address; raise `SettingsError` for another dialect."""
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    raise SettingsError(
        "TEIKI_DATABASE_URL must be a PostgreSQL address such as "
        "postgresql://user:password@host:5432/database"
    )


def libpq_url(url: str) -> str:
    """The same address as libpq (and procrastinate) reads it."""
    return psycopg_url(url).replace("postgresql+psycopg://", "postgresql://", 1)
