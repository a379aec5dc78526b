"""Which currencies are there, and how many decimals has each? ISO 4217, the active codes."""

from decimal import Decimal, InvalidOperation

from fares.money import Money

_CODES_BY_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN
        BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD
        FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW
        KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR
        MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG
        SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD
        USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_DIGITS = {code: digits for digits, codes in _CODES_BY_DIGITS.items() for code in codes.split()}

CURRENCIES = frozenset(_DIGITS)


def minor_digits(currency: str) -> int:
    """Return the decimals of a currency's prices: 2 for BRL, 0 for JPY."""
    return _DIGITS[currency]


def parse_price(text: str, currency: str) -> Money | None:
    """Return a price written in units ("4.7") as money (470 centavos); None when it is no price,
    below zero, in an unknown currency or finer than its smallest coin."""
    if currency not in CURRENCIES:
        return None
    try:
        minor = Decimal(text).scaleb(minor_digits(currency))
    except InvalidOperation:
        return None
    if not minor.is_finite() or minor < 0 or minor != minor.to_integral_value():
        return None
    return Money(int(minor), currency)
