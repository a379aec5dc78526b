"""Signing in: single-use links become sessions; staff are added by name, never by password."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.tables import SignInLink, SignInSession, Staff, claim_link, find_staff_by_email
from api.auth.tokens import new_token, token_hash
from api.errors import DomainError, conflict
from api.operators.tables import get_operator
from fares.reasons import Text

LINK_LIFETIME = timedelta(minutes=15)
RESIDENT_SESSION = timedelta(days=90)
STAFF_SESSION = timedelta(hours=12)
STAFF_ROLES = ("desk", "operator", "planner", "admin")


async def add_staff(
    session: AsyncSession,
    now: datetime,
    *,
    email: str,
    display_name: str,
    role: str,
    operator_id: str | None = None,
) -> Staff:
    """Add a member of staff. Operator staff belong to an operator, others to none.

    Raises 409 `staff_exists`, 400 `bad_role`, 404 `no_operator`.
    """
    if role not in STAFF_ROLES or (role == "operator") != (operator_id is not None):
        raise DomainError(
            "bad_role",
            Text(
                "役割が正しくありません。",
                "The role must be desk, operator (with an operator id), planner or admin.",
            ),
        )
    if operator_id is not None:
        await get_operator(session, operator_id)
    if await find_staff_by_email(session, email) is not None:
        raise conflict(
            "staff_exists", "この職員は登録済みです。", f"{email} is already a member of staff."
        )
    staff = Staff(
        staff_id=uuid4(),
        email=email.lower(),
        display_name=display_name,
        role=role,
        operator_id=operator_id,
        created_at=now,
    )
    session.add(staff)
    await session.flush()
    return staff


def new_link(
    session: AsyncSession,
    now: datetime,
    *,
    account_id: UUID | None = None,
    staff_id: UUID | None = None,
    lifetime: timedelta = LINK_LIFETIME,
) -> str:
    """A token that signs its subject in once, until it expires."""
    token = new_token()
    session.add(
        SignInLink(
            token_hash=token_hash(token),
            account_id=account_id,
            staff_id=staff_id,
            expires_at=now + lifetime,
        )
    )
    return token


def link_url(base_url: str, token: str) -> str:
    """The address to open. The token is in the fragment: it reaches no server log."""
    return f"{base_url}/sign-in#token={token}"


def new_session(
    session: AsyncSession,
    now: datetime,
    *,
    account_id: UUID | None = None,
    staff_id: UUID | None = None,
    browser: str | None = None,
) -> tuple[str, timedelta]:
    """A session token and how long it lives."""
    token = new_token()
    lifetime = RESIDENT_SESSION if account_id is not None else STAFF_SESSION
    session.add(
        SignInSession(
            token_hash=token_hash(token),
            session_id=uuid4(),
            account_id=account_id,
            staff_id=staff_id,
            browser=browser,
            created_at=now,
            expires_at=now + lifetime,
        )
    )
    return token, lifetime


async def end_sessions(
    session: AsyncSession, now: datetime, account_id: UUID, kept: bytes | None = None
) -> int:
    """End every session of a resident but the one of the token hash `kept`, and use up links.

    Returns how many sessions ended.
    """
    await session.exec(
        update(SignInLink)
        .where(col(SignInLink.account_id) == account_id, col(SignInLink.used_at).is_(None))
        .values(used_at=now)
    )
    live = delete(SignInSession).where(col(SignInSession.account_id) == account_id)
    if kept is not None:
        live = live.where(col(SignInSession.token_hash) != kept)
    ended = await session.exec(live)
    return int(ended.rowcount)


async def sign_in_with_link(
    session: AsyncSession, now: datetime, link_token: str, browser: str | None = None
) -> tuple[SignInLink, str, timedelta]:
    """Use a link up and open a session; raises 401 `link_not_valid`."""
    link = await claim_link(session, token_hash(link_token), now)
    if link is None:
        raise DomainError(
            "link_not_valid",
            Text(
                "このリンクは使用済みか、期限が切れています。新しいリンクをもらってください。",
                "This link was used already or has expired. Ask for a new one.",
            ),
            status=401,
        )
    token, lifetime = new_session(
        session, now, account_id=link.account_id, staff_id=link.staff_id, browser=browser
    )
    return link, token, lifetime
