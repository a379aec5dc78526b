"""What each make target needs before it can run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Needs:
    """Lock files to install, and whether the project, Node's packages and the pages too."""

    groups: frozenset[str]
    project: bool = True
    node_packages: bool = True
    pages: bool = True


_DEVELOPMENT = frozenset({"dev"})

NEEDS = {
    "demo": Needs(frozenset({"analytics", "build"})),
    "test": Needs(_DEVELOPMENT),
    "check": Needs(_DEVELOPMENT, pages=False),
    "format": Needs(_DEVELOPMENT, project=False, node_packages=False, pages=False),
    "pages": Needs(frozenset({"build"}), project=False),
    "lock": Needs(frozenset({"build"}), project=False, node_packages=False, pages=False),
}

# A lock file that holds everything another one holds, at the same versions.
CONTAINS = {"dev": frozenset({"server", "analytics", "build"})}


def missing_groups(wanted: frozenset[str], installed: frozenset[str]) -> frozenset[str]:
    """The lock files still to install, given those whose packages are already there."""
    covered = installed.union(*(CONTAINS.get(group, frozenset()) for group in installed))
    return wanted - covered
