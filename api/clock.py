"""What time it is: the one source of time for sign-in, codes, decisions and stored rows."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo


@runtime_checkable
class Clock(Protocol):
    """Tells the time; `simulated` says whether it is the world's."""

    simulated: bool

    def now(self) -> datetime:
        """The instant, timezone-aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    simulated = False

    def now(self) -> datetime:
        """The machine's time in UTC."""
        return datetime.now(UTC)


class DemoClock:
    """A clock that a demo or a test sets, and that may then run on from there.

    It is handed to `create_app` by its owner in the same process; no endpoint reaches it.
    """

    simulated = True

    def __init__(self, start_at: datetime) -> None:
        self._base_at = start_at.astimezone(UTC)
        self._started: float | None = None

    def now(self) -> datetime:
        """The set instant, plus what has really passed since `run`."""
        if self._started is None:
            return self._base_at
        return self._base_at + timedelta(seconds=time.monotonic() - self._started)

    def set(self, at: datetime) -> None:
        """Stand still at `at`."""
        self._base_at, self._started = at.astimezone(UTC), None

    def advance(self, by: timedelta) -> None:
        """Move forward by `by`, keeping on running if it ran."""
        self._base_at += by

    def run(self) -> None:
        """Run on from the present reading at the world's pace."""
        self._base_at, self._started = self.now(), time.monotonic()


# A service day begins at noon minus twelve hours (GTFS); rides before this local hour
# belong to the evening before, as timetables past 24:00 do.
SERVICE_DAY_STARTS_SECONDS = 4 * 3600


def service_instant(at: datetime, zone: ZoneInfo) -> tuple[date, int]:
    """The service date and the service seconds (may pass 24:00) of an instant.

    Seconds count from noon minus twelve hours, so that a daylight-saving night shifts no
    timetable. Until 04:00 local time the service day before still runs.
    """
    local = at.astimezone(zone)
    day = local.date()
    if local.hour * 3600 + local.minute * 60 + local.second < SERVICE_DAY_STARTS_SECONDS:
        day -= timedelta(days=1)
    return day, int((at - _noon(day, zone)).total_seconds()) + 12 * 3600


@lru_cache(maxsize=64)
def _noon(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=zone).astimezone(UTC)
