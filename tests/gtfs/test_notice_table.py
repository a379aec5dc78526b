"""docs/notices.md says what the rules say."""

from pathlib import Path

from gtfs.notice_table import notice_table
from gtfs.rules.base import Rule
from gtfs.rules.calendars import ExpiredCalendar
from gtfs.validation import RULES

PAGE = Path(__file__).parents[2] / "docs" / "notices.md"


def test_the_page_is_current() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == notice_table(), "run: python -m gtfs.notice_table docs/notices.md"


def test_every_rule_says_what_it_means_and_what_it_tells() -> None:
    rules: list[type[Rule]] = [*RULES, ExpiredCalendar]
    for rule in rules:
        assert rule.__doc__, rule
        assert rule.message, rule
