"""A reader with a key of its own that may lose its network: it signs records and uploads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.asymmetric import ec

from api.passes import base64url
from fares.modes import Mode
from fares.offline.record import OfflineRecord, SignedRecord, sign_record
from fares.passes import compressed_point
from fares.taps import TapAction
from tests.support.world import Reader, World

MODES = {"mori-bus": Mode.BUS, "mori-rail": Mode.RAIL, "mori-taxi": Mode.TAXI}


@dataclass(slots=True)
class OfflineReader:
    """A registered reader and its private key; `sequence` is the number it used last."""

    world: World
    online: Reader
    operator_id: str
    key: ec.EllipticCurvePrivateKey
    sequence: int = 0
    list_issued_at: datetime | None = None
    kept: list[SignedRecord] = field(default_factory=list)

    @property
    def validator_id(self) -> UUID:
        return self.online.key_id

    def record(self, code: str, **changes: Any) -> SignedRecord:
        """A record of now by the rules, kept until it is uploaded."""
        self.sequence += 1
        now = self.world.clock.now()
        fields: dict[str, Any] = {
            "validator_id": self.validator_id,
            "sequence": self.sequence,
            "code": code,
            "action": TapAction.TAP_ON,
            "mode": MODES[self.operator_id],
            "decided_at": now,
            "list_issued_at": self.list_issued_at or now - timedelta(hours=1),
            "clock_age": timedelta(hours=1),
            "opened": True,
            "why": "within_cap",
            **changes,
        }
        signed = sign_record(OfflineRecord(**fields), self.key)
        self.kept.append(signed)
        return signed

    async def send(self, records: Iterable[SignedRecord]) -> httpx.Response:
        """Upload records as they are."""
        body = {"records": [wire(record) for record in records]}
        return await self.online.client.post("/v1/offline-records", json=body)

    async def upload(self, *records: SignedRecord) -> dict[str, Any]:
        """Upload these records, or all that are kept, expecting an answer."""
        response = await self.send(records or self.kept)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def outcomes(self, *records: SignedRecord) -> list[str]:
        """Upload, and tell who bears each record."""
        return [told(item["outcome"]) for item in (await self.upload(*records))["items"]]


def wire(record: SignedRecord) -> dict[str, str]:
    return {
        "record": base64url.encode(record.body),
        "signature": base64url.encode(record.signature),
    }


def told(outcome: dict[str, Any] | None) -> str:
    """An outcome in a few words."""
    if outcome is None:
        return "not judged"
    final = " finally" if outcome["final"] else ""
    return f"{outcome['bearer']}{final}: {outcome['rule']}"


async def register(world: World, operator_id: str = "mori-bus") -> OfflineReader:
    """A reader that a member of the operator's staff has just registered."""
    staff = await world.staff("operator", operator_id)
    key = ec.generate_private_key(ec.SECP256R1())
    point = base64url.encode(compressed_point(key.public_key()))
    made = await staff.post(
        "/v1/operators/current/validators", {"name": "door", "public_key": point}
    )
    client = world.with_key(made["key"])
    return OfflineReader(world, Reader(world, client, UUID(made["validator_id"])), operator_id, key)
