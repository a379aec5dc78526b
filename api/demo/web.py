"""How simulated people and machines reach the API: over HTTP, as browsers and readers do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx

from api.demo.problems import DemoError

AT_ONCE = 24
CREATED, OK = (201,), (200,)
Answer = dict[str, Any]


class UnexpectedAnswerError(DemoError):
    """The API answered with something that the demo does not provoke."""


class Web:
    """One pool of connections for everybody; who is who stands in each request's headers."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def send(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        body: Answer | None,
        expected: Collection[int],
    ) -> httpx.Response:
        """Send and check the status; raises `UnexpectedAnswerError` for any but `expected`."""
        async with self._turn:
            response = await self._client.request(method, path, json=body, headers=headers)
        if response.status_code not in expected:
            raise UnexpectedAnswerError(
                f"{method} {path} was answered {response.status_code}: {response.text[:500]}"
            )
        return response


@asynccontextmanager
async def open_web(url: str) -> AsyncIterator[Web]:
    """Connections to the server at `url`, without proxies and without a cookie jar of their own."""
    nobodys = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    async with httpx.AsyncClient(
        base_url=url, cookies=nobodys, limits=limits, timeout=60, trust_env=False
    ) as client:
        yield Web(client)


class Browser:
    """One person's browser: its cookies, and the CSRF header that a page sends."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._cookies: dict[str, str] = {}

    async def get(self, path: str) -> Answer:
        """Read."""
        return await self._send("GET", path, None, OK, {})

    async def post(
        self,
        path: str,
        body: Answer,
        *,
        expected: Collection[int] = CREATED,
        key: str | None = None,
    ) -> Answer:
        """Write; `key` is an idempotency key. A problem that was expected is returned too."""
        return await self._write("POST", path, body, expected, key)

    async def patch(self, path: str, body: Answer) -> Answer:
        """Change."""
        return await self._write("PATCH", path, body, OK, None)

    async def _write(
        self, method: str, path: str, body: Answer, expected: Collection[int], key: str | None
    ) -> Answer:
        if "teiki_csrf" not in self._cookies:
            await self.get("/v1/time")
        headers = {"x-csrf-token": self._cookies["teiki_csrf"]}
        if key is not None:
            headers["Idempotency-Key"] = key
        return await self._send(method, path, body, expected, headers)

    async def _send(
        self,
        method: str,
        path: str,
        body: Answer | None,
        expected: Collection[int],
        headers: dict[str, str],
    ) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        sent = {**headers, "Cookie": cookies} if cookies else headers
        response = await self._web.send(method, path, sent, body, expected)
        self._cookies |= dict(response.cookies)
        answer: Answer = response.json()
        return answer


class Reader:
    """An operator's system or one of its validators, by its key."""

    def __init__(self, web: Web, key: str) -> None:
        self._web = web
        self._headers = {"Authorization": f"Bearer {key}"}

    async def ask(self, path: str, body: Answer, key: str) -> Answer:
        """Ask the desk something under an idempotency key; a refusal is an answer."""
        headers = {**self._headers, "Idempotency-Key": key}
        answer: Answer = (await self._web.send("POST", path, headers, body, OK)).json()
        return answer

    async def get(self, path: str) -> Answer:
        """Read."""
        answer: Answer = (await self._web.send("GET", path, self._headers, None, OK)).json()
        return answer
