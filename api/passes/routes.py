"""`/v1/me/passes`: a certificate for the key that the phone has just made."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

import msgspec
from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest, resident_only
from api.categories import CATEGORY_NAMES
from api.clock import Clock
from api.errors import DomainError, problems
from api.passes.service import issue_pass
from api.residents.tables import get_resident
from api.settings import Settings
from api.town.routes import AreaView
from api.town.service import get_town
from api.wire import Instant, Request, TextView, View, text_view
from fares.reasons import Text


class PassRequest(Request, frozen=True):
    """The public half of a P-256 key made on the phone for this certificate alone."""

    device_public_key: Annotated[
        str,
        msgspec.Meta(
            pattern="^[A-Za-z0-9_-]{44}$",
            max_length=44,
            description="33 bytes, compressed point, base64url without padding.",
        ),
    ]


class PassView(View, frozen=True):
    """A certificate and, in words, what it covers. Valid until the service day ends."""

    certificate: str
    valid_from_at: Instant
    valid_until_at: Instant
    modes: list[str]
    areas: list[AreaView]
    rider_category: str
    category_name: TextView


class PassController(Controller):
    """A resident's own passes."""

    path = "/v1/me/passes"
    tags = ["passes"]
    guards = [resident_only]

    @post(
        summary="Issue today's pass for a device key",
        operation_id="issue_pass",
        opt=problems(
            "bad_device_key",
            "no_subscription",
            "waiting_for_payment",
            "subscription_inactive",
            "pass_ids_used_up",
            "no_issuer_key",
            "no_town",
        ),
    )
    async def issue(
        self,
        data: JSONBody[PassRequest],
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        settings: NamedDependency[Settings],
    ) -> PassView:
        """A new certificate with a new random pass id; 409 while payment is missing."""
        town = await get_town(session)
        issued = await issue_pass(
            session,
            clock.now(),
            town,
            settings.secret,
            resident=await get_resident(session, request.user.account_id),
            device_key=_decode(data.device_public_key),
        )
        names = {area.area_number: area.name.text() for area in town.areas}
        return PassView(
            certificate=base64.urlsafe_b64encode(issued.certificate).decode().rstrip("="),
            valid_from_at=issued.valid_from_at,
            valid_until_at=issued.valid_until_at,
            modes=list(issued.modes),
            areas=[
                AreaView(area_number=n, name=text_view(names[n]))
                for n in issued.area_numbers
                if n in names
            ],
            rider_category=issued.rider_category,
            category_name=text_view(CATEGORY_NAMES[issued.rider_category]),
        )


def _decode(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise DomainError(
            "bad_device_key",
            Text("端末の鍵が正しくありません。", "device_public_key is not base64url."),
        ) from error
