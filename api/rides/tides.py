"""An operator's rides in the words of TIDES: `fare_transactions`, one row for each thing done.

Leaves out whatever would tell one rider from another: no token, no category, no journey.
"""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from api.database import Database
from api.insights.downloads import plain_text
from fares.rides import Action, Kind, RideStatus
from fares.taps import TapAction
from gtfs.currencies import minor_digits

COLUMNS = (
    *("transaction_id", "service_date", "event_timestamp", "location_ping_id", "amount"),
    *("currency_type", "fare_action", "trip_id_performed", "trip_id_scheduled", "pattern_id"),
    *("trip_stop_sequence", "scheduled_stop_sequence", "vehicle_id", "device_id", "fare_id"),
    *("stop_id", "num_riders", "fare_media_id", "rider_category", "fare_product"),
    *("fare_period", "fare_capped", "token_id", "balance"),
)

# Each thing that happens to a ride as TIDES calls it. `confirm` and `arrive` make no row: no
# fare and no rider is in them.
FARE_ACTIONS: dict[str, str] = {
    TapAction.TAP_ON: "Enter",
    TapAction.GATE_IN: "Enter",
    TapAction.TAP_OFF: "Exit",
    TapAction.GATE_OUT: "Exit",
    TapAction.HOLD: "Other",
    Action.CONFIRM: "Other",
    Action.ARRIVE: "Other",
    Action.START: "Enter",
    Action.END: "Exit",
    Action.CAPTURE: "Other",
    Action.CLOSE: "Other",
    Action.CANCEL: "Void",
    Action.NO_SHOW: "Void",
    Action.NO_VEHICLE: "Void",
    Action.EXPIRE: "Void",
    Action.VOID: "Void",
    Action.ADJUST: "Adjust",
}
# Of a ride that goes on a journey: it takes no further ride from an allowance.
ON_A_TRANSFER = {"Enter": "Transfer entrance", "Exit": "Transfer exit"}
# What TIDES knows and no ride of ours does, and why.
DOES_NOT_OCCUR = {
    "Unknown action type": "every row comes from a step that the ledger names",
    "Purchase": "plans are bought from the town, not at an operator's reader",
    "Add": "a plan has allowances that begin anew, and no value to add",
    "New": "the town gives passes to phones, not an operator's reader",
    "Capture": "it means that a device kept the card; nobody keeps a phone",
    "Extend": "a plan is paid for month by month at the town",
    "Combine": "a resident has one plan",
    "Activate": "a plan begins when it is paid, at the town",
}

_BATCH = 500
_RIDES = text("""
    SELECT a.authorization_id, a.service_date, a.kind, a.granted_at, a.boarded_at, a.alighted_at,
           a.closed_by, a.closed_at, a.captured_minor, a.currency, a.trip_id, a.vehicle_id,
           a.status, a.validator_id, a.boarding_stop_id, a.alighting_stop_id, a.companions,
           a.journey_id IS NOT NULL AND EXISTS (
               SELECT FROM "authorization" b
               WHERE b.account_id = a.account_id AND b.journey_id = a.journey_id
                 AND b.status <> 'voided' AND b.granted_at < a.granted_at
           ) AS transfer
    FROM "authorization" a
    WHERE a.operator_id = :operator_id AND a.service_date = :service_date
      AND a.validator_id <> :nobody
    ORDER BY a.granted_at, a.authorization_id
""")
_CORRECTIONS = text("""
    SELECT authorization_id, correction_id, action, corrected_at, amount_minor, corrected_by
    FROM ride_correction WHERE operator_id = :operator_id AND service_date = :service_date
    ORDER BY corrected_at, correction_id
""")
# A ride whose instants are cleared has no validator either; nothing can be told of it.
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a ride; `amount_minor` is what it added to the ride's price."""

    name: str
    fare_action: str
    at: datetime
    amount_minor: int = 0
    stop_id: str | None = None
    device_id: UUID | None = None


async def tides_csv(
    database: Database, operator_id: str, service_date: date
) -> AsyncIterator[bytes]:
    """The rows of an operator's service day, in parts: a day may be long."""
    values = {"operator_id": operator_id, "service_date": service_date}
    corrections: dict[UUID, list[RowMapping]] = {}
    async with database.engine.connect() as connection:
        for row in (await connection.execute(_CORRECTIONS, values)).mappings():
            corrections.setdefault(row["authorization_id"], []).append(row)
    return _parts(database, values, corrections)


