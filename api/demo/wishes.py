"""What is asked of a demo, and where it speaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from rich.console import Console

from api.demo.cities import City
from api.demo.problems import DemoError
from api.settings import Settings

DEFAULT_RESIDENTS = 320


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for on the command line; `residents` None leaves it to the demo."""

    city: City
    once: bool
    fresh: bool
    residents: int | None
    host: str
    port: int

    @property
    def count(self) -> int:
        """How many residents a city that is played anew gets."""
        return self.residents or DEFAULT_RESIDENTS


@dataclass(frozen=True, slots=True)
class Output:
    """Where the demo speaks: progress to `log`, addresses to `page`, the summary to `report`."""

    log: Console
    page: Console
    report: Callable[[dict[str, Any]], None]


def demo_settings(settings: Settings, city: City) -> Settings:
    """The demo's own: a folder of its own, no lake and no Redis that a real town may use.

    Raises `DemoError` in production.
    """
    if settings.production:
        raise DemoError("The demo does not run in production (TEIKI_ENV=production).", 2)
    data_dir = settings.data_dir / f"demo-{city.city_id}"
    return replace(
        settings,
        data_dir=data_dir,
        lake_url=str(data_dir / "lake"),
        redis_url=None,
        log_level="WARNING",
        # Several hundred people join from one address within seconds.
        sign_in_limit_per_minute=0,
    )
