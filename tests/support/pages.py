"""Pages in a real Chromium, served by the real application on a port of this machine."""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import segno
import uvicorn
import zxingcpp
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from PIL import Image
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from api.auth.service import new_link
from api.page_routes import PAGES
from tests.support.world import World

AXE = PAGES.parent / "node_modules" / "axe-core" / "axe.min.js"
PHONE, DESKTOP, TABLET = (390, 844), (1280, 800), (1024, 600)
# Chromium draws WebGL on the processor: no graphics card is needed, and no display.
DRAWS_WEBGL = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
# What a browser writes when the API says no, which is an answer.
EXPECTED_MESSAGES = ("Failed to load resource: the server responded with a status of",)


@dataclass(slots=True)
class Line:
    """The way from the server to its visitors: it can fall silent after the server has acted."""

    app: ASGIApp
    silent: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; the answers to taps stay on the way while the line is silent."""
        is_tap = scope["type"] == "http" and scope["path"] == "/v1/authorizations"

        async def carry(message: Message) -> None:
            if not (is_tap and self.silent):
                await send(message)

        await self.app(scope, receive, carry)
        if is_tap and self.silent:
            await _hung_up(receive)


async def _hung_up(receive: Receive) -> None:
    """Keep an answer back until nobody waits for it any more."""
    while (await receive())["type"] != "http.disconnect":
        pass


@dataclass(slots=True)
class Site:
    """The running application at `address`, and the browser that visits it."""

    world: World
    line: Line
    address: str
    chromium: Browser
    # How that Chromium was started.
    started: dict[str, Any]
    contexts: list[BrowserContext] = field(default_factory=list)

    async def visitor(
        self, size: tuple[int, int] = DESKTOP, language: str = "ja", **options: Any
    ) -> Visitor:
        """Somebody with a browser of their own: no cookie, no storage shared."""
        context = await self.chromium.new_context(**self._seen(size, language), **options)
        return await self._visitor(context)

    async def device(
        self, profile: Path, size: tuple[int, int] = DESKTOP, language: str = "ja", **options: Any
    ) -> Visitor:
        """A device that is switched on: what a browser kept in `profile` is there again."""
        context = await self.chromium.browser_type.launch_persistent_context(
            profile, **self.started, **self._seen(size, language), **options
        )
        return await self._visitor(context)

    def _seen(self, size: tuple[int, int], language: str) -> dict[str, Any]:
        width, height = size
        return {
            "base_url": self.address,
            "locale": language,
            "viewport": {"width": width, "height": height},
        }

    async def _visitor(self, context: BrowserContext) -> Visitor:
        # A loaded machine must not fail what would hold a moment later.
        context.set_default_timeout(30_000)
        self.contexts.append(context)
        visitor = Visitor(self, context, await context.new_page())
        visitor.watch()
        return visitor

    async def staff_link(self, role: str, operator_id: str | None = None) -> str:
        """A single-use link, as `teiki staff add` prints it."""
        staff_id = (await self.world.staff(role, operator_id)).staff_id
        async with self.world.database.session() as session:
            token = new_link(session, self.world.clock.now(), staff_id=staff_id)
        return f"/sign-in#token={token}"


@dataclass(slots=True)
class Visitor:
    """One page, and all that it should not have done: ask another host, break a rule, fail."""

    site: Site
    context: BrowserContext
    page: Page
    faults: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Note errors and whatever is asked of another host."""

        def heard(message: ConsoleMessage) -> None:
            if message.type == "error" and not message.text.startswith(EXPECTED_MESSAGES):
                self.faults.append(message.text)

        self.page.on("console", heard)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._check(request.url))

    def _check(self, url: str) -> None:
        if not url.startswith((self.site.address, "blob:", "data:")):
            self.faults.append(f"asked another host: {url}")

    async def sign_in(self, link: str) -> None:
        """Open a link and press its button."""
        await self.page.goto(link)
        await self.page.click("button.primary")

    async def barriers(self) -> list[str]:
        """What axe finds that would keep somebody out."""
        await self.page.evaluate(await asyncio.to_thread(AXE.read_text) + "; 0")
        found = await self.page.evaluate("axe.run()")
        return [
            f"{violation['id']}: {node['html']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    async def code(self) -> str:
        """What a reader sees on this screen."""
        picture = await self.page.locator("canvas.code").screenshot()
        (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
        return found.text


@asynccontextmanager
async def open_site(world: World, chromium: str, *switches: str) -> AsyncIterator[Site]:
    """The application over HTTP, and a Chromium; fails when the pages did a forbidden thing."""
    if not (PAGES / "app.html").is_file():
        raise FileNotFoundError("the pages are not built: run `make pages`")
    world.clock.run()
    line = Line(world.app)
    async with _served(line) as address, async_playwright() as playwright:
        started = {"executable_path": chromium, "args": ["--no-sandbox", *QUIET, *switches]}
        browser = await playwright.chromium.launch(**started)
        site = Site(world, line, address, browser, started)
        try:
            yield site
        finally:
            for context in site.contexts:
                await context.close()
            await browser.close()


@asynccontextmanager
async def _served(line: Line) -> AsyncIterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    # `open_world` has started the application already.
    config = uvicorn.Config(line, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    # Who connects before it listens waits in the socket's queue: nothing to poll for.
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://localhost:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


def film(code: str, path: Path) -> Path:
    """A code before a camera: a motion JPEG that Chromium plays as its camera."""
    drawn = io.BytesIO()
    segno.make(code, error="l", micro=False, boost_error=False).save(
        drawn, kind="png", scale=8, border=4
    )
    frame = Image.new("RGB", (1280, 720), "slategray")
    frame.paste(Image.open(drawn).convert("RGB").resize((620, 620)), (330, 50))
    picture = io.BytesIO()
    frame.save(picture, "JPEG", quality=90)
    path.write_bytes(picture.getvalue() * 30)
    return path
