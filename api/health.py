"""`/health` and `/ready`: is the process alive, and can it serve?"""

from __future__ import annotations

import asyncio

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.database import Database
from api.settings import Settings
from api.stores import redis_answers
from api.wire import View


class HealthView(View, frozen=True):
    """The process answers."""

    status: str


class ReadyView(View, frozen=True):
    """`ready` is true when rides can be decided. Redis may be away: limits are then local."""

    ready: bool
    database: str
    redis: str


class HealthController(Controller):
    """Asked by load balancers."""

    path = "/"
    tags = ["system"]

    @get("/health", summary="Is the process alive?", operation_id="get_health")
    async def health(self) -> HealthView:
        """Always `ok` while the process answers at all."""
        return HealthView(status="ok")

    @get(
        "/ready",
        summary="Can rides be decided?",
        operation_id="get_readiness",
        responses={503: ResponseSpec(ReadyView, description="PostgreSQL does not answer.")},
    )
    async def ready(
        self, database: NamedDependency[Database], settings: NamedDependency[Settings]
    ) -> Response[ReadyView]:
        """503 while PostgreSQL does not answer; Redis is told and not needed."""
        answers = await _database_answers(database)
        if settings.redis_url is None:
            redis = "not used"
        else:
            redis = "ok" if await redis_answers(settings.redis_url) else "away"
        view = ReadyView(ready=answers, database="ok" if answers else "away", redis=redis)
        return Response(view, status_code=200 if answers else 503)


async def _database_answers(database: Database) -> bool:
    try:
        async with asyncio.timeout(2), database.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError, TimeoutError):
        return False
    return True
