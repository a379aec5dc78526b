"""What `/v1/authorizations` reads and writes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from api.passes.card_routes import CardReference
from api.rides.tables import Authorization
from api.wire import Identifier, Instant, MoneyInput, MoneyView, Request, ShortText, TextView, View
from fares.modes import Mode
from fares.taps import TapAction

CodeText = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=2000,
        description="The text of the scanned code, unchanged: spaces count.",
        examples=["TK1:..."],
    ),
]


SequenceNumber = Annotated[
    int,
    msgspec.Meta(
        ge=1,
        le=2**53 - 1,
        description="The reader's own number of this tap, never used for another.",
    ),
]


class AuthorizationRequest(Request, frozen=True):
    """A code or card at a reader (`tap_on`, `tap_off`, `gate_in`, `gate_out`), or `hold` for a car.

    `amount` is the most that a booked ride may cost; `area_numbers` say where a taxi is asked
    to go where no stop does. What is not known is left out, never guessed. A pass on paper has
    no counter, nor has an IC card, which is known by its `card_reference`: there the reader
    counts, and sends its `sequence`.
    """

    action: TapAction
    mode: Mode
    code: CodeText | None = None
    card_reference: CardReference | None = None
    stop_id: Identifier | None = None
    route_id: Identifier | None = None
    direction_id: Annotated[int, msgspec.Meta(ge=0, le=1)] | None = None
    trip_id: Identifier | None = None
    vehicle_id: Identifier | None = None
    area_numbers: Annotated[
        list[Annotated[int, msgspec.Meta(ge=0, le=127)]], msgspec.Meta(max_length=16)
    ] = []
    amount: MoneyInput | None = None
    companions: Annotated[int, msgspec.Meta(ge=0, le=8)] = 0
    sequence: SequenceNumber | None = None


class StepRequest(Request, frozen=True):
    """A step without further facts; `by` says who cancels, `note` why a ride is voided."""

    by: Literal["rider", "driver", "provider"] | None = None
    note: ShortText | None = None


class AdjustRequest(Request, frozen=True):
    """What was otherwise than the ledger has it, and why; a price only ever goes down."""

    note: ShortText
    amount: MoneyInput | None = None
    boarding_stop_id: Identifier | None = None
    alighting_stop_id: Identifier | None = None
    route_id: Identifier | None = None
    direction_id: Annotated[int, msgspec.Meta(ge=0, le=1)] | None = None
    companions: Annotated[int, msgspec.Meta(ge=0, le=8)] | None = None


class CaptureRequest(Request, frozen=True):
    """The final price. Above the hold it needs a `code` that the rider signed for it."""

    amount: MoneyInput
    distance_meters: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None
    code: CodeText | None = None


class AuthorizationView(View, frozen=True):
    """The answer. A refusal is an answer too: act on `result`, show `message`."""

    authorization_id: UUID | None
    result: Literal["granted", "refused"]
    reason: str | None
    message: TextView
    rule: str
    status: str | None
    leg_state: str | None
    mode: str | None
    rider_category: str | None
    category_name: TextView | None
    rider_pays: MoneyView | None
    decided_at: Instant


class OperatorRideView(View, frozen=True):
    """A ride as its operator sees it: nothing of the rider."""

    authorization_id: UUID
    service_date: date
    mode: str
    status: str
    leg_state: str
    granted_at: Instant
    route_id: str | None
    trip_id: str | None
    boarding_stop_id: str | None
    alighting_stop_id: str | None
    shadow_fare: MoneyView | None
    captured: MoneyView | None
    rider_pays: MoneyView
    plan_pays: MoneyView | None


class OperatorRideListView(View, frozen=True):
    """A page of rides; `next_cursor` is null on the last."""

    items: list[OperatorRideView]
    next_cursor: str | None


class ChangeView(View, frozen=True):
    """One field of a ride before and after a correction."""

    field: str
    before: str | int | None
    after: str | int | None


class CorrectionView(View, frozen=True):
    """What was put right, when and why; `changes` are cleared with the ride's own stops."""

    correction_id: UUID
    action: Literal["adjust", "void"]
    note: str | None
    corrected_at: Instant
    changes: list[ChangeView]


class CorrectionListView(View, frozen=True):
    """A ride's corrections, oldest first."""

    items: list[CorrectionView]


def ride_view(row: Authorization) -> OperatorRideView:
    """A ride as its operator sees it."""

    def money(amount: int | None) -> MoneyView | None:
        return None if amount is None else MoneyView(amount_minor=amount, currency=row.currency)

    return OperatorRideView(
        authorization_id=row.authorization_id,
        service_date=row.service_date,
        mode=row.mode,
        status=row.status,
        leg_state=row.leg_state,
        granted_at=row.granted_at,
        route_id=row.route_id,
        trip_id=row.trip_id,
        boarding_stop_id=row.boarding_stop_id,
        alighting_stop_id=row.alighting_stop_id,
        shadow_fare=money(row.shadow_fare_minor),
        captured=money(row.captured_minor),
        rider_pays=MoneyView(amount_minor=row.rider_pays_minor, currency=row.currency),
        plan_pays=money(row.plan_pays_minor),
    )
