"""What a batch of the desk has to tell: each ride that began or changed, to who listens."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import msgspec

from api.rides.shapes import ride_view
from api.rides.state import Ride

EVENT_TYPE = "ride.changed"


def outbox_rows(
    rides: Iterable[Ride], listening: Container[str], now: datetime
) -> list[dict[str, Any]]:
    """A row for each ride that the batch writes and whose operator listens."""
    return [
        _row(ride, now)
        for ride in rides
        if (ride.new or ride.changed) and ride.row["operator_id"] in listening
    ]


def _row(ride: Ride, now: datetime) -> dict[str, Any]:
    """The ride as its operator sees it (`OperatorRideView`), nothing of the rider."""
    view: Any = ride_view(SimpleNamespace(**ride.row))  # type: ignore[arg-type]  # a row not stored yet
    return {
        "operator_id": ride.row["operator_id"],
        "event_id": uuid4(),
        "authorization_id": ride.authorization_id,
        "payload": {
            "type": EVENT_TYPE,
            "timestamp": now.isoformat(),
            "data": msgspec.to_builtins(view),
        },
        "created_at": now,
        "due_at": now,
        "attempts": 0,
    }
