"""Shapes that several controllers speak, and how they are built from values."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from fares.money import Money
from fares.reasons import Text

# No control characters (PostgreSQL keeps no NUL) and something that can be seen. Without the
# lookahead, Python's `$` would let a line break at the end through.
VISIBLE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$(?!\n)"

Currency = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$", max_length=3, examples=["JPY"])]
AmountMinor = Annotated[
    int,
    msgspec.Meta(
        ge=0,
        le=10**12,
        description="Whole minor units of the currency (yen; cents).",
        examples=[4900],
    ),
]
PublicKeyText = Annotated[
    str,
    msgspec.Meta(
        pattern="^[A-Za-z0-9_-]{44}$",
        max_length=44,
        description="33 bytes, compressed point, base64url without padding.",
    ),
]
ShortText = Annotated[str, msgspec.Meta(pattern=VISIBLE, max_length=120)]
Identifier = Annotated[str, msgspec.Meta(pattern=VISIBLE, max_length=120)]


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every body we read: an unknown field is an error, not a surprise."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every body we write."""


# Every instant on the wire has its offset from UTC.
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class TextView(View, frozen=True):
    """A sentence in both languages."""

    ja: str
    en: str


class MoneyView(View, frozen=True):
    """An amount of money as we write it."""

    amount_minor: int
    currency: str


class MoneyInput(Request, frozen=True):
    """An amount of money as we read it; never negative."""

    amount_minor: AmountMinor
    currency: Currency

    def money(self) -> Money:
        """The amount as a value."""
        return Money(self.amount_minor, self.currency)


class FieldErrorView(View, frozen=True):
    """A field that is wrong."""

    path: str
    message: str


class ProblemView(View, frozen=True):
    """Why a request could not be carried out (RFC 9457), with a sentence for the person."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    message: TextView
    request_id: str | None
    errors: list[FieldErrorView] | msgspec.UnsetType = msgspec.UNSET


def text_view(text: Text) -> TextView:
    """A `Text` as the wire says it."""
    return TextView(ja=text.ja, en=text.en)


def money_view(money: Money) -> MoneyView:
    """A `Money` as the wire says it."""
    return MoneyView(amount_minor=money.amount_minor, currency=money.currency)
