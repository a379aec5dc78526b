"""What Stripe does with cards, subscriptions and invoices, on a clock that can be moved on."""

from __future__ import annotations

import heapq
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import stripe

from tests.fakestripe.forms import is_yes
from tests.fakestripe.shapes import build, listed

HOUR = 3600
DAY = 24 * HOUR
# When a charge that failed is tried again, in days after it; then the subscription is unpaid.
RETRIES = (3, 5, 7)
HOLD_LASTS = 7 * DAY

Params = dict[str, Any]
Object = dict[str, Any]


@dataclass(slots=True)
class ApiError(Exception):
    """An error as Stripe answers with it."""

    status: int
    kind: str
    message: str
    code: str | None = None


def _missing(what: str, object_id: str) -> ApiError:
    return ApiError(
        404, "invalid_request_error", f"No such {what}: {object_id!r}", "resource_missing"
    )


def _bad(message: str) -> ApiError:
    return ApiError(400, "invalid_request_error", message, "parameter_invalid")


@dataclass(slots=True)
class Engine:
    """All objects, by id; `at` is the present in seconds. Cards work unless told otherwise."""

    at: int
    objects: dict[str, Object] = field(default_factory=dict)
    events: list[Object] = field(default_factory=list)
    charges_made: int = 0
    _declining: set[str] = field(default_factory=set)
    _later: dict[str, list[Object]] = field(default_factory=dict)
    _agenda: list[tuple[int, int, Callable[[], None]]] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: count(1))

    # -- the clock

    def advance(self, to: int) -> None:
        """Move on, doing all that is due in between at its own time."""
        while self._agenda and self._agenda[0][0] <= to:
            self.at, _, act = heapq.heappop(self._agenda)
            act()
        self.at = max(self.at, to)

    def _at(self, when: int, act: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (when, next(self._numbers), act))

    # -- objects

    def _new(self, prefix: str, kind: type[Any], **fields: Any) -> Object:
        made = build(kind, id=f"{prefix}_{next(self._numbers):06d}", created=self.at, **fields)
        self.objects[made["id"]] = made
        return made

    def get(self, object_id: str, what: str) -> Object:
        """An object; raises Stripe's 404."""
        found = self.objects.get(object_id)
        if found is None or found["object"] != what:
            raise _missing(what, object_id)
        return found

    def all(self, what: str, **wanted: Any) -> list[Object]:
        """Objects of a kind whose fields are as wanted, newest first."""
        found = [
            each
            for each in self.objects.values()
            if each["object"] == what
            and all(each.get(name) == value for name, value in wanted.items())
        ]
        return found[::-1]

    def say(self, kind: str, about: Object) -> None:
        """Something has happened: an event, to be delivered."""
        self.events.append(
            build(
                stripe.Event,
                id=f"evt_{next(self._numbers):06d}",
                created=self.at,
                type=kind,
                data={"object": dict(about), "previous_attributes": None},
                api_version=stripe.VERSION,
            )
        )

    # -- customers, prices, pages

    def create_customer(self, params: Params) -> Object:
        customer = self._new("cus", stripe.Customer, metadata=params.get("metadata", {}), balance=0)
        self.say("customer.created", customer)
        return customer

    def create_price(self, params: Params) -> Object:
        if "currency" not in params or not str(params.get("unit_amount", "")).isdigit():
            raise _bad("A price has a currency and a unit_amount.")
        product = self._new("prod", stripe.Product, name=params["product_data"]["name"])
        return self._new(
            "price",
            stripe.Price,
            currency=params["currency"],
            unit_amount=int(params["unit_amount"]),
            product=product["id"],
            active=True,
            type="recurring",
            tax_behavior=params.get("tax_behavior", "unspecified"),
            metadata=params.get("metadata", {}),
        )

    def create_checkout(self, params: Params) -> Object:
        self.get(params["customer"], "customer")
        price = self.get(params["line_items"][0]["price"], "price")
        page = self._new(
            "cs",
            stripe.checkout.Session,
            mode="subscription",
            status="open",
            payment_status="unpaid",
            customer=params["customer"],
            client_reference_id=params.get("client_reference_id"),
            success_url=params["success_url"],
            cancel_url=params.get("cancel_url"),
            amount_total=price["unit_amount"],
            currency=price["currency"],
            expires_at=self.at + DAY,
            url="",
            metadata={
                **params.get("subscription_data", {}).get("metadata", {}),
                "fake_price": price["id"],
            },
        )
        self._at(page["expires_at"], lambda: self._expire(page))
        return page

    def _expire(self, page: Object) -> None:
        if page["status"] == "open":
            page["status"] = "expired"
            self.say("checkout.session.expired", page)

    def pay_checkout(self, page_id: str, *, declined: bool = False) -> Object:
        """A person fills in Stripe's page with a card; one that is declined changes nothing."""
        page = self.get(page_id, "checkout.session")
        if page["status"] != "open" or declined:
            return page
        metadata = dict(page["metadata"])
        price = self.get(metadata.pop("fake_price"), "price")
        self._declining.discard(page["customer"])
        subscription = self._subscribe(page["customer"], price, metadata)
        page["status"], page["payment_status"] = "complete", "paid"
        page["subscription"] = subscription["id"]
        page["invoice"] = subscription["latest_invoice"]
        self.say("checkout.session.completed", page)
        return page

    def create_portal(self, params: Params) -> Object:
        self.get(params["customer"], "customer")
        return self._new(
            "bps",
            stripe.billing_portal.Session,
            customer=params["customer"],
            return_url=params.get("return_url"),
            url="",
        )

    def use_card(self, customer_id: str, *, declines: bool) -> None:
        """The customer's card, from now on; with a good one, what is open is charged."""
        (self._declining.add if declines else self._declining.discard)(customer_id)
        if not declines:
            for invoice in self.all("invoice", customer=customer_id, status="open")[::-1]:
                self._charge(invoice)

    # -- subscriptions

    def _subscribe(self, customer_id: str, price: Object, metadata: Params) -> Object:
        number = next(self._numbers)
        subscription_id, end = f"sub_{number:06d}", _month_after(self.at, self.at, 1)
        item = build(
            stripe.SubscriptionItem,
            id=f"si_{number:06d}",
            created=self.at,
            current_period_start=self.at,
            current_period_end=end,
            price=price,
            plan=build(stripe.Plan),
            quantity=1,
            subscription=subscription_id,
        )
        subscription = build(
            stripe.Subscription,
            id=subscription_id,
            created=self.at,
            start_date=self.at,
            billing_cycle_anchor=self.at,
            customer=customer_id,
            currency=price["currency"],
            status="active",
            metadata=metadata,
            items=listed([item]),
        )
        self.objects[subscription_id] = subscription
        invoice = self._invoice(subscription, "subscription_create", [self._line(item, price)])
        self._charge(invoice)
        self.say("customer.subscription.created", subscription)
        self._at(end, lambda: self._renew(subscription))
        return subscription

    def _renew(self, subscription: Object) -> None:
        """A period is over: the next one begins, with an invoice that is charged an hour later."""
        if subscription["status"] not in {"active", "past_due", "unpaid"}:
            return
        if subscription["cancel_at_period_end"]:
            self._end(subscription)
            return
        item = subscription["items"]["data"][0]
        start = item["current_period_end"]
        anchor = subscription["billing_cycle_anchor"]
        months = _months_between(anchor, start) + 1
        item["current_period_start"] = start
        item["current_period_end"] = _month_after(anchor, anchor, months)
        lines = [*self._later.pop(subscription["id"], []), self._line(item, item["price"])]
        invoice = self._invoice(subscription, "subscription_cycle", lines)
        self.say("customer.subscription.updated", subscription)
        self._at(start + HOUR, lambda: self._finalise(invoice))
        self._at(item["current_period_end"], lambda: self._renew(subscription))

    def _finalise(self, invoice: Object) -> None:
        subscription = self.get(_subscription_of(invoice), "subscription")
        if invoice["status"] != "draft" or subscription["status"] == "canceled":
            return
        if (subscription["pause_collection"] or {}).get("behavior") == "void":
            invoice["status"] = "void"
            self.say("invoice.voided", invoice)
            return
        self._charge(invoice)

    def update_subscription(self, subscription_id: str, params: Params) -> Object:
        subscription = self.get(subscription_id, "subscription")
        if subscription["status"] == "canceled":
            raise _bad("A canceled subscription can only update its cancellation_details.")
        if "items" in params:
            self._swap_price(subscription, params)
        if "cancel_at_period_end" in params:
            subscription["cancel_at_period_end"] = is_yes(params["cancel_at_period_end"])
        if "pause_collection" in params:
            paused = params["pause_collection"] or None
            subscription["pause_collection"] = paused and self._paused(subscription, paused)
        self.say("customer.subscription.updated", subscription)
        return subscription

    def _paused(self, subscription: Object, asked: Params) -> Object:
        resumes_at = int(asked["resumes_at"]) if "resumes_at" in asked else None
        paused = build(
            stripe.Subscription.PauseCollection,
            behavior=asked["behavior"],
            resumes_at=resumes_at,
        )

        def resume() -> None:
            if subscription["pause_collection"] is paused:
                subscription["pause_collection"] = None
                self.say("customer.subscription.updated", subscription)

        if resumes_at is not None:
            self._at(resumes_at, resume)
        return paused

    def _swap_price(self, subscription: Object, params: Params) -> None:
        (asked,) = params["items"]
        (item,) = subscription["items"]["data"]
        if asked["id"] != item["id"]:
            raise _missing("subscription_item", asked["id"])
        old, new = item["price"], self.get(asked["price"], "price")
        proration = params.get("proration_behavior", "create_prorations")
        lines = self._prorations(item, old, new) if proration != "none" else []
        if proration == "always_invoice":
            declined = subscription["customer"] in self._declining
            due = sum(line["amount"] for line in lines)
            if declined and due > 0 and params.get("payment_behavior") == "error_if_incomplete":
                raise ApiError(402, "card_error", "Your card was declined.", "card_declined")
            item["price"] = new
            self._charge(self._invoice(subscription, "subscription_update", lines))
            return
        item["price"] = new
        self._later.setdefault(subscription["id"], []).extend(lines)

    def _prorations(self, item: Object, old: Object, new: Object) -> list[Object]:
        start, end = item["current_period_start"], item["current_period_end"]
        left = (end - self.at) / (end - start)
        return [
            self._line(item, old, amount=-round(old["unit_amount"] * left), start=self.at),
            self._line(item, new, amount=round(new["unit_amount"] * left), start=self.at),
        ]

    def cancel_subscription(self, subscription_id: str, params: Params) -> Object:
        subscription = self.get(subscription_id, "subscription")
        if subscription["status"] == "canceled":
            raise _missing("subscription", subscription_id)
        subscription["cancellation_details"] = build(
            stripe.Subscription.CancellationDetails,
            comment=params.get("cancellation_details", {}).get("comment"),
            reason="cancellation_requested",
        )
        self._end(subscription)
        return subscription

    def _end(self, subscription: Object) -> None:
        subscription["status"] = "canceled"
        subscription["ended_at"] = subscription["canceled_at"] = self.at
        self.say("customer.subscription.deleted", subscription)

    # -- invoices and charges

    def _line(
        self,
        item: Object,
        price: Object,
        *,
        amount: int | None = None,
        start: int | None = None,
    ) -> Object:
        parent = build(
            stripe.InvoiceLineItem.Parent,
            type="subscription_item_details",
            subscription_item_details=build(
                stripe.InvoiceLineItem.Parent.SubscriptionItemDetails,
                proration=amount is not None,
                subscription=item["subscription"],
                subscription_item=item["id"],
            ),
        )
        pricing = build(
            stripe.InvoiceLineItem.Pricing,
            type="price_details",
            price_details=build(
                stripe.InvoiceLineItem.Pricing.PriceDetails,
                price=price["id"],
                product=price["product"],
            ),
        )
        period_start = item["current_period_start"] if start is None else start
        return build(
            stripe.InvoiceLineItem,
            id=f"il_{next(self._numbers):06d}",
            amount=price["unit_amount"] if amount is None else amount,
            currency=price["currency"],
            period=build(
                stripe.InvoiceLineItem.Period,
                start=period_start,
                end=item["current_period_end"],
            ),
            parent=parent,
            pricing=pricing,
            subscription=item["subscription"],
        )

    def _invoice(self, subscription: Object, reason: str, lines: list[Object]) -> Object:
        customer = self.get(subscription["customer"], "customer")
        total = sum(line["amount"] for line in lines)
        due = max(0, total + customer["balance"])
        parent = build(
            stripe.Invoice.Parent,
            type="subscription_details",
            subscription_details=build(
                stripe.Invoice.Parent.SubscriptionDetails, subscription=subscription["id"]
            ),
        )
        invoice = self._new(
            "in",
            stripe.Invoice,
            customer=customer["id"],
            currency=subscription["currency"],
            status="draft",
            billing_reason=reason,
            starting_balance=customer["balance"],
            lines=listed(lines),
            subtotal=total,
            total=total,
            amount_due=due,
            amount_remaining=due,
            parent=parent,
            payments=listed([]),
        )
        customer["balance"] = min(0, total + customer["balance"])
        subscription["latest_invoice"] = invoice["id"]
        self.say("invoice.created", invoice)
        return invoice

    def _charge(self, invoice: Object) -> None:
        if invoice["status"] not in {"draft", "open"}:
            return
        subscription = self.get(_subscription_of(invoice), "subscription")
        invoice["status"], invoice["attempted"] = "open", True
        invoice["attempt_count"] += 1
        if invoice["amount_due"] and invoice["customer"] in self._declining:
            self._charge_failed(invoice, subscription)
            return
        if invoice["amount_due"]:
            intent = self._paid_intent(invoice)
            payment = build(
                stripe.InvoicePayment.Payment, type="payment_intent", payment_intent=intent["id"]
            )
            paid = self._new(
                "inpay",
                stripe.InvoicePayment,
                invoice=invoice["id"],
                amount_paid=invoice["amount_due"],
                amount_requested=invoice["amount_due"],
                currency=invoice["currency"],
                is_default=True,
                payment=payment,
                status="paid",
            )
            invoice["payments"] = listed([paid])
        invoice["amount_paid"], invoice["amount_remaining"] = invoice["amount_due"], 0
        invoice["status"] = "paid"
        invoice["status_transitions"]["paid_at"] = self.at
        self.say("invoice.paid", invoice)
        if subscription["status"] in {"past_due", "unpaid"} and not self._owes(subscription):
            subscription["status"] = "active"
            self.say("customer.subscription.updated", subscription)

    def _owes(self, subscription: Object) -> bool:
        return any(
            _subscription_of(each) == subscription["id"]
            for each in self.all("invoice", status="open")
        )

    def _charge_failed(self, invoice: Object, subscription: Object) -> None:
        self.say("invoice.payment_failed", invoice)
        tried = invoice["attempt_count"] - 1
        status = "past_due" if tried < len(RETRIES) else "unpaid"
        if subscription["status"] not in {status, "canceled"}:
            subscription["status"] = status
            self.say("customer.subscription.updated", subscription)
        if tried < len(RETRIES) and subscription["status"] != "canceled":
            self._at(self.at + RETRIES[tried] * DAY, lambda: self._charge(invoice))

    def _paid_intent(self, invoice: Object) -> Object:
        self.charges_made += 1
        intent = self._new(
            "pi",
            stripe.PaymentIntent,
            amount=invoice["amount_due"],
            amount_received=invoice["amount_due"],
            currency=invoice["currency"],
            customer=invoice["customer"],
            status="succeeded",
        )
        self._take(intent, invoice["amount_due"])
        return intent

    def _take(self, intent: Object, amount: int) -> None:
        charge = self._new(
            "ch",
            stripe.Charge,
            amount=amount,
            amount_captured=amount,
            captured=True,
            paid=True,
            status="succeeded",
            currency=intent["currency"],
            customer=intent["customer"],
            payment_intent=intent["id"],
        )
        intent["latest_charge"] = charge["id"]
        self.say("charge.succeeded", charge)

    # -- what goes back

    def create_refund(self, params: Params) -> Object:
        intent = self.get(params["payment_intent"], "payment_intent")
        charge = self.get(intent["latest_charge"] or "", "charge")
        amount = int(params.get("amount") or charge["amount"] - charge["amount_refunded"])
        if amount <= 0 or amount > charge["amount"] - charge["amount_refunded"]:
            raise ApiError(
                400,
                "invalid_request_error",
                "Refund amount is greater than what is left of the charge.",
                "charge_already_refunded",
            )
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        made = self._new(
            "re",
            stripe.Refund,
            amount=amount,
            currency=charge["currency"],
            charge=charge["id"],
            payment_intent=intent["id"],
            status="succeeded",
            metadata=params.get("metadata", {}),
        )
        self.say("refund.created", made)
        self.say("charge.refunded", charge)
        return made

    def dispute(self, intent_id: str, status: str) -> Object:
        """A cardholder's bank takes a charge back, or decides about it."""
        intent = self.get(intent_id, "payment_intent")
        charge = self.get(intent["latest_charge"] or "", "charge")
        charge["disputed"] = True
        for held in self.all("dispute", payment_intent=intent_id):
            held["status"] = status
            self.say("charge.dispute.closed", held)
            return held
        made = self._new(
            "dp",
            stripe.Dispute,
            amount=charge["amount"],
            currency=charge["currency"],
            charge=charge["id"],
            payment_intent=intent_id,
            reason="fraudulent",
            status=status,
        )
        self.say("charge.dispute.created", made)
        return made

    # -- holds

    def create_intent(self, params: Params) -> Object:
        """A payment that is held until it is captured, for seven days at most."""
        intent = self._new(
            "pi",
            stripe.PaymentIntent,
            amount=int(params["amount"]),
            amount_capturable=int(params["amount"]),
            currency=params["currency"],
            customer=params.get("customer"),
            capture_method="manual",
            status="requires_capture",
        )
        self._at(self.at + HOLD_LASTS, lambda: self._let_go(intent))
        self.say("payment_intent.amount_capturable_updated", intent)
        return intent

    def capture_intent(self, intent_id: str, params: Params) -> Object:
        intent = self.get(intent_id, "payment_intent")
        amount = int(params.get("amount_to_capture") or intent["amount_capturable"])
        if intent["status"] != "requires_capture" or amount > intent["amount_capturable"]:
            raise _bad("This PaymentIntent could not be captured.")
        self.charges_made += 1
        intent["status"], intent["amount_received"] = "succeeded", amount
        intent["amount_capturable"] = 0
        self._take(intent, amount)
        self.say("payment_intent.succeeded", intent)
        return intent

    def cancel_intent(self, intent_id: str, _: Params) -> Object:
        intent = self.get(intent_id, "payment_intent")
        if intent["status"] != "requires_capture":
            raise _bad("You cannot cancel this PaymentIntent.")
        self._let_go(intent)
        return intent

    def _let_go(self, intent: Object) -> None:
        if intent["status"] == "requires_capture":
            intent["status"], intent["amount_capturable"] = "canceled", 0
            self.say("payment_intent.canceled", intent)


def _subscription_of(invoice: Object) -> str:
    found: str = invoice["parent"]["subscription_details"]["subscription"]
    return found


def _months_between(anchor: int, at: int) -> int:
    begin, now = datetime.fromtimestamp(anchor, UTC), datetime.fromtimestamp(at, UTC)
    return (now.year - begin.year) * 12 + now.month - begin.month


def _month_after(anchor: int, start: int, months: int) -> int:
    """The anchor's day of a later month, or that month's last day, at the anchor's time of day."""
    begin = datetime.fromtimestamp(anchor, UTC)
    years, index = divmod(begin.month - 1 + months, 12)
    year, month = begin.year + years, index + 1
    day = min(begin.day, monthrange(year, month)[1])
    return int(begin.replace(year=year, month=month, day=day).timestamp())
