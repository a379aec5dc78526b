"""Prices as files write them."""

import pytest

from fares.money import Money
from gtfs.currencies import CURRENCIES, minor_digits, parse_price


@pytest.mark.parametrize(
    ("text", "currency", "money"),
    [
        ("4.7", "BRL", Money(470, "BRL")),
        ("210", "JPY", Money(210, "JPY")),
        ("1.250", "KWD", Money(1250, "KWD")),
        ("0", "EUR", Money(0, "EUR")),
        ("2.005", "EUR", None),
        ("-1", "EUR", None),
        ("NaN", "EUR", None),
        ("", "EUR", None),
        ("5", "XXX", None),
    ],
)
def test_prices(text: str, currency: str, money: Money | None) -> None:
    assert parse_price(text, currency) == money


def test_every_currency_is_three_capitals_with_its_decimals() -> None:
    assert all(len(code) == 3 and code.isupper() and code.isascii() for code in CURRENCIES)
    assert {code: minor_digits(code) for code in ("JPY", "EUR", "TND")} == {
        "JPY": 0,
        "EUR": 2,
        "TND": 3,
    }
