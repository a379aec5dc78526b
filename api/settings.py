"""What the deployment decides: one frozen value, read from the environment once, at start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Environment = Literal["development", "production"]

DEVELOPMENT_SECRET = "development-secret-do-not-use-in-production"  # noqa: S105 - refused in production


LOG_LEVELS = ("info", "debug", "warning", "error", "critical")


class SettingsError(ValueError):
    """A setting is missing or wrong; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, named as the variables without `TEIKI_`.

    `database_url` None means the embedded PostgreSQL in `data_dir`; `redis_url` None
    means memory stores for one process; `lake_url` is a folder or an object store
    (`s3://`, `gs://`, `abfs://`) where boardings and trip facts are kept as Parquet.
    """

    environment: Environment
    data_dir: Path
    lake_url: str
    base_url: str
    # What opens something is not shown where a value is printed.
    secret: str = field(repr=False)
    database_url: str | None = field(default=None, repr=False)
    redis_url: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    log_format: str = "json"
    log_level: str = "INFO"
    otlp: bool = False
    desk_queue_limit: int = 2000
    device_switches_per_month: int = 3
    pass_ids: int = 2**20
    sign_in_limit_per_minute: int = 60
    # Without a key nobody pays by bank card. `stripe_url` is a server that stands in for Stripe.
    stripe_key: str | None = field(default=None, repr=False)
    stripe_webhook_secret: str | None = field(default=None, repr=False)
    stripe_url: str | None = None

    @property
    def production(self) -> bool:
        """Whether this deployment serves real residents."""
        return self.environment == "production"

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read `TEIKI_*`; raise `SettingsError` naming the variable that is wrong."""
        env = os.environ if env is None else env
        data_dir = Path(env.get("TEIKI_DATA_DIR", ".teiki")).expanduser().resolve()
        port = _integer(env, "TEIKI_PORT", 8000, 1, 65535)
        settings = cls(
            environment=_environment(env.get("TEIKI_ENV", "development")),
            data_dir=data_dir,
            lake_url=env.get("TEIKI_LAKE_URL", str(data_dir / "lake")),
            base_url=_address(env, "TEIKI_BASE_URL", ("http", "https"), f"http://localhost:{port}"),
            secret=env.get("TEIKI_SECRET", DEVELOPMENT_SECRET),
            database_url=env.get("TEIKI_DATABASE_URL") or None,
            redis_url=_address(env, "TEIKI_REDIS_URL", ("redis", "rediss", "unix")) or None,
            host=env.get("TEIKI_HOST", "127.0.0.1"),
            port=port,
            log_format=_choice(env, "TEIKI_LOG_FORMAT", ("json", "console")),
            log_level=_choice(env, "TEIKI_LOG_LEVEL", LOG_LEVELS).upper(),
            otlp=_choice(env, "TEIKI_OTLP", ("no", "yes")) == "yes",
            desk_queue_limit=_integer(env, "TEIKI_DESK_QUEUE_LIMIT", 2000, 1),
            device_switches_per_month=_integer(env, "TEIKI_DEVICE_SWITCHES_PER_MONTH", 3),
            pass_ids=_pass_ids(env),
            sign_in_limit_per_minute=_integer(env, "TEIKI_SIGN_IN_LIMIT_PER_MINUTE", 60),
            stripe_key=env.get("TEIKI_STRIPE_KEY") or None,
            stripe_webhook_secret=env.get("TEIKI_STRIPE_WEBHOOK_SECRET") or None,
            stripe_url=_address(env, "TEIKI_STRIPE_URL", ("http", "https")) or None,
        )
        _refuse_half_of_stripe(settings)
        _refuse_unsafe_production(settings)
        return settings


def _environment(value: str) -> Environment:
    if value == "development":
        return "development"
    if value == "production":
        return "production"
    raise SettingsError(f"TEIKI_ENV is {value!r}; it must be 'development' or 'production'.")


def _choice(env: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """One of a few words, in any case of letters; the first when none is given."""
    text = env.get(name) or choices[0]
    if text.lower() not in choices:
        raise SettingsError(f"{name} is {text!r}; it must be one of {', '.join(choices)}.")
    return text.lower()


def _address(env: Mapping[str, str], name: str, schemes: tuple[str, ...], default: str = "") -> str:
    text = (env.get(name) or default).rstrip("/")
    if text and text.partition("://")[0] not in schemes:
        raise SettingsError(f"{name} must begin with {' or '.join(f'{s}://' for s in schemes)}.")
    return text


def _integer(
    env: Mapping[str, str], name: str, default: int, least: int = 0, most: int = 2**31 - 1
) -> int:
    text = env.get(name) or str(default)
    try:
        number = int(text)
    except ValueError:
        raise SettingsError(f"{name} is {text!r}; it must be a whole number.") from None
    if not least <= number <= most:
        raise SettingsError(f"{name} is {number}; it must be from {least} to {most}.")
    return number


def _pass_ids(env: Mapping[str, str]) -> int:
    ids = _integer(env, "TEIKI_PASS_IDS", 2**20)
    if not 2**17 <= ids <= 2**26 or ids & (ids - 1):
        raise SettingsError(
            f"TEIKI_PASS_IDS is {ids}; it must be a power of two from 131072 to 67108864."
        )
    return ids


def _refuse_half_of_stripe(settings: Settings) -> None:
    if settings.stripe_key is not None and settings.stripe_webhook_secret is None:
        raise SettingsError(
            "TEIKI_STRIPE_KEY needs TEIKI_STRIPE_WEBHOOK_SECRET beside it (whsec_...): without "
            "Stripe's events nobody learns whether a card was charged."
        )


def _refuse_unsafe_production(settings: Settings) -> None:
    if not settings.production:
        return
    if settings.secret == DEVELOPMENT_SECRET or len(settings.secret) < 32:
        raise SettingsError(
            "TEIKI_SECRET must be set to at least 32 random characters in production, "
            'for instance: python -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    if settings.sign_in_limit_per_minute == 0:
        raise SettingsError(
            "TEIKI_SIGN_IN_LIMIT_PER_MINUTE must not be 0 in production: sign-in would be "
            "open to guessing."
        )
    if settings.stripe_url is not None:
        raise SettingsError(
            "TEIKI_STRIPE_URL must not be set in production: money would go to a stand-in."
        )
    if not settings.base_url.startswith("https://"):
        raise SettingsError(
            "TEIKI_BASE_URL must begin with https:// in production: cameras, device keys "
            "and session cookies need it."
        )
