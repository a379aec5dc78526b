"""IC cards over the API: the key that references are made with, binding, and the readers' list."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_304_NOT_MODIFIED
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest, desk_only, operator_key_only
from api.clock import Clock
from api.counter.lookups import look_up
from api.errors import problems
from api.passes import base64url
from api.passes.card_list import current_card_list
from api.passes.cards import bind_card, card_key
from api.settings import Settings
from api.wire import Instant, Request, ShortText, View
from fares.passes.cards import DOCUMENT_TYPE

UNCHANGED = ResponseSpec(None, description="What `If-None-Match` names is still current.")

CardReference = Annotated[
    str,
    msgspec.Meta(
        pattern="^[A-Za-z0-9_-]{43}$",
        max_length=43,
        description="What the card is called by: 32 bytes, base64url; see docs/cards.md.",
    ),
]


class CardKeyView(View, frozen=True):
    """What card numbers are keyed with, in the reader or at the desk: 32 bytes, base64url."""

    card_key: str


class CardRequest(Request, frozen=True):
    """Whose card it is, and what it is called by; never its number."""

    resident_number: ShortText
    card_reference: CardReference


class CardView(View, frozen=True):
    """The card that a resident rides with from now on."""

    bound_at: Instant


class OperatorCardController(Controller):
    """For readers of cards, by API key."""

    path = "/v1/operators/current"
    tags = ["operators"]
    guards = [operator_key_only]

    @get("/card-key", summary="The key that card references are made with", operation_id="card_key")
    async def key(self, settings: NamedDependency[Settings]) -> Response[CardKeyView]:
        """Keep it in the reader, where it can't be read out: a card's number stays there too."""
        view = CardKeyView(card_key=base64url.encode(card_key(settings)))
        return Response(view, headers={"Cache-Control": "no-store"})

    @get(
        "/card-list",
        summary="The signed list of cards",
        media_type=DOCUMENT_TYPE,
        operation_id="get_card_list",
        opt=problems("no_issuer_key", "no_town", "pass_ids_used_up"),
        responses={HTTP_304_NOT_MODIFIED: UNCHANGED},
    )
    async def card_list(
        self,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        settings: NamedDependency[Settings],
    ) -> Response[bytes]:
        """The cards that may ride today, for readers that lose their network; every 5 minutes."""
        row = await current_card_list(session, clock.now(), settings)
        tag = f'"{row.list_number}"'
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        held = request.headers.get("if-none-match", "")
        if tag in (each.strip() for each in held.split(",")):
            return Response(b"", status_code=HTTP_304_NOT_MODIFIED, headers=headers)
        return Response(row.document, headers=headers)


class DeskCardController(Controller):
    """Counter staff only."""

    path = "/v1/desk"
    tags = ["desk"]
    guards = [desk_only]

    @get(
        "/card-key",
        summary="The key that card references are made with, at the desk",
        operation_id="desk_card_key",
    )
    async def key(self, settings: NamedDependency[Settings]) -> Response[CardKeyView]:
        """The page keys the number that its card reader types, and forgets it."""
        view = CardKeyView(card_key=base64url.encode(card_key(settings)))
        return Response(view, headers={"Cache-Control": "no-store"})

    @post(
        "/cards",
        summary="Have a resident ride with a card",
        operation_id="bind_card",
        status_code=HTTP_200_OK,
        opt=problems("no_resident", "card_taken", "no_issuer_key", "no_town"),
    )
    async def bind(
        self,
        data: JSONBody[CardRequest],
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        settings: NamedDependency[Settings],
    ) -> CardView:
        """Bind a card in place of the one before, which stops. The same card again: no change."""
        now = clock.now()
        resident = await look_up(session, request.user, data.resident_number, now, "card")
        reference = base64url.decode(data.card_reference)
        card = await bind_card(session, now, settings, resident.account_id, reference)
        return CardView(bound_at=card.bound_at)
