"""What a batch writes: each table in one statement, as JSON that PostgreSQL takes apart."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import datetime
from typing import Any

import orjson

from api.rides.answers import Answer
from api.rides.parameters import as_json
from api.rides.requests import Caller
from api.rides.state import BatchState
from api.rides.together import Statement
from api.webhooks.outbox import outbox_rows


def state_statements(
    state: BatchState, listening: Container[str], now: datetime
) -> list[Statement]:
    """Write every ride, use, refusal and count that the batch's decisions made or changed, and
    what has to be told of them to the operators that are `listening`."""
    rides = state.rides.values()
    written = (
        (_insert('"authorization"'), [ride.row for ride in rides if ride.new]),
        (_UPDATE_RIDES, [ride.row for ride in rides if ride.changed and not ride.new]),
        (_COUNT, _usage_rows(state)),
        (_insert("pass_use"), state.uses),
        (_insert("sequence_use"), state.sequence_uses),
        (_insert("refusal"), state.refusals),
        (_insert("ride_correction"), state.corrections),
        (_insert("outbox"), outbox_rows(rides, listening, now)),
    )
    return [Statement(sql, {"rows": as_json(rows)}, reads=False) for sql, rows in written if rows]


def _insert(table: str) -> str:
    return (
        f"INSERT INTO {table} SELECT * FROM "  # noqa: S608 - the names are our own
        f"json_populate_recordset(NULL::{table}, CAST(%(rows)s AS json))"
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
_UPDATE_RIDES = (
    'UPDATE "authorization" a SET '  # noqa: S608 - the names are our own
    + ", ".join(f"{column} = r.{column}" for column in _CHANGING)
    # What is in the lake otherwise than here is written there once more (api/insights/export.py).
    + ", exported_at = CASE r.status WHEN 'captured' THEN NULL ELSE a.exported_at END"
    + ' FROM json_populate_recordset(NULL::"authorization", CAST(%(rows)s AS json)) r '
    "WHERE a.account_id = r.account_id AND a.authorization_id = r.authorization_id"
)


_COUNT = """
    INSERT INTO usage SELECT * FROM json_populate_recordset(NULL::usage, CAST(%(rows)s AS json))
    ON CONFLICT (account_id, subscription_id, allowance_id, period_start_date)
    DO UPDATE SET used = EXCLUDED.used
"""


def _usage_rows(state: BatchState) -> list[dict[str, Any]]:
    return [
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


_CLAIM = """
    INSERT INTO authorization_claim
        (operator_id, idempotency_key, request_hash, answer, claimed_at)
    SELECT operator_id, idempotency_key, decode(request_hash, 'hex'), answer, claimed_at
    FROM json_to_recordset(CAST(%(rows)s AS json)) AS r(
        operator_id text, idempotency_key text, request_hash text, answer json,
        claimed_at timestamptz
    ) ORDER BY 1, 2
"""


def claim_statement(answers: Sequence[tuple[Caller, Answer]]) -> Statement:
    """Store each answer under its claim, for whoever asks again with the same key."""
    rows = [
        {
            "operator_id": caller.operator_id,
            "idempotency_key": caller.idempotency_key,
            "request_hash": caller.request_hash.hex(),
            "answer": orjson.Fragment(answer.body),
            "claimed_at": caller.arrived_at,
        }
        for caller, answer in answers
    ]
    return Statement(_CLAIM, {"rows": as_json(rows)}, reads=False)
