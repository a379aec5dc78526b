"""Which month a day falls into, by example and as a law over any run of months."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from api.subscriptions.periods import month_number, months_after, paid_month

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def test_months_are_counted_from_the_runs_first_day() -> None:
    january = date(2026, 1, 31)
    assert [months_after(january, n) for n in range(5)] == [
        january,
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
        date(2026, 5, 31),
    ]
    assert months_after(date(2026, 12, 5), 1) == date(2027, 1, 5)


def test_the_month_of_a_day_within_two_paid_in_advance() -> None:
    run = date(2026, 4, 8), date(2026, 6, 8)
    assert paid_month(*run, date(2026, 5, 7)) == (date(2026, 4, 8), date(2026, 5, 8))
    assert paid_month(*run, date(2026, 5, 8)) == (date(2026, 5, 8), date(2026, 6, 8))


def test_a_day_outside_is_given_the_nearest_month_and_lies_outside_it() -> None:
    run = date(2026, 4, 8), date(2026, 6, 8)
    assert paid_month(*run, date(2026, 4, 7)) == (date(2026, 4, 8), date(2026, 5, 8))
    assert paid_month(*run, date(2026, 6, 8)) == (date(2026, 5, 8), date(2026, 6, 8))


@given(DAYS, st.integers(1, 40), st.integers(0, 2000))
def test_months_cover_a_run_without_gap_or_overlap(start: date, months: int, offset: int) -> None:
    until = months_after(start, months)
    day = start + timedelta(days=offset % (until - start).days)
    begins, ends = paid_month(start, until, day)
    assert start <= begins <= day < ends <= until
    assert ends == months_after(start, month_number(start, begins) + 1)
