"""What a deployment may set, and what production refuses, each with a sentence on what to do."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.app import create_app
from api.clock import DemoClock, SystemClock
from api.database import Database
from api.settings import DEVELOPMENT_SECRET, Settings, SettingsError

PRODUCTION = {
    "TEIKI_ENV": "production",
    "TEIKI_SECRET": "s" * 32,
    "TEIKI_BASE_URL": "https://teiki.example",
}


def test_nothing_set_is_a_development_installation_of_ones_own(tmp_path: Path) -> None:
    settings = Settings.from_env({"TEIKI_DATA_DIR": str(tmp_path)})
    assert not settings.production
    assert settings.database_url is None
    assert settings.redis_url is None
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.base_url == "http://localhost:8000"
    assert settings.lake_url == str(tmp_path / "lake")


def test_production_starts_with_a_secret_and_https() -> None:
    settings = Settings.from_env(PRODUCTION)
    assert settings.production
    assert settings.base_url == "https://teiki.example"


@pytest.mark.parametrize(
    ("change", "variable"),
    [
        ({"TEIKI_SECRET": DEVELOPMENT_SECRET}, "TEIKI_SECRET"),
        ({"TEIKI_SECRET": "s" * 31}, "TEIKI_SECRET"),
        ({"TEIKI_SECRET": ""}, "TEIKI_SECRET"),
        ({"TEIKI_BASE_URL": "http://teiki.example"}, "TEIKI_BASE_URL"),
        ({"TEIKI_BASE_URL": ""}, "TEIKI_BASE_URL"),
        ({"TEIKI_SIGN_IN_LIMIT_PER_MINUTE": "0"}, "TEIKI_SIGN_IN_LIMIT_PER_MINUTE"),
    ],
)
def test_production_refuses_what_is_not_safe(change: dict[str, str], variable: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        Settings.from_env(PRODUCTION | change)


def test_production_refuses_a_clock_that_is_not_the_worlds() -> None:
    settings = Settings.from_env(PRODUCTION)
    database = Database("postgresql://localhost/unused")
    with pytest.raises(SettingsError, match="simulated clock"):
        create_app(settings, database, DemoClock(datetime(2026, 4, 8, tzinfo=UTC)))
    create_app(settings, database, SystemClock())


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TEIKI_ENV", "prod"),
        ("TEIKI_PORT", "http"),
        ("TEIKI_PORT", "0"),
        ("TEIKI_PORT", "65536"),
        ("TEIKI_LOG_FORMAT", "xml"),
        ("TEIKI_LOG_LEVEL", "loud"),
        ("TEIKI_OTLP", "maybe"),
        ("TEIKI_REDIS_URL", "localhost:6379"),
        ("TEIKI_BASE_URL", "teiki.example"),
        ("TEIKI_DESK_QUEUE_LIMIT", "0"),
        ("TEIKI_DESK_QUEUE_LIMIT", "-1"),
        ("TEIKI_SIGN_IN_LIMIT_PER_MINUTE", "-1"),
    ],
)
def test_a_wrong_value_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        Settings.from_env({variable: value})


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite:///x", "localhost", ""])
def test_only_postgresql_is_a_database(url: str) -> None:
    with pytest.raises(SettingsError, match="TEIKI_DATABASE_URL"):
        Database(url)


def test_printing_the_settings_tells_no_secret() -> None:
    settings = Settings.from_env(
        PRODUCTION
        | {
            "TEIKI_SECRET": "very-secret-very-secret-very-secret",
            "TEIKI_DATABASE_URL": "postgresql://teiki:password@db/teiki",
            "TEIKI_REDIS_URL": "redis://:hunter2@cache",
        }
    )
    shown = f"{settings} {settings!r}"
    for secret in ("very-secret", "password", "hunter2"):
        assert secret not in shown
