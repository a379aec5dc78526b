"""The built pages and their assets, with the headers that keep them closed to the outside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.datastructures import CacheControlHeader
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect
from litestar.router import Router
from litestar.static_files import create_static_files_router

from api.errors import DomainError
from fares.reasons import Text

PAGES = Path(__file__).parent / "pages" / "dist"

# No inline script, no other host: municipal networks are closed, and so is this page.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
PAGE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}


def _page(name: str) -> Response[bytes]:
    return Response(_built(f"/{name}.html"), media_type="text/html", headers=PAGE_HEADERS)


def _built(path: str) -> bytes:
    try:
        return (PAGES / path.removeprefix("/")).read_bytes()
    except FileNotFoundError:
        raise DomainError(
            "pages_not_built",
            Text("ページが準備できていません。", "The pages are not built. Run `make pages`."),
            status=503,
        ) from None


# Browsers look for these at the same address for ever; all else has its hash in its name.
LASTING = {
    "/service-worker.js": "text/javascript",
    "/app.webmanifest": "application/manifest+json",
    "/icon-192.png": "image/png",
    "/icon-512.png": "image/png",
    "/icon-maskable-512.png": "image/png",
}


class PageController(Controller):
    """One address per page."""

    include_in_schema = False

    @get("/")
    async def home(self) -> Redirect:
        """Residents are who comes without an address in mind."""
        return Redirect("/app")

    @get("/app")
    async def resident(self) -> Response[bytes]:
        """The resident's page."""
        return _page("app")

    @get("/validator")
    async def validator(self) -> Response[bytes]:
        """The validator's page."""
        return _page("validator")

    @get("/planner")
    async def planner(self) -> Response[bytes]:
        """The planner's page."""
        return _page("planner")

    @get("/desk")
    async def desk(self) -> Response[bytes]:
        """The page of the counter."""
        return _page("desk")

    @get(list(LASTING))
    async def lasting(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        """What makes a page a web app that opens without network."""
        path = request.scope["path"]
        return Response(_built(path), media_type=LASTING[path], headers=PAGE_HEADERS)

    @get("/sign-in")
    async def sign_in(self) -> Response[bytes]:
        """Where a sign-in link leads; its token stays in the fragment."""
        return _page("sign-in")


def asset_router() -> Router | HTTPRouteHandler:
    """`/assets`: names carry a hash of their content, so they may be kept for a year."""
    (PAGES / "assets").mkdir(parents=True, exist_ok=True)
    return create_static_files_router(
        path="/assets",
        directories=[PAGES / "assets"],
        include_in_schema=False,
        cache_control=CacheControlHeader(max_age=31_536_000, public=True, immutable=True),
    )
