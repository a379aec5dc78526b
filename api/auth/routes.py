"""`/v1/me/sessions`: where one is signed in, and ending that."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, delete, get
from litestar.di import NamedDependency
from litestar.params import PathParameter
from litestar.status_codes import HTTP_204_NO_CONTENT
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth.identity import (
    SESSION_COOKIE,
    AppRequest,
    ResidentIdentity,
    StaffIdentity,
    signed_in,
)
from api.auth.tables import SignInSession
from api.auth.tokens import token_hash
from api.clock import Clock
from api.errors import not_found, problems
from api.wire import Instant, View


class SessionView(View, frozen=True):
    """A browser that is signed in as the one who asks."""

    session_id: UUID
    browser: str | None
    created_at: Instant
    expires_at: Instant
    current: bool


class SessionListView(View, frozen=True):
    """Where somebody is signed in, newest first."""

    items: list[SessionView]


class SessionController(Controller):
    """One's own sessions, of residents and of staff."""

    path = "/v1/me/sessions"
    tags = ["residents"]
    guards = [signed_in]

    @get(summary="Where I am signed in", operation_id="list_sessions")
    async def list(
        self,
        request: AppRequest,
        session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> SessionListView:
        """Every browser that is signed in as me."""
        rows = await session.exec(
            select(SignInSession)
            .where(_mine(request.user), col(SignInSession.expires_at) > clock.now())
            .order_by(col(SignInSession.created_at).desc(), col(SignInSession.session_id))
        )
        mine = token_hash(request.cookies.get(SESSION_COOKIE, ""))
        return SessionListView(
            items=[
                SessionView(
                    session_id=row.session_id,
                    browser=row.browser,
                    created_at=row.created_at,
                    expires_at=row.expires_at,
                    current=row.token_hash == mine,
                )
                for row in rows
            ]
        )

    @delete(
        "/{session_id:uuid}",
        summary="Sign a browser out",
        status_code=HTTP_204_NO_CONTENT,
        operation_id="end_session",
        opt=problems("no_session"),
    )
    async def end(
        self,
        session_id: Annotated[UUID, PathParameter(description="As the list of sessions says.")],
        request: AppRequest,
        session: NamedDependency[AsyncSession],
    ) -> None:
        """End a session of one's own; 404 `no_session` for anybody else's."""
        rows = await session.exec(
            select(SignInSession).where(
                _mine(request.user), col(SignInSession.session_id) == session_id
            )
        )
        row = rows.first()
        if row is None:
            raise not_found(
                "no_session",
                "この端末は、もうサインアウトしています。",
                "There is no such session.",
            )
        await session.delete(row)


def _mine(identity: ResidentIdentity | StaffIdentity) -> Any:
    if isinstance(identity, ResidentIdentity):
        return col(SignInSession.account_id) == identity.account_id
    return col(SignInSession.staff_id) == identity.staff_id
