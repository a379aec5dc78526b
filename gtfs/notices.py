"""What can be said about a feed: a notice with the canonical validator's name and severity."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a notice is: the feed breaks the reference, ignores advice, or is merely unusual."""

    ERROR = "ERROR"
    WARNING = "WARNING"
    INFO = "INFO"


@dataclass(frozen=True, slots=True)
class Notice:
    """One finding; `row` is the row's number in its file, where the header is row 1."""

    code: str
    severity: Severity
    filename: str | None
    row: int | None
    field: str | None
    value: str | None
    message: str


class FeedError(Exception):
    """A feed that cannot be read at all; `notices` says everything that was found until then."""

    def __init__(self, code: str, message: str, notices: Sequence[Notice] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.notices = tuple(notices)
