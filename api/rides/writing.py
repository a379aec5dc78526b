"""What a batch writes: each table in one statement, as JSON that PostgreSQL takes apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.rides.answers import Answer
from api.rides.parameters import as_json
from api.rides.requests import Caller
from api.rides.state import BatchState


async def write_state(connection: AsyncConnection, state: BatchState) -> None:
    """Write every ride, use, refusal and count that the batch's decisions made or changed."""
    await _insert(connection, '"authorization"', [r.row for r in state.rides.values() if r.new])
    changed = [r.row for r in state.rides.values() if r.changed and not r.new]
    await _update_rides(connection, changed)
    await _write_usage(connection, state)
    await _insert(connection, "pass_use", state.uses)
    await _insert(connection, "sequence_use", state.sequence_uses)
    await _insert(connection, "refusal", state.refusals)
    await _insert(connection, "ride_correction", state.corrections)


async def _insert(connection: AsyncConnection, table: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows of one table in one statement, as JSON that PostgreSQL takes apart."""
    if rows:
        await connection.execute(
            text(
                f"INSERT INTO {table} SELECT * FROM "  # noqa: S608 - the names are our own
                f"json_populate_recordset(NULL::{table}, CAST(:rows AS json))"
            ),
            {"rows": as_json(rows)},
        )


_CHANGING = (
    "status",
    "leg_state",
    "rule",
    "rider_pays_minor",
    "plan_pays_minor",
    "hold_minor",
    "captured_minor",
    "shadow_fare_minor",
    "distance_meters",
    "companions",
    "consumed",
    "route_id",
    "direction_id",
    "trip_id",
    "boarding_stop_id",
    "alighting_stop_id",
    "boarded_at",
    "alighted_at",
    "closed_by",
    "closed_at",
)
_UPDATE_RIDES = text(
    'UPDATE "authorization" a SET '  # noqa: S608 - the names are our own
    + ", ".join(f"{column} = r.{column}" for column in _CHANGING)
    # What is in the lake otherwise than here is written there once more (api/insights/export.py).
    + ", exported_at = CASE r.status WHEN 'captured' THEN NULL ELSE a.exported_at END"
    + ' FROM json_populate_recordset(NULL::"authorization", CAST(:rows AS json)) r '
    "WHERE a.account_id = r.account_id AND a.authorization_id = r.authorization_id"
)


async def _update_rides(connection: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(_UPDATE_RIDES, {"rows": as_json(rows)})


async def _write_usage(connection: AsyncConnection, state: BatchState) -> None:
    rows = [
        {
            "account_id": holder.account_id,
            "subscription_id": holder.subscription_id,
            "allowance_id": allowance_id,
            "period_start_date": start,
            "used": holder.usage[(allowance_id, start)],
        }
        for holder in state.holders.values()
        for allowance_id, start in sorted(holder.touched)
    ]
    if rows:
        await connection.execute(
            text(
                "INSERT INTO usage SELECT * FROM "
                "json_populate_recordset(NULL::usage, CAST(:rows AS json)) "
                "ON CONFLICT (account_id, subscription_id, allowance_id, period_start_date) "
                "DO UPDATE SET used = EXCLUDED.used"
            ),
            {"rows": as_json(rows)},
        )


async def write_answers(
    connection: AsyncConnection, answers: Sequence[tuple[Caller, Answer]]
) -> None:
    """Store each answer under its claim, for whoever asks again with the same key."""
    rows = [
        {
            "operator_id": caller.operator_id,
            "idempotency_key": caller.idempotency_key,
            "answer": answer.document,
        }
        for caller, answer in answers
    ]
    await connection.execute(
        text(
            "UPDATE authorization_claim c SET answer = r.answer "
            "FROM json_to_recordset(CAST(:rows AS json)) "
            "AS r(operator_id text, idempotency_key text, answer jsonb) "
            "WHERE c.operator_id = r.operator_id AND c.idempotency_key = r.idempotency_key"
        ),
        {"rows": as_json(rows)},
    )
