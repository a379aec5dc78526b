"""The smallest bad feed for every GTFS rule, with the exact notices of all rules on it."""

from dataclasses import dataclass, field

Row = tuple[str | None, int | None, str | None, str | None]


@dataclass(frozen=True)
class Case:
    """A sound feed with `files` changed breaks the rule `code` in the places of `found`; `also`
    has what other rules rightly say to it: code, file, row, field, value."""

    code: str
    files: dict[str, str | bytes | None]
    found: list[Row]
    also: list[tuple[str, str | None, int | None, str | None, str | None]] = field(
        default_factory=list
    )
