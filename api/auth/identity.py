"""Who is asking: a resident or staff by cookie, an operator by API key, or nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

from api.auth.tables import Staff, find_live_session
from api.auth.tokens import KEY_PREFIX, token_hash
from api.clock import Clock
from api.database import Database
from api.operators.keys import KeyRing

SESSION_COOKIE = "teiki_session"


@dataclass(frozen=True, slots=True)
class ResidentIdentity:
    """A resident, signed in by cookie."""

    account_id: UUID
    role: str = "resident"


@dataclass(frozen=True, slots=True)
class StaffIdentity:
    """A member of staff, signed in by cookie."""

    staff_id: UUID
    role: str
    operator_id: str | None


@dataclass(frozen=True, slots=True)
class OperatorIdentity:
    """An operator's system or one of its validators, by API key."""

    operator_id: str
    key_id: UUID
    kind: str
    role: str = "operator_key"


Identity = ResidentIdentity | StaffIdentity | OperatorIdentity
AppRequest = Request[Any, Any, Any]
Connection = ASGIConnection[Any, Any, Any, Any]


class IdentityMiddleware(AbstractAuthenticationMiddleware):
    """Puts the caller's identity into `request.user`; None where nobody is signed in.

    A request with an `Authorization` header is a machine's: its cookie is not read, so that
    routes without CSRF protection can't be reached with a browser's cookie.
    """

    async def authenticate_request(self, connection: Connection) -> AuthenticationResult:
        """Identify the caller, or leave `user` None.

        Pages, files and probes know nobody, so they answer whatever the database does.
        """
        if not connection.scope["path"].startswith("/v1/"):
            return AuthenticationResult(user=None, auth=None)
        header = connection.headers.get("authorization")
        if header is not None:
            return AuthenticationResult(user=await _by_key(connection, header), auth="key")
        token = connection.cookies.get(SESSION_COOKIE)
        user = await _by_cookie(connection, token) if token else None
        return AuthenticationResult(user=user, auth="cookie")


async def _by_key(connection: Connection, header: str) -> OperatorIdentity:
    scheme, _, key = header.partition(" ")
    if scheme.lower() != "bearer" or not key.startswith(KEY_PREFIX):
        raise NotAuthorizedException("Send an operator's key as `Authorization: Bearer tk_...`.")
    ring: KeyRing = connection.app.state.key_ring
    found = await ring.find(token_hash(key))
    if found is None:
        raise NotAuthorizedException("This API key is unknown or was revoked.")
    return OperatorIdentity(found.operator_id, found.key_id, found.kind)


async def _by_cookie(connection: Connection, token: str) -> Identity | None:
    database: Database = connection.app.state.database
    clock: Clock = connection.app.state.clock
    async with database.session() as session:
        row = await find_live_session(session, token_hash(token), clock.now())
        if row is None:
            return None
        if row.account_id is not None:
            return ResidentIdentity(row.account_id)
        staff = await session.get(Staff, row.staff_id)
        return (
            None if staff is None else StaffIdentity(staff.staff_id, staff.role, staff.operator_id)
        )


# Guards are coroutines: Litestar runs plain functions in a thread, a hop for every request.


def _require(connection: Connection, *roles: str) -> None:
    if connection.scope.get("method") == "OPTIONS":
        return  # which methods an address takes is no secret, and nobody was identified
    if connection.user is None:
        raise NotAuthorizedException("Sign in first.")
    if connection.user.role not in roles:
        raise PermissionDeniedException(f"This needs one of the roles: {', '.join(roles)}.")


async def resident_only(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard: a resident, about themselves."""
    _require(connection, "resident")


async def signed_in(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard: anybody with a session."""
    _require(connection, "resident", "desk", "operator", "planner", "admin")


async def desk_only(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard: desk staff."""
    _require(connection, "desk", "admin")


async def operator_staff_only(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard: a person who works for an operator."""
    _require(connection, "operator")


async def operator_key_only(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard: an operator's system or validator, by API key; a cookie is never enough."""
    _require(connection, "operator_key")


async def operator_any(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard: an operator's staff or systems."""
    _require(connection, "operator", "operator_key")


async def planner_only(connection: Connection, _: BaseRouteHandler) -> None:
    """Guard: planners."""
    _require(connection, "planner", "admin")
