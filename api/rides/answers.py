"""What the desk answers: granted or refused, in words for the person at the reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from api.categories import CATEGORY_NAMES
from fares.reasons import MESSAGES, Refused, Text

GRANTED = Text("ご乗車いただけます。", "Have a good ride.")
CLOSED = Text("ご利用ありがとうございました。", "Thank you; the ride is closed.")
CHANGED = Text("受け付けました。", "Done.")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as JSON, exactly as it is stored under its key and sent.

    No account id, and nothing of the rider that stays the same from one day to the next.
    """

    body: bytes

    @classmethod
    def of(cls, document: dict[str, Any]) -> Answer:
        """What a document says."""
        return cls(orjson.dumps(document))

    @property
    def document(self) -> dict[str, Any]:
        """The answer, read again."""
        document: dict[str, Any] = orjson.loads(self.body)
        return document


def granted(
    *,
    authorization_id: str,
    rule: str,
    message: Text,
    row: dict[str, Any],
    category: str | None,
    now: datetime,
) -> Answer:
    """The ride goes ahead, or the step was done."""
    return Answer.of(
        {
            "authorization_id": authorization_id,
            "result": "granted",
            "reason": None,
            "message": {"ja": message.ja, "en": message.en},
            "rule": rule,
            "status": str(row["status"]),
            "leg_state": str(row["leg_state"]),
            "mode": row["mode"],
            "rider_category": category,
            "category_name": _category_name(category),
            "rider_pays": {"amount_minor": row["rider_pays_minor"], "currency": row["currency"]},
            "decided_at": now,
        }
    )


def refused(
    refusal: Refused,
    *,
    mode: str | None,
    now: datetime,
    authorization_id: str | None = None,
    row: dict[str, Any] | None = None,
) -> Answer:
    """The ride does not go ahead, with the reason and what can be done about it."""
    message = MESSAGES[refusal.reason]
    return Answer.of(
        {
            "authorization_id": authorization_id,
            "result": "refused",
            "reason": str(refusal.reason),
            "message": {"ja": message.ja, "en": message.en},
            "rule": refusal.rule,
            "status": str(row["status"]) if row else None,
            "leg_state": str(row["leg_state"]) if row else None,
            "mode": mode,
            "rider_category": None,
            "category_name": None,
            "rider_pays": None,
            "decided_at": now,
        }
    )


def _category_name(category: str | None) -> dict[str, str] | None:
    if category is None:
        return None
    name = CATEGORY_NAMES[category]
    return {"ja": name.ja, "en": name.en}
