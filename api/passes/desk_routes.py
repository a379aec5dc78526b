"""`/v1/desk`: what staff at the counter do about passes; every look at a person is logged."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter
from litestar.status_codes import HTTP_200_OK
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest, desk_only
from api.auth.service import link_url, new_link
from api.clock import Clock
from api.counter.lookups import look_up
from api.errors import problems
from api.passes.losses import lose_card, lose_paper, lose_phone
from api.settings import Settings
from api.wire import Request, ShortText, View

Lost = Annotated[
    Literal["lost-phone", "lost-card", "lost-paper"], PathParameter(description="What was lost.")
]


class LossRequest(Request, frozen=True):
    """Whose it was."""

    resident_number: ShortText


class LossView(View, frozen=True):
    """What was stopped. After a lost phone, a link for the resident's next one to sign in with."""

    revoked_passes: int
    ended_sessions: int
    ended_cards: int
    sign_in_url: Annotated[str | None, msgspec.Meta(description="Once, within 15 minutes.")]


class DeskPassController(Controller):
    """Counter staff only."""

    path = "/v1/desk"
    tags = ["desk"]
    guards = [desk_only]

    @post(
        "/residents/{lost:str}",
        summary="A resident has lost what they ride with",
        operation_id="report_loss",
        status_code=HTTP_200_OK,
        opt=problems("no_resident", "no_issuer_key", "no_town"),
    )
    async def lose(
        self,
        lost: Lost,
        data: JSONBody[LossRequest],
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        settings: NamedDependency[Settings],
    ) -> LossView:
        """Stop it at once. A lost phone is signed out too, and the next is no switch."""
        now = clock.now()
        purpose = lost.replace("-", "_")
        resident = await look_up(session, request.user, data.resident_number, now, purpose)
        url = None
        if lost == "lost-phone":
            loss = await lose_phone(session, now, settings, resident.account_id)
            token = new_link(session, now, account_id=resident.account_id)
            url = link_url(settings.base_url, token)
        elif lost == "lost-card":
            loss = await lose_card(session, now, resident.account_id)
        else:
            loss = await lose_paper(session, now, settings, resident.account_id)
        return LossView(
            revoked_passes=loss.passes,
            ended_sessions=loss.sessions,
            ended_cards=loss.cards,
            sign_in_url=url,
        )
