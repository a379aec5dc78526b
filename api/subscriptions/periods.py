"""Which dates a paid month covers."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def month_later(start: date, anchor_day: int) -> date:
    """The first day after a paid month that begins on `start` (the end is exclusive).

    `anchor_day` is the day of the month on which the subscription began: a period begun on
    31 January ends on 28 February, and the next on 31 March again.
    """
    year, month = (start.year + 1, 1) if start.month == 12 else (start.year, start.month + 1)
    return date(year, month, min(anchor_day, monthrange(year, month)[1]))
