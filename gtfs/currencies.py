"""Which currencies are there, and how many decimals has each? ISO 4217, the active codes."""

from decimal import Decimal

_CODES_BY_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF
    CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
    GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL
    MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR
    PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP
    TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_DIGITS = {code: digits for digits, codes in _CODES_BY_DIGITS.items() for code in codes.split()}

CURRENCIES = frozenset(_DIGITS)


def minor_digits(currency: str) -> int:
    """Return the decimals of a currency: 2 for BRL, 0 for JPY."""
    return _DIGITS[currency]


def amount_minor(amount: str, currency: str) -> int | None:
    """Return an amount written in units ("4.7") in minor units (470); None when the currency is
    unknown or has not so many decimals."""
    if currency not in CURRENCIES:
        return None
    minor = Decimal(amount).scaleb(minor_digits(currency))
    return int(minor) if minor == minor.to_integral_value() else None
