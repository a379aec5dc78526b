"""`/v1/me/subscription/...` for bank cards, and `/v1/stripe/events`, where Stripe tells us."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Controller, Response, post
from litestar.background_tasks import BackgroundTask
from litestar.channels import ChannelsPlugin
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import AppRequest, resident_only
from api.billing.calls import BANK_CARD_PROBLEMS
from api.billing.changes import Timing, change_plan, keep_plan, pause, resume
from api.billing.checkout import open_checkout, open_portal
from api.billing.events import handle_events, keep_event, read_event
from api.billing.stripe_client import Billing
from api.clock import Clock
from api.errors import problems
from api.events import announce
from api.subscriptions.routes import SubscriptionView, my_subscription
from api.wire import Identifier, Request, View
from fares.plans import MAX_PAUSE

_NEEDED = ("no_subscription", *BANK_CARD_PROBLEMS)


class PaymentPageView(View, frozen=True):
    """A page of the payment service, to be opened in the same browser; no card reaches us."""

    url: str


class PlanChangeRequest(Request, frozen=True):
    """Which plan, and when the difference is paid."""

    plan_id: Identifier
    timing: Timing


class PauseRequest(Request, frozen=True):
    """For how long; the plan says for how long at most."""

    months: Annotated[int, msgspec.Meta(ge=1, le=MAX_PAUSE)]


class BankCardController(Controller):
    """A resident's payment by bank card."""

    path = "/v1/me/subscription"
    tags = ["subscriptions"]
    guards = [resident_only]

    @post(
        "/checkout",
        summary="Pay by bank card",
        operation_id="open_checkout",
        opt=problems("already_subscribed", *_NEEDED),
    )
    async def checkout(
        self, request: AppRequest, billing: NamedDependency[Billing]
    ) -> PaymentPageView:
        """A page for paying what is chosen, each month from now on."""
        return PaymentPageView(url=await open_checkout(billing, request.user.account_id))

    @post(
        "/bank-card",
        summary="Change the bank card",
        operation_id="open_card_page",
        opt=problems("not_paid_by_bank_card", *_NEEDED),
    )
    async def portal(
        self, request: AppRequest, billing: NamedDependency[Billing]
    ) -> PaymentPageView:
        """A page for another card, and for a charge that failed."""
        return PaymentPageView(url=await open_portal(billing, request.user.account_id))

    @post(
        "/change",
        summary="Change the plan",
        status_code=HTTP_200_OK,
        operation_id="change_plan",
        opt=problems(
            "no_plan", "same_plan", "not_paid_by_bank_card", "card_declined", "no_town", *_NEEDED
        ),
    )
    async def change(
        self,
        data: JSONBody[PlanChangeRequest],
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        billing: NamedDependency[Billing],
        clock: NamedDependency[Clock],
    ) -> SubscriptionView:
        """Change to another plan: paid now, with the next invoice, or from the next period on."""
        await change_plan(billing, request.user.account_id, data.plan_id, data.timing)
        return await my_subscription(session, request.user.account_id, clock.now())

    @post(
        "/keep",
        summary="Stay after all",
        status_code=HTTP_200_OK,
        operation_id="keep_subscription",
        opt=problems("not_paid_by_bank_card", "no_town", *_NEEDED),
    )
    async def keep(
        self,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        billing: NamedDependency[Billing],
        clock: NamedDependency[Clock],
    ) -> SubscriptionView:
        """Take a cancellation back before the paid month is over."""
        await keep_plan(billing, request.user.account_id)
        return await my_subscription(session, request.user.account_id, clock.now())

    @post(
        "/pause",
        summary="Pause",
        status_code=HTTP_200_OK,
        operation_id="pause_subscription",
        opt=problems("pause_not_allowed", "not_paid_by_bank_card", "no_town", *_NEEDED),
    )
    async def pause(
        self,
        data: JSONBody[PauseRequest],
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        billing: NamedDependency[Billing],
        clock: NamedDependency[Clock],
    ) -> SubscriptionView:
        """Neither ride nor pay for some months, from the end of the paid one on."""
        await pause(billing, request.user.account_id, data.months)
        return await my_subscription(session, request.user.account_id, clock.now())

    @post(
        "/resume",
        summary="End a pause",
        status_code=HTTP_200_OK,
        operation_id="resume_subscription",
        opt=problems("not_paid_by_bank_card", "no_town", *_NEEDED),
    )
    async def resume(
        self,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        billing: NamedDependency[Billing],
        clock: NamedDependency[Clock],
    ) -> SubscriptionView:
        """Pay and ride again, from the beginning of the next period on."""
        await resume(billing, request.user.account_id)
        return await my_subscription(session, request.user.account_id, clock.now())


class StripeController(Controller):
    """Where Stripe sends its events."""

    path = "/v1/stripe"
    tags = ["subscriptions"]

    @post(
        "/events",
        summary="Events of the payment service",
        status_code=HTTP_204_NO_CONTENT,
        operation_id="take_stripe_event",
        opt={"exclude_from_csrf": True, **problems("bad_stripe_event")},
    )
    async def events(
        self,
        request: AppRequest,
        billing: NamedDependency[Billing],
        channels: NamedDependency[ChannelsPlugin],
    ) -> Response[None]:
        """Keep an event and answer; whom it is about is looked at afterwards."""
        event = read_event(billing, await request.body(), request.headers.get("stripe-signature"))
        known = not await keep_event(billing, event)
        after = None if known else BackgroundTask(_handle, billing, channels)
        return Response(None, background=after)


async def _handle(billing: Billing, channels: ChannelsPlugin) -> None:
    for account_id in await handle_events(billing):
        announce(channels, account_id, "subscription")
