"""What happens to keys, lists and ids without anybody asking."""

from __future__ import annotations

from api.passes.card_list import build_card_list
from api.passes.keys import rotate_when_due
from api.passes.pass_ids import forget_old_passes
from api.passes.status_list import build_status_list
from api.services import Services


async def rebuild_status_list(services: Services) -> None:
    """Sign the status list anew, so that what readers hold is never older than it need be."""
    async with services.database.session() as session:
        await build_status_list(session, services.clock.now(), services.settings)


async def rebuild_card_list(services: Services) -> None:
    """Give each card its pass of the day, and sign the list of them anew."""
    async with services.database.session() as session:
        await build_card_list(session, services.clock.now(), services.settings)


async def tend_keys_and_ids(services: Services) -> None:
    """Rotate issuer keys when that is due, and give back the ids of passes long over."""
    now = services.clock.now()
    async with services.database.session() as session:
        await rotate_when_due(session, now, services.settings.secret)
        await forget_old_passes(session, now)
