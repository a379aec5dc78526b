"""`/v1/desk`: enrolling somebody, choosing their plan, attesting a concession, their rides."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID, uuid5

from litestar import Controller, get, post
from litestar.channels import ChannelsPlugin
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest, desk_only
from api.clock import Clock, service_instant
from api.counter.attestations import Outcome, attest
from api.counter.lookups import look_up, note_look
from api.counter.routes import (
    CounterResidentView,
    IdempotencyKey,
    ResidentNumber,
    resident_at_counter,
)
from api.errors import conflict, problems
from api.events import announce
from api.residents.service import register
from api.residents.tables import Resident
from api.rides.my_rides import RideListView, ride_views
from api.rides.queries import list_rides_of_month
from api.subscriptions.periods import months_after
from api.subscriptions.service import subscribe
from api.town.service import get_town
from api.wire import Identifier, Request, ShortText, View

_ENROLLED = UUID("3c0f0a2e-6b1d-4f5c-a8f4-6a7f1f0a9d11")


class EnrolRequest(Request, frozen=True):
    """Whom to enrol. Nobody needs a phone or an address for it."""

    display_name: ShortText


class PlanChoiceRequest(Request, frozen=True):
    """Whose plan, and which."""

    resident_number: ShortText
    plan_id: Identifier


class AttestationRequest(Request, frozen=True):
    """What the staff found, under the town's policy; no number, no copy of a document."""

    resident_number: ShortText
    rider_category: ShortText
    outcome: Outcome


class AttestationView(View, frozen=True):
    """What was noted; `until_date` is the first day that it no longer holds."""

    rider_category: str
    outcome: Outcome
    attested_date: date
    until_date: date | None


class CounterPeopleController(Controller):
    """Counter staff only; every look at a person is logged."""

    path = "/v1/desk"
    tags = ["desk"]
    guards = [desk_only]

    @post(
        "/enrolments",
        summary="Enrol a resident",
        operation_id="enrol_resident",
        opt=problems("idempotency_key_reused", "no_town"),
    )
    async def enrol(
        self,
        data: JSONBody[EnrolRequest],
        idempotency_key: IdempotencyKey,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> CounterResidentView:
        """Somebody without a smartphone joins at the counter; a repeated key enrols once."""
        now, staff = clock.now(), request.user
        account_id = uuid5(_ENROLLED, f"{staff.staff_id}/{idempotency_key}")
        resident = await session.get(Resident, account_id)
        if resident is None:
            resident = await register(
                session, now, display_name=data.display_name, account_id=account_id
            )
        elif resident.display_name != data.display_name.strip():
            raise conflict(
                "idempotency_key_reused",
                "同じ受付番号で、別の人が登録されています。",
                "Somebody else was enrolled under this idempotency key.",
            )
        note_look(session, staff, resident, now, "enrolment")
        return await resident_at_counter(session, resident, now)

    @post(
        "/subscriptions",
        summary="Choose a plan for a resident",
        operation_id="choose_plan_at_desk",
        status_code=HTTP_200_OK,
        opt=problems("no_resident", "no_plan", "already_subscribed", "no_town"),
    )
    async def choose(
        self,
        data: JSONBody[PlanChoiceRequest],
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
        channels: NamedDependency[ChannelsPlugin],
    ) -> CounterResidentView:
        """Choose the plan; it waits for payment. Before that, choosing again changes it."""
        now = clock.now()
        resident = await look_up(session, request.user, data.resident_number, now, "plan")
        await subscribe(session, now, resident.account_id, data.plan_id)
        view = await resident_at_counter(session, resident, now)
        await session.commit()
        announce(channels, resident.account_id, "subscription")
        return view

    @post(
        "/attestations",
        summary="Attest a concession",
        operation_id="attest_concession",
        opt=problems("no_resident", "no_concession", "no_town"),
    )
    async def attest(
        self,
        data: JSONBody[AttestationRequest],
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> AttestationView:
        """Note what a document showed: eligible, not eligible, or that it could not be proven."""
        now, staff = clock.now(), request.user
        town = await get_town(session)
        resident = await look_up(session, staff, data.resident_number, now, "attestation")
        noted = attest(
            session,
            town,
            resident,
            rider_category=data.rider_category,
            outcome=data.outcome,
            today=service_instant(now, town.zone())[0],
            staff_id=staff.staff_id,
        )
        return AttestationView(
            rider_category=noted.rider_category,
            outcome=Outcome(noted.outcome),
            attested_date=noted.attested_date,
            until_date=noted.until_date,
        )

    @get(
        "/residents/rides",
        summary="A resident's rides of a month, to be printed for them",
        operation_id="list_resident_rides",
        opt=problems("no_resident"),
    )
    async def rides(
        self,
        resident_number: ResidentNumber,
        month: Annotated[
            str,
            QueryParameter(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="Such as 2026-04."),
        ],
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> RideListView:
        """For who asks for them in person, as the app shows them; the look is logged as such."""
        resident = await look_up(session, request.user, resident_number, clock.now(), "rides")
        first = date.fromisoformat(f"{month}-01")
        rows = await list_rides_of_month(
            session, resident.account_id, first, months_after(first, 1)
        )
        return RideListView(items=await ride_views(session, rows))
