"""Which dates a paid month covers, when months are bought one by one and sometimes in advance."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache


def months_after(start: date, months: int) -> date:
    """The same day of a later month, or that month's last day.

    Always counted from the run's first day, so that a run begun on 31 January has its months
    begin on 28 February and on 31 March again.
    """
    years, index = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, index + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def month_number(paid_from: date, day: date) -> int:
    """How many whole months of the run that began on `paid_from` are over on `day`."""
    months = (day.year - paid_from.year) * 12 + day.month - paid_from.month
    return months - 1 if months_after(paid_from, months) > day else months


@lru_cache(maxsize=4096)  # all who paid on the same day have the same months
def paid_month(paid_from: date, paid_until: date, day: date) -> tuple[date, date]:
    """The month [start, end) of a paid run that `day` falls into, and no day beyond the run.

    Allowances start anew with each, whenever it was paid. A day before the run is given its
    first month, a day after it its last: neither then lies within what is returned.
    """
    within = min(max(day, paid_from), paid_until - timedelta(days=1))
    number = month_number(paid_from, within)
    return months_after(paid_from, number), min(months_after(paid_from, number + 1), paid_until)
