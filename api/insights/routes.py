"""`/v1/insights`: where transport is missing, for planners."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import QueryParameter
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest, planner_only
from api.errors import not_found, problems
from api.insights.downloads import cells_csv, cells_geojson, stops_geojson
from api.insights.options import read_options
from api.insights.service import read_boardings, read_cells, read_gaps, read_stops
from api.insights.tables import BackdropLayer, CoverageRun, get_run
from api.insights.views import BoardingListView, GapListView, OptionsView

GEOJSON = "application/geo+json"
CSV = "text/csv"
# A planner's browser keeps it, a proxy does not; it asks whether it is still current.
CACHE = "private, no-cache"
UNCHANGED = {304: ResponseSpec(None, description="What `If-None-Match` names is current.")}

RunId = Annotated[UUID, QueryParameter(description="One of the `runs` of `/v1/insights/options`.")]
PresetId = Annotated[
    str,
    QueryParameter(
        description="One of the `presets`, such as `sdg-11.2.1`.",
        pattern="^[a-z0-9.-]{1,60}$",
        max_length=60,
    ),
]
ServiceDate = Annotated[date, QueryParameter(description="The service day to tell of.")]
Limit = Annotated[int, QueryParameter(ge=1, le=5000, description="The most rows to answer with.")]


class InsightController(Controller):
    """Coverage, gaps and boardings; nothing here says who anybody is."""

    path = "/v1/insights"
    tags = ["insights"]
    guards = [planner_only]

    @get(
        "/options",
        summary="Standards, runs and measures to choose from",
        operation_id="get_insight_options",
        opt=problems("no_town"),
    )
    async def options(self, session: NamedDependency[AsyncSession]) -> OptionsView:
        """`missing` says what can't be shown for want of streets or population data."""
        return await read_options(session)

    @get(
        "/coverage",
        summary="The summary of a run, as `teiki coverage` writes it",
        operation_id="get_coverage",
        opt=problems("no_run"),
    )
    async def coverage(
        self, session: NamedDependency[AsyncSession], run_id: RunId
    ) -> dict[str, Any]:
        """Shares of people by class for each standard, with what they rest on."""
        return (await get_run(session, run_id)).summary

    @get(
        "/gaps",
        summary="Areas that fail a standard, the most pressing first",
        operation_id="list_gaps",
        opt=problems("no_run", "no_preset"),
    )
    async def gaps(
        self,
        session: NamedDependency[AsyncSession],
        run_id: RunId,
        preset_id: PresetId,
        limit: Limit = 500,
    ) -> GapListView:
        """Areas that could not be assessed come last, without figures."""
        return await read_gaps(session, await get_run(session, run_id), preset_id, limit)

    @get(
        "/cells.geojson",
        summary="The cells of a run",
        media_type=GEOJSON,
        operation_id="get_cells_geojson",
        opt=problems("no_run"),
        responses=UNCHANGED,
    )
    async def cells_geojson(
        self, request: AppRequest, session: NamedDependency[AsyncSession], run_id: RunId
    ) -> Response[bytes]:
        """Polygons with their measures, and class and reason for each standard."""
        run = await get_run(session, run_id)
        if (known := _unchanged(request, _run_tag(run))) is not None:
            return known
        content = cells_geojson(await read_cells(session, run_id))
        return _file(content, GEOJSON, _run_tag(run))

    @get(
        "/cells.csv",
        summary="The cells of a run as a table",
        media_type=CSV,
        operation_id="get_cells_csv",
        opt=problems("no_run"),
        responses=UNCHANGED,
    )
    async def cells_csv(
        self, request: AppRequest, session: NamedDependency[AsyncSession], run_id: RunId
    ) -> Response[bytes]:
        """UTF-8; what a spreadsheet would run as a formula begins with an apostrophe."""
        run = await get_run(session, run_id)
        if (known := _unchanged(request, _run_tag(run))) is not None:
            return known
        response = _file(cells_csv(await read_cells(session, run_id)), CSV, _run_tag(run))
        name = f"coverage-{run.service_date}-{str(run_id)[:8]}.csv"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    @get(
        "/stops.geojson",
        summary="The stops of the active feeds",
        media_type=GEOJSON,
        operation_id="get_stops_geojson",
    )
    async def stops_geojson(self, session: NamedDependency[AsyncSession]) -> Response[bytes]:
        """Points with operator, name, reading and the modes that call there."""
        content = stops_geojson(await read_stops(session))
        return Response(content, media_type=GEOJSON, headers={"Cache-Control": CACHE})

    @get(
        "/streets.geojson",
        summary="The streets as a map's backdrop",
        media_type=GEOJSON,
        operation_id="get_streets_geojson",
        opt=problems("no_streets"),
        responses=UNCHANGED,
    )
    async def streets_geojson(
        self, request: AppRequest, session: NamedDependency[AsyncSession]
    ) -> Response[bytes]:
        """Main and residential streets; 404 `no_streets` where the town has no street data."""
        layer = await session.get(BackdropLayer, "streets")
        if layer is None:
            raise not_found(
                "no_streets", "道路データがありません。", "There is no street data for this town."
            )
        tag = f'"{layer.source_sha256}"'
        return _unchanged(request, tag) or _file(layer.geojson, GEOJSON, tag)

    @get(
        "/boardings",
        summary="Pass-holders by route, direction and hour",
        operation_id="list_boardings",
        opt=problems("no_town"),
    )
    async def boardings(
        self,
        session: NamedDependency[AsyncSession],
        service_date: ServiceDate,
    ) -> BoardingListView:
        """Counts under `suppressed_below` are null: so few people could be recognised."""
        return await read_boardings(session, service_date)


def _run_tag(run: CoverageRun) -> str:
    """A run never changes: it is replaced by one with another id."""
    return f'"{run.run_id}"'


def _unchanged(request: AppRequest, tag: str) -> Response[bytes] | None:
    """304 for a browser that has this already."""
    known = request.headers.get("if-none-match", "")
    if tag not in [candidate.strip() for candidate in known.split(",")]:
        return None
    return Response(b"", status_code=304, headers={"ETag": tag, "Cache-Control": CACHE})


def _file(content: bytes, media_type: str, tag: str) -> Response[bytes]:
    return Response(content, media_type=media_type, headers={"ETag": tag, "Cache-Control": CACHE})
