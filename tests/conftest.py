"""What the tests run on, told by the environment (see docs/development.md).

TEIKI_TEST_DATABASE_URL names a served PostgreSQL, else one is embedded for the session;
TEIKI_TEST_REDIS_URL and TEIKI_CHROMIUM have their tests run, else these are listed as not
run, or fail with TEIKI_REQUIRE_BROWSER=1.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.support import postgres

NEEDED = {"browser": "TEIKI_CHROMIUM", "redis": "TEIKI_TEST_REDIS_URL"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for the server stores something: it can't be forgotten by the second run."""
    for item in items:
        if "postgres_url" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.database)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, variable in NEEDED.items():
        if item.get_closest_marker(marker) and not os.environ.get(variable):
            if marker == "browser" and os.environ.get("TEIKI_REQUIRE_BROWSER"):
                pytest.fail(f"not run: {variable} is not set, and TEIKI_REQUIRE_BROWSER is")
            pytest.skip(f"not run: {variable} is not set")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The server that this worker's databases are made on."""
    with postgres.server(os.environ.get("TEIKI_TEST_DATABASE_URL")) as url:
        yield url


@pytest.fixture(scope="session")
def database_url(postgres_url: str) -> Iterator[str]:
    """An empty database of this worker's own, for the session."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with postgres.fresh_database(postgres_url, f"teiki_test_{worker}_{os.getpid()}") as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The Redis of tests marked `redis`; others may be using it, so keys carry a prefix."""
    return os.environ["TEIKI_TEST_REDIS_URL"]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser of tests marked `browser`."""
    return os.environ["TEIKI_CHROMIUM"]
