"""When does what a ride tells of a person go? The two terms, counted from the month's end."""

from __future__ import annotations

from datetime import date, timedelta

# After this, stop and instant leave the ride's row, and its day is exported no more.
TRACE_KEPT = timedelta(days=14)
# After this, the month's pseudonyms can no longer be made or compared.
PSEUDONYM_KEPT = timedelta(days=56)


def month_of(day: date) -> str:
    """The month as YYYY-MM."""
    return f"{day:%Y-%m}"


def first_day(month: str) -> date:
    """The first day of a month given as YYYY-MM."""
    return date.fromisoformat(f"{month}-01")


def first_kept_day(today: date, kept: timedelta) -> date:
    """The first day of the oldest month that ended less than `kept` ago.

    A month ends when the next begins: with 14 days, March is kept up to 14 April.
    """
    return (today - kept).replace(day=1)
