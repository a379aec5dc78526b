"""Bringing a database to the shape that this version of the program expects, and back."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from api.database import psycopg_url


def alembic_config(url: str) -> Config:
    """Alembic's configuration for a database; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    # ConfigParser reads % as its own.
    config.set_main_option("sqlalchemy.url", psycopg_url(url).replace("%", "%%"))
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database up to `revision`."""
    command.upgrade(alembic_config(url), revision)


def downgrade(url: str, revision: str = "base") -> None:
    """Take a database down to `revision`; `base` leaves nothing of ours."""
    command.downgrade(alembic_config(url), revision)
