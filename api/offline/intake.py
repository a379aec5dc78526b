"""Taking in what readers recorded: each on its own, stored first, then judged at the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.offline.asking import reconcile_passes
from api.offline.examining import Examined, Examiner, Name, Parsed, Reader, Rejected, parse
from api.offline.storing import Stored, store
from api.operators.tables import get_operator, list_readers
from api.passes.keys import trusted_keys
from api.rides.desk import Desk
from api.services import Services
from fares.modes import Mode
from fares.passes import CertificateCache
from fares.passes.es256 import public_key


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one uploaded record; `reason` says why it was rejected."""

    name: Name | None
    record_id: UUID | None
    result: Literal["accepted", "duplicate", "rejected"]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes in the records of an operator's readers."""

    services: Services
    desk: Desk

    async def take_in(self, operator_id: str, records: Sequence[tuple[str, str]]) -> list[Receipt]:
        """Store and judge records (bytes and signature, base64url), a receipt for each in order.

        Raises nothing on account of a record. When the desk is away, what was stored is judged
        later: by the next upload of the pass, or by a job.
        """
        parsed = [parse(*each) for each in records]
        now = self.services.clock.now()
        async with self.services.database.session() as session:
            examiner = await self._examiner(session, operator_id, parsed, now)
            examined = await asyncio.to_thread(_examine, examiner, parsed)
            first = {each.name: each for each in reversed(examined) if isinstance(each, Examined)}
            stored = await store(session, now, operator_id, list(first.values()))
        passes = {each.pass_id for each in stored.values() if each.pass_id is not None}
        await reconcile_passes(self.services, self.desk, dict.fromkeys(passes, operator_id))
        return _receipts(examined, first, stored)

    async def _examiner(
        self,
        session: AsyncSession,
        operator_id: str,
        parsed: Iterable[Parsed | Rejected],
        now: datetime,
    ) -> Examiner:
        validators = {each.record.validator_id for each in parsed if isinstance(each, Parsed)}
        operator = await get_operator(session, operator_id)
        readers = await list_readers(session, operator_id, validators)
        return Examiner(
            operator_id=operator_id,
            modes=frozenset(map(Mode, operator.modes)),
            readers={
                key.key_id: Reader(
                    public_key(key.public_key) if key.public_key else None, key.revoked_at
                )
                for key in readers
            },
            issuer_keys=await trusted_keys(session, also_retired=True),
            cache=CertificateCache(),
            received_at=now,
        )


def _examine(examiner: Examiner, parsed: Sequence[Parsed | Rejected]) -> list[Examined | Rejected]:
    return [each if isinstance(each, Rejected) else examiner.examine(each) for each in parsed]


def _receipts(
    examined: Sequence[Examined | Rejected],
    first: dict[Name, Examined],
    stored: dict[Name, Stored],
) -> list[Receipt]:
    receipts: list[Receipt] = []
    answered: set[Name] = set()
    for each in examined:
        if isinstance(each, Rejected):
            receipts.append(Receipt(each.name, None, "rejected", each.reason))
            continue
        kept = stored[each.name]
        if not kept.same or each.signed.body != first[each.name].signed.body:
            receipts.append(Receipt(each.name, None, "rejected", "sequence_reused"))
            continue
        new = kept.new and each.name not in answered
        answered.add(each.name)
        receipts.append(Receipt(each.name, kept.record_id, "accepted" if new else "duplicate"))
    return receipts
