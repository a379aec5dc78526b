"""Giving operators and their validators keys, and taking them away."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.tokens import new_key, token_hash
from api.errors import DomainError, not_found
from api.operators.tables import OperatorKey, get_operator
from api.passes import base64url
from fares.passes import es256
from fares.reasons import Text

KeyKind = Literal["system", "validator"]


async def add_key(
    session: AsyncSession,
    now: datetime,
    *,
    operator_id: str,
    kind: KeyKind,
    name: str,
    public_key: bytes | None = None,
) -> tuple[OperatorKey, str]:
    """A new key of an operator and its plain text, which is shown once and not kept."""
    operator = await get_operator(session, operator_id)
    plain = new_key()
    key = OperatorKey(
        key_hash=token_hash(plain),
        key_id=uuid4(),
        operator_id=operator.operator_id,
        kind=kind,
        name=name,
        public_key=public_key,
        created_at=now,
    )
    session.add(key)
    await session.flush()
    return key, plain


def read_public_key(text: str) -> bytes:
    """A validator's own key as it registers it; raises 400 `bad_public_key`."""
    try:
        point = base64url.decode_strictly(text)
        es256.public_key(point)
    except ValueError:
        raise DomainError(
            "bad_public_key",
            Text(
                "読み取り機の鍵が正しくありません。",
                "public_key must be a compressed P-256 point of 33 bytes, base64url.",
            ),
        ) from None
    return point


async def revoke_key(session: AsyncSession, now: datetime, key_id: UUID) -> OperatorKey:
    """Take a key away; raises 404 `no_key`. Workers forget it within seconds."""
    found = await session.exec(select(OperatorKey).where(col(OperatorKey.key_id) == key_id))
    key = found.first()
    if key is None:
        raise not_found("no_key", "この鍵はありません。", f"There is no key {key_id}.")
    key.revoked_at = key.revoked_at or now
    return key
