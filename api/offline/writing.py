"""What the desk writes about records besides rides: entries, what became of them, marks, stops."""

from __future__ import annotations

from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.offline.state import OfflineState
from api.rides.parameters import as_json

INSERT_ENTRIES = text("""
    INSERT INTO offline_outcome
    SELECT * FROM json_populate_recordset(NULL::offline_outcome, CAST(:rows AS json))
""")
_UPDATE_RECORDS = text("""
    UPDATE offline_record r SET authorization_id = c.authorization_id, merged = c.merged,
        finalised_at = coalesce(r.finalised_at, c.finalised_at)
    FROM json_populate_recordset(NULL::offline_record, CAST(:rows AS json)) c
    WHERE r.record_id = c.record_id
""")
_INSERT_MARKS = text("""
    INSERT INTO pass_mark
    SELECT DISTINCT * FROM json_populate_recordset(NULL::pass_mark, CAST(:rows AS json))
    ON CONFLICT DO NOTHING
""")
_STOP_PASSES = text("""
    UPDATE pass_certificate c SET revoked_at = s.revoked_at, revoked_for = s.revoked_for
    FROM json_populate_recordset(NULL::pass_certificate, CAST(:rows AS json)) s
    WHERE c.pass_id = s.pass_id AND c.revoked_at IS NULL
""")


async def write_offline(connection: AsyncConnection, offline: OfflineState) -> None:
    """Write what the reconciliations of a batch made or changed; nothing where there were none."""
    statements: tuple[tuple[TextClause, list[dict[str, Any]]], ...] = (
        (INSERT_ENTRIES, offline.entries),
        (_UPDATE_RECORDS, offline.changed),
        (_INSERT_MARKS, offline.marks),
        (_STOP_PASSES, offline.stopped),
    )
    for statement, rows in statements:
        if rows:
            await connection.execute(statement, {"rows": as_json(rows)})
