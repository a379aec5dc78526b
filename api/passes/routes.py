"""`/v1/me/passes` and `/v1/me/devices`: the phone that holds the passes, and what it fetches."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import SESSION_COOKIE, AppRequest, resident_only
from api.auth.tokens import token_hash
from api.categories import CATEGORY_NAMES, category_of
from api.clock import Clock, service_instant
from api.errors import problems
from api.passes import base64url
from api.passes.certificates import IssuedPass
from api.passes.devices import Enrolment, enrol, get_active_device, switches_left
from api.passes.losses import lose_phone
from api.passes.phone_passes import DAYS_AHEAD, PassOrder, issue_phone_passes
from api.passes.tables import Device
from api.settings import Settings
from api.town.document import TownDocument
from api.town.routes import AreaView
from api.town.service import get_town
from api.wire import Instant, Request, ShortText, TextView, View, text_view
from fares.modes import modes_of
from fares.passes import areas_of

PublicKey = Annotated[
    str,
    msgspec.Meta(
        pattern="^[A-Za-z0-9_-]{44}$",
        max_length=44,
        description="P-256, compressed point of 33 bytes, base64url without padding.",
    ),
]
PublicKeys = Annotated[list[PublicKey], msgspec.Meta(min_length=1, max_length=DAYS_AHEAD + 1)]
Signature = Annotated[
    str,
    msgspec.Meta(
        pattern="^[A-Za-z0-9_-]{86}$",
        max_length=86,
        description="ES256, raw r||s of 64 bytes with low s, base64url without padding.",
    ),
]


class PassRequest(Request, frozen=True):
    """A new key for each day from `first_date` (today unless named) on, all made on the phone.

    `signature` is the enrolled phone's over `TK1-E` and the keys in their order.
    """

    device_public_keys: PublicKeys
    signature: Signature
    first_date: date | None = None


class PassView(View, frozen=True):
    """A certificate and, in words, what it covers. Valid until its service day ends."""

    service_date: date
    certificate: str
    valid_from_at: Instant
    valid_until_at: Instant
    modes: list[str]
    areas: list[AreaView]
    rider_category: str
    category_name: TextView


class PassListView(View, frozen=True):
    """A pass for each day that is paid for; a key ordered for a later day got none."""

    items: list[PassView]


class DeviceRequest(Request, frozen=True):
    """The public half of a key that stays on this phone. `replace` takes over from another."""

    public_key: PublicKey
    name: ShortText | None = None
    replace: bool = False


class DeviceView(View, frozen=True):
    """The phone that holds the passes, and how often it may be changed this month."""

    device_id: UUID
    name: str | None
    enrolled_at: Instant
    switches_left: int


class LostPhoneView(View, frozen=True):
    """What a reported loss has stopped."""

    revoked_passes: int
    ended_sessions: int


class PassController(Controller):
    """A resident's own passes."""

    path = "/v1/me/passes"
    tags = ["passes"]
    guards = [resident_only]

    @post(
        summary="Issue passes for device keys, one for each day",
        operation_id="issue_passes",
        opt=problems(
            "bad_device_key",
            "bad_first_date",
            "no_device",
            "other_device",
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
    ) -> PassListView:
        """New certificates with new random pass ids, up to seven days ahead, for paid days only.

        A pass that the phone had for such a day stops working.
        """
        town = await get_town(session)
        order = PassOrder(
            device_keys=[base64url.decode(key) for key in data.device_public_keys],
            signature=base64url.decode(data.signature),
            first_date=data.first_date,
        )
        issued = await issue_phone_passes(
            session, clock.now(), settings, town, request.user.account_id, order
        )
        return PassListView(items=[_pass_view(each, town) for each in issued])


class DeviceController(Controller):
    """The phone that a resident rides with: one at a time."""

    path = "/v1/me/devices"
    tags = ["passes"]
    guards = [resident_only]

    @post(
        summary="Enrol this phone",
        operation_id="enrol_device",
        opt=problems(
            "bad_device_key", "other_device", "too_many_switches", "no_issuer_key", "no_town"
        ),
    )
    async def enrol(
        self,
        data: JSONBody[DeviceRequest],
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        settings: NamedDependency[Settings],
    ) -> DeviceView:
        """Make this phone the one that may fetch passes. With `replace` another one loses its."""
        now = clock.now()
        today, _ = service_instant(now, (await get_town(session)).zone())
        wanted = Enrolment(base64url.decode(data.public_key), data.name, data.replace)
        account_id = request.user.account_id
        device = await enrol(session, now, today, settings, account_id, wanted)
        return await _device_view(session, today, settings, device)

    @get(
        "/current",
        summary="The phone that holds my passes",
        operation_id="get_device",
        opt=problems("no_device", "no_town"),
    )
    async def show(
        self,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        settings: NamedDependency[Settings],
    ) -> DeviceView:
        """The enrolled phone; 404 `no_device` before there is one."""
        device = await get_active_device(session, request.user.account_id)
        today, _ = service_instant(clock.now(), (await get_town(session)).zone())
        return await _device_view(session, today, settings, device)

    @post(
        "/current/lost",
        summary="I have lost my phone",
        operation_id="lose_device",
        status_code=HTTP_200_OK,
        opt=problems("no_issuer_key", "no_town"),
    )
    async def lose(
        self,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        settings: NamedDependency[Settings],
    ) -> LostPhoneView:
        """Stop every pass on it at once, and end all sessions but the one that asks."""
        here = token_hash(request.cookies[SESSION_COOKIE])
        account_id = request.user.account_id
        loss = await lose_phone(session, clock.now(), settings, account_id, kept_session=here)
        return LostPhoneView(revoked_passes=loss.passes, ended_sessions=loss.sessions)


def _pass_view(issued: IssuedPass, town: TownDocument) -> PassView:
    claims = issued.claims
    covered = areas_of(claims.areas)
    category = category_of(claims.rider_category)
    assert issued.service_date is not None, "a phone's pass is for a day"
    return PassView(
        service_date=issued.service_date,
        certificate=base64url.encode(issued.certificate),
        valid_from_at=claims.valid_from_at,
        valid_until_at=claims.valid_until_at,
        modes=sorted(modes_of(claims.modes)),
        areas=[
            AreaView(area_number=area.area_number, name=text_view(area.name.text()))
            for area in town.areas
            if area.area_number in covered
        ],
        rider_category=category,
        category_name=text_view(CATEGORY_NAMES[category]),
    )


async def _device_view(
    session: AsyncSession, today: date, settings: Settings, device: Device
) -> DeviceView:
    return DeviceView(
        device_id=device.device_id,
        name=device.name,
        enrolled_at=device.enrolled_at,
        switches_left=await switches_left(session, today, settings, device.account_id),
    )
