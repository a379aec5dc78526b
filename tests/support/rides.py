"""Rides put straight into the ledger, where a test needs many or old ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from api.residents.tables import Resident
from api.rides.tables import Authorization
from tests.support import isleta
from tests.support.world import World

MORNING = datetime(2023, 3, 1, 8, 20, tzinfo=UTC)


async def add_resident(
    world: World, consent: bool = False, changed_at: datetime | None = None
) -> UUID:
    """A resident, who may have agreed to trip facts (long ago unless told otherwise)."""
    account_id = uuid4()
    async with world.database.session() as session:
        session.add(
            Resident(
                account_id=account_id,
                resident_number=account_id.hex[:10],
                display_name="someone",
                trip_facts_consent=consent,
                consent_changed_at=changed_at or datetime(2022, 1, 1, tzinfo=UTC),
                created_at=datetime(2022, 1, 1, tzinfo=UTC),
            )
        )
    return account_id


async def add_ride(
    world: World, account_id: UUID, boarded_at: datetime | None = MORNING, **changes: Any
) -> UUID:
    """A captured bus ride of line L1 from a to c, twenty minutes long."""
    granted_at = boarded_at or MORNING
    row: dict[str, Any] = {
        "account_id": account_id,
        "authorization_id": uuid4(),
        "subscription_id": uuid4(),
        "pass_id": 1,
        "operator_id": isleta.BUS,
        "validator_id": uuid4(),
        "kind": "walk_up",
        "mode": "bus",
        "status": "captured",
        "leg_state": "ENDED",
        "rule": "plan",
        "service_date": granted_at.date(),
        "granted_at": granted_at,
        "currency": "JPY",
        "shadow_fare_minor": 140,
        "consumed": [],
        "route_id": "L1",
        "direction_id": 0,
        "boarding_stop_id": "a",
        "alighting_stop_id": "c",
        "boarded_at": boarded_at,
        "alighted_at": boarded_at + timedelta(minutes=20) if boarded_at else None,
        "closed_at": granted_at + timedelta(minutes=20),
        **changes,
    }
    async with world.database.session() as session:
        session.add(Authorization(**row))
    return row["authorization_id"]  # type: ignore[no-any-return]  # the row holds what it was given
