"""`/v1/offline-disputes`: the desk rules on operators' objections."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter
from litestar.status_codes import HTTP_200_OK
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest, desk_only
from api.clock import Clock
from api.database import Database
from api.errors import problems
from api.offline.asking import reconcile_passes
from api.offline.disputes import list_disputed_records, list_disputes, rule_on_dispute
from api.offline.queries import open_files
from api.offline.shapes import (
    DisputedRecordView,
    DisputeListView,
    OfflineRecordView,
    RulingRequest,
)
from api.offline.tables import OfflineDispute
from api.offline.views import dispute_view, record_view
from api.rides.desk import Desk
from api.services import Services
from api.settings import Settings
from fares.offline.entries import Bearer


class OfflineDisputeController(Controller):
    """Desk staff, about records and never about a person."""

    path = "/v1/offline-disputes"
    tags = ["offline"]
    guards = [desk_only]

    @get(summary="Disputes about offline records", operation_id="list_offline_disputes")
    async def list(
        self,
        session: NamedDependency[AsyncSession],
        ruled: Annotated[
            bool, QueryParameter(description="True: those that were ruled on, the latest first.")
        ] = False,
    ) -> DisputeListView:
        """The disputes that wait for a ruling, the oldest first."""
        disputes = await list_disputes(session, ruled=ruled)
        return DisputeListView(items=await _with_records(session, disputes))

    @post(
        "/{dispute_id:uuid}/resolution",
        summary="Rule on a dispute",
        status_code=HTTP_200_OK,
        operation_id="rule_on_offline_dispute",
        opt=problems("no_dispute", "dispute_ruled"),
    )
    async def rule(
        self,
        dispute_id: Annotated[UUID, PathParameter(description="The dispute's id.")],
        data: JSONBody[RulingRequest],
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        desk: NamedDependency[Desk],
        clock: NamedDependency[Clock],
        database: NamedDependency[Database],
        settings: NamedDependency[Settings],
    ) -> OfflineRecordView:
        """Say who bears the record after all. A change is a new entry; the old one stays."""
        dispute, row = await rule_on_dispute(
            session,
            clock.now(),
            dispute_id,
            bearer=Bearer(data.bearer),
            note=data.note,
            staff_id=request.user.staff_id,
        )
        await session.commit()
        if row.pass_id is not None:
            services = Services(settings, clock, database)
            await reconcile_passes(services, desk, {row.pass_id: dispute.operator_id})
            await session.refresh(row)
        (file,) = await open_files(session, [row])
        return record_view(file)


async def _with_records(
    session: AsyncSession, disputes: list[OfflineDispute]
) -> list[DisputedRecordView]:
    rows = await list_disputed_records(session, disputes)
    files = {file.row.record_id: file for file in await open_files(session, rows.values())}
    return [
        DisputedRecordView(
            dispute=dispute_view(dispute),
            operator_id=dispute.operator_id,
            record=record_view(files[dispute.record_id]),
        )
        for dispute in disputes
    ]
