"""Taking a feed in: read, judged and stored as one version, whole or not at all."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import orjson
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.bulk import copy_rows
from api.database import Database
from api.errors import DomainError
from api.feeds.service import lock_feeds
from api.feeds.storage import SOURCE_FILE, feed_url
from api.feeds.tables import FeedVersion
from api.lake import put_folder, remove_folder
from api.operators.tables import get_operator
from api.services import Services
from api.town.document import TownDocument
from api.town.service import get_town
from fares.reasons import Text

if TYPE_CHECKING:
    from api.feeds.reading import FeedDraft

log = structlog.get_logger(__name__)


async def import_feed(services: Services, operator_id: str, source: Path) -> FeedVersion:
    """Store the feed at `source` (zip or folder) as a version of the operator's, not active.

    The same bytes again return the version that exists. Raises 404 `no_operator`, 409
    `no_town`, and 400 with the feed reader's own code (`not_utf8`, `missing_required_file`,
    `unsafe_path`, ...) for what can't be read.
    """
    async with services.database.session() as session:
        await get_operator(session, operator_id)
        town = await get_town(session)
    with TemporaryDirectory(prefix="teiki-feed-") as staged:
        folder = Path(staged)
        draft = await asyncio.to_thread(_stage, source, folder, town)
        version = _version(services, operator_id, source, draft)
        return await _store(services.database, version, draft, folder)


def _stage(source: Path, folder: Path, town: TownDocument) -> FeedDraft:
    # Reading feeds needs the extra `analytics`, which a web server does without.
    from api.feeds.reading import stage_feed
    from gtfs.notices import FeedError

    try:
        return stage_feed(source, folder, town.areas)
    except FeedError as error:
        raise DomainError(
            error.code,
            Text(f"フィードを読み込めません: {error.message}", f"{source.name}: {error.message}"),
        ) from error


def _version(services: Services, operator_id: str, source: Path, draft: FeedDraft) -> FeedVersion:
    feed_version_id = uuid4()
    url = feed_url(services.settings, feed_version_id)
    return FeedVersion(
        feed_version_id=feed_version_id,
        operator_id=operator_id,
        sha256=draft.sha256,
        source_name=source.name,
        status="imported",
        summary=draft.summary,
        notices=draft.notices,
        parquet_url=url,
        source_url=f"{url}/{SOURCE_FILE}",
        valid_from_date=draft.valid_from_date,
        valid_until_date=draft.valid_until_date,
        imported_at=services.clock.now(),
    )


async def _store(
    database: Database, version: FeedVersion, draft: FeedDraft, folder: Path
) -> FeedVersion:
    try:
        async with database.session() as session:
            await lock_feeds(session, version.operator_id)
            known = await _find_same(session, version.operator_id, version.sha256)
            if known is not None:
                return known
            session.add(version)
            await session.flush()
            await _copy_contents(session, version.feed_version_id, draft)
            await asyncio.to_thread(put_folder, folder, version.parquet_url)
    except BaseException:
        await asyncio.shield(_discard(database, version))
        raise
    return version


async def _find_same(session: AsyncSession, operator_id: str, sha256: str) -> FeedVersion | None:
    found = await session.exec(
        select(FeedVersion).where(
            col(FeedVersion.operator_id) == operator_id, col(FeedVersion.sha256) == sha256
        )
    )
    return found.first()


async def _copy_contents(session: AsyncSession, feed_version_id: UUID, draft: FeedDraft) -> None:
    from api.feeds.reading import (
        ROUTE_COLUMNS,
        SERVICE_DATE_COLUMNS,
        STOP_COLUMNS,
        TRIP_COLUMNS,
    )

    contents = (
        ("feed_stop", STOP_COLUMNS, draft.stops),
        ("feed_route", ROUTE_COLUMNS, draft.routes),
        ("feed_trip", TRIP_COLUMNS, draft.trips),
        ("feed_service_date", SERVICE_DATE_COLUMNS, draft.service_dates),
    )
    for table, columns, rows in contents:
        named = ((feed_version_id, *row) for row in rows)
        await copy_rows(session, table, ("feed_version_id", *columns), named)
    if draft.fares is not None:
        fares = [(feed_version_id, orjson.dumps(draft.fares).decode())]
        await copy_rows(session, "feed_fare_table", ("feed_version_id", "document"), fares)


async def _discard(database: Database, version: FeedVersion) -> None:
    """Remove the files of a version that was not stored.

    Where the connection was lost during the commit nobody knows whether it was: then the
    files stay, as a version without files would be worse than files without a version.
    """
    url = version.parquet_url
    try:
        async with database.session() as session:
            stored = await session.get(FeedVersion, version.feed_version_id) is not None
    except (SQLAlchemyError, OSError):
        log.warning("feed_files_left", url=url, reason="the database is away")
        return
    if not stored:
        await asyncio.to_thread(remove_folder, url)
