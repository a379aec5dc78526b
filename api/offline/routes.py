"""`/v1/offline-records`: operators upload what their readers did without network, and object."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter
from litestar.status_codes import HTTP_200_OK
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest, operator_any, operator_key_only
from api.clock import Clock, service_instant
from api.database import Database
from api.errors import problems
from api.offline.disputes import open_dispute
from api.offline.intake import Intake
from api.offline.queries import list_entries, list_records, list_sequences, open_files
from api.offline.shapes import (
    DisputeRequest,
    DisputeView,
    OfflineRecordListView,
    UploadRequest,
    UploadView,
)
from api.offline.views import dispute_view, receipt_view, record_view, sequence_views
from api.rides.desk import Desk
from api.services import Services
from api.settings import Settings
from api.town.service import get_town


class OfflineRecordController(Controller):
    """Records of readers without network."""

    path = "/v1/offline-records"
    tags = ["offline"]

    @post(
        summary="Upload what readers did without network",
        guards=[operator_key_only],
        status_code=HTTP_200_OK,
        operation_id="upload_offline_records",
        opt={"exclude_from_csrf": True, **problems("no_town")},
    )
    async def upload(
        self,
        data: JSONBody[UploadRequest],
        request: AppRequest,
        database: NamedDependency[Database],
        desk: NamedDependency[Desk],
        clock: NamedDependency[Clock],
        settings: NamedDependency[Settings],
    ) -> UploadView:
        """Store and judge records; each is answered on its own, a repeated one as it stands.

        Outcomes are provisional until 72 hours after the certificate ends.
        """
        operator_id = request.user.operator_id
        sent = [(each.record, each.signature) for each in data.records]
        services = Services(settings, clock, database)
        receipts = await Intake(services, desk).take_in(operator_id, sent)
        async with database.session() as session:
            ids = [each.record_id for each in receipts if each.record_id is not None]
            latest = {entry.record_id: entry for entry in await list_entries(session, ids)}
            readers = {each.name[0] for each in receipts if each.record_id and each.name}
            sequences = await list_sequences(session, operator_id, readers)
        return UploadView(
            items=[receipt_view(each, latest) for each in receipts],
            validators=sequence_views(sequences),
        )

    @get(
        summary="Our offline records and who bears them",
        guards=[operator_any],
        operation_id="list_offline_records",
        opt=problems("bad_cursor", "no_town"),
    )
    async def list(
        self,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        service_date: Annotated[
            date | None, QueryParameter(description="The service day; today's when left out.")
        ] = None,
        cursor: Annotated[
            str | None,
            QueryParameter(max_length=80, description="`next_cursor` of the page before."),
        ] = None,
    ) -> OfflineRecordListView:
        """The operator's own records of a service day, with every outcome there ever was."""
        if service_date is None:
            service_date = service_instant(clock.now(), (await get_town(session)).zone())[0]
        rows, next_cursor = await list_records(
            session, request.user.operator_id, service_date, cursor
        )
        files = await open_files(session, rows)
        return OfflineRecordListView(
            items=[record_view(file) for file in files], next_cursor=next_cursor
        )

    @post(
        "/{record_id:uuid}/disputes",
        summary="Object to an outcome",
        guards=[operator_key_only],
        operation_id="dispute_offline_record",
        opt={
            "exclude_from_csrf": True,
            **problems("no_record", "not_final", "dispute_too_late", "dispute_open"),
        },
    )
    async def dispute(
        self,
        record_id: Annotated[UUID, PathParameter(description="The record's id.")],
        data: JSONBody[DisputeRequest],
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> DisputeView:
        """Within 14 days of a final outcome; one dispute for each outcome."""
        dispute = await open_dispute(
            session, clock.now(), request.user.operator_id, record_id, data.statement
        )
        return dispute_view(dispute)
