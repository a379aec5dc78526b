"""Giving operators and their validators keys, and taking them away."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.tokens import new_key, token_hash
from api.errors import not_found
from api.operators.tables import OperatorKey, get_operator

KeyKind = Literal["system", "validator"]


async def add_key(
    session: AsyncSession, now: datetime, *, operator_id: str, kind: KeyKind, name: str
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
        created_at=now,
    )
    session.add(key)
    await session.flush()
    return key, plain


async def revoke_key(session: AsyncSession, now: datetime, key_id: UUID) -> OperatorKey:
    """Take a key away; raises 404 `no_key`. Workers forget it within seconds."""
    found = await session.exec(select(OperatorKey).where(col(OperatorKey.key_id) == key_id))
    key = found.first()
    if key is None:
        raise not_found("no_key", "この鍵はありません。", f"There is no key {key_id}.")
    key.revoked_at = key.revoked_at or now
    return key
