"""How days and hours are called in both languages."""

from __future__ import annotations

from datetime import date

from fares.reasons import Text

# Seconds of the service day, [start, end).
Window = tuple[int, int]
WEEKDAYS_JA = "月火水木金土日"


def service_time(seconds: int) -> str:
    """Service seconds as HH:MM; the hour may pass 24."""
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"


def day_type(day: date) -> str:
    """`weekday`, `saturday` or `sunday`; public holidays are not known."""
    return {5: "saturday", 6: "sunday"}.get(day.weekday(), "weekday")


def run_label(day: date, window: Window | None) -> Text:
    """A date and a window (service seconds; None: each standard's own hours)."""
    ja = f"{day.year}年{day.month}月{day.day}日({WEEKDAYS_JA[day.weekday()]})"
    en = f"{day:%a} {day.day} {day:%B %Y}"
    if window is None:
        return Text(f"{ja} 各基準の時間帯", f"{en}, each standard's own hours")
    start, end = map(service_time, window)
    return Text(f"{ja} {start}~{end}", f"{en}, {start}-{end}")
