"""What an operator of this system sees of it: request ids, one log line a request, metrics."""

from __future__ import annotations

import logging
import re
import sys
import time
from typing import Any
from uuid import uuid4

import structlog
from litestar.enums import ScopeType
from litestar.plugins.prometheus import PrometheusConfig, PrometheusController
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from api.settings import Settings

log = structlog.get_logger("request")

_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")
# Asked every few seconds by machines; a line each would bury the rest.
_QUIET = ("/health", "/ready", "/metrics", "/assets/")


def configure_logging(settings: Settings) -> None:
    """Structured lines on standard error: JSON, or readable text when asked for."""
    renderer: Any = (
        structlog.dev.ConsoleRenderer()
        if settings.log_format == "console"
        else structlog.processors.JSONRenderer()
    )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    level = logging.getLevelNamesMapping().get(settings.log_level, logging.INFO)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Standard error as it is when something is said: tests and hosts replace it.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


class RequestLog:
    """Gives each request an id (the caller's, if well formed) and logs its outcome."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap one request."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        started = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", []), (b"x-request-id", request_id.encode())]
                message["headers"] = headers
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, send_with_id)
            finally:
                if not scope["path"].startswith(_QUIET):
                    log.info(
                        "request",
                        method=scope.get("method"),
                        # Never the path as it was sent: anything may stand in it.
                        path=scope.get("path_template", "unknown"),
                        status=status,
                        milliseconds=round((time.perf_counter() - started) * 1000, 2),
                    )


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text = value.decode("latin-1")
            if _REQUEST_ID.match(text):
                return text
    return uuid4().hex


def prometheus() -> PrometheusConfig:
    """Request counts and times by route, without one series per identifier."""
    return PrometheusConfig(
        app_name="teiki",
        prefix="teiki",
        group_path=True,
        exclude=["^/assets/", "^/metrics$", "^/health$", "^/ready$"],
    )


class MetricsController(PrometheusController):
    """`/metrics` in Prometheus' text format."""

    path = "/metrics"
    include_in_schema = False
