"""Requests and answers as they really look, for the operations that integrators meet first.

The rides' answers come from the desk's own words; the code is one of the published vectors.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from api.rides.answers import CLOSED, GRANTED, granted, refused
from fares.reasons import Reason, Refused

NOW = datetime(2026, 4, 1, 8, tzinfo=UTC)
CODE = (
    "TK1:9RG/6JT 9 60GO0U7UU37B+1ZC08CK-O8B601ZN/B01A0TADSH00W0-M0-T0P9I8Y0W.0EN0UL1L21 74GCE"
    "$JSF3JX%1-KLTHM1:R477E-7J$Q285 EI-G86MVJR8MUL96127B3BEW7KZ7VK9AY$29FANJTJAOKMMF:RT1RD-TCT"
    "H%FC%A1CYPU:AEQA A8UT0K 43WGV4CVJLQDO6U443IC+C9O03NSAKMQGA 19BF37+P98G27B5YSR276PS2%7/YKJ"
    "JRT1HCIL3QJT3D78RPGP3MJ7Y1WG8%OHED6+%LM.4PTBZ/SK16:H6F7A96DGX6FSEA.63%MOX3S4S%5J"
)
RIDE = "0b8a6f52-5f0e-4d6c-9a6e-2f4d1c7e9b31"
SUBSCRIPTION = "5a0d9c1e-7f3b-4a58-8c21-64be0f2f7d10"
NUMBER = "T7K-3M9Q-4RX"

Examples = dict[str, Any]


def _yen(amount_minor: int) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": "JPY"}


def _granted(mode: str, leg_state: str, rule: str, **row: Any) -> dict[str, Any]:
    ride = {"mode": mode, "leg_state": leg_state, "status": "authorized", "currency": "JPY"}
    return granted(
        authorization_id=RIDE,
        rule=rule,
        message=CLOSED if row.get("status") == "captured" else GRANTED,
        row={**ride, "rider_pays_minor": 0, **row},
        category=None if row.get("status") == "captured" else "senior",
        now=NOW,
    ).document


_PLAN = {
    "plan_id": "everything",
    "version": 1,
    "name": {"ja": "まるごと", "en": "Everything"},
    "description": {"ja": "すべての乗りもの", "en": "Every mode"},
    "price": _yen(4900),
    "period": "month",
    "modes": ["bus", "rail", "taxi"],
    "areas": [0],
    "allowances": [
        {
            "allowance_id": "taxi-rides",
            "unit": "rides",
            "limit": 2,
            "period": "subscription",
            "modes": ["taxi"],
        }
    ],
    "ride_caps": [{"modes": ["taxi"], "amount_minor": 2000, "above": "rider_pays"}],
    "refund": "none",
    "pause_months": 3,
    "concession_prices": [
        {
            "rider_category": "senior",
            "category_name": {"ja": "高齢者", "en": "Senior"},
            "amount_minor": 2900,
        }
    ],
}
_PAID = {
    "subscription_id": SUBSCRIPTION,
    "plan": _PLAN,
    "status": "active",
    "started_at": "2026-04-01T08:00:00Z",
    "current_period_start_date": "2026-04-01",
    "current_period_end_date": "2026-05-01",
    "paid_until_date": "2026-05-01",
    "covered_until_date": "2026-05-01",
    "cancel_at_period_end": False,
    "collection": "counter",
    "paused_until_date": None,
    "next_plan": None,
    "amount_due": _yen(0),
    "usage": [
        {
            "allowance_id": "taxi-rides",
            "unit": "rides",
            "used": 0,
            "limit": 2,
            "period_start_date": "2026-04-01",
            "period_end_date": "2026-05-01",
            "modes": ["taxi"],
        }
    ],
}
_UNPAID = _PAID | {
    "status": "incomplete",
    "started_at": None,
    "current_period_start_date": None,
    "current_period_end_date": None,
    "paid_until_date": None,
    "covered_until_date": None,
    "amount_due": _yen(4900),
    "usage": [],
}

PROBLEM = {
    "type": "urn:teiki:problem:bad_request",
    "title": "Bad request",
    "status": 400,
    "code": "bad_request",
    "detail": "The request is not well formed; see `errors`.",
    "message": {
        "ja": "送られた内容に誤りがあります。",
        "en": "The request is not well formed; see `errors`.",
    },
    "request_id": "5b2f6c0e9d8a4f17b3c2d1e0f9a8b7c6",
    "errors": [{"path": "amount.currency", "message": "Expected `str`, got `int`"}],
}

_KEYS = [
    "A3Dq4PiW4Q64qcqxIN1QOJ4-otQ-KPeQ_EJB-RtEGqt5",
    "AsWmLM7yCmx52W7qRsOZ0gMSwIkO8AaR0ULB54D8VwKC",
    "A0o6vjYcUZdSjGm9oRBhxv3Zf5pQKbKSkBH0bA2Lr8Tn",
]


def _pass(service_date: str, valid_from_at: str, valid_until_at: str) -> dict[str, Any]:
    return {
        "service_date": service_date,
        "certificate": "hE-iATIESO6nOAQO_AI_oFhP...",
        "valid_from_at": valid_from_at,
        "valid_until_at": valid_until_at,
        "modes": ["bus", "rail", "taxi"],
        "areas": [{"area_number": 0, "name": {"ja": "中心部", "en": "Centre"}}],
        "rider_category": "senior",
        "category_name": {"ja": "高齢者", "en": "Senior"},
    }


REQUESTS: dict[str, Examples] = {
    "join": {"A name is enough": {"display_name": "花子"}},
    "choose_plan": {"By its id": {"plan_id": "everything"}},
    "enrol_device": {"This phone": {"public_key": _KEYS[0], "name": "花子のスマホ"}},
    "issue_passes": {
        "A new key for each day": {
            "device_public_keys": _KEYS[1:],
            "signature": (
                "Q5nqJm1UvG6tVYw1o4q0Yl4pS3wq7i8mN0c2rXkZb9dE1fHjKsLtMuPvRwTxAyBz"
                "CgDhEiFjGkHlImJnKoLpMg"
            ),
        }
    },
    "take_payment": {
        "The month's fee": {
            "resident_number": NUMBER,
            "subscription_id": SUBSCRIPTION,
            "method": "cash",
            **_yen(4900),
        }
    },
    "authorize_ride": {
        "Boarding a bus": {
            "action": "tap_on",
            "mode": "bus",
            "code": CODE,
            "stop_id": "station",
            "trip_id": "t1",
            "vehicle_id": "12",
        },
        "Leaving a station": {
            "action": "gate_out",
            "mode": "rail",
            "code": CODE,
            "stop_id": "harbour",
        },
        "Ordering a taxi": {
            "action": "hold",
            "mode": "taxi",
            "code": CODE,
            "area_numbers": [0],
            "amount": _yen(2500),
        },
    },
    "capture_ride": {
        "The meter's price": {"amount": _yen(2200), "distance_meters": 4200},
        "More than was held": {"amount": _yen(2800), "code": CODE},
    },
    "adjust_ride": {
        "The wrong stop": {"note": "tapped off late", "alighting_stop_id": "harbour"},
        "Too many people": {"note": "the child is two years old", "companions": 0},
    },
    "advance_ride": {"Start": {}, "Cancel": {"by": "rider"}},
}

ANSWERS: dict[str, Examples] = {
    "join": {
        "Joined": {
            "role": "resident",
            "display_name": "花子",
            "resident_number": NUMBER,
            "rider_category": "adult",
            "operator_id": None,
            "trip_facts_consent": False,
        }
    },
    "choose_plan": {"Waiting for payment": _UNPAID},
    "get_subscription": {"Paid": _PAID, "Waiting for payment": _UNPAID},
    "issue_passes": {
        "Today and tomorrow": {
            "items": [
                _pass("2026-04-01", "2026-04-01T08:00:00Z", "2026-04-01T19:00:00Z"),
                _pass("2026-04-02", "2026-04-01T19:00:00Z", "2026-04-02T19:00:00Z"),
            ]
        }
    },
    "take_payment": {
        "A receipt": {
            "payment_id": "8e7e1f4c-61a5-4b0e-9d3c-2b1a0f9e8d7c",
            "receipt_number": "R2026-000001",
            "paid_at": "2026-04-01T08:00:00Z",
            "amount": _yen(4900),
            "subscription": _PAID,
        }
    },
    "authorize_ride": {
        "Granted": _granted("bus", "IN_USE", "modes"),
        "Granted, the rider pays a part": _granted(
            "taxi", "NOT_STARTED", "ride_cap:taxi", rider_pays_minor=500
        ),
        "Refused": refused(
            Refused(Reason.ALLOWANCE_USED_UP, "allowance:taxi-rides"), mode="taxi", now=NOW
        ).document,
        "Refused, the code is a screenshot": refused(
            Refused(Reason.CODE_TOO_OLD, "presentation.age"), mode="bus", now=NOW
        ).document,
    },
    "capture_ride": {
        "Captured": _granted(
            "taxi", "ENDED", "ride:capture", status="captured", rider_pays_minor=200
        )
    },
}
