"""Where the next page of a list in order of time begins."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from api.errors import DomainError
from fares.reasons import Text

# Letters that a URL carries as they are: an offset's plus sign would arrive as a space.
_TIME = "%Y%m%dT%H%M%S.%f"


def write_cursor(at: datetime, identifier: UUID) -> str:
    """The cursor after the last row of a page."""
    return f"{at.astimezone(UTC):{_TIME}}~{identifier}"


def read_cursor(cursor: str) -> tuple[datetime, UUID]:
    """The time and id of the row before; raises 400 `bad_cursor`."""
    at, _, identifier = cursor.partition("~")
    try:
        return datetime.strptime(at, _TIME).replace(tzinfo=UTC), UUID(identifier)
    except ValueError:
        raise DomainError(
            "bad_cursor",
            Text("続きの位置が正しくありません。", "`cursor` must come from `next_cursor`."),
        ) from None
