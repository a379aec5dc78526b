"""Codes that verify: each kind of pass, and each limit from its allowed side."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

from fares.modes import Mode
from fares.passes import Challenge, area_bitmap, issue_certificate, paper_code, present
from tests.fares.passes.vectors.making import (
    DEVICE,
    ISSUER,
    NEXT_ISSUER,
    NOW_SECONDS,
    PAPER,
    PAPER_CERTIFICATE,
    PHONE,
    PHONE_CERTIFICATE,
    RIDE,
    VALID_FROM,
    Case,
    after,
)

LARGEST = 2**32 - 1


def good_cases() -> list[Case]:
    shown = present(PHONE_CERTIFICATE, DEVICE, NOW_SECONDS, 1)
    return [
        Case("phone pass, this second", shown),
        Case("phone pass, 50 seconds old", shown, now=after(seconds=50)),
        Case("phone pass, 30 seconds ahead", shown, now=after(seconds=-30)),
        Case("bus ride in a covered area", shown, ride=(Mode.BUS, frozenset({3}))),
        Case("rail ride across covered areas", shown, ride=(Mode.RAIL, frozenset({0, 11}))),
        Case("two spaces in a row", _two_spaces()),
        *_windows(),
        *_challenges(),
        *_other_claims(),
    ]


def _two_spaces() -> str:
    codes = (present(PHONE_CERTIFICATE, DEVICE, NOW_SECONDS, counter) for counter in count(1))
    return next(code for code in codes if "  " in code)


def _windows() -> list[Case]:
    start, end = VALID_FROM, PHONE.valid_until_at - timedelta(seconds=1)
    first = present(PHONE_CERTIFICATE, DEVICE, int(start.timestamp()), 0)
    last = present(PHONE_CERTIFICATE, DEVICE, int(end.timestamp()), 7)
    return [
        Case("first instant of validity", first, now=start),
        Case("last second of validity", last, now=end),
    ]


def _challenges() -> list[Case]:
    largest = Challenge("o" * 32, "ffffffff-ffff-ffff-ffff-ffffffffffff", LARGEST)
    japanese = Challenge("多摩タクシー", RIDE.ride_id, 0)
    return [
        Case(name, present(PHONE_CERTIFICATE, DEVICE, NOW_SECONDS, 2, ride), challenge=ride)
        for name, ride in (
            ("metered ride", RIDE),
            ("metered ride with the longest ids", largest),
            ("metered ride with a Japanese operator id", japanese),
        )
    ]


def _other_claims() -> list[Case]:
    largest = replace(
        PHONE,
        pass_id=LARGEST,
        modes=2**16 - 1,
        areas=area_bitmap({0, 127}),
        rider_category=255,
        offline_caps=(LARGEST, LARGEST),
    )
    smallest = replace(PHONE, pass_id=0, modes=0, areas=b"", rider_category=0, offline_caps=(0, 0))
    certificates = {
        "largest values, modes of the future": issue_certificate(largest, ISSUER),
        "smallest values, no areas": issue_certificate(smallest, ISSUER),
        "signed by the next issuer key": issue_certificate(PHONE, NEXT_ISSUER),
    }
    return [
        Case("paper pass", paper_code(PAPER_CERTIFICATE)),
        Case(
            "paper pass, last second of 35 days",
            paper_code(PAPER_CERTIFICATE),
            now=PAPER.valid_until_at - timedelta(seconds=1),
        ),
        *(
            Case(name, present(certificate, DEVICE, NOW_SECONDS, LARGEST))
            for name, certificate in certificates.items()
        ),
    ]
