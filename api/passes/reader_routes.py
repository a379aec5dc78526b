"""`/v1/passes/status` and `/v1/passes/keys`: what readers and phones fetch again and again."""

from __future__ import annotations

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.status_codes import HTTP_304_NOT_MODIFIED
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest
from api.clock import Clock
from api.errors import problems
from api.passes.status_list import current_status_list
from api.passes.tables import list_issuer_keys
from api.settings import Settings
from api.wire import Instant, View
from fares.passes.status import DOCUMENT_TYPE

# A revocation reaches who asks through a cache this much later.
CACHED_SECONDS = 30
UNCHANGED = ResponseSpec(None, description="What `If-None-Match` names is still current.")


class IssuerKeyView(View, frozen=True):
    """A live issuer key; id and Ed25519 public key in hexadecimal."""

    kid: str
    public_key: str
    signs_from_at: Instant


class IssuerKeyListView(View, frozen=True):
    """Every key that passes may be signed with. A pass by any other key is void: fetch anew."""

    items: list[IssuerKeyView]


class ReaderController(Controller):
    """Open to all: nothing here says anything about anybody."""

    path = "/v1/passes"
    tags = ["passes"]

    @get(
        "/status",
        summary="The signed status list",
        media_type=DOCUMENT_TYPE,
        operation_id="get_status_list",
        opt=problems("no_issuer_key", "no_town"),
        responses={HTTP_304_NOT_MODIFIED: UNCHANGED},
    )
    async def status(
        self,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        settings: NamedDependency[Settings],
    ) -> Response[bytes]:
        """Stopped passes, issuer keys and areas in one signed document; fetch it every 5 minutes.

        An IETF Token Status List in CWT form; bits by pass id.
        """
        row = await current_status_list(session, clock.now(), settings)
        tag = f'"{row.list_number}"'
        headers = {"ETag": tag, "Cache-Control": f"public, max-age={CACHED_SECONDS}"}
        held = request.headers.get("if-none-match", "")
        if tag in (each.strip() for each in held.split(",")):
            return Response(b"", status_code=HTTP_304_NOT_MODIFIED, headers=headers)
        return Response(row.document, headers=headers)

    @get("/keys", summary="The issuer's public keys", operation_id="list_issuer_keys")
    async def keys(self, session: NamedDependency[AsyncSession]) -> Response[IssuerKeyListView]:
        """Live keys, in the order in which they begin to sign. A reader pins them on its setup."""
        view = IssuerKeyListView(
            items=[
                IssuerKeyView(
                    kid=row.kid.hex(),
                    public_key=row.public_key.hex(),
                    signs_from_at=row.signs_from_at,
                )
                for row in await list_issuer_keys(session)
            ]
        )
        return Response(view, headers={"Cache-Control": f"public, max-age={CACHED_SECONDS}"})
