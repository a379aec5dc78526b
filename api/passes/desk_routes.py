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
from api.categories import CATEGORY_NAMES, category_of
from api.clock import Clock
from api.counter.lookups import look_up
from api.errors import problems
from api.passes.losses import lose_card, lose_paper, lose_phone
from api.passes.paper_passes import issue_paper_pass
from api.passes.paper_sheet import paper_sheet
from api.settings import Settings
from api.town.service import get_town
from api.wire import Instant, Request, ShortText, TextView, View, text_view
from fares.passes import paper_code

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


class PaperRequest(Request, frozen=True):
    """Who it is for."""

    resident_number: ShortText


class PaperPassView(View, frozen=True):
    """A pass to be printed: `svg` is the sheet, `code` the text of the code on it."""

    code: str
    valid_from_at: Instant
    valid_until_at: Instant
    rider_category: str
    category_name: TextView
    svg: str


class DeskPassController(Controller):
    """Counter staff only."""

    path = "/v1/desk"
    tags = ["desk"]
    guards = [desk_only]

    @post(
        "/paper-passes",
        summary="Print a pass on paper",
        operation_id="print_paper_pass",
        opt=problems(
            "no_resident",
            "no_subscription",
            "waiting_for_payment",
            "subscription_inactive",
            "pass_ids_used_up",
            "no_issuer_key",
            "no_town",
        ),
    )
    async def print_paper(
        self,
        data: JSONBody[PaperRequest],
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        settings: NamedDependency[Settings],
    ) -> PaperPassView:
        """Issue a pass for what is paid, 35 days at most; the sheet printed before is stopped.

        It is for whoever carries it: the sheet shows the category, and no name.
        """
        now = clock.now()
        resident = await look_up(session, request.user, data.resident_number, now, "paper")
        town = await get_town(session)
        issued = await issue_paper_pass(session, now, settings, town, resident.account_id)
        claims, code = issued.claims, paper_code(issued.certificate)
        category = category_of(claims.rider_category)
        return PaperPassView(
            code=code,
            valid_from_at=claims.valid_from_at,
            valid_until_at=claims.valid_until_at,
            rider_category=category,
            category_name=text_view(CATEGORY_NAMES[category]),
            svg=paper_sheet(code, claims, town),
        )

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
            loss = await lose_card(session, now, settings, resident.account_id)
        else:
            loss = await lose_paper(session, now, settings, resident.account_id)
        return LossView(
            revoked_passes=loss.passes,
            ended_sessions=loss.sessions,
            ended_cards=loss.cards,
            sign_in_url=url,
        )
