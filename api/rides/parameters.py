"""Lists as statement parameters: as one text, because a driver's own arrays cost per element."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson


def as_json(rows: list[dict[str, Any]]) -> str:
    """Rows for `json_to_recordset` and its like."""
    return orjson.dumps(rows).decode()


def as_array(values: Iterable[int | str | UUID]) -> str:
    """Numbers or UUIDs as PostgreSQL writes an array; neither has a letter to escape."""
    return "{" + ",".join(map(str, values)) + "}"
