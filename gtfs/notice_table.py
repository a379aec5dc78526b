"""What does each notice mean? The page docs/notices.md, written from the rules themselves.

`python -m gtfs.notice_table docs/notices.md` writes it anew.
"""

import sys
from pathlib import Path

from gtfs.rules.base import Rule
from gtfs.rules.calendars import ExpiredCalendar
from gtfs.validation import RULES

HEAD = """\
# GTFS notices

Written from the rules in `gtfs/rules/` by `python -m gtfs.notice_table docs/notices.md`; do not
edit by hand.

Names and severities are those of the canonical GTFS validator of MobilityData; *ours* marks a rule
that it does not have. An ERROR breaks the GTFS reference, a WARNING ignores its advice, INFO is
unusual and may be meant. `missing_required_file`, `not_utf8`, `csv_parsing_failed` and `empty_file`
keep a feed from being read at all where they concern a file that every feed needs (`not_utf8`: any
file).

| notice | severity | what it means |
| --- | --- | --- |
"""


def notice_table() -> str:
    """Return the page: every notice by name, with severity and meaning."""
    rules: list[type[Rule]] = [*RULES, ExpiredCalendar]
    return HEAD + "".join(_line(rule) for rule in sorted(rules, key=lambda rule: rule.code()))


def _line(rule: type[Rule]) -> str:
    meaning = " ".join((rule.__doc__ or "").split())
    ours = "" if rule.canonical else " (ours)"
    return f"| `{rule.code()}`{ours} | {rule.severity.value} | {meaning} |\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(notice_table(), encoding="utf-8")
