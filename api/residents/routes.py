"""`/v1/residents`, `/v1/sessions` and `/v1/me`: joining, signing in, and one's own record."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Controller, Response, delete, get, patch, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.status_codes import HTTP_204_NO_CONTENT
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.browsers import browser_of
from api.auth.identity import (
    SESSION_COOKIE,
    AppRequest,
    ResidentIdentity,
    StaffIdentity,
    resident_only,
    signed_in,
)
from api.auth.service import new_session, sign_in_with_link
from api.auth.tables import SignInSession, Staff
from api.auth.tokens import token_hash
from api.billing.calls import BANK_CARD_PROBLEMS
from api.billing.changes import leave
from api.billing.stripe_client import Billing
from api.clock import Clock
from api.errors import problems
from api.residents.own_data import delete_account, list_own_data
from api.residents.service import register, set_consent
from api.residents.tables import Resident, get_resident, list_lookups
from api.settings import Settings
from api.subscriptions.tables import find_open_subscription
from api.wire import Instant, Request, ShortText, View

Email = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f]+$(?!\n)",
        max_length=254,
        examples=["a@example.org"],
    ),
]


class JoinRequest(Request, frozen=True):
    """Who joins. The e-mail address is optional; a name is what the counter calls out.

    A concession is not claimed here: staff attest it, under the town's policy.
    """

    display_name: ShortText
    email: Email | None = None


class SignInRequest(Request, frozen=True):
    """The token of a sign-in link (what follows `#token=`)."""

    token: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{20,100}$", max_length=100)]


class MeChange(Request, frozen=True):
    """What a resident may change; a field left out stays."""

    display_name: ShortText | None = None
    trip_facts_consent: bool | None = None


class MeView(View, frozen=True):
    """Who is signed in. The resident number is what to say at the counter."""

    role: str
    display_name: str
    resident_number: str | None = None
    rider_category: str | None = None
    operator_id: str | None = None
    trip_facts_consent: bool | None = None


class OwnDataView(View, frozen=True):
    """All that is held under one's account."""

    taken_at: Instant
    tables: dict[str, list[dict[str, Any]]]


class LookupView(View, frozen=True):
    """One look at this person's record by staff."""

    looked_at: Instant
    staff_role: str
    purpose: str


class LookupListView(View, frozen=True):
    """Looks at this person's record, newest first."""

    items: list[LookupView]


def resident_view(resident: Resident) -> MeView:
    """A resident as they see themselves."""
    return MeView(
        role="resident",
        display_name=resident.display_name,
        resident_number=resident.resident_number,
        rider_category=resident.rider_category,
        trip_facts_consent=resident.trip_facts_consent,
    )


def staff_view(staff: Staff) -> MeView:
    """A member of staff as they see themselves."""
    return MeView(role=staff.role, display_name=staff.display_name, operator_id=staff.operator_id)


def session_cookie(settings: Settings, token: str, max_age_seconds: int) -> Cookie:
    """The session cookie: unreadable to scripts, not sent from other sites."""
    return Cookie(
        key=SESSION_COOKIE,
        value=token,
        httponly=True,
        samesite="lax",
        secure=settings.production,
        path="/",
        max_age=max_age_seconds,
    )