async def _parts(
    database: Database, values: dict[str, Any], corrections: dict[UUID, list[RowMapping]]
) -> AsyncIterator[bytes]:
    yield _lines([COLUMNS])
    async with (
        database.engine.connect() as connection,
        connection.stream(_RIDES, {**values, "nobody": _NOBODY}) as rides,
    ):
        async for part in rides.mappings().partitions(_BATCH):
            yield _lines(
                fields
                for ride in part
                for fields in ride_rows(ride, corrections.get(ride["authorization_id"], []))
            )


def ride_rows(ride: RowMapping, corrections: Iterable[RowMapping]) -> Iterator[list[Any]]:
    """A ride's rows, each with a field for every column; their amounts sum to its price."""
    corrected = list(corrections)
    for event in _events(ride, corrected):
        yield _fields(ride, event)


def _events(ride: RowMapping, corrections: list[RowMapping]) -> Iterator[Event]:
    settled = (ride["captured_minor"] or 0) - sum(row["amount_minor"] for row in corrections)
    yield from _walk_up(ride, settled) if ride["kind"] == Kind.WALK_UP else _booked(ride, settled)
    for row in corrections:
        yield Event(
            name=str(row["correction_id"]),
            fare_action=FARE_ACTIONS[row["action"]],
            at=row["corrected_at"],
            amount_minor=row["amount_minor"],
            device_id=row["corrected_by"],
        )


def _walk_up(ride: RowMapping, settled: int) -> Iterator[Event]:
    """Boarding, and leaving where that was tapped; the price goes with what settled it."""
    at_once = ride["closed_by"] == TapAction.TAP_ON
    yield Event(
        "enter",
        _on_the_way(ride, FARE_ACTIONS[TapAction.TAP_ON]),
        ride["granted_at"],
        settled if at_once else 0,
        ride["boarding_stop_id"],
    )
    if ride["alighted_at"] is not None:
        exits = _on_the_way(ride, FARE_ACTIONS[TapAction.TAP_OFF])
        yield Event("exit", exits, ride["alighted_at"], settled, ride["alighting_stop_id"])
    elif ride["closed_at"] is not None and not at_once:
        # Nobody was seen leaving: closed by the rule, or by the next tap.
        action = FARE_ACTIONS.get(ride["closed_by"], FARE_ACTIONS[Action.CLOSE])
        yield Event(ride["closed_by"], action, ride["closed_at"], settled)


def _booked(ride: RowMapping, settled: int) -> Iterator[Event]:
    """The hold, the ride itself, and what settled it."""
    stops = ride["boarding_stop_id"], ride["alighting_stop_id"]
    yield Event("hold", FARE_ACTIONS[TapAction.HOLD], ride["granted_at"], 0, stops[0])
    if ride["boarded_at"] is not None:
        yield Event("start", FARE_ACTIONS[Action.START], ride["boarded_at"], 0, stops[0])
    if ride["alighted_at"] is not None:
        yield Event("end", FARE_ACTIONS[Action.END], ride["alighted_at"], 0, stops[1])
    if ride["closed_at"] is not None:
        closed_by = ride["closed_by"]
        yield Event(closed_by, FARE_ACTIONS[closed_by], ride["closed_at"], settled)


def _on_the_way(ride: RowMapping, fare_action: str) -> str:
    return ON_A_TRANSFER[fare_action] if ride["transfer"] else fare_action


def _fields(ride: RowMapping, event: Event) -> list[Any]:
    currency = ride["currency"]
    known = {
        "transaction_id": f"{ride['authorization_id']}/{event.name}",
        "service_date": ride["service_date"].isoformat(),
        "event_timestamp": f"{event.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "amount": Decimal(event.amount_minor).scaleb(-minor_digits(currency)),
        "currency_type": currency,
        "fare_action": event.fare_action,
        "trip_id_scheduled": ride["trip_id"],
        "vehicle_id": ride["vehicle_id"],
        "device_id": str(event.device_id or ride["validator_id"]),
        "stop_id": event.stop_id,
        "num_riders": 1 + ride["companions"],
        "fare_media_id": "Optical scan",
        "fare_product": "Pass" if _is_priced(ride) else "Pass, no price known",
        "fare_capped": "false",
    }
    return [_field(known.get(column)) for column in COLUMNS]


def _is_priced(ride: RowMapping) -> bool:
    """TIDES asks for an amount where nobody knows one: it is 0 then, and said beside it."""
    return ride["status"] != RideStatus.CAPTURED or ride["captured_minor"] is not None


def _field(value: Any) -> Any:
    return plain_text(value) if isinstance(value, str) else value


def _lines(rows: Iterable[Iterable[Any]]) -> bytes:
    sheet = io.StringIO()
    csv.writer(sheet, lineterminator="\r\n").writerows(rows)
    return sheet.getvalue().encode()
