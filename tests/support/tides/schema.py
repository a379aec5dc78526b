"""Reading a CSV file by a TIDES table schema: the fields, and what is wrong with the rows."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

FARE_TRANSACTIONS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "fare_transactions.schema.json").read_text("utf-8")
)
FIELDS: dict[str, dict[str, Any]] = {f["name"]: f for f in FARE_TRANSACTIONS["fields"]}


def read_fare_transactions(content: bytes) -> list[dict[str, str]]:
    """The rows; raises AssertionError with everything that the schema does not allow."""
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    assert rows[0] == list(FIELDS)
    found = [dict(zip(FIELDS, row, strict=True)) for row in rows[1:]]
    problems = [problem for row in found for problem in _problems(row)]
    ids = [row[FARE_TRANSACTIONS["primaryKey"]] for row in found]
    assert not problems, problems
    assert len(set(ids)) == len(ids)
    return found


def _problems(row: dict[str, str]) -> Iterator[str]:
    for name, field in FIELDS.items():
        value, constraints = row[name], field.get("constraints", {})
        if value in FARE_TRANSACTIONS["missingValues"]:
            if constraints.get("required"):
                yield f"{name} is missing"
            continue
        if "enum" in constraints and value not in constraints["enum"]:
            yield f"{name} is {value!r}"
        read = _read(field["type"], value)
        if "minimum" in constraints and read < constraints["minimum"]:
            yield f"{name} is {value}"


def _read(kind: str, value: str) -> Any:
    """The value as the type says; raises where it is none."""
    match kind:
        case "string":
            return value
        case "integer":
            return int(value)
        case "number":
            return Decimal(value)
        case "boolean":
            return {"true": True, "false": False}[value]
        case "date":
            return date.fromisoformat(value)
        case "datetime":
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value), value
            return datetime.fromisoformat(value)
    raise AssertionError(f"no such type: {kind}")