class SignInController(Controller):
    """Joining and signing in, open to all."""

    path = "/v1"
    tags = ["residents"]

    @post(
        "/residents",
        summary="Join",
        operation_id="join",
        opt=problems("too_many_requests"),
    )
    async def join(
        self,
        request: AppRequest,
        data: JSONBody[JoinRequest],
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        settings: NamedDependency[Settings],
    ) -> Response[MeView]:
        """Register a resident and sign this browser in as them."""
        now = clock.now()
        resident = await register(session, now, display_name=data.display_name, email=data.email)
        token, lifetime = new_session(
            session,
            now,
            account_id=resident.account_id,
            browser=browser_of(request.headers.get("user-agent")),
        )
        cookie = session_cookie(settings, token, int(lifetime.total_seconds()))
        return Response(resident_view(resident), cookies=[cookie])

    @post(
        "/sessions",
        summary="Sign in with a link",
        operation_id="sign_in",
        opt=problems("link_not_valid", "too_many_requests"),
    )
    async def sign_in(
        self,
        request: AppRequest,
        data: JSONBody[SignInRequest],
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        settings: NamedDependency[Settings],
    ) -> Response[MeView]:
        """Use a single-use link up and sign this browser in."""
        link, token, lifetime = await sign_in_with_link(
            session,
            clock.now(),
            data.token,
            browser_of(request.headers.get("user-agent")),
        )
        cookie = session_cookie(settings, token, int(lifetime.total_seconds()))
        if link.account_id is not None:
            view = resident_view(await get_resident(session, link.account_id))
        else:
            staff = await session.get_one(Staff, link.staff_id)
            view = staff_view(staff)
        return Response(view, cookies=[cookie])

    @delete(
        "/sessions/current",
        summary="Sign out",
        status_code=HTTP_204_NO_CONTENT,
        operation_id="sign_out",
        opt=problems("too_many_requests"),
    )
    async def sign_out(
        self,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        settings: NamedDependency[Settings],
    ) -> Response[None]:
        """End this browser's session, on the server too."""
        token = request.cookies.get(SESSION_COOKIE)
        if token:
            row = await session.get(SignInSession, token_hash(token))
            if row is not None:
                await session.delete(row)
        return Response(None, cookies=[session_cookie(settings, "", 0)])


class MeController(Controller):
    """One's own record."""

    path = "/v1/me"
    tags = ["residents"]

    @get(summary="Who is signed in", guards=[signed_in], operation_id="get_me")
    async def me(self, request: AppRequest, session: NamedDependency[AsyncSession]) -> MeView:
        """The signed-in person, resident or staff."""
        identity: ResidentIdentity | StaffIdentity = request.user
        if isinstance(identity, ResidentIdentity):
            return resident_view(await get_resident(session, identity.account_id))
        return staff_view(await session.get_one(Staff, identity.staff_id))

    @patch(summary="Change one's own record", guards=[resident_only], operation_id="change_me")
    async def change(
        self,
        data: JSONBody[MeChange],
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> MeView:
        """Change the name or the consent to trip facts; rides never depend on the consent."""
        resident = await get_resident(session, request.user.account_id)
        if data.display_name is not None:
            resident.display_name = data.display_name.strip()
        if data.trip_facts_consent is not None:
            set_consent(resident, clock.now(), data.trip_facts_consent)
        return resident_view(resident)

    @get(
        "/data",
        summary="All that is held about me",
        guards=[resident_only],
        operation_id="get_own_data",
    )
    async def own_data(
        self,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[OwnDataView]:
        """Every row under one's account, table by table, as a file."""
        tables = await list_own_data(session, request.user.account_id)
        return Response(
            OwnDataView(taken_at=clock.now(), tables=tables),
            headers={"Content-Disposition": 'attachment; filename="teiki.json"'},
        )

    @delete(
        summary="Delete my account",
        guards=[resident_only],
        status_code=HTTP_204_NO_CONTENT,
        operation_id="delete_me",
        opt=problems("not_paid_by_bank_card", *BANK_CARD_PROBLEMS),
    )
    async def delete_me(
        self,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        settings: NamedDependency[Settings],
        billing: NamedDependency[Billing],
    ) -> Response[None]:
        """Forget who I am and stop what I hold. Rides and payments stay in the books, nameless.

        What a bank card pays ends first, as by leaving today.
        """
        account_id = request.user.account_id
        held = await find_open_subscription(session, account_id)
        if held is not None and held.collection == "card":
            await leave(billing, account_id, at_once=True)
        await delete_account(session, clock.now(), settings, account_id)
        return Response(None, cookies=[session_cookie(settings, "", 0)])

    @get(
        "/lookups",
        summary="Who looked at my record",
        guards=[resident_only],
        operation_id="list_lookups",
    )
    async def lookups(
        self, request: AppRequest, session: NamedDependency[AsyncSession]
    ) -> LookupListView:
        """Every look at one's record by staff, newest first."""
        rows = await list_lookups(session, request.user.account_id)
        return LookupListView(
            items=[
                LookupView(looked_at=r.looked_at, staff_role=r.staff_role, purpose=r.purpose)
                for r in rows
            ]
        )
