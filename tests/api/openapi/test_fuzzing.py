"""Schemathesis reads the contract and asks, as each role, what nobody thought of asking.

It finds no fault of ours (5xx) and no answer other than the contract says.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from tests.support.served import served
from tests.support.world import Browser, World

pytestmark = [pytest.mark.anyio, pytest.mark.database, pytest.mark.once]

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
)
# In an address, "null" for an optional value is taken as leaving it out.
STRICT = (*CHECKS, "negative_data_rejection")

ASKED = {
    "nobody": (r"^/(health|ready|v1/(time|town|plans|residents|sessions)$)", STRICT),
    "resident": (r"^/v1/me", STRICT),
    "desk": (r"^/v1/desk", STRICT),
    "planner": (r"^/v1/insights", STRICT),
    "operator": (r"^/v1/operators", STRICT),
    "operator_key": (r"^/v1/authorizations", CHECKS),
}


async def headers_of(world: World, role: str) -> list[str]:
    if role == "operator_key":
        reader = await world.reader("mori-taxi")
        return [f"Authorization: {reader.client.headers['authorization']}"]
    browser: Browser
    if role in {"nobody", "resident"}:
        browser = world.browser() if role == "nobody" else await world.resident()
    else:
        browser = await world.staff(role, "mori-bus" if role == "operator" else None)
    await browser.get("/v1/plans")
    cookies = "; ".join(f"{name}={value}" for name, value in browser.client.cookies.items())
    return [f"Cookie: {cookies}", f"x-csrf-token: {browser.client.cookies['teiki_csrf']}"]


@pytest.mark.parametrize("role", ASKED)
async def test_no_question_of_a_role_breaks_the_contract(
    world: World, role: str, tmp_path: Path
) -> None:
    paths, checks = ASKED[role]
    async with served(world) as address:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "schemathesis.cli", "run", f"{address}/schema/openapi.json"),
            *(part for header in await headers_of(world, role) for part in ("--header", header)),
            *("--include-path-regex", paths, "--exclude-path", "/v1/me/events"),
            *("--phases", "examples,coverage,fuzzing", "--max-examples", "12"),
            *("--checks", ",".join(checks), "--continue-on-failure", "--no-color"),
            *("--generation-deterministic", "--generation-with-security-parameters", "false"),
            *("--warnings", "off"),
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()[-6000:]
