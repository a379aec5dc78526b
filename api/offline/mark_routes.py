"""`/v1/desk/marked-passes`: passes that somebody should look into; each look is logged."""

from __future__ import annotations

from uuid import uuid4

from litestar import Controller, get
from litestar.di import NamedDependency
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest, desk_only
from api.clock import Clock
from api.offline.tables import PassMark
from api.residents.tables import Lookup, Resident
from api.wire import Instant, View
from fares.offline.entries import Mark

PAGE = 200


class PassMarkView(View, frozen=True):
    """A resident whose pass was shown twice, or by two phones; nothing of where or when."""

    resident_number: str
    mark: Mark
    noted_at: Instant


class PassMarkListView(View, frozen=True):
    """The latest marks first."""

    items: list[PassMarkView]


class PassMarkController(Controller):
    """Desk staff only."""

    path = "/v1/desk/marked-passes"
    tags = ["desk"]
    guards = [desk_only]

    @get(summary="Passes to be looked into", operation_id="list_marked_passes")
    async def list(
        self,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> PassMarkListView:
        """Whose passes readers without network have seen twice. Everybody listed can see that."""
        found = await session.exec(
            select(PassMark, Resident.resident_number)
            .join(Resident, col(Resident.account_id) == col(PassMark.account_id))
            .order_by(col(PassMark.noted_at).desc(), col(Resident.resident_number))
            .limit(PAGE)
        )
        marks = list(found)
        for account_id in {mark.account_id for mark, _ in marks}:
            session.add(
                Lookup(
                    account_id=account_id,
                    lookup_id=uuid4(),
                    staff_id=request.user.staff_id,
                    staff_role=request.user.role,
                    purpose="marked_pass",
                    looked_at=clock.now(),
                )
            )
        return PassMarkListView(
            items=[
                PassMarkView(resident_number=number, mark=Mark(mark.mark), noted_at=mark.noted_at)
                for mark, number in marks
            ]
        )
