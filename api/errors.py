"""How anything that goes wrong is said: `application/problem+json` with a stable code."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from api.database import is_away
from api.wire import FieldErrorView, ProblemView, text_view
from fares.reasons import Text

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"


@dataclass(slots=True)
class DomainError(Exception):
    """An operation that can't be done; `code` is stable, `message` is for a person.

    `status` is the HTTP status; `errors` lists `{path, message}` of wrong fields.
    """

    code: str
    message: Text
    status: int = 400
    errors: list[dict[str, str]] = field(default_factory=list)
    retry_after_seconds: int | None = None

    def __str__(self) -> str:
        return f"{self.code}: {self.message.en}"


def problems(*codes: str) -> dict[str, Any]:
    """The problems of a route's own making, as its `opt`: the contract lists them."""
    return {"problems": codes}


def not_found(code: str, ja: str, en: str) -> DomainError:
    """A thing asked for by name that is not there, or not the caller's."""
    return DomainError(code, Text(ja, en), status=404)


def conflict(code: str, ja: str, en: str) -> DomainError:
    """A request that is right in form and can't be done as things stand."""
    return DomainError(code, Text(ja, en), status=409)


def unavailable(code: str = "database_unavailable", retry_after_seconds: int = 2) -> DomainError:
    """Nothing was decided; the caller tries again with the same idempotency key."""
    return DomainError(
        code,
        Text(
            "ただいま混み合っています。少し待って、同じ操作をもう一度行ってください。",
            "The service is busy or restarting. Wait a moment and try the same request again.",
        ),
        status=503,
        retry_after_seconds=retry_after_seconds,
    )


_HTTP_CODES: dict[int, tuple[str, Text]] = {
    400: (
        "bad_request",
        Text("送られた内容に誤りがあります。", "The request is not well formed; see `errors`."),
    ),
    401: ("not_signed_in", Text("サインインしてください。", "Sign in or send a valid API key.")),
    403: (
        "not_allowed",
        Text("この操作をする権限がありません。", "This account may not do that."),
    ),
    404: ("not_found", Text("見つかりません。", "There is nothing at this address.")),
    405: (
        "method_not_allowed",
        Text("この操作はできません。", "This address does not take that method."),
    ),
    413: ("body_too_large", Text("送る内容が大きすぎます。", "The body is too large.")),
    415: (
        "unsupported_media_type",
        Text("JSON で送ってください。", "Send the body as application/json."),
    ),
    429: (
        "too_many_requests",
        Text("回数が多すぎます。少し待ってください。", "Too many requests. Wait a moment."),
    ),
}


def _problem(
    request: Request[Any, Any, Any],
    status: int,
    code: str,
    message: Text,
    errors: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response[ProblemView]:
    body = ProblemView(
        type=f"urn:teiki:problem:{code}",
        title=code.replace("_", " ").capitalize(),
        status=status,
        code=code,
        detail=message.en,
        message=text_view(message),
        request_id=request.scope.get("state", {}).get("request_id"),
        errors=[FieldErrorView(**error) for error in errors] if errors else msgspec.UNSET,
    )
    return Response(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def domain_problem(request: Request[Any, Any, Any], error: DomainError) -> Response[ProblemView]:
    """A `DomainError` as the wire says it."""
    retry = error.retry_after_seconds
    headers = {"Retry-After": str(retry)} if retry is not None else None
    return _problem(request, error.status, error.code, error.message, error.errors, headers)


def http_problem(request: Request[Any, Any, Any], error: HTTPException) -> Response[ProblemView]:
    """The framework's own refusals (unknown path, malformed body, no permission)."""
    status = error.status_code
    if status >= 500:
        return internal_problem(request, error)
    code, message = _HTTP_CODES.get(
        status, ("http_error", Text("処理できませんでした。", error.detail or "Not done."))
    )
    errors = _field_errors(error)
    headers = dict(error.headers or {})
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="teiki"'
    if status == 429:
        headers["Retry-After"] = headers.get("RateLimit-Reset", "60")
    if status == 403 and "CSRF" in (error.detail or ""):
        code = "csrf_token_missing"
        message = Text(
            "ページを読み込み直してください。",
            "Send the teiki_csrf cookie's value as the x-csrf-token header.",
        )
    return _problem(request, status, code, message, errors, headers)


def _field_errors(error: HTTPException) -> list[dict[str, str]]:
    if not isinstance(error, ValidationException) or not isinstance(error.extra, list):
        return [{"path": "", "message": error.detail}] if error.status_code == 400 else []
    return [
        {"path": str(item.get("key", "")), "message": str(item.get("message", ""))}
        for item in error.extra
        if isinstance(item, dict)
    ]


def database_problem(
    request: Request[Any, Any, Any], error: SQLAlchemyError
) -> Response[ProblemView]:
    """A database that is away is a 503 to try again; anything else is ours to mend."""
    if is_away(error):
        log.warning("database_unavailable", error=type(error).__name__)
        return domain_problem(request, unavailable())
    return internal_problem(request, error)


def internal_problem(request: Request[Any, Any, Any], error: Exception) -> Response[ProblemView]:
    """A fault of ours: logged with its place, told without its insides."""
    log.error("unhandled_error", **_place(error))
    return _problem(
        request,
        500,
        "internal_error",
        Text(
            "システムの不具合です。番号を添えて窓口に知らせてください。",
            "Something broke on our side. Tell support the request id.",
        ),
    )


def _place(error: Exception) -> dict[str, Any]:
    """What the log may know of a fault.

    A database error's own words quote what people typed, so of those only the kind is told.
    """
    if not isinstance(error, DBAPIError):
        return {"exc_info": error}
    return {
        "error": type(error.orig).__name__,
        "sqlstate": getattr(error.orig, "sqlstate", None),
        "frames": traceback.format_tb(error.__traceback__),
    }


EXCEPTION_HANDLERS: dict[type[Exception] | int, Any] = {
    DomainError: domain_problem,
    HTTPException: http_problem,
    SQLAlchemyError: database_problem,
    Exception: internal_problem,
}
