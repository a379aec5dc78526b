"""Setting a town up from its catalogue, and telling others what it says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import DomainError
from api.operators.tables import Operator
from api.town.document import OperatorDocument, TownDocument, town_from_document
from api.town.tables import TownRow, get_town_row
from fares.reasons import Text


async def get_town(session: AsyncSession) -> TownDocument:
    """The town; raises 409 `no_town`."""
    return town_from_document((await get_town_row(session)).document)


async def import_town(session: AsyncSession, now: datetime, town: TownDocument) -> None:
    """Store the catalogue and its operators. An area number once used keeps its meaning.

    Raises 400 `area_number_reused` when a number would change its name.
    """
    row = await session.get(TownRow, 1, with_for_update=True)
    document: dict[str, Any] = msgspec.to_builtins(town)
    if row is None:
        session.add(TownRow(document=document, imported_at=now))
    else:
        _refuse_reused_areas(town_from_document(row.document), town)
        row.document, row.imported_at = document, now
        row.network_revision += 1
    for operator in town.operators:
        await save_operator(session, now, operator)
    await session.flush()


async def save_operator(session: AsyncSession, now: datetime, operator: OperatorDocument) -> None:
    """Add an operator, or bring it up to what its document says."""
    row = await session.get(Operator, operator.operator_id)
    if row is None:
        row = Operator(
            operator_id=operator.operator_id,
            name_ja=operator.name.ja,
            name_en=operator.name.en,
            modes=[],
            created_at=now,
        )
        session.add(row)
    row.name_ja, row.name_en = operator.name.ja, operator.name.en
    row.modes = [str(mode) for mode in operator.modes]
    row.tap_off = operator.tap_off
    row.tariff = msgspec.to_builtins(operator.tariff)
    row.simulated = operator.simulated


async def touch_network(session: AsyncSession) -> None:
    """Tell every worker that stops, routes or operators have changed."""
    (await get_town_row(session, for_update=True)).network_revision += 1


def _refuse_reused_areas(before: TownDocument, after: TownDocument) -> None:
    names = {area.area_number: area.name for area in before.areas}
    for area in after.areas:
        if names.get(area.area_number, area.name) != area.name:
            raise DomainError(
                "area_number_reused",
                Text(
                    f"エリア番号 {area.area_number} は別のエリアで使われています。",
                    f"Area number {area.area_number} already names another area; passes in "
                    "people's phones rely on it. Take a new number.",
                ),
            )
